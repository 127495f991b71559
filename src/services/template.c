#include "template.h"

#include <string.h>

typedef struct
{
  char *words;
  KioskXpath *output; /* NULL: words */
} Part;

struct _KioskTemplate
{
  GPtrArray *parts;
};

static void
free_part (gpointer data)
{
  Part *part = data;

  g_free (part->words);
  g_clear_pointer (&part->output, kiosk_xpath_free);
  g_free (part);
}

KioskTemplate *
kiosk_template_new (void)
{
  KioskTemplate *self = g_new0 (KioskTemplate, 1);

  self->parts = g_ptr_array_new_with_free_func (free_part);
  return self;
}

void
kiosk_template_free (KioskTemplate *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->parts);
  g_free (self);
}

void
kiosk_template_add_words (KioskTemplate *self, const char *words)
{
  Part *part = g_new0 (Part, 1);

  part->words = g_strdup (words);
  g_ptr_array_add (self->parts, part);
}

gboolean
kiosk_template_add_output (KioskTemplate *self, const char *expression, GError **error)
{
  KioskXpath *output = kiosk_xpath_compile (expression, error);
  Part *part;

  if (output == NULL)
    return FALSE;
  part = g_new0 (Part, 1);
  part->output = output;
  g_ptr_array_add (self->parts, part);
  return TRUE;
}

gboolean
kiosk_template_is_empty (const KioskTemplate *self)
{
  return self->parts->len == 0;
}

KioskTemplate *
kiosk_template_from_braces (const char *text, GError **error)
{
  g_autoptr (KioskTemplate) self = kiosk_template_new ();

  while (*text != '\0')
    {
      const char *open = strchr (text, '{'), *close;
      g_autofree char *words
        = g_strndup (text, open != NULL ? (gsize)(open - text) : strlen (text));
      g_autofree char *expression = NULL;

      if (*words != '\0')
        kiosk_template_add_words (self, words);
      if (open == NULL)
        break;
      close = strchr (open, '}');
      if (close == NULL)
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "\"%s\": a brace is not closed", text);
          return NULL;
        }
      expression = g_strndup (open + 1, (gsize)(close - open) - 1);
      if (!kiosk_template_add_output (self, expression, error))
        return NULL;
      text = close + 1;
    }
  return g_steal_pointer (&self);
}

char *
kiosk_template_render (const KioskTemplate *self, KioskXpathContext *context, xmlNode *node,
                       GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = g_ptr_array_index (self->parts, i);
      g_autofree char *value = NULL;

      if (part->output != NULL)
        value = kiosk_xpath_string (context, part->output, node, error);
      if (part->output != NULL && value == NULL)
        return NULL;
      g_string_append (out, part->output != NULL ? value : part->words);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
