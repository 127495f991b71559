/* Each disk operation of sealing, accepting and settling fails once, or is the last before power
 * goes, from the first to the last. SQLite calls such loops I/O error and crash tests. */
#include "disk.h"
#include "vault-fixture.h"

#define EARLIER 7 /* a record that was there before */
#define LATER   9 /* one sealed when all is well again */

typedef struct
{
  gboolean sealed, accepted, settled;
} Told;

/* Goes on after a failure, as the kiosk would: each step is asked for and its answer believed. */
static Told
play (Fixture *f)
{
  g_autoptr (KioskRecord) record = fixture_record (f, 0);
  g_autoptr (GBytes) receipt = fixture_bytes ("gateway receipt");
  g_autoptr (GBytes) outcome = fixture_bytes ("outcome");
  Told told = { 0 };

  told.sealed = kiosk_vault_seal (f->vault, record, NULL);
  if (told.sealed)
    told.accepted = kiosk_vault_accept (f->vault, record->txid, receipt, NULL);
  if (told.accepted)
    told.settled = kiosk_vault_settle (f->vault, record->txid, "granted", NULL, outcome, NULL);
  return told;
}

static void
check_log (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  KioskAuditReport report = { 0 };

  g_assert_true (kiosk_vault_audit_verify (f->vault, NULL, &report, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (report.problem, ==, NULL);
  g_assert_true (report.verified);
  kiosk_audit_report_clear (&report);
}

/* @answered: FALSE after a power cut, when nobody was left to hear "no". */
static void
check_promises (Fixture *f, Told told, gboolean answered)
{
  g_autofree char *earlier_id = fixture_txid (EARLIER);
  g_autofree char *id = fixture_txid (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) earlier = kiosk_vault_find (f->vault, earlier_id, &error);
  g_autoptr (KioskRecord) record = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (earlier);
  record = kiosk_vault_find (f->vault, id, &error);
  if (told.sealed)
    {
      g_assert_no_error (error);
      g_assert_cmpint (record->state, >=,
                       told.settled    ? KIOSK_RECORD_SETTLED
                       : told.accepted ? KIOSK_RECORD_ACCEPTED
                                       : KIOSK_RECORD_RECEIVED);
    }
  else if (answered)
    g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN);
  check_log (f);
}

static void
check_goes_on (Fixture *f)
{
  g_autofree char *id = fixture_txid (LATER);
  g_autoptr (GBytes) receipt = fixture_bytes ("another receipt");
  g_autoptr (GError) error = NULL;

  fixture_seal (f, LATER);
  g_assert_true (kiosk_vault_accept (f->vault, id, receipt, &error));
  g_assert_no_error (error);
  check_log (f);
}

static void
restart (Fixture *f, Disk *disk)
{
  fixture_close (f);
  disk_power_on (disk);
  fixture_reopen (f);
}

/* TRUE while the fault still struck within the play. */
static gboolean
strike_at (DiskFault fault, guint nth)
{
  g_autoptr (Disk) disk = disk_new (nth);
  g_autoptr (Fixture) f = fixture_new ();
  Told told;
  gboolean struck;

  fixture_seal (f, EARLIER);
  disk_arm (disk, fault, nth);
  told = play (f);
  struck = disk_struck (disk);
  if (fault != DISK_FAULT_CUT)
    {
      disk_mend (disk);
      check_promises (f, told, TRUE);
    }
  restart (f, disk);
  check_promises (f, told, fault != DISK_FAULT_CUT);
  check_goes_on (f);
  return struck;
}

static void
strike_everywhere (gconstpointer data)
{
  DiskFault fault = (DiskFault)GPOINTER_TO_INT (data);
  guint nth = 1;

  while (strike_at (fault, nth))
    nth++;
  g_test_message ("%u points", nth - 1);
  g_assert_cmpuint (nth, >, fault == DISK_FAULT_SYNC ? 12 : 20);
}

static void
test_full_disk_reads (void)
{
  g_autoptr (Disk) disk = disk_new (1);
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  KioskVaultCounts counts;

  fixture_seal (f, EARLIER);
  record = fixture_record (f, 0);
  disk_arm (disk, DISK_FAULT_FULL, 1);
  g_assert_false (kiosk_vault_seal (f->vault, record, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK);
  g_clear_error (&error);
  g_assert_true (kiosk_vault_counts (f->vault, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.received, ==, 1);
}

/* The same record again, once there is space: nothing of the first try is in its way. */
static void
test_again_after_full (void)
{
  g_autoptr (Disk) disk = disk_new (1);
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (KioskRecord) record = fixture_record (f, 0);
  g_autoptr (GError) error = NULL;

  disk_arm (disk, DISK_FAULT_FULL, 1);
  g_assert_false (kiosk_vault_seal (f->vault, record, NULL));
  disk_mend (disk);
  g_assert_true (kiosk_vault_seal (f->vault, record, &error));
  g_assert_no_error (error);
  check_log (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/vault/faults/an-io-error-at-any-operation-makes-no-false-promise",
                        GINT_TO_POINTER (DISK_FAULT_IO), strike_everywhere);
  g_test_add_data_func ("/vault/faults/a-failed-sync-makes-no-false-promise",
                        GINT_TO_POINTER (DISK_FAULT_SYNC), strike_everywhere);
  g_test_add_data_func ("/vault/faults/a-full-disk-makes-no-false-promise",
                        GINT_TO_POINTER (DISK_FAULT_FULL), strike_everywhere);
  g_test_add_data_func ("/vault/faults/power-lost-at-any-operation-loses-no-promise",
                        GINT_TO_POINTER (DISK_FAULT_CUT), strike_everywhere);
  g_test_add_func ("/vault/faults/a-full-disk-can-still-be-read", test_full_disk_reads);
  g_test_add_func ("/vault/faults/the-same-record-seals-once-there-is-space",
                   test_again_after_full);
  return g_test_run ();
}
