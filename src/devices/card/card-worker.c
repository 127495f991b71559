#include "devices/card/card-worker.h"

#include <string.h>

#include "devices/card/card-link.h"

/* A reader says at least that it is alive before every command, whose own limit is five seconds. */
#define SILENCE_MS   10000
#define GOODBYE_MS   1500
#define RETRY_MS     500
#define RETRY_MAX_MS 5000

typedef struct
{
  KioskCardPort port;
  char *reader_program, *device, *profiles_folder;
  KioskClock *clock;
  GPtrArray *csca;

  KioskCardWatch watch; /* NULL: stopped */
  gpointer watch_data;
  KioskCardLink *link;    /* NULL: none runs */
  KioskCardLink *leaving; /* has been asked to end; the next waits for it to leave the port */
  KioskCardDevice opened; /* what the process of @link has opened */
  gboolean is_open;
  guint deadline, retry;
  gint64 retry_ms;
  gboolean await_empty;  /* the next process must see the card taken away first */
  gboolean ended_itself; /* it has said why, and will end */
  int reported;          /* the KioskCardError last told while no reader works, or −1 */
} Worker;

static void spawn (Worker *self);

static void
tell (Worker *self, const KioskCardEvent *event)
{
  if (self->watch != NULL)
    self->watch (self->watch_data, event);
}

/* A reader that stays away is told once, not at each attempt. */
static void
tell_reader_state (Worker *self, KioskCardError code)
{
  if (self->reported == (int)code)
    return;
  self->reported = (int)code;
  tell (self,
        &(KioskCardEvent){ .type = KIOSK_CARD_EVENT_FAILED, .error = code, .tries_left = -1 });
}

static void
on_retry (gpointer data)
{
  Worker *self = data;

  self->retry = 0;
  spawn (self);
}

static void
spawn_later (Worker *self, gint64 delay_ms)
{
  if (self->watch != NULL && self->retry == 0)
    self->retry = kiosk_clock_add_timeout (self->clock, delay_ms, on_retry, self);
}

static void
on_silence (gpointer data)
{
  Worker *self = data;

  self->deadline = 0;
  kiosk_card_link_kill (self->link);
}

static void
restart_deadline (Worker *self)
{
  kiosk_clock_cancel (self->clock, self->deadline);
  self->deadline = kiosk_clock_add_timeout (self->clock, SILENCE_MS, on_silence, self);
}

/* Errors after which a process ends by itself and another is wanted. */
static gboolean
is_final (KioskCardError code)
{
  return code == KIOSK_CARD_ERROR_NO_READER || code == KIOSK_CARD_ERROR_READER_BUSY
         || code == KIOSK_CARD_ERROR_READER_FAULT || code == KIOSK_CARD_ERROR_TIMEOUT;
}

static gboolean
on_failed (Worker *self, GVariant *payload)
{
  KioskCardEvent event = { .type = KIOSK_CARD_EVENT_FAILED };
  const char *name;

  g_variant_get (payload, "(&si)", &name, &event.tries_left);
  if (!kiosk_card_error_from_name (name, &event.error))
    return FALSE;
  self->ended_itself = is_final (event.error);
  self->await_empty = event.error == KIOSK_CARD_ERROR_TIMEOUT;
  if (self->ended_itself && event.error != KIOSK_CARD_ERROR_TIMEOUT)
    tell_reader_state (self, event.error);
  else
    tell (self, &event);
  return TRUE;
}

static gboolean
on_evidence (Worker *self, GVariant *payload)
{
  g_autoptr (KioskEvidence) evidence = kiosk_evidence_from_variant (payload, NULL);

  if (evidence == NULL)
    return FALSE;
  tell (self, &(KioskCardEvent){ .type = KIOSK_CARD_EVENT_EVIDENCE, .evidence = evidence });
  return TRUE;
}

static gboolean
handle (Worker *self, KioskCardWireKind kind, GVariant *payload)
{
  KioskCardEvent event = { .tries_left = -1 };
  gboolean is_can;

  switch (kind)
    {
    case KIOSK_CARD_WIRE_ALIVE:
      return TRUE;
    case KIOSK_CARD_WIRE_OPENED:
      self->is_open = kiosk_card_device_from_variant (payload, &self->opened);
      return self->is_open;
    case KIOSK_CARD_WIRE_READY:
      if (!self->is_open)
        return FALSE;
      self->reported = -1;
      self->retry_ms = RETRY_MS;
      event.type = KIOSK_CARD_EVENT_READY;
      break;
    case KIOSK_CARD_WIRE_FOUND:
      event.type = KIOSK_CARD_EVENT_FOUND;
      event.profile = g_variant_get_string (payload, NULL);
      break;
    case KIOSK_CARD_WIRE_NEEDS_KEY:
      event.type = KIOSK_CARD_EVENT_NEEDS_KEY;
      g_variant_get (payload, "(&sb)", &event.profile, &is_can);
      event.key = is_can ? KIOSK_CARD_KEY_CAN : KIOSK_CARD_KEY_MRZ;
      break;
    case KIOSK_CARD_WIRE_PROGRESS:
      event.type = KIOSK_CARD_EVENT_PROGRESS;
      event.fraction = CLAMP (g_variant_get_double (payload), 0.0, 1.0);
      break;
    case KIOSK_CARD_WIRE_REMOVED:
      event.type = KIOSK_CARD_EVENT_REMOVED;
      break;
    case KIOSK_CARD_WIRE_EVIDENCE:
      return on_evidence (self, payload);
    case KIOSK_CARD_WIRE_FAILED:
      return on_failed (self, payload);
    default:
      return FALSE; /* not for a reader to say */
    }
  tell (self, &event);
  return TRUE;
}

