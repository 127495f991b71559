#include "journey/staff-private.h"

#include <string.h>

#define ARGUMENTS_MAX_BYTES 1024
#define ENDED_MS            10000
#define ENDED_CARD_MS       60000
#define TICK_MS             1000

static const char *const languages[] = { "en", "zh_HK", "zh_CN" };

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
  KioskStaffJourney *self = data;

  self->face.idle (self->face_data, seconds);
}

static void
idle_out (gpointer data)
{
  kiosk_staff_world (data, STAFF_IDLE, NULL);
}

static void
clear_timer (KioskStaffJourney *self)
{
  kiosk_clock_cancel (self->ports.clock, self->timer);
  self->timer = 0;
}

static void
on_timer (gpointer data)
{
  KioskStaffJourney *self = data;

  self->timer = 0;
  kiosk_staff_world (self, kiosk_staff_state (self) == STAFF_ENDED ? STAFF_HOME : STAFF_TICK, NULL);
}

/* A wait is told second by second; the last page goes by itself. */
static void
set_timer (KioskStaffJourney *self)
{
  KioskStaffState state = kiosk_staff_state (self);
  gint64 wait_ms = state == STAFF_PIN ? kiosk_staff_wait_ms (self) : 0;

  clear_timer (self);
  if (state == STAFF_ENDED)
    wait_ms = self->card_left ? ENDED_CARD_MS : ENDED_MS;
  else
    wait_ms = MIN (wait_ms, TICK_MS);
  if (wait_ms > 0)
    self->timer = kiosk_clock_add_timeout (self->ports.clock, wait_ms, on_timer, self);
}

static void
after_change (gpointer context, int from, int event, int to)
{
  KioskStaffJourney *self = context;

  set_timer (self);
  /* Trying is the same page as the PIN's, with nothing to do on it. */
  kiosk_staff_render (self, from != to && from != STAFF_TRYING && to != STAFF_TRYING);
  if (to == STAFF_OFF && from != STAFF_OFF)
    self->face.over (self->face_data);
}

KioskStaffJourney *
kiosk_staff_journey_new (const KioskStaffPorts *ports, const KioskStaffFace *face, gpointer data)
{
  static const KioskIdleWatch idle_watch = { idle_warn, idle_out };
  KioskStaffJourney *self = g_new0 (KioskStaffJourney, 1);

  g_atomic_ref_count_init (&self->references);
  self->ports = *ports;
  self->face = *face;
  self->face_data = data;
  self->language = find_language (ports->language);
  g_assert (self->language != NULL);
  self->reader = "starting";
  self->ended_why = "";
  self->flow = kiosk_flow_new (kiosk_staff_journey_table (), STAFF_OFF, self);
  kiosk_flow_set_watch (self->flow, after_change, NULL);
  self->idle
    = kiosk_idle_new (ports->clock, ports->idle_ms, ports->warning_seconds, &idle_watch, self);
  return self;
}

KioskStaffJourney *
kiosk_staff_journey_ref (KioskStaffJourney *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_staff_journey_unref (KioskStaffJourney *self)
{
  if (g_atomic_ref_count_dec (&self->references))
    g_free (self);
}

void
kiosk_staff_journey_free (KioskStaffJourney *self)
{
  if (self == NULL)
    return;
  self->closed = TRUE;
  clear_timer (self);
  if (kiosk_staff_journey_stands (self))
    self->ports.card->stop (self->ports.card);
  g_clear_pointer (&self->session, kiosk_staff_session_free);
  g_clear_pointer (&self->idle, kiosk_idle_free);
  g_clear_pointer (&self->flow, kiosk_flow_free);
  g_clear_pointer (&self->model, g_variant_unref);
  kiosk_staff_journey_unref (self);
}

void
kiosk_staff_world (KioskStaffJourney *self, KioskStaffEvent event, gconstpointer detail)
{
  if (kiosk_flow_lists (self->flow, event))
    kiosk_flow_handle (self->flow, event, detail);
}

void
kiosk_staff_journey_begin (KioskStaffJourney *self)
{
  kiosk_staff_world (self, STAFF_BEGIN, NULL);
}

gboolean
kiosk_staff_journey_stands (const KioskStaffJourney *self)
{
  return kiosk_staff_state (self) != STAFF_OFF;
}

KioskRoleSet
kiosk_staff_journey_roles (const KioskStaffJourney *self)
{
  return self->session != NULL && self->session->id != NULL ? self->session->roles
                                                            : KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN);
}

