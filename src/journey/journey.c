#include "journey/journey-flow.h"

#include "base/events.h"

#include <string.h>

#define ARGUMENTS_MAX_BYTES   1024
#define ARGUMENTS_MAX_MEMBERS 8
#define ENDED_MS              10000 /* long enough to read one sentence */
#define ENDED_CARD_MS         60000 /* and to come back for a card */

static const char *const languages[] = { "en", "zh_HK", "zh_CN" };

/* The argument that an action cannot do without; NULL: none. */
static const char *const arguments_needed[N_ACTIONS] = {
  [EVENT_START] = "language", [EVENT_SUBMIT] = "value", [EVENT_CHOOSE] = "service",
  [EVENT_ANSWER] = "value",   [EVENT_CHANGE] = "ref",   [EVENT_SHOW] = "txid",
};

/* (nullable): the constant for a language that is spoken here. */
static const char *
find_language (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_strcmp0 (languages[i], name) == 0)
      return languages[i];
  return NULL;
}

static void
idle_warn (gpointer data, guint seconds)
{
  KioskJourney *self = data;

  self->face.idle (self->face_data, seconds);
}

static void
idle_out (gpointer data)
{
  kiosk_journey_world (data, EVENT_IDLE, NULL);
}

static void
end_looking (KioskJourney *self, int state)
{
  if (state == STATE_SCAN)
    kiosk_journey_end_scan (self);
  else if (state == STATE_PHONE)
    kiosk_journey_end_phone (self);
  else if (state == STATE_PORTRAIT || state == STATE_BIND)
    kiosk_journey_end_capture (self);
}

static void
begin_looking (KioskJourney *self, int state)
{
  if (state == STATE_SCAN)
    kiosk_journey_begin_scan (self);
  else if (state == STATE_PHONE)
    kiosk_journey_begin_phone (self);
  else if (state == STATE_PORTRAIT)
    kiosk_journey_begin_portrait (self);
  else if (state == STATE_BIND)
    kiosk_journey_begin_bind (self);
}

static void
after_change (gpointer context, int from, int event, int to)
{
  /* Whichever way led here: in or out, this is the one place where the camera goes on or off,
   * and a session with a phone begins or ends. */
  if (from != to)
    {
      end_looking (context, from);
      begin_looking (context, to);
    }
  kiosk_journey_render (context, from != to);
}

static void
report_stray (gpointer context, int state, int event)
{
  kiosk_event_flow_stray ((guint64)state, (guint64)event);
}

static void
hear_ledger (gpointer data)
{
  KioskJourney *self = data;

  if (self->session != NULL && self->session->holder != NULL)
    kiosk_journey_list_records (self);
  else if (self->session != NULL && self->session->found != NULL)
    kiosk_journey_follow_found (self);
  kiosk_journey_world (self, EVENT_NEWS, NULL);
}

KioskJourney *
kiosk_journey_new (const KioskJourneyPorts *ports, const KioskJourneyFace *face, gpointer data)
{
  static const KioskIdleWatch idle_watch = { idle_warn, idle_out };
  KioskJourney *self = g_new0 (KioskJourney, 1);

  g_atomic_ref_count_init (&self->references);
  self->ports = *ports;
  self->face = *face;
  self->face_data = data;
  self->language = find_language (ports->language);
  g_assert (self->language != NULL);
  self->withheld = "starting";
  self->reader = "starting";
  self->flow = kiosk_flow_new (kiosk_journey_table (), STATE_UNAVAILABLE, self);
  kiosk_flow_set_watch (self->flow, after_change, report_stray);
  self->idle
    = kiosk_idle_new (ports->clock, ports->idle_ms, ports->warning_seconds, &idle_watch, self);
  ports->ledger->watch (ports->ledger, hear_ledger, self);
  kiosk_journey_render (self, TRUE);
  return self;
}

