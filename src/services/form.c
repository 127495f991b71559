#include "services/form.h"
#include "base/secret.h"
#include "catalogue-private.h"
#include "form-private.h"

#include <string.h>

KioskForm *
kiosk_form_new (KioskCatalogue *catalogue, const KioskService *service, const KioskFacts *facts,
                GError **error)
{
  KioskInstance *instance = kiosk_instance_new (service->xform, facts, error);
  KioskForm *self;

  if (instance == NULL)
    return NULL;
  self = g_new0 (KioskForm, 1);
  self->catalogue = kiosk_catalogue_ref (catalogue);
  self->instance = instance;
  return self;
}

void
kiosk_form_free (KioskForm *self)
{
  if (self == NULL)
    return;
  kiosk_instance_free (self->instance);
  kiosk_catalogue_unref (self->catalogue);
  g_free (self);
}

void
kiosk_question_free (KioskQuestion *self)
{
  if (self == NULL)
    return;
  g_free (self->ref);
  g_free (self->label);
  g_free (self->hint);
  kiosk_wipe_string (self->value);
  g_free (self->alphabet);
  g_clear_pointer (&self->options, g_ptr_array_unref);
  g_free (self);
}

static void
free_option (gpointer data)
{
  KioskOption *option = data;

  g_free (option->value);
  g_free (option->label);
  g_free (option);
}

/* The field that question @index asks; −1: there is no such question now. */
static int
field_of_question (KioskForm *self, guint index)
{
  const KioskXForm *xform = kiosk_instance_xform (self->instance);

  for (guint i = 0; i < xform->controls->len; i++)
    {
      int field = g_array_index (xform->controls, int, i);

      if (kiosk_field_is_asked (kiosk_xform_field (xform, field))
          && kiosk_instance_is_relevant (self->instance, field) && index-- == 0)
        return field;
    }
  return -1;
}

guint
kiosk_form_n_questions (KioskForm *self)
{
  guint n = 0;

  while (field_of_question (self, n) >= 0)
    n++;
  return n;
}

int
kiosk_form_index (KioskForm *self, const char *ref)
{
  int field;

  for (guint i = 0; (field = field_of_question (self, i)) >= 0; i++)
    if (g_str_equal (kiosk_xform_field (kiosk_instance_xform (self->instance), field)->ref, ref))
      return (int)i;
  return -1;
}

static KioskQuestionType
question_type (const KioskField *field)
{
  if (g_str_equal (field->type, "select1"))
    return KIOSK_QUESTION_CHOICE;
  if (g_str_equal (field->type, "date"))
    return KIOSK_QUESTION_DATE;
  if (g_str_equal (field->type, "int") || field->numbers)
    return KIOSK_QUESTION_INTEGER;
  return KIOSK_QUESTION_TEXT;
}

static GPtrArray *
question_options (KioskForm *self, int index, const KioskField *field, int language)
{
  GPtrArray *options = g_ptr_array_new_with_free_func (free_option);

  for (guint i = 0; i < field->options->len; i++)
    {
      const KioskXOption *source = g_ptr_array_index (field->options, i);
      KioskOption *option = g_new0 (KioskOption, 1);

      option->value = g_strdup (source->value);
      option->label = kiosk_instance_text (self->instance, index, source->label, language, FALSE);
      g_ptr_array_add (options, option);
    }
  return options;
}

KioskQuestion *
kiosk_form_question (KioskForm *self, guint index, const char *language_name)
{
  int field_index = field_of_question (self, index);
  int language = kiosk_language_index (language_name);
  const KioskField *field;
  KioskQuestion *question;

  if (field_index < 0)
    return NULL;
  field = kiosk_xform_field (kiosk_instance_xform (self->instance), field_index);
  question = g_new0 (KioskQuestion, 1);
  question->ref = g_strdup (field->ref);
  question->type = question_type (field);
  question->label
    = kiosk_instance_text (self->instance, field_index, field->label, language, FALSE);
  if (field->hint != NULL)
    question->hint
      = kiosk_instance_text (self->instance, field_index, field->hint, language, FALSE);
  question->value = kiosk_instance_value (self->instance, field_index);
  question->alphabet = g_strdup (field->alphabet);
  question->maximum_length = question->type == KIOSK_QUESTION_DATE ? 10 : field->length;
  question->required = kiosk_instance_is_required (self->instance, field_index);
  if (question->type == KIOSK_QUESTION_CHOICE)
    question->options = question_options (self, field_index, field, language);
  return question;
}

/* %KIOSK_SERVICES_ERROR_CONSTRAINT with the form's sentence. */
static gboolean
refuse (KioskForm *self, int index, KioskProblem problem, const char *language, GError **error)
{
  g_autofree char *sentence
    = kiosk_instance_sentence (self->instance, index, problem, kiosk_language_index (language));

  g_set_error_literal (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_CONSTRAINT, sentence);
  return FALSE;
}

static gboolean
try_answer (KioskForm *self, int index, const char *value, const char *language, GError **error)
{
  const KioskField *field = kiosk_xform_field (kiosk_instance_xform (self->instance), index);
  char *before = kiosk_instance_value (self->instance, index);
  KioskProblem problem = KIOSK_PROBLEM_NONE;
  gboolean good;

  if (*value != '\0' && !kiosk_field_accepts (field, value))
    {
      kiosk_wipe_string (before);
      return refuse (self, index, KIOSK_PROBLEM_TYPE, language, error);
    }
  good = kiosk_instance_set (self->instance, index, value, error)
         && kiosk_instance_problem (self->instance, index, &problem, error);
  if (good && problem != KIOSK_PROBLEM_NONE)
    good = refuse (self, index, problem, language, error);
  if (!good)
    kiosk_instance_set (self->instance, index, *before != '\0' ? before : NULL, NULL);
  kiosk_wipe_string (before);
  return good;
}

gboolean
kiosk_form_answer (KioskForm *self, const char *ref, const char *value, const char *language,
                   GError **error)
{
  int index = kiosk_xform_find (kiosk_instance_xform (self->instance), ref);
  char *trimmed;
  gboolean good;

  if (index < 0 || kiosk_form_index (self, ref) < 0)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_UNKNOWN,
                   "%s is not a question now", ref);
      return FALSE;
    }
  trimmed = g_strstrip (g_strdup (value));
  good = try_answer (self, index, trimmed, language, error);
  kiosk_wipe_string (trimmed);
  return good;
}

gboolean
kiosk_form_set_today (KioskForm *self, const char *today, GError **error)
{
  return kiosk_instance_set_today (self->instance, today, error);
}

int
kiosk_form_problem (KioskForm *self, const char *language, char **ret_sentence)
{
  int field;

  for (guint i = 0; (field = field_of_question (self, i)) >= 0; i++)
    {
      KioskProblem problem = KIOSK_PROBLEM_NONE;

      if (!kiosk_instance_problem (self->instance, field, &problem, NULL))
        problem = KIOSK_PROBLEM_TYPE;
      if (problem == KIOSK_PROBLEM_NONE)
        continue;
      if (ret_sentence != NULL)
        *ret_sentence = kiosk_instance_sentence (self->instance, field, problem,
                                                 kiosk_language_index (language));
      return (int)i;
    }
  return -1;
}

gint64
kiosk_form_fee_cents (KioskForm *self)
{
  return kiosk_instance_fee_cents (self->instance);
}

GBytes *
kiosk_form_submission (KioskForm *self, GError **error)
{
  return kiosk_instance_complete (self->instance, error) ? kiosk_instance_canonical (self->instance)
                                                         : NULL;
}