void
kiosk_staff_journey_get (KioskStaffJourney *self, guint *ret_serial, const char **ret_page,
                         GVariant **ret_model, const char *const **ret_actions)
{
  *ret_serial = self->serial;
  *ret_page = kiosk_staff_page (kiosk_staff_state (self));
  *ret_model = self->model;
  *ret_actions = self->actions;
}

static gboolean
submit (KioskStaffJourney *self, GVariant *arguments)
{
  g_autoptr (KioskSecret) pin = NULL;
  const char *value;

  if (!g_variant_lookup (arguments, "value", "&s", &value))
    return FALSE;
  pin = kiosk_secret_new_copy (value, strlen (value));
  return kiosk_flow_handle (self->flow, STAFF_SUBMIT, pin);
}

gboolean
kiosk_staff_journey_act (KioskStaffJourney *self, guint serial, const char *action,
                         GVariant *arguments)
{
  const KioskFlowTable *table = kiosk_staff_journey_table ();
  const char *why = NULL;

  if (!kiosk_staff_journey_stands (self) || serial != self->serial
      || !g_strv_contains (self->actions, action)
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE_VARDICT)
      || g_variant_get_size (arguments) > ARGUMENTS_MAX_BYTES)
    return FALSE;
  kiosk_staff_journey_touch (self);
  if (strcmp (action, table->events[STAFF_SUBMIT]) == 0)
    return submit (self, arguments);
  g_variant_lookup (arguments, "why", "&s", &why);
  for (int event = 0; event < N_STAFF_ACTIONS; event++)
    if (strcmp (table->events[event], action) == 0)
      return kiosk_flow_handle (self->flow, event, why);
  return FALSE;
}

void
kiosk_staff_journey_set_language (KioskStaffJourney *self, const char *language)
{
  const char *known = find_language (language);

  if (known == NULL)
    return;
  self->language = known;
  kiosk_staff_journey_touch (self);
  kiosk_staff_render (self, TRUE);
}

void
kiosk_staff_journey_touch (KioskStaffJourney *self)
{
  kiosk_idle_touch (self->idle);
}

void
kiosk_staff_journey_front_gone (KioskStaffJourney *self)
{
  kiosk_staff_world (self, STAFF_FRONT_GONE, NULL);
}

/* Guards and actions */

gboolean
kiosk_staff_if_in_session (gpointer context, gconstpointer detail)
{
  return ((KioskStaffJourney *)context)->session != NULL;
}

gboolean
kiosk_staff_if_signed_in (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  return self->session != NULL && self->session->id != NULL;
}

void
kiosk_staff_do_begin (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  self->session = kiosk_staff_session_new ();
  self->card_left = FALSE;
  self->reader = "starting";
  self->language = find_language (self->ports.language);
  kiosk_idle_run (self->idle, TRUE);
  kiosk_staff_watch_card (self);
}

/* Everything of whoever was there goes; the reader stays on, to say whether their card was left. */
static void
end_session (KioskStaffJourney *self, const char *why)
{
  if (kiosk_staff_if_signed_in (self, NULL))
    self->ports.door->note (self->ports.door, "staff-out", self->session->id, NULL, NULL, why);
  self->ended_why = why;
  kiosk_idle_stop (self->idle);
  g_clear_pointer (&self->session, kiosk_staff_session_free);
  g_clear_pointer (&self->model, g_variant_unref);
}

void
kiosk_staff_do_leave (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  if (self->session != NULL)
    end_session (self, "finished");
  clear_timer (self);
  if (kiosk_staff_state (self) == STAFF_OFF)
    self->ports.card->stop (self->ports.card);
}

void
kiosk_staff_do_finish (gpointer context, gconstpointer detail)
{
  end_session (context, "finished");
}

void
kiosk_staff_do_give_up_idle (gpointer context, gconstpointer detail)
{
  end_session (context, "idle");
}

void
kiosk_staff_do_give_up_front (gpointer context, gconstpointer detail)
{
  KioskStaffJourney *self = context;

  end_session (self, "fault");
  clear_timer (self);
  self->ports.card->stop (self->ports.card);
}

void
kiosk_staff_do_card_gone (gpointer context, gconstpointer detail)
{
  end_session (context, "removed");
}

void
kiosk_staff_do_note_card_taken (gpointer context, gconstpointer detail)
{
  ((KioskStaffJourney *)context)->card_left = FALSE;
}
