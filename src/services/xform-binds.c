#include "xform.h"
#include "xml.h"

#include <string.h>

static gboolean
complain (const char *ref, const char *what, const char *value, GError **error)
{
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "%s: %s \"%s\"", ref,
               what, value);
  return FALSE;
}

/* "jr:itext('id')" → "id". */
char *
kiosk_xform_text_id (const char *value)
{
  gsize length = strlen (value);

  if (length > 12 && g_str_has_prefix (value, "jr:itext('") && g_str_has_suffix (value, "')"))
    return g_strndup (value + 10, length - 12);
  return NULL;
}

static gboolean
set_expression (KioskXpath **slot, const char *ref, const char *value, GError **error)
{
  *slot = kiosk_xpath_compile (value, error);
  if (*slot == NULL)
    g_prefix_error (error, "%s: ", ref);
  return *slot != NULL;
}

static gboolean
set_type (KioskField *field, const char *value, GError **error)
{
  static const char *const types[] = { "string", "int", "date", "select1", NULL };

  if (!g_strv_contains (types, value))
    return complain (field->ref, "cannot be of type", value, error);
  field->type = g_strdup (value);
  return TRUE;
}

static gboolean
set_plain (KioskField *field, const char *name, const char *value, GError **error)
{
  if (g_str_equal (name, "type"))
    return set_type (field, value, error);
  if (g_str_equal (name, "required"))
    return set_expression (&field->required, field->ref, value, error);
  if (g_str_equal (name, "relevant"))
    return set_expression (&field->relevant, field->ref, value, error);
  if (g_str_equal (name, "constraint"))
    return set_expression (&field->constraint, field->ref, value, error);
  if (g_str_equal (name, "calculate"))
    return set_expression (&field->calculate, field->ref, value, error);
  if (g_str_equal (name, "readonly"))
    {
      field->read_only = g_str_equal (value, "true()");
      return field->read_only || g_str_equal (value, "false()")
             || complain (field->ref, "readonly is true() or false(), not", value, error);
    }
  return g_str_equal (name, "nodeset") || complain (field->ref, "no such attribute", name, error);
}

static gboolean
set_ours (KioskXForm *self, int index, const char *name, const char *value, GError **error)
{
  KioskField *field = kiosk_xform_field (self, index);
  guint64 length;

  if (g_str_equal (name, "fact"))
    field->fact = g_strdup (value);
  else if (g_str_equal (name, "alphabet") && g_str_is_ascii (value) && *value != '\0')
    field->alphabet = g_strdup (value);
  else if (g_str_equal (name, "length")
           && g_ascii_string_to_unsigned (value, 10, 1, 256, &length, NULL))
    field->length = (guint)length;
  else if (g_str_equal (name, "role") && g_str_equal (value, "fee") && self->fee < 0)
    {
      field->fee = TRUE;
      self->fee = index;
    }
  else
    return complain (field->ref, "this kiosk attribute is not known or its value is wrong:", name,
                     error);
  return TRUE;
}

static gboolean
set_attribute (KioskXForm *self, int index, xmlAttr *attribute, GError **error)
{
  KioskField *field = kiosk_xform_field (self, index);
  const char *uri = attribute->ns != NULL ? (const char *)attribute->ns->href : NULL;
  const char *name = (const char *)attribute->name;
  g_autofree char *value = kiosk_xml_attribute (attribute->parent, uri, name);

  if (uri == NULL)
    return set_plain (field, name, value, error);
  if (g_str_equal (uri, KIOSK_FORMS_NS))
    return set_ours (self, index, name, value, error);
  if (g_str_equal (uri, KIOSK_JAVAROSA_NS) && g_str_equal (name, "constraintMsg"))
    {
      field->constraint_text = kiosk_xform_text_id (value);
      return field->constraint_text != NULL
             || complain (field->ref, "jr:constraintMsg is not jr:itext('…'):", value, error);
    }
  return complain (field->ref, "no such attribute", name, error);
}

gboolean
kiosk_xform_load_binds (KioskXForm *self, xmlNode *model, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (xmlNode *node = kiosk_xml_element (model->children); node != NULL;
       node = kiosk_xml_element (node->next))
    {
      g_autofree char *ref = NULL;
      int index;

      if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "instance")
          || kiosk_xml_is (node, KIOSK_XFORMS_NS, "itext"))
        continue;
      if (!kiosk_xml_is (node, KIOSK_XFORMS_NS, "bind"))
        return complain ("model", "this element is not read here:", (const char *)node->name,
                         error);
      ref = kiosk_xml_attribute (node, NULL, "nodeset");
      index = ref != NULL ? kiosk_xform_find (self, ref) : -1;
      if (index < 0)
        return complain ("bind", "no such field", ref != NULL ? ref : "", error);
      if (!g_hash_table_add (seen, g_steal_pointer (&ref)))
        return complain (kiosk_xform_field (self, index)->ref, "two binds", "", error);
      for (xmlAttr *a = node->properties; a != NULL; a = a->next)
        if (!set_attribute (self, index, a, error))
          return FALSE;
    }
  return TRUE;
}