static void
on_message (gpointer data, KioskCardWireKind kind, GVariant *payload)
{
  Worker *self = data;

  restart_deadline (self);
  /* A reader that speaks out of form is no longer ours: whatever broke into it gets no further. */
  if (!handle (self, kind, payload) && self->link != NULL)
    kiosk_card_link_kill (self->link);
}

static void
replace (Worker *self)
{
  gboolean after_timeout = self->ended_itself && self->await_empty;

  self->is_open = FALSE;
  g_clear_pointer (&self->link, kiosk_card_link_free);
  kiosk_clock_cancel (self->clock, self->deadline);
  self->deadline = 0;
  if (!self->ended_itself)
    tell_reader_state (self, KIOSK_CARD_ERROR_READER_FAULT);
  spawn_later (self, after_timeout ? 0 : self->retry_ms);
  self->retry_ms = MIN (self->retry_ms * 2, RETRY_MAX_MS);
}

/* The process is gone. */
static void
on_closed (gpointer data)
{
  Worker *self = data;

  if (self->leaving != NULL)
    {
      g_clear_pointer (&self->leaving, kiosk_card_link_free);
      spawn_later (self, 0);
    }
  else
    replace (self);
}

static void
send_setup (Worker *self)
{
  for (guint i = 0; i < self->csca->len; i++)
    {
      gsize length;
      const guint8 *der = g_bytes_get_data (g_ptr_array_index (self->csca, i), &length);

      if (length <= KIOSK_CARD_WIRE_MAX / 2)
        kiosk_card_link_send (self->link, KIOSK_CARD_WIRE_CSCA,
                              g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, der, length, 1));
    }
  kiosk_card_link_send (self->link, KIOSK_CARD_WIRE_BEGIN,
                        g_variant_new ("(ssxb)", self->device, self->profiles_folder,
                                       kiosk_clock_wall_ms (self->clock), self->await_empty));
}

static void
spawn (Worker *self)
{
  if (self->leaving != NULL)
    return;
  self->ended_itself = FALSE;
  self->link = kiosk_card_link_new (self->reader_program, self->clock, on_message, on_closed, self);
  if (self->link == NULL)
    {
      tell_reader_state (self, KIOSK_CARD_ERROR_READER_FAULT);
      spawn_later (self, self->retry_ms);
      return;
    }
  restart_deadline (self);
  send_setup (self);
  self->await_empty = FALSE;
}

static void
worker_stop (KioskCardPort *port)
{
  Worker *self = (Worker *)port;

  self->watch = NULL;
  self->is_open = FALSE;
  kiosk_clock_cancel (self->clock, self->deadline);
  kiosk_clock_cancel (self->clock, self->retry);
  self->deadline = self->retry = 0;
  if (self->link == NULL)
    return;
  self->leaving = g_steal_pointer (&self->link);
  kiosk_card_link_end (self->leaving, GOODBYE_MS);
}

static void
worker_start (KioskCardPort *port, KioskCardWatch watch, gpointer data)
{
  Worker *self = (Worker *)port;

  worker_stop (port);
  self->watch = watch;
  self->watch_data = data;
  self->reported = -1;
  self->retry_ms = RETRY_MS;
  self->await_empty = FALSE;
  /* Not from inside start(): the caller may not be ready to be told. */
  spawn_later (self, 0);
}

static void
worker_give_key (KioskCardPort *port, KioskCardKey kind, KioskSecret *key)
{
  Worker *self = (Worker *)port;

  /* The key's bytes stay in secret memory all the way into the frame. */
  if (self->link != NULL)
    kiosk_card_link_send (
      self->link, KIOSK_CARD_WIRE_KEY,
      g_variant_new ("(b@ay)", kind == KIOSK_CARD_KEY_CAN,
                     g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, kiosk_secret_data (key),
                                              kiosk_secret_length (key), TRUE,
                                              (GDestroyNotify)kiosk_secret_unref,
                                              kiosk_secret_ref (key))));
}

static void
worker_free (KioskCardPort *port)
{
  Worker *self = (Worker *)port;

  worker_stop (port);
  g_clear_pointer (&self->leaving, kiosk_card_link_free);
  g_free (self->reader_program);
  g_free (self->device);
  g_free (self->profiles_folder);
  kiosk_clock_unref (self->clock);
  g_ptr_array_unref (self->csca);
  g_free (self);
}

void
kiosk_card_worker_set_csca (KioskCardPort *port, GPtrArray *csca)
{
  Worker *self = (Worker *)port;
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; csca != NULL && i < csca->len; i++)
    g_ptr_array_add (copy, g_bytes_ref (g_ptr_array_index (csca, i)));
  g_clear_pointer (&self->csca, g_ptr_array_unref);
  self->csca = copy;
}

const KioskCardDevice *
kiosk_card_worker_device (KioskCardPort *port)
{
  Worker *self = (Worker *)port;

  return self->is_open ? &self->opened : NULL;
}

KioskCardPort *
kiosk_card_worker_new (const char *reader_program, const char *device, const char *profiles_folder,
                       KioskClock *clock, GPtrArray *csca)
{
  Worker *self = g_new0 (Worker, 1);

  self->port = (KioskCardPort){ worker_start, worker_give_key, worker_stop, worker_free };
  self->reader_program = g_strdup (reader_program);
  self->device = g_strdup (device);
  self->profiles_folder = g_strdup (profiles_folder);
  self->clock = kiosk_clock_ref (clock);
  kiosk_card_worker_set_csca (&self->port, csca);
  return &self->port;
}
