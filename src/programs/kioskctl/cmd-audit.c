#include "programs/kioskctl/client.h"

#include <string.h>

static void
print_json (gboolean verified, guint64 leaves, guint64 checkpoints, const char *problem)
{
  g_autoptr (GVariant) report = g_variant_ref_sink (g_variant_new_parsed (
    "{'verified': <%b>, 'leaves': <%t>, 'checkpoints': <%t>, 'problem': <%s>}", verified, leaves,
    checkpoints, problem));

  kioskctl_print_json (report);
}

int
kioskctl_audit (const KioskctlContext *context, int argc, char **argv)
{
  gboolean json = FALSE, verified;
  const GOptionEntry entries[]
    = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (KioskBusControl1) control = NULL;
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;
  guint64 leaves, checkpoints;

  if (!kioskctl_parse (&argc, &argv, entries, "audit verify [--json]", 1)
      || strcmp (argv[1], "verify") != 0)
    return 2;
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  if (!kiosk_bus_control1_call_audit_verify_sync (control, &verified, &leaves, &checkpoints,
                                                  &problem, NULL, &error))
    return kioskctl_fail (error);
  if (json)
    print_json (verified, leaves, checkpoints, problem);
  else if (verified)
    g_print ("The audit log holds: %" G_GUINT64_FORMAT " leaves, %" G_GUINT64_FORMAT
             " signed checkpoints.\n",
             leaves, checkpoints);
  else
    g_print ("The audit log does not hold: %s\n", problem);
  return verified ? 0 : 1;
}
