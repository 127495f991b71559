/* What the vault promises about records, one by one. */
#include <string.h>

#include "vault-fixture.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)

static void
test_sealed_is_found (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = fixture_record (f, 4);
  g_autoptr (KioskRecord) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_vault_seal (f->vault, record, &error));
  g_assert_no_error (error);
  fixture_reopen (f);
  found = kiosk_vault_find (f->vault, record->txid, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->reference, ==, "REF-4");
  g_assert_cmpstr (found->service, ==, "td-vehicle-licence-renewal");
  g_assert_cmpstr (found->receipt, ==, "KR1:RECEIPT-4");
  g_assert_cmpuint (found->sequence, ==, 1);
  g_assert_cmpuint (found->leaf, ==, 0);
  g_assert_cmpint (found->sealed_ms, ==, FIXTURE_NOW);
  g_assert_cmpint (found->fee_cents, ==, 5798);
  g_assert_cmpmem (found->digest, 32, record->digest, 32);
  g_assert_cmpmem (found->holder_tag, 32, record->holder_tag, 32);
  g_assert_true (g_bytes_equal (found->sealed, record->sealed));
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_RECEIVED);
  g_assert_null (found->gateway_receipt);
}

static void
test_same_again (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = fixture_record (f, 1);
  g_autoptr (KioskRecord) other = fixture_record (f, 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_vault_seal (f->vault, record, NULL));
  g_assert_true (kiosk_vault_seal (f->vault, record, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (kiosk_vault_next_sequence (f->vault), ==, 2);
  g_free (other->txid);
  other->txid = fixture_txid (1);
  g_assert_false (kiosk_vault_seal (f->vault, other, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_EXISTS);
}

static void
test_log_grew (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = fixture_record (f, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_vault_audit (f->vault, "start", "{\"boot\":\"x\"}", NULL));
  g_assert_false (kiosk_vault_seal (f->vault, record, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE);
  fixture_seal (f, 1);
}

static void
test_wrong_digest (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = fixture_record (f, 1);
  g_autoptr (GError) error = NULL;

  record->digest[5] ^= 1;
  g_assert_false (kiosk_vault_seal (f->vault, record, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DAMAGED);
}

static void
test_due_order (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *second = fixture_txid (2);
  g_autoptr (GPtrArray) now = NULL;
  g_autoptr (GPtrArray) later = NULL;

  for (guint n = 1; n <= 4; n++)
    fixture_seal (f, n);
  g_assert_true (kiosk_vault_postpone (f->vault, second, FIXTURE_NOW + 5000, NULL));
  now = kiosk_vault_due (f->vault, 2, NULL);
  g_assert_cmpuint (now->len, ==, 2);
  g_assert_cmpuint (((KioskRecord *)now->pdata[0])->sequence, ==, 1);
  g_assert_cmpuint (((KioskRecord *)now->pdata[1])->sequence, ==, 3);
  g_assert_nonnull (((KioskRecord *)now->pdata[1])->sealed);
  kiosk_clock_advance (f->clock, 5000);
  later = kiosk_vault_due (f->vault, 10, NULL);
  g_assert_cmpuint (later->len, ==, 4);
  g_assert_cmpuint (((KioskRecord *)later->pdata[1])->attempts, ==, 1);
}

static void
test_next_due (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autoptr (GPtrArray) due = NULL;

  g_assert_cmpint (kiosk_vault_next_due_ms (f->vault), ==, G_MAXINT64);
  fixture_seal (f, 1);
  g_assert_cmpint (kiosk_vault_next_due_ms (f->vault), ==, 0);
  g_assert_true (kiosk_vault_postpone (f->vault, id, FIXTURE_NOW + 9000, NULL));
  g_assert_cmpint (kiosk_vault_next_due_ms (f->vault), ==, FIXTURE_NOW + 9000);
  g_assert_true (kiosk_vault_hurry (f->vault, NULL));
  due = kiosk_vault_due (f->vault, 10, NULL);
  g_assert_cmpuint (due->len, ==, 1);
}

static void
test_clock_fell_back (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autoptr (GPtrArray) due = NULL;

  fixture_seal (f, 1);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW + 87600 * HOUR_MS);
  g_assert_true (kiosk_vault_postpone (f->vault, id, G_MAXINT64, NULL));
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW);
  due = kiosk_vault_due (f->vault, 10, NULL);
  g_assert_cmpuint (due->len, ==, 1);
}

static void
test_moves (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autoptr (GBytes) receipt = fixture_bytes ("r1");
  g_autoptr (GBytes) other = fixture_bytes ("r2");
  g_autoptr (GBytes) outcome = fixture_bytes ("o1");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) found = NULL;

  g_assert_false (kiosk_vault_accept (f->vault, id, receipt, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN);
  g_clear_error (&error);
  fixture_seal (f, 1);
  g_assert_true (kiosk_vault_accept (f->vault, id, receipt, NULL));
  g_assert_true (kiosk_vault_accept (f->vault, id, receipt, NULL));
  g_assert_false (kiosk_vault_accept (f->vault, id, other, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (kiosk_vault_quarantine (f->vault, id, "seal", &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE);
  g_assert_cmpuint (kiosk_vault_audit_size (f->vault), ==, 2);
  g_assert_true (kiosk_vault_settle (f->vault, id, "refused", "insurance", outcome, NULL));
  found = kiosk_vault_find (f->vault, id, NULL);
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_SETTLED);
  g_assert_cmpstr (found->outcome_code, ==, "refused");
  g_assert_cmpstr (found->reason, ==, "insurance");
  g_assert_true (g_bytes_equal (found->outcome, outcome));
  g_assert_true (g_bytes_equal (found->gateway_receipt, receipt));
}

static void
test_decisions_stand (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autoptr (GBytes) visit = fixture_bytes ("visit");
  g_autoptr (GBytes) granted = fixture_bytes ("granted");
  g_autoptr (GBytes) refused = fixture_bytes ("refused");
  g_autoptr (GBytes) superseded = fixture_bytes ("superseded");
  g_autoptr (GError) error = NULL;

  fixture_seal (f, 1); /* its receipt was lost on the way, yet the department decided */
  g_assert_true (kiosk_vault_settle (f->vault, id, "visit", NULL, visit, NULL));
  g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, granted, NULL));
  g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, granted, NULL));
  g_assert_false (kiosk_vault_settle (f->vault, id, "refused", "x", refused, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE);
  g_assert_true (kiosk_vault_settle (f->vault, id, "superseded", NULL, superseded, NULL));
}

static void
test_quarantine (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autoptr (KioskRecord) found = NULL;
  g_autoptr (GPtrArray) due = NULL;

  fixture_seal (f, 1);
  fixture_seal (f, 2);
  g_assert_true (kiosk_vault_quarantine (f->vault, id, "digest-mismatch", NULL));
  g_assert_true (kiosk_vault_quarantine (f->vault, id, "digest-mismatch", NULL));
  found = kiosk_vault_find (f->vault, id, NULL);
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_QUARANTINED);
  g_assert_cmpstr (found->reason, ==, "digest-mismatch");
  g_assert_nonnull (found->sealed);
  due = kiosk_vault_due (f->vault, 10, NULL);
  g_assert_cmpuint (due->len, ==, 1);
}

static void
test_resend (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) proof = fixture_bytes ("r");
  g_autoptr (GPtrArray) due = NULL;
  guint resent = 0;

  for (guint n = 1; n <= 3; n++)
    {
      g_autofree char *id = fixture_txid (n);

      fixture_seal (f, n);
      g_assert_true (kiosk_vault_accept (f->vault, id, proof, NULL));
      if (n == 2)
        g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, proof, NULL));
    }
  g_assert_true (kiosk_vault_resend (f->vault, &resent, NULL));
  g_assert_cmpuint (resent, ==, 2);
  due = kiosk_vault_due (f->vault, 10, NULL);
  g_assert_cmpuint (due->len, ==, 2);
  g_assert_true (kiosk_vault_accept (f->vault, ((KioskRecord *)due->pdata[0])->txid, proof, NULL));
}

