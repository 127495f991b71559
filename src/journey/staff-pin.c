/* A PIN, tried once each; whoever it lets in. */
#include "journey/staff-private.h"

#include <string.h>

static KioskStaffSession *
session (gpointer context)
{
  return ((KioskStaffJourney *)context)->session;
}

static void
take_answer (KioskStaffJourney *self, KioskDoorAnswer *answer)
{
  KioskStaffSession *s = self->session;

  g_clear_pointer (&s->answer, kiosk_door_answer_free);
  s->answer = answer;
  s->attempt++;
  s->wait_until_us = kiosk_clock_steady_us (self->ports.clock) + answer->tries.wait_ms * 1000;
}

static void
tried (GObject *source, GAsyncResult *result, gpointer data)
{
  KioskStaffJourney *self = data;
  g_autoptr (GError) error = NULL;
  KioskDoorAnswer *answer
    = self->closed ? NULL : self->ports.door->ask_finish (self->ports.door, result, &error);

  if (!self->closed && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (answer == NULL)
        kiosk_staff_world (self, STAFF_FAULT, NULL);
      else
        {
          gboolean open = answer->verdict == KIOSK_DOOR_OPEN;

          take_answer (self, g_steal_pointer (&answer));
          kiosk_staff_world (self, open ? STAFF_ADMITTED : STAFF_REFUSED, NULL);
        }
    }
  kiosk_door_answer_free (answer);
  kiosk_staff_journey_unref (self);
}

/* Guards and actions; @detail of a submit: KioskSecret */

gboolean
kiosk_staff_if_malformed (gpointer context, gconstpointer detail)
{
  return !kiosk_staff_pin_is_formed (kiosk_secret_text (detail));
}

gboolean
kiosk_staff_if_must_wait (gpointer context, gconstpointer detail)
{
  return session (context)->answer->tries.left == 0 || kiosk_staff_wait_ms (context) > 0;
}

void
kiosk_staff_do_mark_format (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  s->error = kiosk_staff_if_must_wait (context, NULL) ? "" : "format";
  s->attempt++;
}

void
kiosk_staff_do_try (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;
  KioskStaffSession *s = self->session;

  s->error = "";
  self->ports.door->ask_async (self->ports.door, s->certificate, (KioskSecret *)detail,
                               s->cancellable, tried, kiosk_staff_journey_ref (self));
}

void
kiosk_staff_do_refused (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  s->error = kiosk_door_verdict_name (s->answer->verdict);
}

void
kiosk_staff_do_fault (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  s->reading = FALSE;
  s->error = s->problem = "fault";
  s->attempt++;
}

gboolean
kiosk_staff_if_same_person (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  return s->second && g_strcmp0 (s->id, s->answer->id) == 0;
}

gboolean
kiosk_staff_if_may_not_confirm (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  return s->second && !kiosk_roles_may (s->answer->roles, KIOSK_DEED_CONFIRM);
}

/* Taken away while its PIN was judged. */
gboolean
kiosk_staff_if_card_went (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  return self->ports.card_stays && !self->session->card_present;
}

static void
ask_again (KioskStaffSession *s, const char *problem)
{
  kiosk_staff_session_forget_card (s);
  s->problem = problem;
}

void
kiosk_staff_do_say_same (gpointer context, gconstpointer detail)
{
  ask_again (session (context), "same-person");
}

void
kiosk_staff_do_say_role (gpointer context, gconstpointer detail)
{
  ask_again (session (context), "may-not-confirm");
}

void
kiosk_staff_do_sign_in (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;
  KioskStaffSession *s = self->session;

  s->id = g_steal_pointer (&s->answer->id);
  s->name = g_steal_pointer (&s->answer->name);
  s->roles = s->answer->roles;
  s->since_ms = kiosk_clock_wall_ms (self->ports.clock);
  s->own_card = s->card_present;
  kiosk_staff_session_forget_card (s);
}

void
kiosk_staff_do_confirm (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;
  KioskStaffSession *s = self->session;
  g_autofree char *second = g_steal_pointer (&s->answer->id);
  g_autofree char *why = g_steal_pointer (&s->why);

  kiosk_staff_session_forget_card (s);
  s->second = FALSE;
  kiosk_staff_perform (self, s->deed, why, second);
}
