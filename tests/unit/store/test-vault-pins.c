/* Tries of staff PINs: counted before they are judged, across restarts and whatever the clock says.
 */
#include "disk.h"
#include "store/vault-pins.h"
#include "vault-fixture.h"

#include <string.h>

#define SECOND_MS G_GINT64_CONSTANT (1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)

static void
card_of (guint n, guint8 ret_card[32])
{
  memset (ret_card, 0, 32);
  memcpy (ret_card, &n, sizeof n);
}

static KioskPinTries
look (Fixture *f, guint n, guint64 unlock)
{
  guint8 card[32];
  KioskPinTries tries;
  g_autoptr (GError) error = NULL;

  card_of (n, card);
  kiosk_vault_pin_look (f->vault, card, unlock, &tries, &error);
  g_assert_no_error (error);
  return tries;
}

static gboolean
count (Fixture *f, guint n, guint64 unlock)
{
  guint8 card[32];
  KioskPinTries tries;
  g_autoptr (GError) error = NULL;

  card_of (n, card);
  if (kiosk_vault_pin_count (f->vault, card, n < 1000, unlock, &tries, &error))
    return TRUE;
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE);
  return FALSE;
}

/* @times wrong ones, as soon as each is allowed. (transfer none): how long it took. */
static gint64
fail_times (Fixture *f, guint n, guint times)
{
  gint64 waited = 0;

  for (guint i = 0; i < times; i++)
    {
      gint64 wait = look (f, n, 0).wait_ms;

      kiosk_clock_advance (f->clock, wait);
      waited += wait;
      g_assert_true (count (f, n, 0));
    }
  return waited;
}

static void
test_grows (void)
{
  static const gint64 waits[] = { 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900, 900, 900 };
  g_autoptr (Fixture) f = fixture_new ();

  g_assert_cmpuint (look (f, 1, 0).left, ==, KIOSK_PIN_TRIES);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_assert_true (count (f, 1, 0));
      g_assert_cmpint (look (f, 1, 0).wait_ms, ==, waits[i] * SECOND_MS);
      g_assert_cmpuint (look (f, 1, 0).wrong, ==, i + 1);
      if (waits[i] > 0)
        {
          g_assert_false (count (f, 1, 0));
          kiosk_clock_advance (f->clock, waits[i] * SECOND_MS - 1);
          g_assert_false (count (f, 1, 0));
          kiosk_clock_advance (f->clock, 1);
        }
    }
  /* The others are not meant. */
  g_assert_cmpuint (look (f, 2, 0).wrong, ==, 0);
  g_assert_true (count (f, 2, 0));
}

static void
test_locks (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  g_assert_cmpint (fail_times (f, 1, KIOSK_PIN_TRIES), >, HOUR_MS);
  g_assert_cmpuint (look (f, 1, 0).left, ==, 0);
  kiosk_clock_advance (f->clock, 1000 * HOUR_MS);
  g_assert_false (count (f, 1, 0));
  fixture_reopen (f);
  g_assert_false (count (f, 1, 0));
  g_assert_cmpuint (look (f, 1, 0).wrong, ==, KIOSK_PIN_TRIES);
  /* The bundle says so. */
  g_assert_cmpuint (look (f, 1, 1).left, ==, KIOSK_PIN_TRIES);
  g_assert_true (count (f, 1, 1));
  g_assert_cmpuint (look (f, 1, 1).wrong, ==, 1);
}

static void
test_restart (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fail_times (f, 1, 4);
  kiosk_clock_advance (f->clock, 20 * SECOND_MS);
  fixture_reopen (f);
  g_assert_cmpuint (look (f, 1, 0).wrong, ==, 4);
  g_assert_cmpint (look (f, 1, 0).wait_ms, ==, 40 * SECOND_MS);
  g_assert_false (count (f, 1, 0));
  kiosk_clock_advance (f->clock, 40 * SECOND_MS);
  g_assert_true (count (f, 1, 0));
}

/* An hour back or ahead: while the process lives, neither matters; after a restart no more than the
 * whole wait is owed. */
