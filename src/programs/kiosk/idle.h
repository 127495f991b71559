/* The warning before an idle session is wiped. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KIOSK_TYPE_IDLE (kiosk_idle_get_type ())
G_DECLARE_FINAL_TYPE (KioskIdle, kiosk_idle, KIOSK, IDLE, GtkBox)

/* Signals: "still-here", "finish". 0 seconds hides it. */
void kiosk_idle_set_seconds (KioskIdle *self, guint seconds);

G_END_DECLS
