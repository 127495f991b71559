#include "programs/kioskctl/client.h"

static void
print_gateway (GVariant *gateway)
{
  g_autofree char *contact = kioskctl_moment (kioskctl_number (gateway, "last_contact_ms"));

  g_print ("gateway    %s, last answer %s\n",
           kioskctl_number (gateway, "reachable") ? "reachable" : "not reachable", contact);
  g_print ("           %" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT
           " of them known there already, %" G_GINT64_FORMAT " outcomes, %" G_GINT64_FORMAT
           " refusals\n",
           kioskctl_number (gateway, "uploads"), kioskctl_number (gateway, "duplicates"),
           kioskctl_number (gateway, "outcomes"), kioskctl_number (gateway, "refusals"));
}

static void
print_vault (GVariant *vault)
{
  gint64 oldest = kioskctl_number (vault, "oldest_unsynced_ms");
  g_autofree char *moment = kioskctl_moment (oldest);

  g_print ("vault      %" G_GINT64_FORMAT " received, %" G_GINT64_FORMAT
           " accepted, %" G_GINT64_FORMAT " settled, %" G_GINT64_FORMAT " quarantined\n",
           kioskctl_number (vault, "received"), kioskctl_number (vault, "accepted"),
           kioskctl_number (vault, "settled"), kioskctl_number (vault, "quarantined"));
  if (oldest != 0)
    g_print ("           the oldest that waits is of %s\n", moment);
  g_print ("audit log  %" G_GINT64_FORMAT " leaves\n", kioskctl_number (vault, "leaves"));
}

static void
print_status (GVariant *status)
{
  g_autoptr (GVariant) kiosk = g_variant_lookup_value (status, "kiosk", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) gateway = g_variant_lookup_value (status, "gateway", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) vault = g_variant_lookup_value (status, "vault", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) reader = g_variant_lookup_value (status, "reader", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) reading = g_variant_lookup_value (status, "reading", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) camera = g_variant_lookup_value (status, "camera", G_VARIANT_TYPE_VARDICT);
  const char *closed = kioskctl_text (kiosk, "unavailable");

  g_print ("kiosk      %s, kioskd %s\n",
           kioskctl_number (kiosk, "enrolled") ? kioskctl_text (kiosk, "id") : "not enrolled",
           kioskctl_text (kiosk, "version"));
  g_print ("doors      %s%s; the page is \"%s\"\n", *closed == '\0' ? "open" : "closed: ", closed,
           kioskctl_text (kiosk, "page"));
  print_gateway (gateway);
  if (vault != NULL)
    print_vault (vault);
  g_print ("reader     %s (driver %s, device %s, libnfc %s)\n", kioskctl_text (reader, "state"),
           kioskctl_text (reader, "driver"), kioskctl_text (reader, "device"),
           kioskctl_text (reader, "libnfc"));
  g_print ("camera     %s (source %s)\n", kioskctl_text (camera, "state"),
           kioskctl_text (camera, "source"));
  if (reading != NULL)
    g_print ("last card  %s by %s: passive %s, chip %s, %" G_GINT64_FORMAT
             " commands in %" G_GINT64_FORMAT " ms\n",
             kioskctl_text (reading, "profile"), kioskctl_text (reading, "access"),
             kioskctl_text (reading, "passive"), kioskctl_text (reading, "chip"),
             kioskctl_number (reading, "apdus"), kioskctl_number (reading, "duration_us") / 1000);
}

int
kioskctl_status (const KioskctlContext *context, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
    = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (KioskBusControl1) control = NULL;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, entries, "status [--json]", 0))
    return 2;
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  if (!kiosk_bus_control1_call_status_sync (control, &status, NULL, &error))
    return kioskctl_fail (error);
  if (json)
    kioskctl_print_json (status);
  else
    print_status (status);
  return 0;
}
