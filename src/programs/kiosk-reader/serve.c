#include "programs/kiosk-reader/serve.h"

#include <string.h>

#include "base/settings.h"
#include "devices/card/card-reading.h"
#include "devices/card/card-wire.h"
#include "devices/card/piv.h"
#include "devices/worker/worker-sandbox.h"
#include "trust/pki.h"

#define SLICE_MS      150 /* between two looks at the reader; a message ends it at once */
#define PROGRESS_STEP 0.01

typedef struct
{
  KioskWorkerPipe *inbox;
  KioskCardReader reader;
  KioskSecret *key; /* given, not used yet */
  KioskCardKey key_kind;
  gboolean denied; /* the last key was; no need to ask in other words */
  gboolean lifted; /* the card, to read the number on it while we wait for that: no failure */
  gboolean await_empty;
  gboolean staff;    /* staff cards are wanted */
  GBytes *challenge; /* for the next of them to sign; NULL: it has not come yet */
  char *asked;
  double told; /* the last fraction */
} Server;

static void
say_failed (KioskWorkerPipe *inbox, const GError *error)
{
  KioskCardError code
    = error->domain == KIOSK_CARD_ERROR ? (KioskCardError)error->code : KIOSK_CARD_ERROR_INTERNAL;

  kiosk_worker_pipe_say (inbox, KIOSK_CARD_WIRE_FAILED,
                         g_variant_new ("(si)", kiosk_card_error_name (code), -1));
}

static void
take_key (Server *self, GVariant *payload)
{
  g_autoptr (GVariant) bytes = NULL;
  gboolean is_can;
  gsize length;
  gconstpointer data;

  g_variant_get (payload, "(b@ay)", &is_can, &bytes);
  data = g_variant_get_fixed_array (bytes, &length, 1);
  g_clear_pointer (&self->key, kiosk_secret_unref);
  self->key = kiosk_secret_new_copy (data, length);
  self->key_kind = is_can ? KIOSK_CARD_KEY_CAN : KIOSK_CARD_KEY_MRZ;
}

/* FALSE: not what a challenge is. */
static gboolean
take_challenge (Server *self, GVariant *payload)
{
  g_clear_pointer (&self->challenge, g_bytes_unref);
  if (g_variant_get_size (payload) == KIOSK_PIV_CHALLENGE)
    self->challenge = g_variant_get_data_as_bytes (payload);
  return self->challenge != NULL;
}

/* Waits for a slice; FALSE when it is over. */
static gboolean
listen (Server *self, int timeout_ms)
{
  guint kind;
  g_autoptr (GVariant) payload = kiosk_worker_pipe_take (self->inbox, timeout_ms, &kind);

  if (payload != NULL && kind == KIOSK_CARD_WIRE_KEY)
    take_key (self, payload);
  if (payload != NULL && kind == KIOSK_CARD_WIRE_CHALLENGE && !take_challenge (self, payload))
    return FALSE;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_ALIVE, NULL);
  return !self->inbox->is_over;
}

static void
on_found (gpointer data, const KioskCardProfile *profile)
{
  Server *self = data;

  self->denied = FALSE;
  self->lifted = FALSE;
  self->told = 0;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_FOUND, g_variant_new_string (profile->name));
}

static KioskSecret *
on_key (gpointer data, const KioskCardProfile *profile, KioskCardKey asked, KioskCardKey *ret_kind,
        GError **error)
{
  Server *self = data;

  if (self->key == NULL && !self->denied)
    kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_NEEDS_KEY,
                           g_variant_new ("(sb)", profile->name, asked == KIOSK_CARD_KEY_CAN));
  while (self->key == NULL)
    {
      if (!listen (self, SLICE_MS))
        g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CANCELLED, "hung up");
      else if (self->key == NULL && !self->reader.channel->is_present (self->reader.channel))
        {
          self->lifted = TRUE;
          g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST,
                               "taken away before the key came");
        }
      else
        continue;
      return NULL;
    }
  *ret_kind = self->key_kind;
  return g_steal_pointer (&self->key);
}

static void
on_denied (gpointer data, int tries_left)
{
  Server *self = data;

  self->denied = TRUE;
  kiosk_worker_pipe_say (
    self->inbox, KIOSK_CARD_WIRE_FAILED,
    g_variant_new ("(si)", kiosk_card_error_name (KIOSK_CARD_ERROR_ACCESS_DENIED), tries_left));
}

static void
on_progress (gpointer data, double fraction)
{
  Server *self = data;

  if (fraction < self->told + PROGRESS_STEP && fraction < 1.0)
    return;
  self->told = fraction;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_PROGRESS, g_variant_new_double (fraction));
}

static void
on_preview (gpointer data, const char *name)
{
  Server *self = data;

  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_PREVIEW, g_variant_new_string (name));
}

static void
on_tick (gpointer data)
{
  Server *self = data;

  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_ALIVE, NULL);
}

