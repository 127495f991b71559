/* The window on the link: what kioskd says is shown, what people do is said. */
#pragma once

#include "link.h"
#include "shell.h"

G_BEGIN_DECLS

/* Until either goes, or kiosk_wiring_disconnect(). */
void kiosk_wiring_connect (KioskShell *shell, KioskLink *link);
void kiosk_wiring_disconnect (KioskShell *shell, KioskLink *link);

G_END_DECLS
