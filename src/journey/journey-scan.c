/* A code before the camera: told apart, looked up, and shown as the record that it is about. What
 * a code says is kept in the session alone, and only as long as somebody needs it. */
#include "journey/journey-scan.h"
#include "journey/journey-flow.h"

#include <string.h>

#define MARK_MS    800  /* the mark is seen */
#define MISTAKE_MS 6000 /* a sentence is read after its code has gone */
#define TEXT_MAX   200  /* characters of a text that is shown */

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

static void
set_timer (KioskJourney *self, gint64 ms, GSourceOnceFunc function)
{
  kiosk_clock_cancel (self->ports.clock, self->scan_timer);
  self->scan_timer
    = function == NULL ? 0 : kiosk_clock_add_timeout (self->ports.clock, ms, function, self);
}

/* Mistakes */

static void
forget_mistake (KioskSession *s)
{
  s->mistake = s->mistaken = "";
  g_clear_pointer (&s->code_text, kiosk_wipe_string);
}

static void
mistake_is_old (gpointer data)
{
  KioskJourney *self = data;

  self->scan_timer = 0;
  forget_mistake (self->session);
  kiosk_journey_world (self, EVENT_CAMERA, NULL);
}

static gboolean
sees_nothing (const KioskSession *s)
{
  return strcmp (s->guidance, kiosk_camera_guidance_name (KIOSK_CAMERA_GUIDANCE_NOTHING)) == 0;
}

/* Read while the code is held there, and for a while after it has gone. */
static void
time_mistake (KioskJourney *self)
{
  gboolean fades = *self->session->mistake != '\0' && sees_nothing (self->session);

  set_timer (self, MISTAKE_MS, fades ? mistake_is_old : NULL);
}

void
kiosk_journey_tell_mistake (KioskJourney *self, const char *mistake, const char *kind,
                            const char *text)
{
  KioskSession *s = self->session;

  forget_mistake (s);
  s->mistake = mistake;
  s->mistaken = kind;
  if (text != NULL && g_utf8_validate (text, -1, NULL))
    s->code_text = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), TEXT_MAX));
  s->seen++;
  time_mistake (self);
  kiosk_journey_world (self, EVENT_MISTAKEN, NULL);
}

/* The kinds that are looked at: a bare credential is told apart from other codes, and then refused
 * with a reason of its own. */
static guint
kinds_taken (const KioskSession *s)
{
  return s->wanted == KIOSK_CODE_PRESENTATION ? KIOSK_CODE_PRESENTATION | KIOSK_CODE_PERSONAL
                                              : s->wanted;
}

/* Of another kind, known or not, whole or not: what it is says more than what is wrong with it. */
static void
tell_unreadable (KioskJourney *self, const KioskCameraEvent *event, const GError *error)
{
  KioskCodeKind kind = kiosk_code_sniff (event->payload, event->length);

  if (g_error_matches (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN)
      || (kind != 0 && (kind & kinds_taken (self->session)) == 0))
    kiosk_journey_tell_mistake (self, kiosk_code_error_name (KIOSK_CODE_ERROR_OTHER_KIND),
                                kiosk_code_kind_name (kind), NULL);
  else
    kiosk_journey_tell_mistake (self, kiosk_code_error_name ((KioskCodeError)error->code), "",
                                NULL);
}

/* Looking up */

KioskAsking *
kiosk_asking_new (KioskJourney *self)
{
  KioskAsking *asking = g_new (KioskAsking, 1);

  kiosk_journey_stop_asking (self);
  self->session->looking = g_cancellable_new ();
  asking->journey = kiosk_journey_ref (self);
  asking->epoch = self->epoch;
  asking->look = self->looks;
  return asking;
}

void
kiosk_asking_free (KioskAsking *asking)
{
  kiosk_journey_unref (asking->journey);
  g_free (asking);
}

gboolean
kiosk_asking_is_over (const KioskAsking *asking)
{
  KioskJourney *self = asking->journey;

  if (self->closed || asking->epoch != self->epoch || asking->look != self->looks)
    return TRUE;
  g_clear_object (&self->session->looking);
  return FALSE;
}

void
kiosk_journey_stop_asking (KioskJourney *self)
{
  KioskSession *s = self->session;

  self->looks++;
  if (s != NULL && s->looking != NULL)
    g_cancellable_cancel (s->looking);
  if (s != NULL)
    g_clear_object (&s->looking);
}

static void
look_up (KioskJourney *self, GAsyncReadyCallback callback)
{
  KioskAsking *asking = kiosk_asking_new (self);

  self->ports.ledger->find_async (self->ports.ledger, self->session->code, self->session->looking,
                                  callback, asking);
}

/* (transfer full) (nullable): the answer; *@ret_over: nobody waits for it any more. */
static KioskRecord *
look_finish (const KioskAsking *asking, GAsyncResult *result, gboolean *ret_over, char **ret_kiosk,
             GError **error)
{
  KioskLedgerPort *ledger = asking->journey->ports.ledger;

  *ret_over = kiosk_asking_is_over (asking);
  return *ret_over ? NULL : ledger->find_finish (ledger, result, ret_kiosk, error);
}

void
kiosk_journey_take_code (KioskJourney *self)
{
  self->session->seen++;
  self->session->taken = TRUE;
  kiosk_journey_world (self, EVENT_TAKEN, NULL);
}