static void
test_of_holder (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint8 tag[32];
  g_autoptr (GPtrArray) mine = NULL;

  for (guint n = 0; n < 7; n++)
    fixture_seal (f, n);
  memset (tag, 1, sizeof tag);
  mine = kiosk_vault_of_holder (f->vault, tag, NULL);
  g_assert_cmpuint (mine->len, ==, 2);
  g_assert_cmpstr (((KioskRecord *)mine->pdata[0])->reference, ==, "REF-4");
  g_assert_cmpstr (((KioskRecord *)mine->pdata[1])->reference, ==, "REF-1");
  g_assert_null (((KioskRecord *)mine->pdata[0])->sealed);
}

static void
test_lists_for_technicians (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) outcome = fixture_bytes ("o");
  g_autofree char *id = fixture_txid (2);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  g_autoptr (GPtrArray) named = NULL;
  g_autoptr (GPtrArray) unknown = NULL;

  for (guint n = 1; n <= 3; n++)
    fixture_seal (f, n);
  g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, outcome, NULL));
  waiting = kiosk_vault_unsettled (f->vault, 10, NULL);
  g_assert_cmpuint (waiting->len, ==, 2);
  g_assert_cmpstr (((KioskRecord *)waiting->pdata[0])->reference, ==, "REF-3");
  g_assert_null (((KioskRecord *)waiting->pdata[0])->sealed);
  newest = kiosk_vault_unsettled (f->vault, 1, NULL);
  g_assert_cmpuint (newest->len, ==, 1);
  named = kiosk_vault_of_reference (f->vault, "REF-2", NULL);
  g_assert_cmpuint (named->len, ==, 1);
  g_assert_cmpstr (((KioskRecord *)named->pdata[0])->txid, ==, id);
  unknown = kiosk_vault_of_reference (f->vault, "REF-9", NULL);
  g_assert_cmpuint (unknown->len, ==, 0);
}