KioskJourney *
kiosk_journey_ref (KioskJourney *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_journey_unref (KioskJourney *self)
{
  if (g_atomic_ref_count_dec (&self->references))
    g_free (self);
}

void
kiosk_journey_free (KioskJourney *self)
{
  if (self == NULL)
    return;
  self->closed = TRUE;
  self->epoch++;
  self->ports.ledger->watch (self->ports.ledger, NULL, NULL);
  end_looking (self, (int)kiosk_journey_state (self));
  self->ports.card->stop (self->ports.card);
  kiosk_clock_cancel (self->ports.clock, self->ended_timer);
  g_clear_pointer (&self->session, kiosk_session_free);
  g_clear_pointer (&self->idle, kiosk_idle_free);
  g_clear_pointer (&self->flow, kiosk_flow_free);
  g_clear_pointer (&self->model, g_variant_unref);
  g_clear_pointer (&self->reading.statements, g_variant_unref);
  g_clear_pointer (&self->reading.groups, g_variant_unref);
  g_clear_pointer (&self->subject, g_free);
  kiosk_journey_unref (self);
}

void
kiosk_journey_world (KioskJourney *self, KioskJourneyEvent event, gconstpointer detail)
{
  if (kiosk_flow_lists (self->flow, event))
    kiosk_flow_handle (self->flow, event, detail);
}

void
kiosk_journey_get (KioskJourney *self, guint *ret_serial, const char **ret_page,
                   GVariant **ret_model, const char *const **ret_actions)
{
  *ret_serial = self->serial;
  *ret_page = kiosk_journey_page (kiosk_journey_state (self));
  *ret_model = self->model;
  *ret_actions = self->actions;
}

static gboolean
offers (KioskJourney *self, const char *action)
{
  return g_strv_contains (self->actions, action);
}

/* The argument that an action may have; NULL: none. */
static const char *const arguments_taken[N_ACTIONS] = {
  [EVENT_SCAN] = "wanted",
  [EVENT_BACK] = "value",
};

/* The action's one argument, (transfer none) from @arguments; FALSE when it is missing. */
static gboolean
find_argument (KioskJourneyEvent event, GVariant *arguments, const char **ret_argument)
{
  const char *needed = arguments_needed[event];
  const char *name = needed != NULL ? needed : arguments_taken[event];

  *ret_argument = NULL;
  if (name != NULL)
    g_variant_lookup (arguments, name, "&s", ret_argument);
  return needed == NULL || *ret_argument != NULL;
}

gboolean
kiosk_journey_act (KioskJourney *self, guint serial, const char *action, GVariant *arguments)
{
  const KioskFlowTable *table = kiosk_journey_table ();
  const char *argument;

  if (serial != self->serial || !offers (self, action)
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE_VARDICT)
      || g_variant_get_size (arguments) > ARGUMENTS_MAX_BYTES
      || g_variant_n_children (arguments) > ARGUMENTS_MAX_MEMBERS)
    return FALSE;
  for (int event = 0; event < N_ACTIONS; event++)
    if (strcmp (table->events[event], action) == 0)
      {
        if (!find_argument ((KioskJourneyEvent)event, arguments, &argument))
          return FALSE;
        kiosk_journey_touch (self);
        return kiosk_flow_handle (self->flow, event, argument);
      }
  return FALSE;
}

void
kiosk_journey_set_language (KioskJourney *self, const char *language)
{
  const char *known = find_language (language);

  if (known == NULL)
    return;
  self->language = known;
  /* A choice at the front page that nobody follows up is forgotten without a warning. */
  if (kiosk_journey_state (self) == STATE_HOME)
    kiosk_idle_run (self->idle, FALSE);
  else
    kiosk_journey_touch (self);
  kiosk_journey_retell (self);
  kiosk_journey_render (self, TRUE);
}

void
kiosk_journey_touch (KioskJourney *self)
{
  kiosk_idle_touch (self->idle);
}

void
kiosk_journey_front_gone (KioskJourney *self)
{
  if (self->session != NULL)
    kiosk_journey_world (self, EVENT_FRONT_GONE, NULL);
}