static void
looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskAsking) asking = data;
  KioskJourney *self = asking->journey;
  g_autoptr (GError) error = NULL;
  g_autofree char *kiosk = NULL;
  gboolean over;
  KioskRecord *record = look_finish (asking, result, &over, &kiosk, &error);

  if (over)
    return;
  if (record == NULL)
    {
      KioskFindError code
        = error->domain == KIOSK_FIND_ERROR ? (KioskFindError)error->code : KIOSK_FIND_ERROR_FAULT;

      g_clear_pointer (&self->session->code, kiosk_wipe_bytes);
      kiosk_journey_tell_mistake (self, kiosk_find_error_name (code), "",
                                  code == KIOSK_FIND_ERROR_OTHER_KIOSK ? kiosk : NULL);
      return;
    }
  kiosk_session_set_found (self->session, record);
  kiosk_journey_take_code (self);
}

static void
followed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskAsking) asking = data;
  gboolean over;
  KioskRecord *record = look_finish (asking, result, &over, NULL, NULL);

  /* Failing that, what was last known stays: the next change asks again. */
  if (over || record == NULL)
    return;
  kiosk_session_set_found (asking->journey->session, record);
  kiosk_journey_world (asking->journey, EVENT_NEWS, NULL);
}

void
kiosk_journey_follow_found (KioskJourney *self)
{
  look_up (self, followed);
}

/* What the camera tells */

static void
hear_code (KioskJourney *self, const KioskCameraEvent *event)
{
  KioskSession *s = self->session;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = NULL;
  const char *kind = "";

  kiosk_journey_touch (self);
  kiosk_journey_stop_asking (self);
  forget_mistake (s);
  g_clear_pointer (&s->code, kiosk_wipe_bytes);
  s->guidance = "";
  set_timer (self, 0, NULL);
  code = kiosk_code_parse (event->payload, event->length, &error);
  if (code == NULL)
    tell_unreadable (self, event, error);
  else if (!kiosk_code_expect (code, kinds_taken (s), &kind, NULL))
    kiosk_journey_tell_mistake (self, kiosk_code_error_name (KIOSK_CODE_ERROR_OTHER_KIND), kind,
                                code->link);
  else if (s->wanted == KIOSK_CODE_PRESENTATION)
    {
      kiosk_journey_judge_presentation (self, g_steal_pointer (&code));
      kiosk_journey_world (self, EVENT_CAMERA, NULL);
    }
  else
    {
      s->code = g_steal_pointer (&code->receipt);
      look_up (self, looked_up);
      kiosk_journey_world (self, EVENT_CAMERA, NULL);
    }
}

static void
hear_camera (gpointer data, const KioskCameraEvent *event)
{
  KioskJourney *self = data;
  KioskSession *s = self->session;

  /* The mark stands: whatever is seen meanwhile was not meant. */
  if (s->taken)
    return;
  switch (event->type)
    {
    case KIOSK_CAMERA_EVENT_READY:
      s->camera = "ready";
      break;
    case KIOSK_CAMERA_EVENT_TROUBLE:
      s->camera = kiosk_camera_trouble_name (event->trouble);
      s->guidance = "";
      break;
    case KIOSK_CAMERA_EVENT_GUIDANCE:
      s->guidance = kiosk_camera_guidance_name (event->guidance);
      break;
    case KIOSK_CAMERA_EVENT_CODE:
      hear_code (self, event);
      return;
    case KIOSK_CAMERA_EVENT_PICTURE:
    case KIOSK_CAMERA_EVENT_NO_PICTURE:
      return; /* of portraits alone */
    }
  time_mistake (self);
  if (event->type != KIOSK_CAMERA_EVENT_GUIDANCE)
    self->face.status (self->face_data);
  kiosk_journey_world (self, EVENT_CAMERA, NULL);
}

void
kiosk_journey_begin_scan (KioskJourney *self)
{
  kiosk_session_forget_codes (self->session);
  self->session->camera = "starting";
  self->ports.camera->start (self->ports.camera, hear_camera, self);
  self->face.status (self->face_data);
}

void
kiosk_journey_end_scan (KioskJourney *self)
{
  self->ports.camera->stop (self->ports.camera);
  set_timer (self, 0, NULL);
  self->face.status (self->face_data);
  if (kiosk_journey_state (self) == STATE_RECEIPT)
    return;
  kiosk_journey_stop_asking (self);
  if (self->session != NULL)
    kiosk_session_forget_codes (self->session);
}

int
kiosk_journey_preview (KioskJourney *self)
{
  KioskJourneyState state = kiosk_journey_state (self);

  return state == STATE_SCAN || state == STATE_PORTRAIT || state == STATE_BIND
           ? self->ports.camera->preview (self->ports.camera)
           : -1;
}

/* Guards and actions */

gboolean
kiosk_journey_if_camera (gpointer context, gconstpointer detail)
{
  return ((KioskJourney *)context)->ports.camera != NULL;
}

gboolean
kiosk_journey_if_wants_receipt (gpointer context, gconstpointer detail)
{
  return kiosk_journey_if_camera (context, NULL)
         && (detail == NULL || strcmp (detail, kiosk_code_kind_name (KIOSK_CODE_RECEIPT)) == 0);
}

void
kiosk_journey_do_want_receipt (gpointer context, gconstpointer detail)
{
  session (context)->wanted = KIOSK_CODE_RECEIPT;
}

static void
mark_was_seen (gpointer data)
{
  KioskJourney *self = data;

  self->scan_timer = 0;
  kiosk_journey_world (self, EVENT_MARKED, NULL);
}

void
kiosk_journey_do_mark (gpointer context, gconstpointer detail)
{
  set_timer (context, MARK_MS, mark_was_seen);
}

void
kiosk_journey_do_show_found (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  /* Nobody is asked for a card while they read what was found. */
  self->ports.card->stop (self->ports.card);
  self->session->shown_from = SHOWN_FOUND;
  self->session->print = PRINT_IDLE;
  /* It may have moved on since it was looked up. */
  kiosk_journey_follow_found (self);
}
