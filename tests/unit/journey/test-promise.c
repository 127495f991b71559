/* A promise, seen from every side that it is made to: the vault, the department, whoever holds the
 * receipt. Keys, vault and catalogue are real. */
#include "bench.h"

#include "formats/receipt.h"
#include "journey/promise.h"
#include "trust/cose.h"
#include "trust/seal.h"

#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct
{
  Bench *bench; /* for its clock and catalogue */
  char *folder;
  KioskVault *vault;
  KioskRandom *random;
  EVP_PKEY *ca_key, *kiosk_key, *department_key;
  X509 *ca, *kiosk, *department;
  KioskSigner signer;
  GPtrArray *anchors, *recipients;
  KioskPromiser promiser;
} Fixture;

static X509 *
issue (Fixture *f, KioskCertRole role, const char *name, EVP_PKEY *key, X509 *issuer)
{
  gint64 now = kiosk_clock_wall_ms (f->bench->clock);
  const KioskCertTemplate template = {
    .role = role,
    .common_name = name,
    .not_before_ms = now - DAY_MS,
    .not_after_ms = now + 90 * DAY_MS,
  };
  g_autoptr (GError) error = NULL;
  X509 *cert = kiosk_pki_issue (&template, key, issuer, f->ca_key, &error);

  g_assert_no_error (error);
  return cert;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->bench = bench_new ();
  f->folder = g_dir_make_tmp ("kiosk-promise-XXXXXX", NULL);
  f->vault = kiosk_vault_open (f->folder, f->bench->clock, NULL, &error);
  g_assert_no_error (error);
  f->random = kiosk_random_new_seeded (1);
  f->ca_key = kiosk_pki_key_new (NULL);
  f->kiosk_key = kiosk_pki_key_new (NULL);
  f->department_key = kiosk_pki_key_new (NULL);
  f->ca = issue (f, KIOSK_CERT_CA, "kiosk-ca", f->ca_key, NULL);
  f->kiosk = issue (f, KIOSK_CERT_KIOSK, "k-1", f->kiosk_key, f->ca);
  f->department = issue (f, KIOSK_CERT_RECIPIENT, "td", f->department_key, f->ca);
  f->signer = (KioskSigner){ f->kiosk, f->kiosk_key };
  f->anchors = g_ptr_array_new ();
  g_ptr_array_add (f->anchors, f->ca);
  f->recipients = g_ptr_array_new ();
  g_ptr_array_add (f->recipients, f->department);
  f->promiser = (KioskPromiser){
    .vault = f->vault,
    .clock = f->bench->clock,
    .random = f->random,
    .boot = "b00t",
    .kiosk = "k-1",
    .signer = &f->signer,
  };
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  kiosk_vault_close (f->vault);
  kiosk_random_unref (f->random);
  X509_free (f->ca);
  X509_free (f->kiosk);
  X509_free (f->department);
  EVP_PKEY_free (f->ca_key);
  EVP_PKEY_free (f->kiosk_key);
  EVP_PKEY_free (f->department_key);
  g_ptr_array_unref (f->anchors);
  g_ptr_array_unref (f->recipients);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (f->folder);
  bench_free (f->bench);
}

static KioskDraft *
draft_new (Fixture *f)
{
  KioskDraft *draft = g_new0 (KioskDraft, 1);

  draft->catalogue = kiosk_catalogue_ref (f->bench->catalogue);
  draft->service = kiosk_catalogue_service (draft->catalogue, 0);
  draft->submission = g_bytes_new ("<data>CHAN</data>", 17);
  draft->fee_cents = 507400;
  memset (draft->holder_tag, 'A', sizeof draft->holder_tag);
  return draft;
}

static KioskRecord *
promise (Fixture *f)
{
  g_autoptr (KioskDraft) draft = draft_new (f);
  g_autoptr (GError) error = NULL;
  KioskRecord *record = kiosk_promise_seal (&f->promiser, draft, f->recipients, &error);

  g_assert_no_error (error);
  return record;
}