static void
test_purge (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = fixture_txid (1);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) outcome = fixture_bytes ("o");
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  guint purged = 9;

  fixture_seal (f, 1);
  fixture_seal (f, 2);
  g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, outcome, NULL));
  kiosk_clock_advance (f->clock, 7 * 24 * HOUR_MS);
  g_assert_true (kiosk_vault_purge (f->vault, 7 * 24 * HOUR_MS, &purged, NULL));
  g_assert_cmpuint (purged, ==, 0);
  kiosk_clock_advance (f->clock, 1);
  g_assert_true (kiosk_vault_purge (f->vault, 7 * 24 * HOUR_MS, &purged, NULL));
  g_assert_cmpuint (purged, ==, 1);
  g_assert_null (kiosk_vault_find (f->vault, id, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN);
  g_assert_cmpuint (kiosk_vault_next_sequence (f->vault), ==, 3);
  fixture_reopen (f);
  g_assert_cmpuint (kiosk_vault_next_sequence (f->vault), ==, 3);
  g_assert_true (g_file_get_contents (f->path, &content, &length, NULL));
  g_assert_null (memmem (content, length, "CIPHERTEXT-1-", 13));
  g_assert_nonnull (memmem (content, length, "CIPHERTEXT-2-", 13));
}

static void
test_limits (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  KioskVaultLimits limits = { .records = 2, .age_ms = HOUR_MS, .bytes = 1 << 20 };
  g_autoptr (GError) error = NULL;

  kiosk_vault_set_limits (f->vault, &limits);
  fixture_seal (f, 1);
  g_assert_true (kiosk_vault_check_room (f->vault, NULL));
  kiosk_clock_advance (f->clock, HOUR_MS);
  g_assert_false (kiosk_vault_check_room (f->vault, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_FULL);
  g_clear_error (&error);
  for (guint n = 2; n <= 2 + 32; n++)
    fixture_seal (f, n); /* whoever had started finishes */
  {
    g_autoptr (KioskRecord) record = fixture_record (f, 99);

    g_assert_false (kiosk_vault_seal (f->vault, record, &error));
    g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_FULL);
  }
}

