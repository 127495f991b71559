/* From a service chosen to a form that is ready to be declared. */
#include "journey/journey-flow.h"

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

static const KioskService *
find_service (KioskSession *s, const char *id)
{
  return s->catalogue == NULL ? NULL : kiosk_catalogue_find (s->catalogue, id);
}

/* (transfer full) (nullable). */
static KioskQuestion *
present_question (KioskJourney *self)
{
  return kiosk_form_question (kiosk_session_form (self->session), self->session->question,
                              self->language);
}

static void
clear_error (KioskSession *s)
{
  g_clear_pointer (&s->question_error, kiosk_wipe_string);
}

static void
go_to_question (KioskSession *s, guint index)
{
  s->question = index;
  clear_error (s);
}

static gboolean
is_complete (KioskJourney *self)
{
  return kiosk_form_problem (kiosk_session_form (self->session), self->language, NULL) < 0;
}

/* To the first question that keeps the form from being submitted, or simply the first. What was not
 * answered yet is no mistake: only an answer that no longer stands is told why. */
static void
go_to_problem (KioskJourney *self)
{
  char *sentence = NULL;
  int index = kiosk_form_problem (kiosk_session_form (self->session), self->language, &sentence);
  g_autoptr (KioskQuestion) question = NULL;

  go_to_question (self->session, index < 0 ? 0 : (guint)index);
  question = present_question (self);
  if (question != NULL && question->value[0] != '\0')
    self->session->question_error = g_steal_pointer (&sentence);
  kiosk_wipe_string (sentence);
}

/* Eligibility, in the language now set. */
static void
tell_checks (KioskJourney *self)
{
  KioskSession *s = self->session;
  g_autoptr (KioskFacts) facts = kiosk_session_facts (s);

  g_clear_pointer (&s->checks, g_ptr_array_unref);
  s->checks = kiosk_service_checks (s->service, facts, self->language, NULL);
}

/* Guards */

gboolean
kiosk_journey_if_open (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  const KioskService *service = find_service (self->session, detail);

  return service != NULL && self->ports.ledger->closed (self->ports.ledger, service) == NULL;
}

gboolean
kiosk_journey_is_eligible (const KioskJourney *self)
{
  KioskSession *s = self->session;

  if (kiosk_session_form (s) == NULL || s->checks == NULL)
    return FALSE;
  for (guint i = 0; i < s->checks->len; i++)
    if (((KioskCheck *)g_ptr_array_index (s->checks, i))->state == KIOSK_CHECK_UNMET)
      return FALSE;
  return TRUE;
}

gboolean
kiosk_journey_if_eligible (gpointer context, gconstpointer detail)
{
  return kiosk_journey_is_eligible (context);
}

gboolean
kiosk_journey_if_questions (gpointer context, gconstpointer detail)
{
  return kiosk_journey_if_eligible (context, detail)
         && kiosk_form_n_questions (kiosk_session_form (session (context))) > 0;
}

gboolean
kiosk_journey_if_changing (gpointer context, gconstpointer detail)
{
  return session (context)->changing;
}

gboolean
kiosk_journey_if_complete_again (gpointer context, gconstpointer detail)
{
  return session (context)->changing && is_complete (context);
}

gboolean
kiosk_journey_if_more_questions (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  return (s->changing && !is_complete (context))
         || s->question + 1 < kiosk_form_n_questions (kiosk_session_form (s));
}

gboolean
kiosk_journey_if_first_question (gpointer context, gconstpointer detail)
{
  return session (context)->question == 0;
}

gboolean
kiosk_journey_if_changeable (gpointer context, gconstpointer detail)
{
  return kiosk_form_index (kiosk_session_form (session (context)), detail) >= 0;
}

/* Actions */

void
kiosk_journey_make_form (KioskJourney *self)
{
  KioskSession *s = self->session;
  g_autoptr (KioskFacts) facts = kiosk_session_facts (s);
  KioskForm *form = kiosk_form_new (s->catalogue, s->service, facts, NULL);

  if (form != NULL)
    g_hash_table_insert (s->forms, g_strdup (kiosk_service_id (s->service)), form);
}

