/* Enrolment by oneself: consent, a portrait, a phone. What is captured lives in the session alone,
 * until it is sealed; nothing here compares one portrait with another. */
#include "journey/journey-flow.h"

#include "identity/phone-binding.h"
#include "services/enrolment.h"

#include <string.h>

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

/* The portrait */

static void
drop_portrait (KioskEnrolling *enrolling)
{
  g_clear_pointer (&enrolling->portrait, kiosk_wipe_bytes);
  enrolling->is_used = FALSE;
}

static void
hear_picture (KioskJourney *self, const KioskCameraEvent *event)
{
  KioskEnrolling *enrolling = &self->session->enrolling;

  if (!enrolling->is_taking)
    return;
  kiosk_journey_touch (self);
  enrolling->is_taking = FALSE;
  drop_portrait (enrolling);
  if (event->type == KIOSK_CAMERA_EVENT_PICTURE)
    {
      enrolling->portrait = g_bytes_new (event->payload, event->length);
      enrolling->portrait_ms = kiosk_clock_wall_ms (self->ports.clock);
    }
  else
    enrolling->portrait_problem = kiosk_camera_guidance_name (event->guidance);
  kiosk_journey_world (self, EVENT_PICTURE, NULL);
}

/* What both pages with a camera say of it. */
static void
hear_lens (KioskJourney *self, const KioskCameraEvent *event)
{
  KioskSession *s = self->session;

  if (event->type == KIOSK_CAMERA_EVENT_READY)
    s->camera = "ready";
  else if (event->type == KIOSK_CAMERA_EVENT_TROUBLE)
    {
      s->camera = kiosk_camera_trouble_name (event->trouble);
      s->guidance = "";
      /* A picture that was being taken will not come: the try is given back. */
      if (s->enrolling.is_taking)
        s->enrolling.tries--;
      s->enrolling.is_taking = FALSE;
    }
  else
    s->guidance = kiosk_camera_guidance_name (event->guidance);
  if (event->type != KIOSK_CAMERA_EVENT_GUIDANCE)
    self->face.status (self->face_data);
  kiosk_journey_world (self, EVENT_CAMERA, NULL);
}

static void
hear_portrait_camera (gpointer data, const KioskCameraEvent *event)
{
  if (event->type == KIOSK_CAMERA_EVENT_PICTURE || event->type == KIOSK_CAMERA_EVENT_NO_PICTURE)
    hear_picture (data, event);
  else if (event->type != KIOSK_CAMERA_EVENT_CODE)
    hear_lens (data, event);
}

static void
begin_camera (KioskJourney *self)
{
  kiosk_session_forget_codes (self->session);
  self->session->camera = "starting";
  self->face.status (self->face_data);
}

void
kiosk_journey_begin_portrait (KioskJourney *self)
{
  begin_camera (self);
  /* The picture that was used stood in a preview that is gone: whoever comes back takes another. */
  drop_portrait (&self->session->enrolling);
  self->ports.camera->portrait (self->ports.camera, hear_portrait_camera, self);
}

/* The phone */

static void
set_ticket_timer (KioskJourney *self, gint64 ms, GSourceOnceFunc function)
{
  kiosk_clock_cancel (self->ports.clock, self->ticket_timer);
  self->ticket_timer
    = function == NULL ? 0 : kiosk_clock_add_timeout (self->ports.clock, ms, function, self);
}

static void
ticket_is_over (gpointer data)
{
  KioskJourney *self = data;

  self->ticket_timer = 0;
  g_clear_pointer (&self->session->enrolling.ticket, kiosk_ticket_free);
  kiosk_journey_world (self, EVENT_TICKET_OVER, NULL);
}

