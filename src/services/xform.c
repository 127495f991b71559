#include "xform.h"
#include "xml.h"

#include <string.h>

static const KioskXmlLimits form_limits = { .bytes = KIOSK_XFORM_MAX, .nodes = 20000, .depth = 32 };

/* Said when an answer is not of its type, or missing. */
static const char *const required_texts[]
  = { "kiosk:date", "kiosk:int", "kiosk:text", "kiosk:choice", "kiosk:required" };

void
kiosk_xform_free (KioskXForm *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_clear_pointer (&self->template, xmlFreeDoc);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->controls, g_array_unref);
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    g_clear_pointer (&self->texts[i], g_hash_table_unref);
  g_free (self);
}

int
kiosk_xform_find (const KioskXForm *self, const char *ref)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (g_str_equal (kiosk_xform_field (self, (int)i)->ref, ref))
      return (int)i;
  return -1;
}

KioskField *
kiosk_xform_field (const KioskXForm *self, int index)
{
  return g_ptr_array_index (self->fields, (guint)index);
}

gboolean
kiosk_field_is_asked (const KioskField *self)
{
  return self->leaf && self->shown && self->calculate == NULL && self->fact == NULL
         && !self->read_only;
}

static gboolean
text_exists (const KioskXForm *self, const char *id, GError **error)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    if (!g_hash_table_contains (self->texts[i], id))
      {
        g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                     "the text \"%s\" is missing in %s", id, kiosk_languages[i]);
        return FALSE;
      }
  return TRUE;
}

/* Every id that one language has, all have; with the same short forms. */
static gboolean
texts_are_complete (const KioskXForm *self, GError **error)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    {
      GHashTableIter iter;
      gpointer id, text;

      g_hash_table_iter_init (&iter, self->texts[i]);
      while (g_hash_table_iter_next (&iter, &id, &text))
        for (int j = 0; j < KIOSK_LANGUAGES; j++)
          {
            const KioskXText *other = g_hash_table_lookup (self->texts[j], id);

            if (other == NULL)
              return text_exists (self, id, error);
            if ((other->brief == NULL) != (((KioskXText *)text)->brief == NULL))
              {
                g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                             "the text \"%s\" has a short form in %s or %s only", (char *)id,
                             kiosk_languages[i], kiosk_languages[j]);
                return FALSE;
              }
          }
    }
  for (gsize i = 0; i < G_N_ELEMENTS (required_texts); i++)
    if (!text_exists (self, required_texts[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
complain (const KioskField *field, const char *what, GError **error)
{
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "%s: %s", field->ref,
               what);
  return FALSE;
}

static gboolean
field_is_whole (const KioskXForm *self, const KioskField *field, GError **error)
{
  gboolean choice = g_strcmp0 (field->type, "select1") == 0;

  if (field->leaf && field->type == NULL)
    return complain (field, "has no bind with a type", error);
  if (!field->leaf && field->type != NULL)
    return complain (field, "is a group, and a group has no type", error);
  if (field->leaf && !field->shown && field->calculate == NULL && field->fact == NULL)
    return complain (field, "is neither asked, computed nor known", error);
  if (field->calculate != NULL && field->fact != NULL)
    return complain (field, "is both computed and known", error);
  if (choice && (field->options == NULL || field->options->len == 0))
    return complain (field, "is a choice without options", error);
  if (field->options != NULL && !choice)
    return complain (field, "has options but is not of type select1", error);
  if (field->constraint != NULL && field->constraint_text == NULL)
    return complain (field, "has a constraint without jr:constraintMsg", error);
  if (field->shown && field->label == NULL)
    return complain (field, "has no label", error);
  for (guint i = 0; field->options != NULL && i < field->options->len; i++)
    if (!text_exists (self, ((KioskXOption *)g_ptr_array_index (field->options, i))->label, error))
      return FALSE;
  return (field->label == NULL || text_exists (self, field->label, error))
         && (field->hint == NULL || text_exists (self, field->hint, error))
         && (field->section == NULL || text_exists (self, field->section, error))
         && (field->constraint_text == NULL || text_exists (self, field->constraint_text, error));
}

static xmlNode *
child (xmlNode *parent, const char *namespace_uri, const char *name)
{
  for (xmlNode *node = parent != NULL ? parent->children : NULL; node != NULL; node = node->next)
    if (kiosk_xml_is (node, namespace_uri, name))
      return node;
  return NULL;
}

KioskXForm *
kiosk_xform_new (const char *text, KioskXFormTables tables, gpointer tables_data, GError **error)
{
  g_autoptr (KioskXForm) self = g_new0 (KioskXForm, 1);
  g_autoptr (xmlDoc) doc = kiosk_xml_parse (text, strlen (text), &form_limits, error);
  xmlNode *html, *model, *body;

  if (doc == NULL)
    return NULL;
  html = xmlDocGetRootElement (doc);
  model = child (child (html, KIOSK_XHTML_NS, "head"), KIOSK_XFORMS_NS, "model");
  body = child (html, KIOSK_XHTML_NS, "body");
  if (model == NULL || body == NULL)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "not an XForm: no h:head with a model, or no h:body");
      return NULL;
    }
  if (!kiosk_xform_load_instances (self, model, tables, tables_data, error)
      || !kiosk_xform_load_binds (self, model, error) || !kiosk_xform_load_body (self, body, error)
      || !kiosk_xform_load_texts (self, model, error) || !texts_are_complete (self, error))
    return NULL;
  for (guint i = 0; i < self->fields->len; i++)
    if (!field_is_whole (self, kiosk_xform_field (self, (int)i), error))
      return NULL;
  return g_steal_pointer (&self);
}