void
kiosk_journey_do_open_service (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;

  s->service = find_service (s, detail);
  s->changing = FALSE;
  s->seal_problem = NULL;
  tell_checks (self);
  /* What was typed for this service earlier in the session is still there. */
  if (kiosk_session_form (s) == NULL)
    kiosk_journey_make_form (self);
}

void
kiosk_journey_do_begin_form (gpointer context, gconstpointer detail)
{
  session (context)->changing = FALSE;
  go_to_problem (context);
}

static gboolean
try_answer (KioskJourney *self, const char *ref, const char *value)
{
  KioskSession *s = self->session;
  g_autoptr (GError) error = NULL;

  clear_error (s);
  if (kiosk_form_answer (kiosk_session_form (s), ref, value, self->language, &error))
    return TRUE;
  s->question_error = g_strdup (error->message);
  return FALSE;
}

void
kiosk_journey_do_take_answer (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  g_autoptr (KioskQuestion) question = present_question (self);

  if (question == NULL)
    return;
  if (try_answer (self, question->ref, detail))
    {
      kiosk_session_set_draft (self->session, question->ref, NULL);
      kiosk_flow_handle (self->flow, EVENT_ANSWERED, NULL);
    }
  else
    kiosk_session_set_draft (self->session, question->ref, detail);
}

void
kiosk_journey_do_next_question (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  if (s->changing)
    go_to_problem (context);
  else
    go_to_question (s, s->question + 1);
}

void
kiosk_journey_do_keep_draft (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  g_autoptr (KioskQuestion) question = present_question (self);

  clear_error (self->session);
  if (question == NULL || detail == NULL)
    return;
  kiosk_session_set_draft (self->session, question->ref,
                           g_strcmp0 (question->value, detail) == 0 ? NULL : detail);
}

void
kiosk_journey_do_previous_question (gpointer context, gconstpointer detail)
{
  kiosk_journey_do_keep_draft (context, detail);
  go_to_question (session (context), session (context)->question - 1);
}

void
kiosk_journey_do_last_question (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  go_to_question (s, kiosk_form_n_questions (kiosk_session_form (s)) - 1);
}

void
kiosk_journey_do_end_change (gpointer context, gconstpointer detail)
{
  kiosk_journey_do_keep_draft (context, detail);
  session (context)->changing = FALSE;
}

void
kiosk_journey_do_change_answer (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  s->changing = TRUE;
  go_to_question (s, (guint)kiosk_form_index (kiosk_session_form (s), detail));
}

void
kiosk_journey_do_try_complete (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  g_autoptr (GBytes) submission = kiosk_form_submission (kiosk_session_form (self->session), NULL);

  self->session->seal_problem = NULL;
  kiosk_flow_handle (self->flow, submission != NULL ? EVENT_COMPLETE : EVENT_INCOMPLETE, NULL);
}

void
kiosk_journey_do_ask_missing (gpointer context, gconstpointer detail)
{
  session (context)->changing = TRUE;
  go_to_problem (context);
}

gboolean
kiosk_journey_if_day_has_turned (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  g_autofree char *today = kiosk_session_day (kiosk_clock_wall_ms (self->ports.clock));

  return g_strcmp0 (self->session->today, today) != 0;
}

/* A form says which day it was made for: past midnight all are judged anew, and the person sees
 * once more what they will declare. What no longer stands is asked again on the way out of the
 * review. */
void
kiosk_journey_do_renew_form (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;
  GHashTableIter iter;
  gpointer form;

  g_free (s->today);
  s->today = kiosk_session_day (kiosk_clock_wall_ms (self->ports.clock));
  tell_checks (self);
  g_hash_table_iter_init (&iter, s->forms);
  while (g_hash_table_iter_next (&iter, NULL, &form))
    kiosk_form_set_today (form, s->today, NULL);
}

void
kiosk_journey_retell (KioskJourney *self)
{
  KioskSession *s = self->session;
  g_autoptr (KioskQuestion) question = NULL;
  const char *draft;

  if (s == NULL || s->service == NULL)
    return;
  tell_checks (self);
  if (s->question_error == NULL)
    return;
  question = present_question (self);
  if (question == NULL)
    return;
  draft = kiosk_session_draft (s, question->ref);
  try_answer (self, question->ref, draft != NULL ? draft : question->value);
}
