#include "xform.h"
#include "xml.h"

static void
free_text (gpointer data)
{
  KioskXText *text = data;

  g_clear_pointer (&text->text, kiosk_template_free);
  g_clear_pointer (&text->brief, kiosk_template_free);
  g_free (text);
}

static gboolean
read_part (KioskTemplate *into, xmlNode *node, GError **error)
{
  g_autofree char *words = NULL;
  g_autofree char *expression = NULL;

  if (node->type == XML_COMMENT_NODE)
    return TRUE;
  if (node->type == XML_TEXT_NODE)
    {
      words = kiosk_xml_text (node);
      kiosk_template_add_words (into, words);
      return TRUE;
    }
  if (node->type == XML_ELEMENT_NODE)
    expression = kiosk_xml_attribute (node, NULL, "value");
  if (expression == NULL || !kiosk_xml_is (node, KIOSK_XFORMS_NS, "output"))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "only <output value=\"…\"/> stands in a text");
      return FALSE;
    }
  return kiosk_template_add_output (into, expression, error);
}

/* <value>Words <output value="expression"/> words</value> */
static KioskTemplate *
read_value (xmlNode *value, GError **error)
{
  g_autoptr (KioskTemplate) read = kiosk_template_new ();

  for (xmlNode *node = value->children; node != NULL; node = node->next)
    if (!read_part (read, node, error))
      return NULL;
  if (kiosk_template_is_empty (read))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "it is empty");
      return NULL;
    }
  return g_steal_pointer (&read);
}

static gboolean
read_text (GHashTable *texts, xmlNode *node, GError **error)
{
  g_autofree char *id = kiosk_xml_attribute (node, NULL, "id");
  KioskXText *text;

  if (id == NULL || g_hash_table_contains (texts, id))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "a text without an id, or two of \"%s\"", id != NULL ? id : "");
      return FALSE;
    }
  text = g_new0 (KioskXText, 1);
  g_hash_table_insert (texts, g_strdup (id), text);
  for (xmlNode *value = kiosk_xml_element (node->children); value != NULL;
       value = kiosk_xml_element (value->next))
    {
      g_autofree char *form = kiosk_xml_attribute (value, NULL, "form");
      KioskTemplate **slot = g_strcmp0 (form, "short") == 0 ? &text->brief : &text->text;

      if (*slot != NULL)
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "text \"%s\": two values of one form", id);
          return FALSE;
        }
      *slot = read_value (value, error);
      if (*slot == NULL)
        {
          g_prefix_error (error, "text \"%s\": ", id);
          return FALSE;
        }
    }
  if (text->text == NULL)
    g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                 "text \"%s\": no value", id);
  return text->text != NULL;
}

static gboolean
read_translation (KioskXForm *self, xmlNode *translation, GError **error)
{
  g_autofree char *name = kiosk_xml_attribute (translation, NULL, "lang");
  int language = kiosk_language_find (name);

  if (language < 0)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "itext: \"%s\" is not en, zh_HK or zh_CN", name != NULL ? name : "");
      return FALSE;
    }
  for (xmlNode *node = kiosk_xml_element (translation->children); node != NULL;
       node = kiosk_xml_element (node->next))
    if (!read_text (self->texts[language], node, error))
      {
        g_prefix_error (error, "%s: ", kiosk_languages[language]);
        return FALSE;
      }
  return TRUE;
}

gboolean
kiosk_xform_load_texts (KioskXForm *self, xmlNode *model, GError **error)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    self->texts[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_text);
  for (xmlNode *itext = kiosk_xml_element (model->children); itext != NULL;
       itext = kiosk_xml_element (itext->next))
    {
      if (!kiosk_xml_is (itext, KIOSK_XFORMS_NS, "itext"))
        continue;
      for (xmlNode *node = kiosk_xml_element (itext->children); node != NULL;
           node = kiosk_xml_element (node->next))
        if (!read_translation (self, node, error))
          return FALSE;
    }
  return TRUE;
}

char *
kiosk_xform_text (const KioskXForm *self, const char *id, int language, gboolean brief,
                  KioskXpathContext *context, xmlNode *node, GError **error)
{
  const KioskXText *text = g_hash_table_lookup (self->texts[language], id);

  if (text == NULL)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_UNKNOWN, "no text \"%s\"", id);
      return NULL;
    }
  return kiosk_template_render (brief && text->brief != NULL ? text->brief : text->text, context,
                                node, error);
}
