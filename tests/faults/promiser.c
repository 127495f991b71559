/* The smallest kiosk: a vault and its sync. Verifies the log, seals as many records as it is told,
 * says each promise on standard output the moment it may, sends everything, and ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "sync/sync.h"
#include "trust/seal.h"

typedef struct
{
  char *state, *government, *gateway, *code;
  int seal;
  KioskClock *clock;
  KioskRandom *random;
  KioskVault *vault;
  KioskSync *sync;
  GPtrArray *recipients;
  char *boot;
  gboolean enrolled;
} Promiser;

static void
stop (const char *what, const GError *error)
{
  fprintf (stderr, "promiser: %s: %s\n", what, error != NULL ? error->message : "failed");
  exit (1);
}

static void
watch (gpointer data, KioskSyncChange change, const char *what)
{
}

static void
verify_log (Promiser *self)
{
  const KioskSigner *signer = kiosk_sync_signer (self->sync);
  KioskAuditReport report = { 0 };
  g_autoptr (GError) error = NULL;

  if (!kiosk_vault_audit_verify (self->vault, signer != NULL ? signer->cert : NULL, &report,
                                 &error))
    stop ("audit", error);
  printf ("audit verified=%d leaves=%" G_GUINT64_FORMAT " problem=%s\n", report.verified,
          report.leaves, report.problem != NULL ? report.problem : "none");
  kiosk_audit_report_clear (&report);
}

static void
add_recipient (Promiser *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->government, name, NULL);
  g_autoptr (GError) error = NULL;
  X509 *cert = kiosk_pki_cert_load (path, &error);

  if (cert == NULL)
    stop ("recipient", error);
  g_ptr_array_add (self->recipients, cert);
}

static void
open_kiosk (Promiser *self)
{
  g_autofree char *authority = g_build_filename (self->government, "kiosk", "gateway-ca.pem", NULL);
  g_autofree char *anchors = g_build_filename (self->government, "kiosk", "anchors.pem", NULL);
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  KioskSyncConfig config = { .gateway = self->gateway,
                             .gateway_ca = authority,
                             .state_folder = self->state,
                             .bundle_anchors = anchors,
                             .retry_first_ms = 20,
                             .retry_most_ms = 200,
                             .poll_ms = 60000 };

  self->clock = kiosk_clock_new_system ();
  self->random = kiosk_random_new_system ();
  self->boot = kiosk_random_id (self->random);
  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  self->vault = kiosk_vault_open (self->state, self->clock, &aside, &error);
  if (self->vault == NULL || aside != NULL)
    stop (aside != NULL ? aside : "vault", error);
  self->sync
    = kiosk_sync_new (&config, self->vault, self->clock, self->random, watch, self, &error);
  if (self->sync == NULL)
    stop ("sync", error);
  add_recipient (self, "department/td/recipient.pem");
  add_recipient (self, "recovery/recovery.pem");
}

static void
enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  Promiser *self = data;
  g_autoptr (GError) error = NULL;

  if (!kiosk_sync_enrol_finish (self->sync, result, &error))
    stop ("enrolment", error);
  self->enrolled = TRUE;
}

static void
enrol (Promiser *self)
{
  kiosk_sync_enrol_async (self->sync, self->code, NULL, enrolled, self);
  while (!self->enrolled)
    g_main_context_iteration (NULL, TRUE);
}

static GBytes *
seal (Promiser *self, char *txid, gint64 now)
{
  g_autofree char *kiosk = kiosk_sync_kiosk_id (self->sync);
  g_autoptr (GBytes) submission = g_bytes_new_static ("<submission/>", 13);
  g_autoptr (GError) error = NULL;
  KioskSealHeader header = { .txid = txid,
                             .kiosk = kiosk,
                             .sequence = kiosk_vault_next_sequence (self->vault),
                             .boot = self->boot,
                             .department = (char *)"td",
                             .service = (char *)"td-vehicle-licence-renewal",
                             .form = (char *)"td558",
                             .form_version = 1,
                             .catalogue = 1,
                             .sealed_ms = now };
  GBytes *sealed = kiosk_seal_create (&header, submission, kiosk_sync_signer (self->sync),
                                      self->recipients, &error);

  if (sealed == NULL)
    stop ("seal", error);
  return sealed;
}

/* One line in one write: whoever reads it has been promised. */
static void
say_promise (const char *txid, const guint8 digest[32])
{
  g_autofree char *hex = kiosk_hex_encode (digest, 32);
  g_autofree char *line = g_strdup_printf ("promised %s %s\n", txid, hex);

  if (write (STDOUT_FILENO, line, strlen (line)) != (gssize)strlen (line))
    stop ("promise", NULL);
}

/* The sync's own leaves may come in between: then the log is asked again. */
static void
promise (Promiser *self)
{
  g_autofree char *txid = kiosk_random_id (self->random);
  gint64 now = kiosk_clock_wall_ms (self->clock);
  g_autoptr (GBytes) sealed = seal (self, txid, now);
  g_autoptr (GError) error = NULL;
  KioskRecord record = { .txid = txid,
                         .reference = (char *)"7QK4-M2XD",
                         .service = (char *)"td-vehicle-licence-renewal",
                         .sealed_ms = now,
                         .receipt = (char *)"KR1:",
                         .sealed = sealed };

  kiosk_seal_digest (sealed, record.digest);
  do
    {
      g_clear_error (&error);
      record.sequence = kiosk_vault_next_sequence (self->vault);
      record.leaf = kiosk_vault_next_leaf (self->vault);
    }
  while (!kiosk_vault_seal (self->vault, &record, &error)
         && g_error_matches (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE));
  if (error != NULL)
    stop ("seal", error);
  say_promise (txid, record.digest);
  kiosk_sync_nudge (self->sync);
}

static void
drain (Promiser *self)
{
  KioskVaultCounts counts;
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      if (!kiosk_vault_counts (self->vault, &counts, &error))
        stop ("counts", error);
      if (counts.received == 0)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  printf ("drained accepted=%" G_GUINT64_FORMAT " quarantined=%" G_GUINT64_FORMAT "\n",
          counts.accepted + counts.settled, counts.quarantined);
}

int
main (int argc, char **argv)
{
  Promiser self = { NULL };
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &self.state, "the kiosk's folder", "DIR" },
    { "government", 0, 0, G_OPTION_ARG_FILENAME, &self.government, "a sandbox's setup", "DIR" },
    { "gateway", 0, 0, G_OPTION_ARG_STRING, &self.gateway, "its address", "URL" },
    { "code", 0, 0, G_OPTION_ARG_STRING, &self.code, "enrol first", "CODE" },
    { "seal", 0, 0, G_OPTION_ARG_INT, &self.seal, "records to promise", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    stop ("options", error);
  setvbuf (stdout, NULL, _IOLBF, 0);
  open_kiosk (&self);
  verify_log (&self);
  if (self.code != NULL)
    enrol (&self);
  kiosk_sync_start (self.sync);
  for (int n = 0; n < self.seal; n++)
    promise (&self);
  drain (&self);
  verify_log (&self);
  kiosk_sync_free (self.sync);
  kiosk_vault_close (self.vault);
  kiosk_clock_unref (self.clock);
  kiosk_random_unref (self.random);
  g_ptr_array_unref (self.recipients);
  g_free (self.boot);
  g_free (self.state);
  g_free (self.government);
  g_free (self.gateway);
  g_free (self.code);
  return 0;
}
