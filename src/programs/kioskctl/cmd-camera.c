#include "programs/kioskctl/client.h"

#define SECONDS      10
#define SECONDS_MOST 20

static void
print_seen (GVariant *seen)
{
  gint64 bytes = kioskctl_number (seen, "code_bytes");

  g_print ("camera     %s (source %s), %" G_GINT64_FORMAT " frames\n",
           kioskctl_text (seen, "state"), kioskctl_text (seen, "source"),
           kioskctl_number (seen, "frames"));
  if (bytes > 0)
    g_print ("code       read, %" G_GINT64_FORMAT " bytes\n", bytes);
  else
    g_print ("code       none was read; the last advice: %s\n", kioskctl_text (seen, "guidance"));
}

int
kioskctl_camera (const KioskctlContext *context, int argc, char **argv)
{
  gboolean json = FALSE;
  int seconds = SECONDS;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (KioskBusControl1) control = NULL;
  g_autoptr (GVariant) seen = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, entries, "camera [--seconds N] [--json]", 0))
    return 2;
  if (seconds < 1 || seconds > SECONDS_MOST)
    {
      g_printerr ("kioskctl: --seconds: 1 to %d\n", SECONDS_MOST);
      return 2;
    }
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  if (!kiosk_bus_control1_call_try_camera_sync (control, (guint)seconds, &seen, NULL, &error))
    return kioskctl_fail (error);
  if (json)
    kioskctl_print_json (seen);
  else
    print_seen (seen);
  return kioskctl_number (seen, "code_bytes") > 0 ? 0 : 1;
}
