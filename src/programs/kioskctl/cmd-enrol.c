#include "programs/kioskctl/client.h"

int
kioskctl_enrol (const KioskctlContext *context, int argc, char **argv)
{
  g_autoptr (KioskBusControl1) control = NULL;
  g_autofree char *kiosk = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, NULL, "enrol CODE", 1))
    return 2;
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  if (!kiosk_bus_control1_call_enrol_sync (control, argv[1], &kiosk, NULL, &error))
    return kioskctl_fail (error);
  g_print ("enrolled kiosk=%s\n", kiosk);
  return 0;
}