/* Until the reader is empty; FALSE when it is over or the reader is gone. */
static gboolean
wait_for_removal (Server *self)
{
  KioskCardChannel *channel = self->reader.channel;
  KioskCardTarget target;

  for (;;)
    {
      g_autoptr (GError) error = NULL;

      if (!channel->is_present (channel))
        switch (channel->poll (channel, &target, &error))
          {
          case KIOSK_CARD_PRESENCE_EMPTY:
            return TRUE;
          case KIOSK_CARD_PRESENCE_FAILED:
            if (g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_MANY_CARDS))
              break;
            say_failed (self->inbox, error);
            return FALSE;
          default:
            break;
          }
      if (!listen (self, SLICE_MS))
        return FALSE;
    }
}

static gboolean
needs_fresh_process (const GError *error)
{
  return g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_TIMEOUT)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_NO_READER)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CANCELLED);
}

static gboolean
read_card (Server *self, const KioskCardTarget *target)
{
  const KioskCardHost host
    = { on_found, on_key, on_denied, on_progress, on_preview, on_tick, self };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) evidence = kiosk_card_read (&self->reader, target, &host, &error);

  if (evidence != NULL)
    {
      g_autoptr (GVariant) wire = kiosk_evidence_to_variant (evidence);

      kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_EVIDENCE, wire);
    }
  else if (!self->lifted)
    {
      say_failed (self->inbox, error);
      if (needs_fresh_process (error))
        return FALSE;
    }
  /* One that only seemed to be taken up, for a moment of noise, is found again at once: waiting for
   * it to go would leave its person before a page that waits for the card. */
  if (!self->lifted && !wait_for_removal (self))
    return FALSE;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_REMOVED, NULL);
  return TRUE;
}

static KioskPivProof *
prove_staff (Server *self, const KioskCardTarget *target, GError **error)
{
  KioskCardSession session;
  KioskPivProof *proof;

  if (!target->takes_commands)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_WRONG_CARD,
                           "a card that takes no commands");
      return NULL;
    }
  kiosk_card_session_init (&session, self->reader.channel, self->reader.random);
  session.tick = on_tick;
  session.tick_data = self;
  proof = kiosk_piv_prove (&session, g_bytes_get_data (self->challenge, NULL), error);
  kiosk_card_session_clear (&session);
  return proof;
}

/* Until the card that proved itself is not the one that answers, were it only for a moment: who has
 * signed in with it stands or falls with that. FALSE: it is over. */
static gboolean
wait_for_staff_to_go (Server *self)
{
  while (self->reader.channel->is_present (self->reader.channel))
    if (!listen (self, SLICE_MS))
      return FALSE;
  return TRUE;
}

/* A challenge is good for one card, whatever came of it. */
static gboolean
read_staff (Server *self, const KioskCardTarget *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPivProof) proof = NULL;

  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_FOUND,
                         g_variant_new_string (KIOSK_PIV_PROFILE));
  proof = prove_staff (self, target, &error);
  if (proof != NULL)
    {
      g_clear_pointer (&self->challenge, g_bytes_unref);
      kiosk_worker_pipe_say (
        self->inbox, KIOSK_CARD_WIRE_STAFF,
        g_variant_new (
          "(@ay@ay)",
          g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, proof->certificate, TRUE),
          g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, proof->signature, TRUE)));
    }
  else
    {
      say_failed (self->inbox, error);
      if (needs_fresh_process (error))
        return FALSE;
    }
  /* One that failed is not tried again until it has been taken up for good. */
  if (!(proof != NULL ? wait_for_staff_to_go (self) : wait_for_removal (self)))
    return FALSE;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_REMOVED, NULL);
  return TRUE;
}

static gboolean
meet_card (Server *self, const KioskCardTarget *target)
{
  if (!self->staff)
    return read_card (self, target);
  while (self->challenge == NULL)
    if (!listen (self, SLICE_MS))
      return FALSE;
  return read_staff (self, target);
}

static void
watch_for_cards (Server *self)
{
  KioskCardChannel *channel = self->reader.channel;
  gboolean many_told = FALSE;

  do
    {
      g_autoptr (GError) error = NULL;
      KioskCardTarget target;

      switch (channel->poll (channel, &target, &error))
        {
        case KIOSK_CARD_PRESENCE_FOUND:
          if (!meet_card (self, &target))
            return;
          break;
        case KIOSK_CARD_PRESENCE_FAILED:
          if (!g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_MANY_CARDS))
            {
              say_failed (self->inbox, error);
              return;
            }
          if (!many_told)
            say_failed (self->inbox, error);
          many_told = TRUE;
          break;
        default:
          if (many_told)
            kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_REMOVED, NULL);
          many_told = FALSE;
          break;
        }
    }
  while (listen (self, SLICE_MS));
}

/* One that this OpenSSL cannot read is passed over: its country's documents will be told so. */
static void
take_csca (Server *self, GVariant *payload)
{
  g_autoptr (GBytes) der = g_variant_get_data_as_bytes (payload);
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) certificate = kiosk_pki_cert_from_der (der, &error);

  if (certificate == NULL)
    g_printerr ("kiosk-reader: a country signer is passed over: %s\n", error->message);
  else
    kiosk_csca_add (self->reader.csca, certificate);
}