static void
give_ticket (KioskJourney *self)
{
  KioskEnrolling *enrolling = &self->session->enrolling;
  g_autofree char *kiosk = self->ports.ledger->kiosk (self->ports.ledger);

  g_clear_pointer (&enrolling->ticket, kiosk_ticket_free);
  if (kiosk == NULL)
    return;
  enrolling->ticket = kiosk_phone_ticket_new (kiosk, self->ports.clock, self->ports.random);
  set_ticket_timer (self, KIOSK_PHONE_TICKET_AGE_MS, ticket_is_over);
}

/* Struck out: the next is another, and this one is known again. */
static void
spend_ticket (KioskJourney *self)
{
  KioskEnrolling *enrolling = &self->session->enrolling;

  memcpy (enrolling->used[enrolling->n_used % KIOSK_USED_TICKETS], enrolling->ticket->secret,
          KIOSK_TICKET_SECRET);
  enrolling->n_used++;
  g_clear_pointer (&enrolling->ticket, kiosk_ticket_free);
  set_ticket_timer (self, 0, NULL);
}

static void
tell_mistake (KioskJourney *self, const char *mistake, const char *kind)
{
  KioskSession *s = self->session;

  s->mistake = mistake;
  s->mistaken = kind;
  s->seen++;
  kiosk_journey_world (self, EVENT_MISTAKEN, NULL);
}

static void
judge_code (KioskJourney *self, const KioskCode *code, const KioskCameraEvent *event)
{
  KioskSession *s = self->session;
  KioskEnrolling *enrolling = &s->enrolling;
  g_autofree char *kiosk = self->ports.ledger->kiosk (self->ports.ledger);
  const KioskBindingJudge judge = {
    .kiosk = kiosk,
    .ticket = enrolling->ticket,
    .used = enrolling->used,
    .n_used = MIN (enrolling->n_used, KIOSK_USED_TICKETS),
    .clock = self->ports.clock,
  };
  g_autoptr (GError) error = NULL;

  if (enrolling->ticket == NULL || kiosk == NULL)
    {
      tell_mistake (self, kiosk_binding_error_name (KIOSK_BINDING_ERROR_EXPIRED), "");
      return;
    }
  if (!kiosk_binding_judge (&judge, code, &error))
    {
      if (error->domain == KIOSK_BINDING_ERROR)
        tell_mistake (self, kiosk_binding_error_name ((KioskBindingError)error->code), "");
      else
        tell_mistake (self, kiosk_code_error_name (KIOSK_CODE_ERROR_OTHER_KIND),
                      kiosk_code_kind_name (code->kind));
      return;
    }
  kiosk_wipe_string (enrolling->binding);
  enrolling->binding = g_strndup ((const char *)event->payload, event->length);
  kiosk_wipe_string (enrolling->phone_digits);
  enrolling->phone_digits = kiosk_enrolment_key_digits (code->binding);
  spend_ticket (self);
  s->mistake = s->mistaken = "";
  s->seen++;
  s->taken = TRUE;
  kiosk_journey_world (self, EVENT_BOUND, NULL);
}

static void
hear_code (KioskJourney *self, const KioskCameraEvent *event)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = NULL;

  kiosk_journey_touch (self);
  self->session->guidance = "";
  code = kiosk_code_parse (event->payload, event->length, &error);
  if (code != NULL)
    judge_code (self, code, event);
  else if (kiosk_code_sniff (event->payload, event->length) == KIOSK_CODE_BINDING)
    tell_mistake (self, kiosk_code_error_name ((KioskCodeError)error->code), "");
  else
    tell_mistake (self, kiosk_code_error_name (KIOSK_CODE_ERROR_OTHER_KIND),
                  kiosk_code_kind_name (kiosk_code_sniff (event->payload, event->length)));
}

static void
hear_bind_camera (gpointer data, const KioskCameraEvent *event)
{
  KioskJourney *self = data;

  /* The mark stands: whatever is seen meanwhile was not meant. */
  if (self->session->taken)
    return;
  if (event->type == KIOSK_CAMERA_EVENT_CODE)
    hear_code (self, event);
  else if (event->type != KIOSK_CAMERA_EVENT_PICTURE
           && event->type != KIOSK_CAMERA_EVENT_NO_PICTURE)
    hear_lens (self, event);
}

