#include "devices/card/card-worker.h"

#include "base/random.h"
#include "devices/card/card-wire.h"
#include "devices/card/piv.h"
#include "devices/worker/worker-keeper.h"
#include "trust/csca.h"

/* A reader says at least that it is alive before every command, whose own limit is five seconds. */
#define SILENCE_MS   10000
#define GOODBYE_MS   1500
#define RETRY_MS     500
#define RETRY_MAX_MS 2000 /* a reader that is plugged in again is back within three seconds */

typedef struct
{
  KioskCardPort port;
  char *reader_program, *device, *profiles_folder;
  char *asked; /* NULL: any profile */
  gboolean details;
  KioskClock *clock;
  KioskRandom *random; /* of challenges */
  GPtrArray *csca, *crls;

  KioskCardWatch watch; /* NULL: stopped */
  gpointer watch_data;
  KioskWorkerKeeper *keeper;
  KioskCardDevice opened; /* what the process has opened */
  gboolean is_open;
  gboolean await_empty;                  /* the next process must see the card taken away first */
  gboolean ended_itself;                 /* it has said why, and will end */
  gboolean staff;                        /* staff cards are wanted */
  guint8 challenge[KIOSK_PIV_CHALLENGE]; /* for the next one of them */
  int reported; /* the KioskCardError last told while no reader works, or −1 */
} Worker;

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
  self->is_open = self->is_open && !self->ended_itself;
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

/* Never one that was sent before: what a reader has heard once proves nothing again. */
static void
send_challenge (Worker *self)
{
  kiosk_random_fill (self->random, self->challenge, sizeof self->challenge);
  kiosk_worker_keeper_send (
    self->keeper, KIOSK_CARD_WIRE_CHALLENGE,
    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->challenge, sizeof self->challenge, 1));
}

/* The reader's word is not enough: the proof is looked at once more here. */
static gboolean
on_staff (Worker *self, GVariant *payload)
{
  g_autoptr (GVariant) certificate = g_variant_get_child_value (payload, 0);
  g_autoptr (GVariant) signature = g_variant_get_child_value (payload, 1);
  g_autoptr (KioskPivProof) proof = g_new0 (KioskPivProof, 1);

  proof->certificate = g_variant_get_data_as_bytes (certificate);
  proof->signature = g_variant_get_data_as_bytes (signature);
  if (!self->staff || g_bytes_get_size (proof->certificate) > KIOSK_PIV_CERTIFICATE_MAX
      || !kiosk_piv_proof_check (proof, self->challenge, NULL))
    return FALSE;
  send_challenge (self);
  tell (self, &(KioskCardEvent){ .type = KIOSK_CARD_EVENT_STAFF,
                                 .certificate = proof->certificate,
                                 .tries_left = -1 });
  return TRUE;
}

static gboolean
hear (gpointer data, guint kind, GVariant *payload)
{
  Worker *self = data;
  KioskCardEvent event = { .tries_left = -1 };
  gboolean is_can;

  switch ((KioskCardWireKind)kind)
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
      kiosk_worker_keeper_works (self->keeper);
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
    case KIOSK_CARD_WIRE_PREVIEW:
      event.type = KIOSK_CARD_EVENT_PREVIEW;
      event.name = g_variant_get_string (payload, NULL);
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
    case KIOSK_CARD_WIRE_STAFF:
      return on_staff (self, payload);
    case KIOSK_CARD_WIRE_FAILED:
      return on_failed (self, payload);
    default:
      return FALSE; /* not for a reader to say */
    }
  tell (self, &event);
  return TRUE;
}

/* The process is gone, or cannot be run. */
static gint64
replace (gpointer data, gint64 retry_ms)
{
  Worker *self = data;
  gboolean after_timeout = self->ended_itself && self->await_empty;

  self->is_open = FALSE;
  if (!self->ended_itself)
    tell_reader_state (self, KIOSK_CARD_ERROR_READER_FAULT);
  self->ended_itself = FALSE;
  return after_timeout ? 0 : retry_ms;
}

static void
send_each (Worker *self, KioskCardWireKind kind, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      gsize length;
      const guint8 *der = g_bytes_get_data (g_ptr_array_index (list, i), &length);

      if (length <= KIOSK_CRL_SIZE_MAX)
        kiosk_worker_keeper_send (self->keeper, kind,
                                  g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, der, length, 1));
    }
}

