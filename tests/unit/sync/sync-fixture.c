#include "sync-fixture.h"

#include <string.h>

#include "base/file.h"
#include "trust/seal.h"

static void
watch (gpointer data, KioskSyncChange change, const char *what)
{
  SyncFixture *self = data;

  if (change == KIOSK_SYNC_CHANGED_STATUS)
    self->rounds++;
  else
    g_ptr_array_add (self->changed, g_strdup (what));
}

static void
open_kiosk (SyncFixture *self)
{
  g_autofree char *url = gateway_url (self->gateway);
  g_autoptr (GError) error = NULL;
  KioskSyncConfig config = { .gateway = url,
                             .gateway_ca = self->world->gateway_ca,
                             .state_folder = self->folder,
                             .bundle_anchors = self->world->anchors,
                             .retry_first_ms = 100,
                             .retry_most_ms = SYNC_RETRY_MOST_MS,
                             .poll_ms = SYNC_POLL_MS };

  self->vault = kiosk_vault_open (self->folder, self->clock, NULL, &error);
  g_assert_no_error (error);
  self->sync
    = kiosk_sync_new (&config, self->vault, self->clock, self->random, watch, self, &error);
  g_assert_no_error (error);
}

SyncFixture *
sync_fixture_new_bare (const KioskSigner *(*server) (World *))
{
  SyncFixture *self = g_new0 (SyncFixture, 1);

  self->world = world_new ();
  self->gateway
    = gateway_new (self->world, server != NULL ? server (self->world) : &self->world->server);
  self->folder = g_build_filename (self->world->folder, "state", NULL);
  self->clock = kiosk_clock_new_manual (WORLD_NOW);
  self->random = kiosk_random_new_seeded (1);
  self->changed = g_ptr_array_new_with_free_func (g_free);
  open_kiosk (self);
  return self;
}

static void
set_bundle (SyncFixture *self, const char *name, GBytes *cms)
{
  gateway_set_bundle (self->gateway, name, 1, cms);
  g_bytes_unref (cms);
}

SyncFixture *
sync_fixture_new (void)
{
  SyncFixture *self = sync_fixture_new_bare (NULL);
  g_autoptr (GError) error = NULL;

  set_bundle (self, "trust", world_trust (self->world, 1, TRUE));
  set_bundle (self, "catalogue", world_bundle (self->world, "catalogue", 1));
  set_bundle (self, "lost-cards", world_bundle (self->world, "lost-cards", 1));
  error = sync_fixture_enrol (self, "GOOD-CODE");
  g_assert_no_error (error);
  kiosk_sync_start (self->sync);
  sync_fixture_wait_round (self, self->rounds);
  return self;
}

static void
close_kiosk (SyncFixture *self)
{
  g_clear_pointer (&self->sync, kiosk_sync_free);
  g_clear_pointer (&self->vault, kiosk_vault_close);
}

void
sync_fixture_free (SyncFixture *self)
{
  close_kiosk (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gateway_free (self->gateway);
  world_free (self->world);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_ptr_array_unref (self->changed);
  g_free (self->folder);
  g_free (self);
}

void
sync_fixture_restart (SyncFixture *self)
{
  close_kiosk (self);
  open_kiosk (self);
  kiosk_sync_start (self->sync);
  sync_fixture_wait_round (self, self->rounds);
}

void
sync_fixture_wait_round (SyncFixture *self, guint before)
{
  while (self->rounds == before)
    g_main_context_iteration (NULL, TRUE);
}

void
sync_fixture_nudge (SyncFixture *self)
{
  guint before = self->rounds;

  kiosk_sync_nudge (self->sync);
  sync_fixture_wait_round (self, before);
}

void
sync_fixture_later (SyncFixture *self, gint64 ms)
{
  guint before = self->rounds;

  kiosk_clock_advance (self->clock, ms);
  sync_fixture_wait_round (self, before);
}

typedef struct
{
  GError *error;
  gboolean done;
} Enrolment;

static void
enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  Enrolment *enrolment = data;

  kiosk_sync_enrol_finish (NULL, result, &enrolment->error);
  enrolment->done = TRUE;
}

