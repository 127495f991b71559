#include "programs/kioskctl/client.h"

#include <json-glib/json-glib.h>

#define OBJECT_PATH        "/hk/kiosk/control"
#define ENROL_TIMEOUT_MS   120000 /* the gateway may be slow */
#define HONG_KONG_OFFSET_S (8 * 3600)

KioskBusControl1 *
kioskctl_connect (const KioskctlContext *context)
{
  g_autofree char *escaped = g_dbus_address_escape_value (context->socket);
  g_autofree char *address = g_strdup_printf ("unix:path=%s", escaped);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_for_address_sync (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, &error);
  KioskBusControl1 *control = NULL;

  if (connection != NULL)
    control = kiosk_bus_control1_proxy_new_sync (
      connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL, OBJECT_PATH, NULL, &error);
  if (control == NULL)
    g_printerr ("kioskctl: %s: %s; is kioskd running, and are you its user?\n", context->socket,
                error->message);
  else
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (control), ENROL_TIMEOUT_MS);
  return control;
}

int
kioskctl_fail (const GError *error)
{
  g_autoptr (GError) plain = g_error_copy (error);

  g_dbus_error_strip_remote_error (plain);
  g_printerr ("kioskctl: %s\n", plain->message);
  return 1;
}

void
kioskctl_print_json (GVariant *value)
{
  g_autofree char *text = json_gvariant_serialize_data (value, NULL);

  g_print ("%s\n", text);
}

gboolean
kioskctl_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
                int n_words)
{
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  if (entries != NULL)
    g_option_context_add_main_entries (options, entries, NULL);
  g_option_context_set_help_enabled (options, FALSE);
  if (g_option_context_parse (options, argc, argv, &error) && *argc == n_words + 1)
    return TRUE;
  g_printerr ("usage: kioskctl [--socket PATH] %s\n", usage);
  return FALSE;
}

const char *
kioskctl_text (GVariant *group, const char *key)
{
  const char *text = "";

  if (group != NULL)
    g_variant_lookup (group, key, "&s", &text);
  return text;
}

gint64
kioskctl_number (GVariant *group, const char *key)
{
  g_autoptr (GVariant) value = group == NULL ? NULL : g_variant_lookup_value (group, key, NULL);

  if (value == NULL)
    return 0;
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return g_variant_get_boolean (value);
    case G_VARIANT_CLASS_UINT32:
      return g_variant_get_uint32 (value);
    case G_VARIANT_CLASS_INT64:
      return g_variant_get_int64 (value);
    case G_VARIANT_CLASS_UINT64:
      return (gint64)g_variant_get_uint64 (value);
    default:
      return 0;
    }
}

char *
kioskctl_moment (gint64 ms)
{
  g_autoptr (GDateTime) moment = NULL;

  if (ms == 0)
    return g_strdup ("never");
  moment = g_date_time_new_from_unix_utc (ms / 1000 + HONG_KONG_OFFSET_S);
  return g_date_time_format (moment, "%Y-%m-%d %H:%M");
}
