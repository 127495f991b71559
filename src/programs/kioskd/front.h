/* The front socket: one front end, and the journey it shows. */
#pragma once

#include "journey/journey.h"

G_BEGIN_DECLS

typedef struct _KioskFront KioskFront;

/* @folder, @uid: see socket.h. A second front end is refused until the first has gone; when it
 * goes, the session ends. */
KioskFront *kiosk_front_new (const char *folder, gint64 uid, GError **error);
void kiosk_front_free (KioskFront *self);
const char *kiosk_front_path (const KioskFront *self);

/* Which journey it shows; NULL: none any more. */
void kiosk_front_set_journey (KioskFront *self, KioskJourney *journey);
/* What the journey tells its face. */
void kiosk_front_tell_page (KioskFront *self, guint serial, const char *page, GVariant *model,
                            const char *const *actions);
void kiosk_front_tell_idle (KioskFront *self, guint seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFront, kiosk_front_free)

G_END_DECLS