void
kiosk_journey_begin_bind (KioskJourney *self)
{
  begin_camera (self);
  give_ticket (self);
  self->ports.camera->start (self->ports.camera, hear_bind_camera, self);
}

void
kiosk_journey_end_capture (KioskJourney *self)
{
  self->ports.camera->stop (self->ports.camera);
  set_ticket_timer (self, 0, NULL);
  kiosk_clock_cancel (self->ports.clock, self->scan_timer);
  self->scan_timer = 0;
  self->face.status (self->face_data);
  if (self->session == NULL)
    return;
  g_clear_pointer (&self->session->enrolling.ticket, kiosk_ticket_free);
  self->session->enrolling.is_taking = FALSE;
  kiosk_session_forget_codes (self->session);
}

GBytes *
kiosk_journey_enrolment (KioskJourney *self)
{
  KioskSession *s = self->session;
  GBytes *form = kiosk_form_submission (kiosk_session_form (s), NULL);
  GBytes *record = NULL;
  const KioskEnrolment what = {
    .form = form,
    .evidence = s->holder->evidence,
    .portrait = s->enrolling.portrait,
    .binding = s->enrolling.binding,
    .consent_version = s->enrolling.consent_version,
    .language = (char *)s->enrolling.consent_language,
  };

  record = kiosk_enrolment_encode (&what, NULL);
  g_clear_pointer (&form, kiosk_wipe_bytes);
  return record;
}

/* Guards and actions */

/* Without a camera nobody can: the person is sent to staff by the service's own words. */
gboolean
kiosk_journey_if_enrols (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  return self->ports.camera != NULL && kiosk_journey_is_eligible (self)
         && kiosk_service_consent_version (self->session->service) > 0;
}

gboolean
kiosk_journey_if_can_take (gpointer context, gconstpointer detail)
{
  const KioskEnrolling *enrolling = &session (context)->enrolling;

  return enrolling->portrait == NULL && !enrolling->is_taking
         && enrolling->tries < KIOSK_PORTRAIT_TRIES
         && strcmp (session (context)->camera, "ready") == 0;
}

gboolean
kiosk_journey_if_taken (gpointer context, gconstpointer detail)
{
  return session (context)->enrolling.portrait != NULL;
}

gboolean
kiosk_journey_if_can_take_again (gpointer context, gconstpointer detail)
{
  const KioskEnrolling *enrolling = &session (context)->enrolling;

  return enrolling->portrait != NULL && enrolling->tries < KIOSK_PORTRAIT_TRIES;
}

void
kiosk_journey_do_ask_consent (gpointer context, gconstpointer detail)
{
  session (context)->print = PRINT_IDLE;
}

void
kiosk_journey_do_agree (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->session->enrolling.consent_version = kiosk_service_consent_version (self->session->service);
  self->session->enrolling.consent_language = self->language;
}

void
kiosk_journey_do_take (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskEnrolling *enrolling = &self->session->enrolling;

  enrolling->tries++;
  enrolling->is_taking = TRUE;
  enrolling->portrait_problem = "";
  self->ports.camera->take (self->ports.camera);
}

void
kiosk_journey_do_note_picture (gpointer context, gconstpointer detail)
{
  session (context)->guidance = "";
}

void
kiosk_journey_do_use_picture (gpointer context, gconstpointer detail)
{
  session (context)->enrolling.is_used = TRUE;
}

void
kiosk_journey_do_take_again (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  drop_portrait (&self->session->enrolling);
  self->ports.camera->again (self->ports.camera);
}

void
kiosk_journey_do_renew_ticket (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->session->mistake = self->session->mistaken = "";
  give_ticket (self);
}

/* The form says what was captured: it is made now that all of it is there. */
void
kiosk_journey_do_review_captured (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  s->changing = FALSE;
  kiosk_journey_make_form (context);
}