static void
test_vault_holds_it (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = promise (f);
  g_autoptr (KioskRecord) found = kiosk_vault_find (f->vault, record->txid, NULL);
  KioskAuditReport report;
  guint8 digest[32];

  g_assert_nonnull (found);
  g_assert_cmpstr (found->reference, ==, record->reference);
  g_assert_true (g_regex_match_simple ("^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$",
                                       record->reference, 0, 0));
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_RECEIVED);
  g_assert_cmpint (found->fee_cents, ==, 507400);
  kiosk_seal_digest (found->sealed, digest);
  g_assert_cmpmem (digest, 32, record->digest, 32);
  g_assert_null (
    memmem (g_bytes_get_data (found->sealed, NULL), g_bytes_get_size (found->sealed), "CHAN", 4));
  g_assert_true (kiosk_vault_audit_verify (f->vault, f->kiosk, &report, NULL));
  g_assert_true (report.verified);
  kiosk_audit_report_clear (&report);
}

static void
test_department_opens_it (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = promise (f);
  g_autoptr (KioskRecord) found = kiosk_vault_find (f->vault, record->txid, NULL);
  g_autoptr (KioskSealHeader) header = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) submission
    = kiosk_seal_open (found->sealed, f->anchors, record->sealed_ms, f->department,
                       f->department_key, &header, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (submission, NULL), (int)g_bytes_get_size (submission),
                   "<data>CHAN</data>", 17);
  g_assert_cmpstr (header->txid, ==, record->txid);
  g_assert_cmpstr (header->kiosk, ==, "k-1");
  g_assert_cmpstr (header->boot, ==, "b00t");
  g_assert_cmpstr (header->department, ==, "td");
  g_assert_cmpint (header->catalogue, ==, 7);
  g_assert_cmpuint (header->sequence, ==, found->sequence);
}

static void
test_receipt_stands_alone (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = promise (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cose = kiosk_receipt_untext (record->receipt, -1, &error);
  g_autoptr (GBytes) claims = NULL;
  g_autoptr (KioskReceipt) receipt = NULL;

  g_assert_no_error (error);
  claims = kiosk_cose_verify1 (cose, f->anchors, record->sealed_ms, NULL, &error);
  g_assert_no_error (error);
  receipt = kiosk_receipt_from_cbor (claims, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (receipt->txid, ==, record->txid);
  g_assert_cmpstr (receipt->reference, ==, record->reference);
  g_assert_cmpstr (receipt->kiosk, ==, "k-1");
  g_assert_cmpuint (receipt->leaf, ==, record->leaf);
  g_assert_cmpmem (receipt->digest, 32, record->digest, 32);
  g_assert_cmpint (receipt->fee_cents, ==, 507400);
}

/* The log grows under its feet: each receipt names the leaf that its record got. */
static gpointer
keep_logging (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < 40; i++)
    g_assert_true (kiosk_vault_audit (f->vault, "test", "{}", NULL));
  return NULL;
}

static void
test_log_grows_meanwhile (Fixture *f, gconstpointer data)
{
  GThread *thread = g_thread_new ("logging", keep_logging, f);
  KioskAuditReport report;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (KioskRecord) record = promise (f);
      g_autoptr (KioskRecord) found = kiosk_vault_find (f->vault, record->txid, NULL);

      g_assert_cmpuint (found->leaf, ==, record->leaf);
    }
  g_thread_join (thread);
  g_assert_true (kiosk_vault_audit_verify (f->vault, f->kiosk, &report, NULL));
  g_assert_true (report.verified);
  kiosk_audit_report_clear (&report);
}

static void
test_nobody_to_open_it (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskDraft) draft = draft_new (f);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  KioskVaultCounts counts;

  g_assert_null (kiosk_promise_seal (&f->promiser, draft, nobody, &error));
  g_assert_nonnull (error);
  g_assert_true (kiosk_vault_counts (f->vault, &counts, NULL));
  g_assert_cmpuint (counts.received, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/journey/promise/is-in-the-vault-and-its-log", Fixture, NULL, set_up,
              test_vault_holds_it, tear_down);
  g_test_add ("/journey/promise/opens-for-the-department", Fixture, NULL, set_up,
              test_department_opens_it, tear_down);
  g_test_add ("/journey/promise/receipt-stands-alone", Fixture, NULL, set_up,
              test_receipt_stands_alone, tear_down);
  g_test_add ("/journey/promise/names-its-leaf-though-the-log-grows", Fixture, NULL, set_up,
              test_log_grows_meanwhile, tear_down);
  g_test_add ("/journey/promise/none-that-nobody-could-open", Fixture, NULL, set_up,
              test_nobody_to_open_it, tear_down);
  return g_test_run ();
}
