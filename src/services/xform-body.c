#include "xform.h"
#include "xml.h"

static gboolean
complain (const char *where, const char *what, GError **error)
{
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "body: %s: %s", where,
               what);
  return FALSE;
}

/* The text id of a <label> or <hint>. */
static gboolean
read_text_ref (xmlNode *node, char **slot, GError **error)
{
  g_autofree char *ref = kiosk_xml_attribute (node, NULL, "ref");
  char *id = ref != NULL ? kiosk_xform_text_id (ref) : NULL;

  if (id == NULL || *slot != NULL)
    {
      g_free (id);
      return complain ((const char *)node->name, "not one ref=\"jr:itext('…')\"", error);
    }
  *slot = id;
  return TRUE;
}

static void
free_option (gpointer data)
{
  KioskXOption *option = data;

  g_free (option->value);
  g_free (option->label);
  g_free (option);
}

static gboolean
read_item (KioskField *field, xmlNode *item, GError **error)
{
  KioskXOption *option = g_new0 (KioskXOption, 1);

  if (field->options == NULL)
    field->options = g_ptr_array_new_with_free_func (free_option);
  g_ptr_array_add (field->options, option);
  for (xmlNode *node = kiosk_xml_element (item->children); node != NULL;
       node = kiosk_xml_element (node->next))
    {
      if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "label"))
        {
          if (!read_text_ref (node, &option->label, error))
            return FALSE;
        }
      else if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "value") && option->value == NULL)
        option->value = kiosk_xml_text (node);
    }
  if (option->label == NULL || option->value == NULL || *option->value == '\0'
      || g_utf8_strlen (option->value, -1) > field->length)
    return complain (field->ref, "an item has no label or no value", error);
  return TRUE;
}

static gboolean
read_control_part (KioskField *field, xmlNode *node, GError **error)
{
  if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "label"))
    return read_text_ref (node, &field->label, error);
  if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "hint"))
    return read_text_ref (node, &field->hint, error);
  if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "item"))
    return read_item (field, node, error);
  return complain ((const char *)node->name, "is not read here", error);
}

static gboolean
read_control (KioskXForm *self, xmlNode *control, const char *section, GError **error)
{
  g_autofree char *ref = kiosk_xml_attribute (control, NULL, "ref");
  g_autofree char *appearance = kiosk_xml_attribute (control, NULL, "appearance");
  int index = ref != NULL ? kiosk_xform_find (self, ref) : -1;
  KioskField *field = index >= 0 ? kiosk_xform_field (self, index) : NULL;

  if (field == NULL || !field->leaf || field->shown)
    return complain (ref != NULL ? ref : "", "no such field, or shown twice", error);
  field->shown = TRUE;
  field->section = g_strdup (section);
  field->numbers = g_strcmp0 (appearance, "numbers") == 0;
  g_array_append_val (self->controls, index);
  for (xmlNode *node = kiosk_xml_element (control->children); node != NULL;
       node = kiosk_xml_element (node->next))
    if (!read_control_part (field, node, error))
      return FALSE;
  if (kiosk_xml_is (control, KIOSK_XFORMS_NS, "select1")
      != (g_strcmp0 (field->type, "select1") == 0))
    return complain (field->ref, "select1 is the control of the type select1, and of no other",
                     error);
  return TRUE;
}

static gboolean
read_group (KioskXForm *self, xmlNode *group, GError **error)
{
  g_autofree char *section = NULL;

  for (xmlNode *node = kiosk_xml_element (group->children); node != NULL;
       node = kiosk_xml_element (node->next))
    {
      if (kiosk_xml_is (node, KIOSK_XFORMS_NS, "label"))
        {
          if (!read_text_ref (node, &section, error))
            return FALSE;
        }
      else if (!kiosk_xml_is (node, KIOSK_XFORMS_NS, "input")
               && !kiosk_xml_is (node, KIOSK_XFORMS_NS, "select1"))
        return complain ((const char *)node->name, "is not read here", error);
      else if (section == NULL)
        return complain ("group", "its label comes first", error);
      else if (!read_control (self, node, section, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_xform_load_body (KioskXForm *self, xmlNode *body, GError **error)
{
  self->controls = g_array_new (FALSE, FALSE, sizeof (int));
  for (xmlNode *node = kiosk_xml_element (body->children); node != NULL;
       node = kiosk_xml_element (node->next))
    {
      if (!kiosk_xml_is (node, KIOSK_XFORMS_NS, "group"))
        return complain ((const char *)node->name, "only groups stand here", error);
      if (!read_group (self, node, error))
        return FALSE;
    }
  return TRUE;
}
