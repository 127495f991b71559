#include "programs/kioskctl/client.h"

int
kioskctl_nudge (const KioskctlContext *context, int argc, char **argv)
{
  g_autoptr (KioskBusControl1) control = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, NULL, "nudge", 0))
    return 2;
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  return kiosk_bus_control1_call_nudge_sync (control, NULL, &error) ? 0 : kioskctl_fail (error);
}
