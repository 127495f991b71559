/* The audit log is held against its checkpoints and the records; whoever edits the file is found.
 */
#include <sqlite3.h>
#include <string.h>

#include "trust/pki.h"
#include "vault-fixture.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

static KioskSigner
signer_new (const char *name)
{
  KioskCertTemplate template = { .role = KIOSK_CERT_KIOSK,
                                 .common_name = name,
                                 .not_before_ms = FIXTURE_NOW - DAY_MS,
                                 .not_after_ms = FIXTURE_NOW + DAY_MS };
  g_autoptr (GError) error = NULL;
  KioskSigner signer = { .key = kiosk_pki_key_new (&error) };

  signer.cert = kiosk_pki_issue (&template, signer.key, NULL, signer.key, &error);
  g_assert_no_error (error);
  return signer;
}

static void
signer_clear (KioskSigner *signer)
{
  X509_free (signer->cert);
  EVP_PKEY_free (signer->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskSigner, signer_clear)

/* Four records: accepted, settled, quarantined, erased; two checkpoints. */
static Fixture *
fill (const KioskSigner *signer)
{
  Fixture *f = fixture_new ();
  g_autofree char *first = fixture_txid (1);
  g_autofree char *second = fixture_txid (2);
  g_autofree char *third = fixture_txid (3);
  g_autofree char *fourth = fixture_txid (4);
  g_autoptr (GBytes) proof = fixture_bytes ("proof");

  fixture_seal (f, 4);
  g_assert_true (kiosk_vault_settle (f->vault, fourth, "granted", NULL, proof, NULL));
  kiosk_clock_advance (f->clock, 1);
  g_assert_true (kiosk_vault_purge (f->vault, 0, NULL, NULL));
  for (guint n = 1; n <= 3; n++)
    fixture_seal (f, n);
  g_assert_true (kiosk_vault_checkpoint (f->vault, "k-1", signer, NULL));
  g_assert_true (kiosk_vault_accept (f->vault, first, proof, NULL));
  g_assert_true (kiosk_vault_settle (f->vault, second, "refused", "fee", proof, NULL));
  g_assert_true (kiosk_vault_quarantine (f->vault, third, "seal", NULL));
  g_assert_true (kiosk_vault_audit (f->vault, "stop", "{\"boot\":\"b\"}", NULL));
  g_assert_true (kiosk_vault_checkpoint (f->vault, "k-1", signer, NULL));
  g_assert_true (kiosk_vault_checkpoint (f->vault, "k-1", signer, NULL));
  return f;
}

/* What the check says after @sql: NULL when all is well. */
static char *
verdict (const char *sql, const char *checked_as)
{
  g_auto (KioskSigner) signer = signer_new ("k-1");
  g_auto (KioskSigner) other = signer_new ("k-1");
  g_autoptr (Fixture) f = fill (&signer);
  g_autoptr (GError) error = NULL;
  KioskAuditReport report = { 0 };
  char *problem;

  if (sql != NULL)
    {
      fixture_close (f);
      fixture_sql (f, sql);
      fixture_reopen (f);
    }
  g_assert_true (kiosk_vault_audit_verify (
    f->vault, g_str_equal (checked_as, "own") ? signer.cert : other.cert, &report, &error));
  g_assert_no_error (error);
  g_assert_cmpint (report.verified, ==, report.problem == NULL);
  if (sql == NULL)
    {
      g_assert_cmpuint (report.leaves, ==, 10);
      g_assert_cmpuint (report.checkpoints, ==, 2);
    }
  problem = g_strdup (report.problem);
  kiosk_audit_report_clear (&report);
  return problem;
}

static void
test_holds (void)
{
  g_autofree char *problem = verdict (NULL, "own");

  g_assert_cmpstr (problem, ==, NULL);
}

static void
test_other_signer (void)
{
  g_autofree char *problem = verdict (NULL, "other");

  g_assert_cmpstr (problem, ==, "the checkpoint at 6 is not signed by this kiosk");
}

typedef struct
{
  const char *path;
  const char *sql;
  const char *problem;
} Edit;

#define ID(n) "0000000000000000000000000" #n

static const Edit edits[] = {
  { "/vault/audit/an-altered-leaf-is-found",
    "UPDATE leaf SET data = CAST (replace (CAST (data AS TEXT), 'stop', 'stay') AS BLOB) WHERE idx "
    "= 9",
    "the log is not what its checkpoint at 10 says" },
  { "/vault/audit/a-cut-tail-is-found", "DELETE FROM leaf WHERE idx >= 8",
    "the log is shorter than a checkpoint says" },
  { "/vault/audit/a-removed-record-is-found", "DELETE FROM record WHERE txid = '" ID (3) "'",
    "record " ID (3) " was sealed and is gone" },
  { "/vault/audit/other-sealed-bytes-are-found",
    "UPDATE record SET sealed = x'00' WHERE txid = '" ID (1) "'",
    "record " ID (1) " is not the one that was sealed" },
  { "/vault/audit/another-digest-is-found",
    "UPDATE record SET digest = zeroblob(32) WHERE txid = '" ID (1) "'",
    "record " ID (1) " is not the one that was sealed" },
  { "/vault/audit/an-invented-receipt-is-found",
    "UPDATE record SET gateway_receipt = x'01', state = 1 WHERE txid = '" ID (3) "'",
    "record " ID (3) " has a receipt or an outcome that the log does not know" },
  { "/vault/audit/another-outcome-is-found",
    "UPDATE record SET outcome = x'01' WHERE txid = '" ID (2) "'",
    "record " ID (2) " has a receipt or an outcome that the log does not know" },
  { "/vault/audit/another-place-in-the-log-is-found",
    "UPDATE record SET leaf = 0 WHERE txid = '" ID (1) "'",
    "record " ID (1) " is not in the log where it says" },
  { "/vault/audit/an-invented-record-is-found",
    "INSERT INTO record SELECT 'x', reference, service, 0, sealed_ms, fee_cents, digest, "
    "holder_tag, 1, receipt, sealed, state, NULL, NULL, NULL, NULL, 0, 0, NULL FROM record LIMIT 1",
    "record x is not in the log where it says" },
};

static void
test_edit (gconstpointer data)
{
  const Edit *edit = data;
  g_autofree char *problem = verdict (edit->sql, "own");

  g_assert_cmpstr (problem, ==, edit->problem);
}

static void
test_reserved_kinds (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_vault_audit (f->vault, "start", "not json", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (kiosk_vault_audit_size (f->vault), ==, 0);
}

static void
test_last_checkpoint (void)
{
  g_auto (KioskSigner) signer = signer_new ("k-1");
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *none = kiosk_vault_last_checkpoint (f->vault);
  g_autofree char *note = NULL;

  g_assert_null (none);
  fixture_seal (f, 1);
  g_assert_true (kiosk_vault_checkpoint (f->vault, "k-1", &signer, NULL));
  note = kiosk_vault_last_checkpoint (f->vault);
  g_assert_true (g_str_has_prefix (note, "k-1\n1\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/audit/an-honest-log-holds", test_holds);
  g_test_add_func ("/vault/audit/checkpoints-of-another-signer-are-refused", test_other_signer);
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    g_test_add_data_func (edits[i].path, &edits[i], test_edit);
  g_test_add_func ("/vault/audit/a-detail-that-is-no-json-adds-nothing", test_reserved_kinds);
  g_test_add_func ("/vault/audit/the-last-checkpoint-is-at-hand", test_last_checkpoint);
  return g_test_run ();
}