static void
test_clock (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fail_times (f, 1, 5);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW + 10 * HOUR_MS);
  g_assert_cmpint (look (f, 1, 0).wait_ms, ==, 120 * SECOND_MS);
  kiosk_clock_set_wall (f->clock, FIXTURE_NOW - HOUR_MS);
  g_assert_cmpint (look (f, 1, 0).wait_ms, ==, 120 * SECOND_MS);
  fixture_reopen (f);
  g_assert_cmpint (look (f, 1, 0).wait_ms, ==, 120 * SECOND_MS);
  g_assert_false (count (f, 1, 0));
  kiosk_clock_advance (f->clock, 120 * SECOND_MS);
  g_assert_true (count (f, 1, 0));
}

static void
test_right (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GError) error = NULL;
  KioskAuditReport report = { 0 };
  guint8 card[32];
  guint64 leaves;

  card_of (1, card);
  fail_times (f, 1, 6);
  leaves = kiosk_vault_audit_size (f->vault);
  g_assert_true (kiosk_vault_pin_right (f->vault, card, "S-1", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (kiosk_vault_audit_size (f->vault), ==, leaves + 1);
  g_assert_cmpuint (look (f, 1, 0).wrong, ==, 0);
  g_assert_cmpint (look (f, 1, 0).wait_ms, ==, 0);
  fixture_reopen (f);
  g_assert_cmpuint (look (f, 1, 0).wrong, ==, 0);
  g_assert_true (kiosk_vault_audit_verify (f->vault, NULL, &report, &error));
  g_assert_true (report.verified);
  kiosk_audit_report_clear (&report);
}

/* Whichever operation of the disk fails, or is the last before power goes: a count that was told is
 * there, and one that was not told may be, for a try more is nobody's gain. */
static void
test_disk (void)
{
  static const DiskFault faults[] = { DISK_FAULT_IO, DISK_FAULT_CUT };
  guint8 card[32];
  guint struck = 1;

  card_of (1, card);
  for (guint nth = 1; struck > 0; nth++)
    {
      struck = 0;
      for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
        {
          g_autoptr (Disk) disk = disk_new (nth);
          g_autoptr (Fixture) f = fixture_new ();
          KioskPinTries tries;
          gboolean told;

          disk_arm (disk, faults[i], nth);
          told = kiosk_vault_pin_count (f->vault, card, TRUE, 0, &tries, NULL);
          struck += disk_struck (disk) ? 1 : 0;
          if (faults[i] != DISK_FAULT_CUT)
            disk_mend (disk);
          fixture_close (f);
          disk_power_on (disk);
          fixture_reopen (f);
          g_assert_cmpuint (look (f, 1, 0).wrong, >=, told ? 1 : 0);
          g_assert_cmpuint (look (f, 1, 0).wrong, <=, 1);
        }
    }
}

/* Strangers make room for strangers, never for one of the list. */
static void
test_strangers (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  g_assert_true (count (f, 1, 0));
  for (guint i = 0; i < 1040; i++)
    {
      kiosk_clock_advance (f->clock, 1);
      g_assert_true (count (f, 5000 + i, 0));
    }
  g_assert_cmpuint (look (f, 1, 0).wrong, ==, 1);
  g_assert_cmpuint (look (f, 5000, 0).wrong, ==, 0);
  g_assert_cmpuint (look (f, 6039, 0).wrong, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault-pins/wait-grows", test_grows);
  g_test_add_func ("/vault-pins/fifteenth-locks-until-the-bundle-says-otherwise", test_locks);
  g_test_add_func ("/vault-pins/restart-forgives-nothing", test_restart);
  g_test_add_func ("/vault-pins/clock-forgives-nothing", test_clock);
  g_test_add_func ("/vault-pins/right-one-resets", test_right);
  g_test_add_func ("/vault-pins/what-was-told-is-there-after-any-fault", test_disk);
  g_test_add_func ("/vault-pins/strangers-do-not-crowd-out-the-known", test_strangers);
  return g_test_run ();
}
