/* From a staff card on the reader to the question for its PIN. */
#include "journey/staff-private.h"

static KioskStaffSession *
session (gpointer context)
{
  return ((KioskStaffJourney *)context)->session;
}

static const char *
reader_trouble (KioskCardError code)
{
  switch (code)
    {
    case KIOSK_CARD_ERROR_NO_READER:
      return "missing";
    case KIOSK_CARD_ERROR_READER_BUSY:
      return "busy";
    case KIOSK_CARD_ERROR_READER_FAULT:
      return "fault";
    default:
      return NULL;
    }
}

static void
hear_failure (KioskStaffJourney *self, KioskCardError error)
{
  const char *trouble = reader_trouble (error);

  if (error == KIOSK_CARD_ERROR_CANCELLED)
    return;
  if (trouble != NULL)
    {
      self->reader = trouble;
      kiosk_staff_world (self, STAFF_READER, NULL);
      return;
    }
  if (self->session != NULL)
    self->session->problem = kiosk_card_error_name (error);
  kiosk_staff_world (self, STAFF_FAILED, NULL);
}

static void
hear_card (gpointer data, const KioskCardEvent *event)
{
  KioskStaffJourney *self = data;

  kiosk_staff_journey_touch (self);
  switch (event->type)
    {
    case KIOSK_CARD_EVENT_READY:
      self->reader = "ready";
      kiosk_staff_world (self, STAFF_READER, NULL);
      break;
    case KIOSK_CARD_EVENT_FOUND:
      if (self->session != NULL)
        self->session->card_present = TRUE;
      self->card_left = TRUE;
      kiosk_staff_world (self, STAFF_FOUND, NULL);
      break;
    case KIOSK_CARD_EVENT_STAFF:
      kiosk_staff_world (self, STAFF_PROVED, event->certificate);
      break;
    case KIOSK_CARD_EVENT_FAILED:
      hear_failure (self, event->error);
      break;
    case KIOSK_CARD_EVENT_REMOVED:
      if (self->session != NULL)
        self->session->card_present = FALSE;
      self->card_left = FALSE;
      kiosk_staff_world (self, STAFF_REMOVED, NULL);
      break;
    default: /* of documents, which are not asked for */
      break;
    }
}

void
kiosk_staff_watch_card (KioskStaffJourney *self)
{
  self->ports.card->start_staff (self->ports.card, hear_card, self);
}

gint64
kiosk_staff_wait_ms (const KioskStaffJourney *self)
{
  gint64 left = self->session->wait_until_us - kiosk_clock_steady_us (self->ports.clock);

  return left > 0 ? (left + 999) / 1000 : 0;
}

static void
looked (GObject *source, GAsyncResult *result, gpointer data)
{
  KioskStaffJourney *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskDoorAnswer) answer
    = self->closed ? NULL : self->ports.door->ask_finish (self->ports.door, result, &error);

  if (!self->closed && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    kiosk_staff_world (self, answer != NULL ? STAFF_LOOKED : STAFF_FAULT, answer);
  kiosk_staff_journey_unref (self);
}

/* Guards and actions */

gboolean
kiosk_staff_if_second (gpointer context, gconstpointer detail)
{
  return session (context)->second;
}

gboolean
kiosk_staff_if_own_card (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  return self->ports.card_stays && self->session->own_card;
}

void
kiosk_staff_do_greet (gpointer context, gconstpointer detail)
{
  session (context)->problem = "";
  session (context)->reading = TRUE;
}

void
kiosk_staff_do_look (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;
  KioskStaffSession *s = self->session;

  kiosk_staff_session_forget_card (s);
  s->reading = TRUE;
  s->certificate = g_bytes_ref ((GBytes *)detail);
  self->ports.door->ask_async (self->ports.door, s->certificate, NULL, s->cancellable, looked,
                               kiosk_staff_journey_ref (self));
}

void
kiosk_staff_do_explain (gpointer context, gconstpointer detail)
{
  session (context)->reading = FALSE;
}

void
kiosk_staff_do_card_taken (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  kiosk_staff_session_forget_card (s);
  s->own_card = FALSE;
}

/* @detail: KioskDoorAnswer */
void
kiosk_staff_do_ask_pin (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;
  KioskStaffSession *s = self->session;
  const KioskDoorAnswer *answer = detail;

  g_clear_pointer (&s->answer, kiosk_door_answer_free);
  s->answer = g_memdup2 (answer, sizeof *answer);
  s->answer->id = s->answer->name = NULL; /* a look names nobody */
  s->wait_until_us = kiosk_clock_steady_us (self->ports.clock) + answer->tries.wait_ms * 1000;
  s->reading = FALSE;
  s->problem = s->error = "";
}

void
kiosk_staff_do_lay_again (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  kiosk_staff_session_forget_card (s);
  s->own_card = FALSE;
  s->problem = "taken";
}

void
kiosk_staff_do_drop_second (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  kiosk_staff_session_forget_card (s);
  s->second = FALSE;
  s->problem = "";
  g_clear_pointer (&s->why, g_free);
}
