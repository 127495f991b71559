#include "base/file.h"
#include "formats/json.h"
#include "services/catalogue.h"
#include "xform.h"

#define SOURCE_MAX (1024 * 1024)

/* forms/ID.xml as it stands. */
static JsonObject *
read_form (const char *folder, const char *id, gint64 version, GError **error)
{
  g_autofree char *name = g_strconcat (id, ".xml", NULL);
  g_autofree char *path = g_build_filename (folder, "forms", name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  JsonObject *form;

  if (!g_regex_match_simple ("\\A[a-z0-9-]{1,64}\\z", id, 0, 0))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "form \"%s\": lower-case letters, digits and hyphens only", id);
      return NULL;
    }
  bytes = kiosk_file_read (path, KIOSK_XFORM_MAX, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "%s: not UTF-8",
                   path);
      return NULL;
    }
  form = json_object_new ();
  json_object_set_int_member (form, "version", version);
  json_object_set_string_member (form, "xform", text);
  return form;
}

static gboolean
add_form (JsonObject *forms, JsonNode *service, const char *folder, GError **error)
{
  const char *id;
  gint64 version;
  JsonObject *form;

  if (!JSON_NODE_HOLDS_OBJECT (service))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "a service is not an object");
      return FALSE;
    }
  id = kiosk_json_string (json_node_get_object (service), "form", 64, error);
  if (id == NULL
      || !kiosk_json_integer (json_node_get_object (service), "form_version", 1, G_MAXINT, &version,
                              error))
    return FALSE;
  if (json_object_has_member (forms, id))
    return TRUE;
  form = read_form (folder, id, version, error);
  if (form != NULL)
    json_object_set_object_member (forms, id, form);
  return form != NULL;
}

JsonObject *
kiosk_catalogue_assemble (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "catalogue.json", NULL);
  g_autoptr (GBytes) bytes = kiosk_file_read (path, SOURCE_MAX, error);
  g_autoptr (JsonObject) body = NULL;
  JsonArray *services = NULL;
  JsonObject *forms;

  if (bytes == NULL)
    return NULL;
  body = kiosk_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), SOURCE_MAX,
                           error);
  if (body != NULL)
    services = kiosk_json_array (body, "services", 64, error);
  if (services == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  forms = json_object_new ();
  json_object_set_object_member (body, "forms", forms);
  for (guint i = 0; i < json_array_get_length (services); i++)
    if (!add_form (forms, json_array_get_element (services, i), folder, error))
      {
        g_prefix_error (error, "%s: service %u: ", path, i + 1);
        return NULL;
      }
  return g_steal_pointer (&body);
}
