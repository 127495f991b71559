/* The front socket: one front end, and the journeys it shows by turns. */
#pragma once

#include "journey/turns.h"

G_BEGIN_DECLS

typedef struct _KioskFront KioskFront;

/* @folder, @uid: see socket.h. A second front end is refused until the first has gone; when it
 * goes, the session ends. */
KioskFront *kiosk_front_new (const char *folder, gint64 uid, GError **error);
void kiosk_front_free (KioskFront *self);
const char *kiosk_front_path (const KioskFront *self);

/* What it shows; NULL: nothing any more. */
void kiosk_front_set_turns (KioskFront *self, KioskTurns *turns);
/* What the turns tell their face. */
void kiosk_front_tell_page (KioskFront *self, guint serial, const char *page, GVariant *model,
                            const char *const *actions);
void kiosk_front_tell_idle (KioskFront *self, guint seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFront, kiosk_front_free)

G_END_DECLS
