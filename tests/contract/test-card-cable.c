/* The reader's cable is pulled and put back, and other programs take its port: said by name,
 * nothing of a reading is left over, and the terminal is back by itself. */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench.h"

#define BACK_MS 3000 /* after the cause is gone */

static Bench bench;
static char *device; /* by the link that follows the reader wherever it is plugged in */

static KioskCardPort *
make_port (const char *speed)
{
  g_autoptr (GPtrArray) csca = g_ptr_array_new ();
  g_autofree char *at_speed = g_strconcat (device, speed, NULL);

  g_ptr_array_add (csca, bench.csca);
  return kiosk_card_worker_new (g_getenv ("READER"), at_speed, g_getenv ("PROFILES"), bench.clock,
                                csca);
}

static void
await_back (void)
{
  gint64 began_us = g_get_monotonic_time ();
  gint64 took_ms;

  bench_await (&bench, "ready");
  took_ms = (g_get_monotonic_time () - began_us) / 1000;
  g_test_message ("back after %" G_GINT64_FORMAT " ms", took_ms);
  g_assert_cmpint (took_ms, <, BACK_MS);
}

static void
unplug (void)
{
  bench_forget (&bench);
  bench_do (&bench, "reader unplug");
  bench_await (&bench, "no-reader");
}

static void
plug (void)
{
  bench_forget (&bench);
  bench_do (&bench, "reader plug");
  await_back ();
}

static void
give_can (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  g_autoptr (KioskSecret) key = kiosk_secret_new_copy (can, strlen (can));

  bench.port->give_key (bench.port, KIOSK_CARD_KEY_CAN, key);
}

/* The card that lies there is read as if it had just been put down. */
static void
read_lying (void)
{
  bench_await (&bench, "needs-key");
  give_can ();
  bench_await (&bench, "evidence");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
}

static void
read_good (void)
{
  bench_forget (&bench);
  bench_do (&bench, "place good");
  read_lying ();
}

static void
test_idle (void)
{
  for (guint i = 0; i < 3; i++)
    {
      unplug ();
      g_assert_cmpstr (bench.heard->str, ==, "no-reader ");
      g_assert_null (kiosk_card_worker_device (bench.port));
      plug ();
      g_assert_cmpstr (bench.heard->str, ==, "ready ");
      read_good ();
    }
}

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

/* Long enough that the attempts have come to be as rare as they get; they are not told one by one.
 */
