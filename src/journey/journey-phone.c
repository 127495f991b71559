/* A citizen's phone: a code on the screen, an answer through the network, a holder. Nothing of a
 * session stays behind when its page goes, whichever way the person leaves. */
#include "journey/journey-flow.h"

#define TICK_MS 5000 /* between two looks at the time that is left */

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

static void
forget_phone (KioskSession *s)
{
  g_clear_pointer (&s->phone_code, kiosk_wipe_string);
  g_clear_pointer (&s->phone_digits, kiosk_wipe_string);
  s->phone_expires_ms = 0;
  s->phone_reason = "";
}

/* Rounded so that the page stands still for a while: whole minutes, then steps of five seconds. */
guint
kiosk_journey_phone_seconds (const KioskJourney *self)
{
  gint64 left_ms = self->session->phone_expires_ms - kiosk_clock_wall_ms (self->ports.clock);
  gint64 seconds = MAX (left_ms, 0) / 1000;

  return (guint)(seconds >= 120 ? seconds / 60 * 60 : seconds / 5 * 5);
}

static void
tick (gpointer data)
{
  KioskJourney *self = data;

  self->phone_timer = kiosk_clock_add_timeout (self->ports.clock, TICK_MS, tick, self);
  kiosk_journey_world (self, EVENT_TOLD, NULL);
}

static void
set_timer (KioskJourney *self, gboolean runs)
{
  kiosk_clock_cancel (self->ports.clock, self->phone_timer);
  self->phone_timer = runs ? kiosk_clock_add_timeout (self->ports.clock, TICK_MS, tick, self) : 0;
}

static void
fail (KioskJourney *self, const char *reason)
{
  KioskSession *s = self->session;

  forget_phone (s);
  s->phone = "failed";
  s->phone_reason = reason;
  set_timer (self, FALSE);
  kiosk_journey_world (self, EVENT_TOLD, NULL);
}

static const char *
holder_problem (const GError *error)
{
  if (error->domain == KIOSK_HOLDER_ERROR && error->code == KIOSK_HOLDER_ERROR_LOST)
    return "reported-lost";
  return error->domain == KIOSK_HOLDER_ERROR && error->code != KIOSK_HOLDER_ERROR_NOT_PROVED
           ? "number"
           : "fault";
}

static void
meet (KioskJourney *self, const KioskPhoneProfile *profile)
{
  KioskSession *s = self->session;
  g_autoptr (GError) error = NULL;

  s->holder = kiosk_holder_from_profile (profile, self->ports.lost_cards (self->ports.data),
                                         kiosk_clock_wall_ms (self->ports.clock), &error);
  if (s->holder == NULL)
    {
      fail (self, holder_problem (error));
      return;
    }
  self->ports.ledger->tag (self->ports.ledger, s->holder, s->tag);
  kiosk_journey_world (self, EVENT_KNOWN, NULL);
}

static void
hear_phone (gpointer data, const KioskPhoneEvent *event)
{
  KioskJourney *self = data;
  KioskSession *s = self->session;

  /* What happens on the phone is a sign of life. */
  kiosk_journey_touch (self);
  switch (event->type)
    {
    case KIOSK_PHONE_WAITING:
    case KIOSK_PHONE_OPENED:
      s->phone = event->type == KIOSK_PHONE_WAITING ? "waiting" : "opened";
      kiosk_wipe_replace (&s->phone_code, event->code);
      kiosk_wipe_replace (&s->phone_digits, event->identification);
      s->phone_expires_ms = event->expires_ms;
      set_timer (self, TRUE);
      kiosk_journey_world (self, EVENT_TOLD, NULL);
      break;
    case KIOSK_PHONE_KNOWN:
      meet (self, event->profile);
      break;
    case KIOSK_PHONE_FAILED:
      fail (self, event->reason);
      break;
    }
}

void
kiosk_journey_begin_phone (KioskJourney *self)
{
  forget_phone (self->session);
  self->session->phone = "starting";
  self->ports.phone->start (self->ports.phone, self->language, hear_phone, self);
}

void
kiosk_journey_end_phone (KioskJourney *self)
{
  self->ports.phone->stop (self->ports.phone);
  set_timer (self, FALSE);
  if (self->session != NULL)
    forget_phone (self->session);
}

/* Guards and actions */

gboolean
kiosk_journey_if_phone (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  return self->ports.phone != NULL && self->ports.ledger->is_online (self->ports.ledger)
         && self->ports.phone->is_offered (self->ports.phone);
}

gboolean
kiosk_journey_if_phone_failed (gpointer context, gconstpointer detail)
{
  return g_str_equal (session (context)->phone, "failed");
}

void
kiosk_journey_do_ask_again (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->ports.phone->stop (self->ports.phone);
  kiosk_journey_begin_phone (self);
}
