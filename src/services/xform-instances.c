#include "xform.h"
#include "xml.h"

#include <string.h>

#define FIELDS_MAX 256
#define ROWS_MAX   2000

static void
free_field (gpointer data)
{
  KioskField *field = data;

  g_free (field->ref);
  g_free (field->type);
  g_clear_pointer (&field->required, kiosk_xpath_free);
  g_clear_pointer (&field->relevant, kiosk_xpath_free);
  g_clear_pointer (&field->constraint, kiosk_xpath_free);
  g_clear_pointer (&field->calculate, kiosk_xpath_free);
  g_free (field->constraint_text);
  g_free (field->fact);
  g_free (field->alphabet);
  g_free (field->label);
  g_free (field->hint);
  g_free (field->section);
  g_clear_pointer (&field->options, g_ptr_array_unref);
  g_free (field);
}

/* Unprefixed paths of ODK forms name elements without a namespace. */
static void
strip_namespaces (xmlNode *node)
{
  node->ns = NULL;
  for (xmlNode *child = kiosk_xml_element (node->children); child != NULL;
       child = kiosk_xml_element (child->next))
    strip_namespaces (child);
  if (node->nsDef != NULL)
    {
      xmlFreeNsList (node->nsDef);
      node->nsDef = NULL;
    }
}

/* Whitespace, comments: nothing of them is submitted. */
static void
strip_layout (xmlNode *node)
{
  for (xmlNode *child = node->children, *next; child != NULL; child = next)
    {
      next = child->next;
      if (child->type == XML_ELEMENT_NODE)
        strip_layout (child);
      else
        {
          xmlUnlinkNode (child);
          xmlFreeNode (child);
        }
    }
}

static gboolean
add_fields (KioskXForm *self, xmlNode *node, int parent, const char *path, GError **error)
{
  KioskField *field = g_new0 (KioskField, 1);
  int index = (int)self->fields->len;

  g_ptr_array_add (self->fields, field);
  field->ref = g_strconcat (path, "/", (const char *)node->name, NULL);
  field->parent = parent;
  field->leaf = node->children == NULL;
  field->length = 40;
  if (self->fields->len > FIELDS_MAX
      || (parent >= 0
          && (node->properties != NULL || kiosk_xform_find (self, field->ref) != index)))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "%s: a repeat, an attribute, or more than %d fields", field->ref, FIELDS_MAX);
      return FALSE;
    }
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (!add_fields (self, child, index, field->ref, error))
      return FALSE;
  return TRUE;
}

static gboolean
load_primary (KioskXForm *self, xmlNode *instance, GError **error)
{
  xmlNode *source = kiosk_xml_element (instance->children), *root;
  g_autofree char *version = NULL;
  guint64 number;

  if (source == NULL || g_str_equal ((const char *)source->name, "kiosk-instance"))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "the primary instance is empty");
      return FALSE;
    }
  root = xmlDocCopyNode (source, self->template, 1);
  xmlDocSetRootElement (self->template, root);
  strip_namespaces (root);
  strip_layout (root);
  self->id = kiosk_xml_attribute (root, NULL, "id");
  version = kiosk_xml_attribute (root, NULL, "version");
  if (self->id == NULL || version == NULL
      || !g_ascii_string_to_unsigned (version, 10, 1, G_MAXINT, &number, NULL))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "the primary instance needs an id and a whole version");
      return FALSE;
    }
  self->version = (gint64)number;
  return add_fields (self, root, -1, "", error);
}

static xmlNode *
new_secondary (KioskXForm *self, const char *id)
{
  xmlNode *wrapper = xmlNewDocNode (self->template, NULL, BAD_CAST "kiosk-instance", NULL);

  xmlNewProp (wrapper, BAD_CAST "id", BAD_CAST id);
  xmlAddSibling (xmlDocGetRootElement (self->template), wrapper);
  return wrapper;
}

/* <root><item><COLUMN>value</COLUMN>…</item>…</root>, as ODK shows a table. */
static gboolean
add_table (xmlNode *wrapper, JsonArray *rows, const char *name, GError **error)
{
  xmlNode *root = xmlNewChild (wrapper, NULL, BAD_CAST "root", NULL);

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      xmlNode *item = xmlNewChild (root, NULL, BAD_CAST "item", NULL);
      g_autoptr (GList) columns = NULL;

      if (i >= ROWS_MAX || !JSON_NODE_HOLDS_OBJECT (row))
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "table %s: row %u is not an object, or one too many", name, i + 1);
          return FALSE;
        }
      columns = json_object_get_members (json_node_get_object (row));
      for (GList *l = columns; l != NULL; l = l->next)
        {
          JsonNode *value = json_object_get_member (json_node_get_object (row), l->data);
          GType type = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : 0;
          g_autofree char *number = NULL;

          if (xmlValidateNCName (l->data, 0) != 0
              || (type != G_TYPE_STRING && type != G_TYPE_INT64))
            {
              g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                           "table %s: row %u: \"%s\" is not a column with a text or a whole number",
                           name, i + 1, (char *)l->data);
              return FALSE;
            }
          if (type == G_TYPE_INT64)
            number = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (value));
          xmlNewTextChild (item, NULL, l->data,
                           BAD_CAST (number != NULL ? number : json_node_get_string (value)));
        }
    }
  return TRUE;
}

static gboolean
load_secondary (KioskXForm *self, xmlNode *instance, KioskXFormTables tables, gpointer tables_data,
                GError **error)
{
  g_autofree char *id = kiosk_xml_attribute (instance, NULL, "id");
  g_autofree char *source = kiosk_xml_attribute (instance, NULL, "src");
  xmlNode *content = kiosk_xml_element (instance->children), *wrapper;
  g_autofree char *name = NULL;
  JsonArray *rows = NULL;

  if (id != NULL && source != NULL && g_str_has_prefix (source, "jr://file/")
      && g_str_has_suffix (source, ".xml"))
    {
      name = g_strndup (source + 10, strlen (source) - 14);
      rows = tables != NULL ? tables (tables_data, name) : NULL;
    }
  if (id == NULL || (source != NULL ? rows == NULL : content == NULL))
    {
      g_set_error (
        error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
        "secondary instance \"%s\": no id, no content, or no table \"%s\" in the catalogue",
        id != NULL ? id : "", name != NULL ? name : "");
      return FALSE;
    }
  wrapper = new_secondary (self, id);
  if (rows != NULL)
    return add_table (wrapper, rows, name, error);
  content = xmlDocCopyNode (content, self->template, 1);
  xmlAddChild (wrapper, content);
  strip_namespaces (content);
  return TRUE;
}

gboolean
kiosk_xform_load_instances (KioskXForm *self, xmlNode *model, KioskXFormTables tables,
                            gpointer tables_data, GError **error)
{
  gboolean primary = TRUE;

  self->template = xmlNewDoc (BAD_CAST "1.0");
  self->fields = g_ptr_array_new_with_free_func (free_field);
  self->fee = -1;
  for (xmlNode *node = kiosk_xml_element (model->children); node != NULL;
       node = kiosk_xml_element (node->next))
    {
      if (!kiosk_xml_is (node, KIOSK_XFORMS_NS, "instance"))
        continue;
      if (primary ? !load_primary (self, node, error)
                  : !load_secondary (self, node, tables, tables_data, error))
        return FALSE;
      primary = FALSE;
    }
  if (primary)
    g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "no instance");
  return !primary;
}
