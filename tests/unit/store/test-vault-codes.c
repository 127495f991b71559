/* A code that is good once stays used: across restarts, and whatever the clock says. */
#include "disk.h"
#include "vault-fixture.h"

#include <sqlite3.h>
#include <string.h>

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define HOUR_MS   (60 * MINUTE_MS)

static void
digest_of (guint n, guint8 ret_digest[32])
{
  memset (ret_digest, 0, 32);
  memcpy (ret_digest, &n, sizeof n);
}

/* Code @n, made at @made_ms and good for a minute. */
static gboolean
spend (Fixture *f, guint n, gint64 made_ms, GError **error)
{
  guint8 digest[32];

  digest_of (n, digest);
  return kiosk_vault_spend_code (f->vault, digest, made_ms + MINUTE_MS, error);
}

static void
assert_spends (Fixture *f, guint n, gint64 made_ms)
{
  g_autoptr (GError) error = NULL;

  spend (f, n, made_ms, &error);
  g_assert_no_error (error);
}

static void
assert_refused (Fixture *f, guint n, gint64 made_ms, KioskVaultError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (spend (f, n, made_ms, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, (int)code);
}

static void
test_once (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  assert_spends (f, 1, FIXTURE_NOW);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
  assert_spends (f, 2, FIXTURE_NOW);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
  /* Not by another expiry either. */
  assert_refused (f, 1, FIXTURE_NOW + 1, KIOSK_VAULT_ERROR_SPENT);
}

static void
test_restart (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  assert_spends (f, 1, FIXTURE_NOW);
  fixture_reopen (f);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
}

/* The hour passes, others come, the entry could have been forgotten; then the clock is set back. */
static void
test_clock_back (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  assert_spends (f, 1, FIXTURE_NOW);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW + HOUR_MS);
  assert_spends (f, 2, FIXTURE_NOW + HOUR_MS);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
  fixture_reopen (f);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
}

/* After a day nobody remembers the code, only the time; that is enough. One made at the time set
 * back cannot be told from one kept from then. */
static void
test_day_back (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  assert_spends (f, 1, FIXTURE_NOW);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW + 24 * HOUR_MS);
  assert_spends (f, 2, FIXTURE_NOW + 24 * HOUR_MS);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW);
  fixture_reopen (f);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_CLOCK);
  assert_refused (f, 3, FIXTURE_NOW, KIOSK_VAULT_ERROR_CLOCK);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW + 24 * HOUR_MS);
  assert_spends (f, 3, FIXTURE_NOW + 24 * HOUR_MS);
}

/* Good through the very moment of expiry, by the latest time seen. */
static void
test_edge (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  assert_spends (f, 1, FIXTURE_NOW - MINUTE_MS);
  assert_refused (f, 2, FIXTURE_NOW - MINUTE_MS - 1, KIOSK_VAULT_ERROR_CLOCK);
}

static gint64
kept (Fixture *f)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 count;

  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  sqlite3_prepare_v2 (db, "SELECT count(*) FROM spent_code", -1, &statement, NULL);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  count = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return count;
}

static void
test_forgotten (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  for (guint n = 0; n < 20; n++)
    assert_spends (f, n, FIXTURE_NOW);
  g_assert_cmpint (kept (f), ==, 20);
  kiosk_clock_advance (f->clock, MINUTE_MS + 2 * HOUR_MS);
  assert_spends (f, 20, FIXTURE_NOW + 2 * HOUR_MS + MINUTE_MS);
  g_assert_cmpint (kept (f), ==, 21);
  kiosk_clock_advance (f->clock, 1);
  assert_spends (f, 21, FIXTURE_NOW + 2 * HOUR_MS + MINUTE_MS);
  g_assert_cmpint (kept (f), ==, 2);
}

/* Full, it refuses: to forget one that is still good would make it good twice. */
static void
test_bounded (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_close (f);
  fixture_sql (f, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4096) "
                  "INSERT INTO spent_code SELECT CAST (printf ('%032d', i) AS BLOB), "
                  "1800000060000 FROM n");
  fixture_reopen (f);
  assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_FULL);
  kiosk_clock_advance (f->clock, 4 * HOUR_MS);
  assert_spends (f, 1, FIXTURE_NOW + 4 * HOUR_MS);
  g_assert_cmpint (kept (f), ==, 1);
}

/* Whatever the disk does, a code that was said to be good is remembered. */
static void
test_faults (gconstpointer data)
{
  DiskFault fault = (DiskFault)GPOINTER_TO_INT (data);
  gboolean struck = TRUE;

  for (guint nth = 1; struck && nth < 200; nth++)
    {
      g_autoptr (Disk) disk = disk_new (nth);
      g_autoptr (Fixture) f = fixture_new ();
      gboolean told;

      disk_arm (disk, fault, nth);
      told = spend (f, 1, FIXTURE_NOW, NULL);
      struck = disk_struck (disk);
      g_assert_true (told || struck);
      if (fault != DISK_FAULT_CUT)
        disk_mend (disk);
      fixture_close (f);
      disk_power_on (disk);
      fixture_reopen (f);
      if (told)
        assert_refused (f, 1, FIXTURE_NOW, KIOSK_VAULT_ERROR_SPENT);
      assert_spends (f, 2, FIXTURE_NOW);
    }
  g_assert_false (struck);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/codes/good-once", test_once);
  g_test_add_func ("/vault/codes/used-after-reopening", test_restart);
  g_test_add_func ("/vault/codes/used-after-the-clock-is-set-back-an-hour", test_clock_back);
  g_test_add_func ("/vault/codes/expired-after-the-clock-is-set-back-a-day", test_day_back);
  g_test_add_func ("/vault/codes/good-through-the-last-moment", test_edge);
  g_test_add_func ("/vault/codes/forgotten-two-hours-after-they-expire", test_forgotten);
  g_test_add_func ("/vault/codes/refused-when-no-more-can-be-remembered", test_bounded);
  g_test_add_data_func ("/vault/codes/an-io-error-lets-no-used-code-be-new",
                        GINT_TO_POINTER (DISK_FAULT_IO), test_faults);
  g_test_add_data_func ("/vault/codes/a-failed-sync-lets-no-used-code-be-new",
                        GINT_TO_POINTER (DISK_FAULT_SYNC), test_faults);
  g_test_add_data_func ("/vault/codes/power-lost-lets-no-used-code-be-new",
                        GINT_TO_POINTER (DISK_FAULT_CUT), test_faults);
  return g_test_run ();
}