static void
test_away_for_long (void)
{
  gboolean over = FALSE;

  unplug ();
  g_timeout_add (4500, set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (bench.heard->str, ==, "no-reader ");
  plug ();
  read_good ();
}

static guint64
commands (void)
{
  g_autofree char *status = bench_ask (&bench, "status");
  const char *count = strstr (status, "commands=");

  g_assert_nonnull (count);
  return g_ascii_strtoull (count + strlen ("commands="), NULL, 10);
}

/* With the @n-th command after the key of @card under way, which takes the chip seconds to answer.
 */
static void
pull_at (const char *card, guint n)
{
  guint64 before;

  bench_forget (&bench);
  bench_do (&bench, "place %s", card);
  bench_await (&bench, "needs-key");
  bench_do (&bench, "fault slow at %u", n);
  before = commands ();
  give_can ();
  while (commands () < before + n)
    g_main_context_iteration (NULL, FALSE);
  unplug ();
  g_assert_null (bench.evidence);
  g_assert_cmpstr (bench.heard->str, ==, "no-reader ");
  plug ();
  read_lying ();
}

/* While the card is being opened, its files are read, the chip proves itself; in our own blocks and
 * in the firmware's. */
static void
test_amid_a_reading (void)
{
  guint apdus;

  read_good ();
  apdus = bench.evidence->apdus;
  pull_at ("good", 2);
  pull_at ("good", apdus / 2);
  pull_at ("good", apdus - 2);
  pull_at ("good type=B", apdus / 2);
}

static void
test_while_the_number_is_typed (void)
{
  bench_forget (&bench);
  bench_do (&bench, "place good");
  bench_await (&bench, "needs-key");
  unplug ();
  plug ();
  read_lying ();
}

/* (transfer full): the port, locked, once the process that we had is gone from it. */
static int
hold_port (void)
{
  int holder = open (device + strlen ("pn532_uart:"), O_RDWR | O_NOCTTY | O_CLOEXEC);

  bench.port->stop (bench.port);
  while (flock (holder, LOCK_EX | LOCK_NB) != 0)
    g_main_context_iteration (NULL, FALSE);
  return holder;
}

/* A program that has locked the port, whatever it is. */
static void
test_locked (void)
{
  int holder = hold_port ();

  bench_start (&bench);
  bench_await (&bench, "reader-busy");
  g_assert_cmpstr (bench.heard->str, ==, "reader-busy ");
  close (holder);
  await_back ();
  read_good ();
}

/* One that asked the kernel for it; the kernel lets whoever may do everything pass. */
static void
test_exclusive (void)
{
  int holder;

  if (geteuid () == 0)
    {
      g_test_skip ("the kernel refuses nothing to root");
      return;
    }
  holder = hold_port ();
  bench_do (&bench, "status"); /* the emulator has seen the other go */
  g_assert_cmpint (flock (holder, LOCK_UN), ==, 0);
  g_assert_cmpint (ioctl (holder, TIOCEXCL), ==, 0);
  bench_start (&bench);
  bench_await (&bench, "reader-busy");
  close (holder);
  await_back ();
  read_good ();
}

static void
hear_other (gpointer data, const KioskCardEvent *event)
{
  if (event->type == KIOSK_CARD_EVENT_READY)
    *(gboolean *)data = TRUE;
}

/* Another program that reads cards through libnfc: a second kiosk-reader. */
static void
test_other_reader (void)
{
  KioskCardPort *other = make_port ("");
  gboolean has_it = FALSE;

  bench.port->stop (bench.port);
  other->start (other, hear_other, &has_it);
  while (!has_it)
    g_main_context_iteration (NULL, TRUE);
  bench_start (&bench);
  bench_await (&bench, "reader-busy");
  g_assert_cmpstr (bench.heard->str, ==, "reader-busy ");
  other->stop (other);
  await_back ();
  other->free (other);
  read_good ();
}

/* A reader that was plugged in again speaks at the speed it began with, and is raised again. */
static void
test_raised (void)
{
  KioskCardPort *slow = bench.port;

  slow->stop (slow);
  bench.port = make_port (":460800");
  close (hold_port ()); /* nobody is left there */
  bench_start (&bench);
  bench_await (&bench, "ready");
  unplug ();
  plug ();
  read_good ();
  bench.port->free (bench.port);
  bench.port = slow;
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  bench_init (&bench);
  device = g_strconcat ("pn532_uart:", bench.folder, "/reader", NULL);
  bench.port->free (bench.port);
  bench.port = make_port ("");
  bench_start (&bench);
  bench_await (&bench, "ready");
  g_test_add_func ("/cable/pulled-while-idle-is-said-and-heals", test_idle);
  g_test_add_func ("/cable/away-for-long-is-said-once-and-heals", test_away_for_long);
  g_test_add_func ("/cable/pulled-amid-a-reading-leaves-nothing-of-it", test_amid_a_reading);
  g_test_add_func ("/cable/pulled-while-the-number-is-typed", test_while_the_number_is_typed);
  g_test_add_func ("/cable/a-locked-port-is-busy-until-it-is-let-go", test_locked);
  g_test_add_func ("/cable/a-port-taken-exclusively-is-busy", test_exclusive);
  g_test_add_func ("/cable/another-reader-of-cards-makes-it-busy", test_other_reader);
  g_test_add_func ("/cable/a-raised-reader-is-raised-again", test_raised);
  result = g_test_run ();
  bench_clear (&bench);
  g_free (device);
  return result;
}
