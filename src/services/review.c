#include "base/secret.h"
#include "days.h"
#include "form-private.h"

#include <string.h>

void
kiosk_review_row_free (KioskReviewRow *self)
{
  if (self == NULL)
    return;
  g_free (self->section);
  g_free (self->ref);
  g_free (self->label);
  kiosk_wipe_string (self->value);
  g_free (self->source);
  g_free (self);
}

/* 507400 → "HK$5,074"; cents only when there are some. */
static char *
money_words (gint64 cents)
{
  g_autofree char *dollars = g_strdup_printf ("%" G_GINT64_FORMAT, ABS (cents) / 100);
  GString *out = g_string_new (cents < 0 ? "-HK$" : "HK$");
  gsize n = strlen (dollars);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, dollars[i]);
    }
  if (cents % 100 != 0)
    g_string_append_printf (out, ".%02d", (int)(ABS (cents) % 100));
  return g_string_free (out, FALSE);
}

/* The value as a person reads it. Takes @value. */
static char *
words (KioskInstance *instance, int index, char *value, int language)
{
  const KioskField *field = kiosk_xform_field (kiosk_instance_xform (instance), index);
  char *read = NULL;
  int days;

  if (field->fee && *value != '\0')
    read = money_words (g_ascii_strtoll (value, NULL, 10));
  else if (g_str_equal (field->type, "date") && kiosk_days_parse (value, &days))
    read = kiosk_days_words (days, kiosk_languages[language]);
  for (guint i = 0; field->options != NULL && i < field->options->len; i++)
    {
      const KioskXOption *option = g_ptr_array_index (field->options, i);

      if (g_str_equal (option->value, value))
        read = kiosk_instance_text (instance, index, option->label, language, FALSE);
    }
  if (read == NULL)
    return value;
  kiosk_wipe_string (value);
  return read;
}

static const char *
source_of (const KioskField *field)
{
  if (field->fact != NULL && g_str_has_prefix (field->fact, "holder."))
    return "card";
  return kiosk_field_is_asked (field) ? "you" : "computed";
}

GPtrArray *
kiosk_form_review (KioskForm *self, const char *language_name)
{
  const KioskXForm *xform = kiosk_instance_xform (self->instance);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_review_row_free);
  int language = kiosk_language_index (language_name);

  for (guint i = 0; i < xform->controls->len; i++)
    {
      int index = g_array_index (xform->controls, int, i);
      const KioskField *field = kiosk_xform_field (xform, index);
      KioskReviewRow *row;

      if (!kiosk_instance_is_relevant (self->instance, index))
        continue;
      row = g_new0 (KioskReviewRow, 1);
      row->section = kiosk_instance_text (self->instance, index, field->section, language, FALSE);
      row->ref = g_strdup (field->ref);
      row->label = kiosk_instance_text (self->instance, index, field->label, language, TRUE);
      row->value
        = words (self->instance, index, kiosk_instance_value (self->instance, index), language);
      row->source = g_strdup (source_of (field));
      g_ptr_array_add (rows, row);
    }
  return rows;
}
