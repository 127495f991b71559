#include "programs/kioskctl/client.h"

static void
print_record (GVariant *record)
{
  g_autofree char *moment = kioskctl_moment (kioskctl_number (record, "sealed_ms"));

  g_print ("%s  %s  %-11s  %s  %" G_GINT64_FORMAT " attempts  %s\n",
           kioskctl_text (record, "reference"), moment, kioskctl_text (record, "state"),
           kioskctl_text (record, "txid"), kioskctl_number (record, "attempts"),
           kioskctl_text (record, "reason"));
}

int
kioskctl_outbox (const KioskctlContext *context, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
    = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (KioskBusControl1) control = NULL;
  g_autoptr (GVariant) records = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, entries, "outbox [--json]", 0))
    return 2;
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  if (!kiosk_bus_control1_call_outbox_sync (control, &records, NULL, &error))
    return kioskctl_fail (error);
  if (json)
    {
      kioskctl_print_json (records);
      return 0;
    }
  for (gsize i = 0; i < g_variant_n_children (records); i++)
    {
      g_autoptr (GVariant) record = g_variant_get_child_value (records, i);

      print_record (record);
    }
  if (g_variant_n_children (records) == 0)
    g_print ("Nothing waits.\n");
  return 0;
}
