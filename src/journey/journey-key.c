/* What a person types to open their document, and the pages of help around it. */
#include "journey/journey-flow.h"

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

static void
set_help (gpointer context, int from, const char *why)
{
  KioskSession *s = session (context);

  s->help_from = from;
  s->help_why = why;
}

static void
go_to_field (KioskSession *s, KeyField field)
{
  s->key_field = field;
  s->key_error = KEY_ERROR_NONE;
}

static void
keep_typed (KioskSession *s, const char *value)
{
  if (value != NULL)
    kiosk_wipe_replace (&s->key_values[s->key_field], value);
}

gboolean
kiosk_journey_if_malformed (gpointer context, gconstpointer detail)
{
  return !kiosk_session_key_is_formed (session (context)->key_field, detail);
}

gboolean
kiosk_journey_if_more_to_type (gpointer context, gconstpointer detail)
{
  KeyField field = session (context)->key_field;

  return field == KEY_DOCUMENT_NUMBER || field == KEY_BIRTH_DATE;
}

gboolean
kiosk_journey_if_asks_can (gpointer context, gconstpointer detail)
{
  return session (context)->key_field == KEY_CAN;
}

gboolean
kiosk_journey_if_earlier_field (gpointer context, gconstpointer detail)
{
  return session (context)->key_field > session (context)->key_first;
}

gboolean
kiosk_journey_if_from_key (gpointer context, gconstpointer detail)
{
  return session (context)->help_from == STATE_ACCESS_KEY;
}

gboolean
kiosk_journey_if_from_problem (gpointer context, gconstpointer detail)
{
  return session (context)->help_from == STATE_CARD_PROBLEM;
}

void
kiosk_journey_do_ask_key (gpointer context, gconstpointer detail)
{
  session (context)->key_error = KEY_ERROR_NONE;
}

void
kiosk_journey_do_ask_key_again (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  /* Which of the three was wrong only the person can see: the first is asked again. */
  s->key_field = s->key_field == KEY_CAN ? KEY_CAN : KEY_DOCUMENT_NUMBER;
  s->key_error = KEY_ERROR_WRONG;
  s->key_pending = FALSE;
  s->key_proved = FALSE;
}

void
kiosk_journey_do_mark_format (gpointer context, gconstpointer detail)
{
  keep_typed (session (context), detail);
  session (context)->key_error = KEY_ERROR_FORMAT;
}

void
kiosk_journey_do_next_field (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  keep_typed (s, detail);
  go_to_field (s, s->key_field + 1);
}

void
kiosk_journey_do_previous_field (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  keep_typed (s, detail);
  go_to_field (s, s->key_field - 1);
}

void
kiosk_journey_do_ask_document (gpointer context, gconstpointer detail)
{
  go_to_field (session (context), KEY_DOCUMENT_NUMBER);
}

void
kiosk_journey_do_give_key (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;
  KioskCardKey kind;
  g_autoptr (KioskSecret) key = NULL;

  keep_typed (s, detail);
  key = kiosk_session_key (s, &kind);
  s->key_error = KEY_ERROR_NONE;
  s->key_pending = FALSE;
  s->fraction = 0;
  g_clear_pointer (&s->reading_name, kiosk_wipe_string);
  self->ports.card->give_key (self->ports.card, kind, key);
}

void
kiosk_journey_do_keep_key (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  keep_typed (s, detail);
  s->key_error = KEY_ERROR_NONE;
  s->key_pending = TRUE;
}

void
kiosk_journey_do_leave_key (gpointer context, gconstpointer detail)
{
  keep_typed (session (context), detail);
  session (context)->key_error = KEY_ERROR_NONE;
}

void
kiosk_journey_do_help_no_number (gpointer context, gconstpointer detail)
{
  set_help (context, STATE_ACCESS_KEY, "no-number");
}

void
kiosk_journey_do_help_reading (gpointer context, gconstpointer detail)
{
  set_help (context, STATE_IDENTIFY, "will-not-read");
}

void
kiosk_journey_do_help_problem (gpointer context, gconstpointer detail)
{
  set_help (context, STATE_CARD_PROBLEM, "staff");
}