static void
test_counts (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *first = fixture_txid (1);
  g_autofree char *second = fixture_txid (2);
  g_autoptr (GBytes) proof = fixture_bytes ("r");
  KioskVaultCounts counts;

  for (guint n = 1; n <= 4; n++)
    {
      fixture_seal (f, n);
      kiosk_clock_advance (f->clock, 10);
    }
  g_assert_true (kiosk_vault_accept (f->vault, first, proof, NULL));
  g_assert_true (kiosk_vault_quarantine (f->vault, second, "seal", NULL));
  g_assert_true (kiosk_vault_counts (f->vault, &counts, NULL));
  g_assert_cmpuint (counts.received, ==, 2);
  g_assert_cmpuint (counts.accepted, ==, 1);
  g_assert_cmpuint (counts.quarantined, ==, 1);
  g_assert_cmpuint (counts.settled, ==, 0);
  g_assert_cmpint (counts.oldest_unsynced_ms, ==, FIXTURE_NOW + 20);
  g_assert_cmpuint (counts.bytes, >, 8000);
}

static void
test_items (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) one = fixture_bytes ("1");
  g_autoptr (GBytes) two = fixture_bytes ("");
  g_autoptr (GBytes) got = NULL;

  g_assert_null (kiosk_vault_get (f->vault, "cursor"));
  g_assert_true (kiosk_vault_put (f->vault, "cursor", one, NULL));
  g_assert_true (kiosk_vault_put (f->vault, "cursor", two, NULL));
  fixture_reopen (f);
  got = kiosk_vault_get (f->vault, "cursor");
  g_assert_cmpuint (g_bytes_get_size (got), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/seal/is-found-after-reopening", test_sealed_is_found);
  g_test_add_func ("/vault/seal/the-same-again-is-one-other-bytes-are-refused", test_same_again);
  g_test_add_func ("/vault/seal/a-leaf-in-between-asks-for-a-new-receipt", test_log_grew);
  g_test_add_func ("/vault/seal/a-digest-of-other-bytes-is-refused", test_wrong_digest);
  g_test_add_func ("/vault/due/oldest-first-and-the-postponed-later", test_due_order);
  g_test_add_func ("/vault/due/next-time-is-known-and-can-be-hurried", test_next_due);
  g_test_add_func ("/vault/due/a-clock-once-wrong-holds-nothing-back", test_clock_fell_back);
  g_test_add_func ("/vault/moves/only-forward", test_moves);
  g_test_add_func ("/vault/moves/a-decision-stands", test_decisions_stand);
  g_test_add_func ("/vault/moves/quarantine-is-visible-and-blocks-nothing", test_quarantine);
  g_test_add_func ("/vault/moves/resend-takes-back-what-is-not-settled", test_resend);
  g_test_add_func ("/vault/holder/sees-own-records-newest-first", test_of_holder);
  g_test_add_func ("/vault/technician/lists-what-waits-and-finds-by-reference",
                   test_lists_for_technicians);
  g_test_add_func ("/vault/purge/erases-a-week-after-the-decision", test_purge);
  g_test_add_func ("/vault/limits/no-new-start-but-the-started-finish", test_limits);
  g_test_add_func ("/vault/counts/what-waits-and-since-when", test_counts);
  g_test_add_func ("/vault/items/last-value-stays", test_items);
  return g_test_run ();
}
