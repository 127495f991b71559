#include "wiring.h"

static void
on_lost (KioskShell *shell)
{
  kiosk_shell_set_idle (shell, 0);
  kiosk_shell_show_unavailable (shell, "starting");
}

void
kiosk_wiring_connect (KioskShell *shell, KioskLink *link)
{
  g_signal_connect_swapped (link, "page", G_CALLBACK (kiosk_shell_show), shell);
  g_signal_connect_swapped (link, "idle", G_CALLBACK (kiosk_shell_set_idle), shell);
  g_signal_connect_swapped (link, "preview", G_CALLBACK (kiosk_shell_see), shell);
  g_signal_connect_swapped (link, "lost", G_CALLBACK (on_lost), shell);
  g_signal_connect_swapped (shell, "act", G_CALLBACK (kiosk_link_act), link);
  g_signal_connect_swapped (shell, "language", G_CALLBACK (kiosk_link_set_language), link);
  g_signal_connect_swapped (shell, "touched", G_CALLBACK (kiosk_link_touch), link);
  g_signal_connect_swapped (shell, "preview-wanted", G_CALLBACK (kiosk_link_ask_preview), link);
}

void
kiosk_wiring_disconnect (KioskShell *shell, KioskLink *link)
{
  g_signal_handlers_disconnect_by_data (link, shell);
  g_signal_handlers_disconnect_by_data (shell, link);
}
