/* The window: header, the page on show, the warning before an idle session is wiped. It shows what
 * it is told and hands on what people do. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KIOSK_TYPE_SHELL (kiosk_shell_get_type ())
G_DECLARE_FINAL_TYPE (KioskShell, kiosk_shell, KIOSK, SHELL, GtkWindow)

/* Signals: "act" (serial u, action s, arguments v), "language" (id s), "touched", "preview-wanted".
 */
KioskShell *kiosk_shell_new (void);

/* An unknown page or an unsound model shows "unavailable" with that reason. */
void kiosk_shell_show (KioskShell *self, guint serial, const char *page, GVariant *model,
                       const char *const *actions);
void kiosk_shell_show_unavailable (KioskShell *self, const char *reason);
/* 0 takes the warning away. */
void kiosk_shell_set_idle (KioskShell *self, guint seconds);

/* What the camera sees, for the page on show if it wanted it; @memory stays the caller's. */
void kiosk_shell_see (KioskShell *self, int memory);

void kiosk_shell_set_animated (KioskShell *self, gboolean animated);
/* TRUE during a frame of a slide; is_still: neither moving nor about to. */
gboolean kiosk_shell_is_moving (KioskShell *self);
gboolean kiosk_shell_is_still (KioskShell *self);
/* The page on show, for tests. */
GtkWidget *kiosk_shell_page (KioskShell *self);

G_END_DECLS