static void
send_setup (gpointer data)
{
  Worker *self = data;

  send_each (self, KIOSK_CARD_WIRE_CSCA, self->csca);
  send_each (self, KIOSK_CARD_WIRE_CRL, self->crls);
  if (self->staff)
    send_challenge (self);
  kiosk_worker_keeper_send (self->keeper, KIOSK_CARD_WIRE_BEGIN,
                            g_variant_new ("(sssxbb)", self->device, self->profiles_folder,
                                           self->asked != NULL ? self->asked : "",
                                           kiosk_clock_wall_ms (self->clock), self->details,
                                           self->await_empty));
  self->await_empty = FALSE;
}

static void
worker_stop (KioskCardPort *port)
{
  Worker *self = (Worker *)port;

  self->watch = NULL;
  self->is_open = FALSE;
  kiosk_worker_keeper_stop (self->keeper);
}

static void
start (Worker *self, gboolean staff, KioskCardWatch watch, gpointer data)
{
  worker_stop (&self->port);
  self->staff = staff;
  self->watch = watch;
  self->watch_data = data;
  self->reported = -1;
  self->await_empty = FALSE;
  self->ended_itself = FALSE;
  kiosk_worker_keeper_start (self->keeper);
}

static void
worker_start (KioskCardPort *port, KioskCardWatch watch, gpointer data)
{
  start ((Worker *)port, FALSE, watch, data);
}

static void
worker_start_staff (KioskCardPort *port, KioskCardWatch watch, gpointer data)
{
  start ((Worker *)port, TRUE, watch, data);
}

static void
worker_give_key (KioskCardPort *port, KioskCardKey kind, KioskSecret *key)
{
  Worker *self = (Worker *)port;

  /* The key's bytes stay in secret memory all the way into the frame. */
  kiosk_worker_keeper_send (
    self->keeper, KIOSK_CARD_WIRE_KEY,
    g_variant_new ("(b@ay)", kind == KIOSK_CARD_KEY_CAN,
                   g_variant_new_from_data (
                     G_VARIANT_TYPE_BYTESTRING, kiosk_secret_data (key), kiosk_secret_length (key),
                     TRUE, (GDestroyNotify)kiosk_secret_unref, kiosk_secret_ref (key))));
}

static void
worker_free (KioskCardPort *port)
{
  Worker *self = (Worker *)port;

  kiosk_worker_keeper_free (self->keeper);
  g_free (self->reader_program);
  g_free (self->device);
  g_free (self->profiles_folder);
  g_free (self->asked);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_ptr_array_unref (self->csca);
  g_ptr_array_unref (self->crls);
  g_free (self);
}

static void
replace_list (GPtrArray **list, GPtrArray *by)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; by != NULL && i < by->len; i++)
    g_ptr_array_add (copy, g_bytes_ref (g_ptr_array_index (by, i)));
  g_clear_pointer (list, g_ptr_array_unref);
  *list = copy;
}

void
kiosk_card_worker_set_csca (KioskCardPort *port, GPtrArray *csca)
{
  replace_list (&((Worker *)port)->csca, csca);
}

void
kiosk_card_worker_set_crls (KioskCardPort *port, GPtrArray *crls)
{
  replace_list (&((Worker *)port)->crls, crls);
}

void
kiosk_card_worker_set_profile (KioskCardPort *port, const char *profile)
{
  Worker *self = (Worker *)port;

  g_free (self->asked);
  self->asked = g_strdup (profile);
}

void
kiosk_card_worker_set_details (KioskCardPort *port, gboolean details)
{
  ((Worker *)port)->details = details;
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
  static const char *const environment[] = {
    "LIBNFC_AUTO_SCAN=false",
    "LIBNFC_LOG_LEVEL=0",
    NULL,
  };
  Worker *self = g_new0 (Worker, 1);
  KioskWorkerCare care = {
    .spec = { NULL, environment, &kiosk_card_wire, -1 },
    .silence_ms = SILENCE_MS,
    .goodbye_ms = GOODBYE_MS,
    .retry_ms = RETRY_MS,
    .retry_max_ms = RETRY_MAX_MS,
    .born = send_setup,
    .said = hear,
    .gone = replace,
  };

  self->port = (KioskCardPort){ worker_start, worker_give_key, worker_stop, worker_free,
                                worker_start_staff };
  self->reader_program = g_strdup (reader_program);
  self->device = g_strdup (device);
  self->profiles_folder = g_strdup (profiles_folder);
  self->clock = kiosk_clock_ref (clock);
  self->random = kiosk_random_new_system ();
  care.spec.program = self->reader_program;
  self->keeper = kiosk_worker_keeper_new (&care, clock, self);
  kiosk_card_worker_set_csca (&self->port, csca);
  kiosk_card_worker_set_crls (&self->port, NULL);
  return &self->port;
}
