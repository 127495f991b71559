#include "gateway-schema.h"
#include <string.h>

JsonObject *
schema_resolve (JsonObject *document, JsonObject *object)
{
  if (!json_object_has_member (object, "$ref"))
    return object;
  g_auto (GStrv) steps = g_strsplit (json_object_get_string_member (object, "$ref"), "/", -1);
  g_assert_cmpstr (steps[0], ==, "#");
  JsonObject *at = document;
  for (guint i = 1; steps[i] != NULL; i++)
    {
      g_assert_true (json_object_has_member (at, steps[i]));
      at = json_object_get_object_member (at, steps[i]);
    }
  return schema_resolve (document, at);
}

static gboolean
is_of_type (JsonNode *node, const char *type)
{
  if (strcmp (type, "null") == 0)
    return JSON_NODE_HOLDS_NULL (node);
  if (strcmp (type, "object") == 0)
    return JSON_NODE_HOLDS_OBJECT (node);
  if (strcmp (type, "array") == 0)
    return JSON_NODE_HOLDS_ARRAY (node);
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  GType value = json_node_get_value_type (node);
  return (strcmp (type, "string") == 0 && value == G_TYPE_STRING)
         || (strcmp (type, "integer") == 0 && value == G_TYPE_INT64);
}

static gboolean
type_fits (JsonNode *rule, JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (rule))
    return is_of_type (node, json_node_get_string (rule));
  JsonArray *types = json_node_get_array (rule);
  for (guint i = 0; i < json_array_get_length (types); i++)
    if (is_of_type (node, json_array_get_string_element (types, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_listed (JsonArray *list, JsonNode *node)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (json_node_equal (json_array_get_element (list, i), node))
      return TRUE;
  return FALSE;
}

static gboolean
has_all (JsonArray *names, JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);
  for (guint i = 0; i < json_array_get_length (names); i++)
    if (!json_object_has_member (object, json_array_get_string_element (names, i)))
      return FALSE;
  return TRUE;
}

static char *
check_properties (JsonObject *document, JsonObject *properties, JsonNode *node, const char *where)
{
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList *name = names; name != NULL; name = name->next)
    {
      g_autofree char *inside = g_strdup_printf ("%s/%s", where, (char *)name->data);
      if (!json_object_has_member (properties, name->data))
        return g_strconcat (inside, ": not in the contract", NULL);
      char *problem
        = schema_check (document, json_object_get_object_member (properties, name->data),
                        json_object_get_member (object, name->data), inside);
      if (problem != NULL)
        return problem;
    }
  return NULL;
}

static char *
check_items (JsonObject *document, JsonObject *items, JsonNode *node, const char *where)
{
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *inside = g_strdup_printf ("%s/%u", where, i);
      char *problem = schema_check (document, items, json_array_get_element (array, i), inside);
      if (problem != NULL)
        return problem;
    }
  return NULL;
}

static gboolean
value_fits (const char *keyword, JsonNode *rule, JsonNode *node)
{
  if (strcmp (keyword, "type") == 0)
    return type_fits (rule, node);
  if (strcmp (keyword, "enum") == 0)
    return is_listed (json_node_get_array (rule), node);
  if (strcmp (keyword, "pattern") == 0)
    return g_regex_match_simple (json_node_get_string (rule), json_node_get_string (node),
                                 G_REGEX_DOLLAR_ENDONLY, 0);
  if (strcmp (keyword, "minimum") == 0)
    return json_node_get_int (node) >= json_node_get_int (rule);
  if (strcmp (keyword, "maxItems") == 0)
    return json_array_get_length (json_node_get_array (node)) <= (guint)json_node_get_int (rule);
  if (strcmp (keyword, "required") == 0)
    return has_all (json_node_get_array (rule), node);
  g_assert_cmpstr (keyword, ==, "description");
  return TRUE;
}

char *
schema_check (JsonObject *document, JsonObject *schema, JsonNode *node, const char *where)
{
  schema = schema_resolve (document, schema);
  /* The type first: the other keywords read the value as what it must be. */
  if (!type_fits (json_object_get_member (schema, "type"), node))
    return g_strdup_printf ("%s: of another type", where);
  g_autoptr (GList) keywords = json_object_get_members (schema);
  for (GList *item = keywords; item != NULL; item = item->next)
    {
      const char *keyword = item->data;
      JsonNode *rule = json_object_get_member (schema, keyword);
      char *problem = NULL;
      if (strcmp (keyword, "properties") == 0)
        problem = check_properties (document, json_node_get_object (rule), node, where);
      else if (strcmp (keyword, "items") == 0)
        problem = check_items (document, json_node_get_object (rule), node, where);
      else if (!value_fits (keyword, rule, node))
        problem = g_strdup_printf ("%s: breaks %s", where, keyword);
      if (problem != NULL)
        return problem;
    }
  return NULL;
}
