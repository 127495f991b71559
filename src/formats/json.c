#include "formats/json.h"

#include "formats/base64.h"
#include "formats/json-scan.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_json_error, kiosk_json_error)

static guint
count_members (JsonNode *node)
{
  guint count = 0;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *value = NULL;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &value))
        count += 1 + count_members (value);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        count += count_members (json_array_get_element (array, i));
    }
  return count;
}

JsonObject *
kiosk_json_parse (gconstpointer data, gsize length, gsize maximum, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) problem = NULL;
  JsonNode *root = NULL;
  guint members = 0;

  if (length > maximum || length > G_MAXSSIZE)
    {
      g_set_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_TOO_BIG,
                   "JSON of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are accepted",
                   length, maximum);
      return NULL;
    }
  if (length == 0 || !g_utf8_validate_len (data, length, NULL)
      || !kiosk_json_scan (data, length, &members))
    {
      g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MALFORMED,
                           "not a JSON object in UTF-8, or nested too deep");
      return NULL;
    }
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, data, (gssize)length, &problem))
    {
      g_set_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MALFORMED, "not JSON: %s",
                   problem->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (!JSON_NODE_HOLDS_OBJECT (root) || count_members (root) != members)
    {
      g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MALFORMED,
                           "the same JSON member is given twice");
      return NULL;
    }
  return json_node_dup_object (root);
}

GBytes *
kiosk_json_print (JsonObject *object)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  gsize length = 0;
  char *text = NULL;

  json_node_set_object (root, object);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &length);
  return g_bytes_new_take (text, length);
}

static void
set_member_error (GError **error, const char *member, const char *problem)
{
  g_set_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER, "JSON member \"%s\" %s", member,
               problem);
}

static JsonNode *
member_of (JsonObject *object, const char *member, GError **error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL)
    set_member_error (error, member, "is missing");
  return node;
}

const char *
kiosk_json_string (JsonObject *object, const char *member, gsize maximum, GError **error)
{
  JsonNode *node = member_of (object, member, error);
  const char *text = NULL;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      set_member_error (error, member, "must be a string");
      return NULL;
    }
  text = json_node_get_string (node);
  if (text[0] == '\0' || strlen (text) > maximum)
    {
      set_member_error (error, member, "is empty or too long");
      return NULL;
    }
  return text;
}

const char *
kiosk_json_optional_string (JsonObject *object, const char *member, gsize maximum, GError **error)
{
  if (!json_object_has_member (object, member))
    return NULL;
  return kiosk_json_string (object, member, maximum, error);
}

gboolean
kiosk_json_integer (JsonObject *object, const char *member, gint64 minimum, gint64 maximum,
                    gint64 *ret_value, GError **error)
{
  JsonNode *node = member_of (object, member, error);
  gint64 value = 0;

  if (node == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    {
      set_member_error (error, member, "must be a whole number");
      return FALSE;
    }
  value = json_node_get_int (node);
  if (value < minimum || value > maximum)
    {
      set_member_error (error, member, "is out of range");
      return FALSE;
    }
  *ret_value = value;
  return TRUE;
}

JsonObject *
kiosk_json_object (JsonObject *object, const char *member, GError **error)
{
  JsonNode *node = member_of (object, member, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_member_error (error, member, "must be an object");
      return NULL;
    }
  return json_node_get_object (node);
}

JsonArray *
kiosk_json_array (JsonObject *object, const char *member, guint maximum, GError **error)
{
  JsonNode *node = member_of (object, member, error);
  JsonArray *array = NULL;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      set_member_error (error, member, "must be a list");
      return NULL;
    }
  array = json_node_get_array (node);
  if (json_array_get_length (array) > maximum)
    {
      set_member_error (error, member, "has too many elements");
      return NULL;
    }
  return array;
}

GBytes *
kiosk_json_bytes (JsonObject *object, const char *member, gsize maximum, GError **error)
{
  const char *text = kiosk_json_string (object, member, maximum / 3 * 4 + 4, error);
  GBytes *bytes = NULL;

  if (text == NULL)
    return NULL;
  bytes = kiosk_base64_decode (text, maximum);
  if (bytes == NULL)
    set_member_error (error, member, "is not base64 or too long");
  return bytes;
}