GError *
sync_fixture_enrol (SyncFixture *self, const char *code)
{
  Enrolment enrolment = { 0 };
  guint before = self->rounds;

  kiosk_sync_enrol_async (self->sync, code, NULL, enrolled, &enrolment);
  while (!enrolment.done || self->rounds == before)
    g_main_context_iteration (NULL, TRUE);
  return enrolment.error;
}

static GBytes *
seal (SyncFixture *self, const char *txid, guint n, const char *department)
{
  g_autofree char *kiosk = kiosk_sync_kiosk_id (self->sync);
  g_autofree char *text = g_strdup_printf ("<submission n=\"%u\"/>", n);
  g_autoptr (GBytes) submission = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  KioskSealHeader header = { .txid = (char *)txid,
                             .kiosk = kiosk,
                             .sequence = kiosk_vault_next_sequence (self->vault),
                             .boot = (char *)"00000000000000000000000boot",
                             .department = (char *)department,
                             .service = (char *)"td-vehicle-licence-renewal",
                             .form = (char *)"td558",
                             .form_version = 1,
                             .catalogue = 1,
                             .sealed_ms = WORLD_NOW };
  GBytes *sealed;

  header.boot += 1; /* 26 characters */
  sealed = kiosk_seal_create (&header, submission, kiosk_sync_signer (self->sync),
                              self->world->recipients, &error);
  g_assert_no_error (error);
  return sealed;
}

char *
sync_fixture_seal (SyncFixture *self, guint n, const char *department)
{
  g_autofree char *txid = g_strdup_printf ("%026u", n);
  g_autoptr (GBytes) sealed = seal (self, txid, n, department);
  g_autoptr (GError) error = NULL;
  KioskRecord record = { .txid = txid,
                         .reference = (char *)"7QK4-M2XD",
                         .service = (char *)"td-vehicle-licence-renewal",
                         .sequence = kiosk_vault_next_sequence (self->vault),
                         .leaf = kiosk_vault_next_leaf (self->vault),
                         .sealed_ms = WORLD_NOW,
                         .receipt = (char *)"KR1:",
                         .sealed = sealed };

  kiosk_seal_digest (sealed, record.digest);
  kiosk_vault_seal (self->vault, &record, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&txid);
}

KioskRecordState
sync_fixture_state (SyncFixture *self, const char *txid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = kiosk_vault_find (self->vault, txid, &error);

  g_assert_no_error (error);
  return record->state;
}

KioskSyncStatus
sync_fixture_status (SyncFixture *self)
{
  KioskSyncStatus status;

  kiosk_sync_status (self->sync, &status);
  return status;
}

void
sync_fixture_check_log (SyncFixture *self)
{
  g_autoptr (GError) error = NULL;
  const KioskSigner *signer = kiosk_sync_signer (self->sync);
  KioskAuditReport report = { 0 };

  g_assert_true (kiosk_vault_audit_verify (self->vault, signer->cert, &report, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (report.problem, ==, NULL);
  kiosk_audit_report_clear (&report);
}

void
sync_fixture_check_ledger (SyncFixture *self, guint n, char *const *txids)
{
  g_assert_cmpuint (gateway_transactions (self->gateway), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KioskRecord) record = kiosk_vault_find (self->vault, txids[i], NULL);
      g_autofree char *digest = kiosk_hex_encode (record->digest, 32);
      g_autofree char *held = gateway_digest (self->gateway, txids[i]);
      g_autoptr (GBytes) receipt = gateway_receipt (self->gateway, txids[i]);

      g_assert_cmpstr (held, ==, digest);
      g_assert_cmpint (record->state, >=, KIOSK_RECORD_ACCEPTED);
      g_assert_true (g_bytes_equal (record->gateway_receipt, receipt));
    }
  sync_fixture_check_log (self);
}
