#include "base/file.h"
#include "programs/kioskctl/client.h"
#include "trust/bundle.h"

#include <string.h>

int
kioskctl_bundle (const KioskctlContext *context, int argc, char **argv)
{
  g_autoptr (KioskBusControl1) control = NULL;
  g_autoptr (GBytes) cms = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *bytes;
  guint64 serial;

  if (!kioskctl_parse (&argc, &argv, NULL, "bundle install NAME FILE", 3)
      || strcmp (argv[1], "install") != 0)
    return 2;
  cms = kiosk_file_read (argv[3], KIOSK_BUNDLE_MAX, &error);
  if (cms == NULL)
    return kioskctl_fail (error);
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  bytes = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, cms, TRUE);
  if (!kiosk_bus_control1_call_install_bundle_sync (control, argv[2], bytes, &serial, NULL, &error))
    {
      g_dbus_error_strip_remote_error (error);
      g_printerr ("kioskctl: %s: %s; nothing was installed, what was there stays in force\n",
                  argv[3], error->message);
      return 1;
    }
  g_print ("installed name=%s serial=%" G_GUINT64_FORMAT "\n", argv[2], serial);
  return 0;
}
