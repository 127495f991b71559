/* The one thing this program may talk to: kioskd's front socket. Connects again by itself when
 * kioskd was away. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KIOSK_TYPE_LINK (kiosk_link_get_type ())
G_DECLARE_FINAL_TYPE (KioskLink, kiosk_link, KIOSK, LINK, GObject)

/* Signals: "page" (serial u, page s, model v, actions as as GStrv), "idle" (seconds u), "preview"
 * (a descriptor of the camera's pictures, open while the signal lasts), "lost". */
KioskLink *kiosk_link_new (const char *socket_path);
void kiosk_link_start (KioskLink *self);
void kiosk_link_act (KioskLink *self, guint serial, const char *action, GVariant *arguments);
void kiosk_link_set_language (KioskLink *self, const char *language);
/* Answered by "preview", or not at all. */
void kiosk_link_ask_preview (KioskLink *self);
/* The person is there; told to kioskd at most once a second. */
void kiosk_link_touch (KioskLink *self);

G_END_DECLS