static void
take_crl (Server *self, GVariant *payload)
{
  g_autoptr (GBytes) der = g_variant_get_data_as_bytes (payload);
  g_autoptr (GError) error = NULL;

  if (!kiosk_csca_add_crl (self->reader.csca, der, &error))
    g_printerr ("kiosk-reader: a list of signers called back is passed over: %s\n", error->message);
}

static gboolean
has_profile (const Server *self, GError **error)
{
  for (guint i = 0; self->reader.asked != NULL && i < self->reader.profiles->len; i++)
    if (strcmp (((KioskCardProfile *)g_ptr_array_index (self->reader.profiles, i))->name,
                self->reader.asked)
        == 0)
      return TRUE;
  if (self->reader.asked == NULL)
    return TRUE;
  g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED,
               "there is no card profile %s", self->reader.asked);
  return FALSE;
}

static gboolean
begin (Server *self, GVariant *payload, GError **error)
{
  /* A tty and an open socket: what every worker may do. */
  static const KioskWorkerNeeds needs = { 0 };
  const char *device, *folder, *asked;
  KioskCardDevice opened;
  gint64 wall_ms;

  g_variant_get (payload, "(&s&s&sxbb)", &device, &folder, &asked, &wall_ms, &self->reader.details,
                 &self->await_empty);
  kiosk_clock_raise_floor (self->reader.clock, wall_ms);
  self->asked = g_strdup (asked);
  self->reader.asked = *asked != '\0' ? self->asked : NULL;
  self->reader.profiles = kiosk_card_profiles_load (folder, error);
  if (self->reader.profiles == NULL || !has_profile (self, error))
    return FALSE;
  self->reader.channel = kiosk_card_channel_new_libnfc (device, &opened, error);
  if (self->reader.channel == NULL || !kiosk_worker_sandbox_close (&needs, error))
    return FALSE;
  kiosk_worker_pipe_say (self->inbox, KIOSK_CARD_WIRE_OPENED,
                         kiosk_card_device_to_variant (&opened));
  return TRUE;
}

/* Country signers and their lists, then BEGIN. */
static gboolean
set_up (Server *self, GError **error)
{
  for (;;)
    {
      guint kind;
      g_autoptr (GVariant) payload = kiosk_worker_pipe_take (self->inbox, -1, &kind);

      if (payload == NULL)
        {
          g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CANCELLED, "hung up");
          return FALSE;
        }
      if (kind == KIOSK_CARD_WIRE_CSCA)
        take_csca (self, payload);
      if (kind == KIOSK_CARD_WIRE_CRL)
        take_crl (self, payload);
      if (kind == KIOSK_CARD_WIRE_CHALLENGE)
        self->staff = take_challenge (self, payload);
      if (kind == KIOSK_CARD_WIRE_BEGIN)
        return begin (self, payload, error);
    }
}

/* What is wrong with the set-up is for a technician to read; kioskd learns that there is no reader
 * to be had like this. */
static void
say_why_not (KioskWorkerPipe *inbox, const GError *error)
{
  g_autoptr (GError) fault = NULL;

  if (error->domain == KIOSK_CARD_ERROR)
    {
      say_failed (inbox, error);
      return;
    }
  g_printerr ("kiosk-reader: %s\n", error->message);
  fault = g_error_new_literal (KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_READER_FAULT, error->message);
  say_failed (inbox, fault);
}

static void
server_clear (Server *self)
{
  g_clear_pointer (&self->reader.channel, kiosk_card_channel_free);
  g_clear_pointer (&self->reader.profiles, g_ptr_array_unref);
  g_clear_pointer (&self->reader.csca, kiosk_csca_unref);
  g_clear_pointer (&self->reader.clock, kiosk_clock_unref);
  g_clear_pointer (&self->reader.random, kiosk_random_unref);
  g_clear_pointer (&self->reader.verifier, kiosk_card_verifier_free);
  g_clear_pointer (&self->key, kiosk_secret_unref);
  g_clear_pointer (&self->challenge, g_bytes_unref);
  g_free (self->asked);
}

int
serve (KioskWorkerPipe *inbox)
{
  g_autoptr (GError) error = NULL;
  Server self = {
    .inbox = inbox,
    .reader = {
      .csca = kiosk_csca_new (),
      .clock = kiosk_clock_new_system (),
      .random = kiosk_random_new_system (),
      .verifier = kiosk_card_verifier_new (),
    },
  };

  if (!set_up (&self, &error))
    say_why_not (inbox, error);
  else if (!self.await_empty || wait_for_removal (&self))
    {
      kiosk_worker_pipe_say (inbox, KIOSK_CARD_WIRE_READY, NULL);
      watch_for_cards (&self);
    }
  server_clear (&self);
  return 0;
}