void
kiosk_journey_withhold (KioskJourney *self, const char *reason)
{
  self->withheld = reason == NULL ? NULL : g_intern_string (reason);
  kiosk_journey_world (self, reason == NULL ? EVENT_OPENED : EVENT_WITHHELD, NULL);
}

const KioskReadingNote *
kiosk_journey_reading (const KioskJourney *self)
{
  return self->has_reading ? &self->reading : NULL;
}

const char *
kiosk_journey_reader (const KioskJourney *self)
{
  return self->reader;
}

static void
begin_session (KioskJourney *self)
{
  self->epoch++;
  self->session = kiosk_session_new ();
  self->session->catalogue = self->ports.catalogue (self->ports.data);
  self->session->today = kiosk_session_day (kiosk_clock_wall_ms (self->ports.clock));
  kiosk_idle_run (self->idle, TRUE);
  kiosk_journey_watch_card (self);
}

static void
ended_is_over (gpointer data)
{
  KioskJourney *self = data;

  self->ended_timer = 0;
  kiosk_journey_world (self, EVENT_HOME, NULL);
}

static void
set_ended_timer (KioskJourney *self, gint64 ms)
{
  kiosk_clock_cancel (self->ports.clock, self->ended_timer);
  self->ended_timer = kiosk_clock_add_timeout (self->ports.clock, ms, ended_is_over, self);
}

static void
end_session (KioskJourney *self, KioskEventSessionEndedWhy why)
{
  static const char *const names[] = {
    [KIOSK_EVENT_SESSION_ENDED_WHY_FINISHED] = "finished",
    [KIOSK_EVENT_SESSION_ENDED_WHY_IDLE] = "idle",
    [KIOSK_EVENT_SESSION_ENDED_WHY_FAULT] = "fault",
  };

  self->epoch++;
  kiosk_idle_stop (self->idle);
  self->ports.card->stop (self->ports.card);
  g_clear_pointer (&self->session, kiosk_session_free);
  g_clear_pointer (&self->model, g_variant_unref);
  self->ended_why = names[why];
  kiosk_event_session_ended (why);
  /* The reader is asked once more, only to say whether a card was forgotten on it. */
  self->card_left = FALSE;
  kiosk_journey_watch_card (self);
  set_ended_timer (self, ENDED_MS);
}

/* Back to what a stranger finds: language, presentation, reader. */
static void
forget (KioskJourney *self)
{
  self->ports.card->stop (self->ports.card);
  kiosk_clock_cancel (self->ports.clock, self->ended_timer);
  self->ended_timer = 0;
  self->card_left = FALSE;
  kiosk_idle_stop (self->idle);
  self->language = find_language (self->ports.language);
}

/* Guards and actions */

gboolean
kiosk_journey_if_withheld (gpointer context, gconstpointer detail)
{
  return ((KioskJourney *)context)->withheld != NULL;
}

gboolean
kiosk_journey_if_in_session (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  return self->session != NULL && kiosk_journey_state (self) != STATE_SEALING;
}

void
kiosk_journey_do_begin (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  const char *chosen = find_language (detail);

  if (chosen != NULL)
    self->language = chosen;
  begin_session (self);
}

void
kiosk_journey_do_forget (gpointer context, gconstpointer detail)
{
  forget (context);
}

void
kiosk_journey_do_finish (gpointer context, gconstpointer detail)
{
  end_session (context, KIOSK_EVENT_SESSION_ENDED_WHY_FINISHED);
}

void
kiosk_journey_do_give_up_idle (gpointer context, gconstpointer detail)
{
  end_session (context, KIOSK_EVENT_SESSION_ENDED_WHY_IDLE);
}

void
kiosk_journey_do_give_up_front (gpointer context, gconstpointer detail)
{
  end_session (context, KIOSK_EVENT_SESSION_ENDED_WHY_FAULT);
}

void
kiosk_journey_do_note_card_left (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->card_left = TRUE;
  set_ended_timer (self, ENDED_CARD_MS);
}

void
kiosk_journey_do_note_card_taken (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->card_left = FALSE;
  set_ended_timer (self, ENDED_MS);
}
