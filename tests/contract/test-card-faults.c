/* What hardware and hands do to a reading: whatever it was, the next card works. */
#include <string.h>

#include "bench.h"

static Bench bench;

/* TRUE once any of @words (a NULL-terminated list) has been heard. */
static gboolean
heard_any (const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (bench.heard->str, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static void
await_any (const char *const *words)
{
  while (!heard_any (words))
    g_main_context_iteration (NULL, TRUE); /* the suite's own limit ends a reader that hangs */
}

static void
read_good (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");

  bench.key = can;
  bench_forget (&bench);
  bench_do (&bench, "place good");
  bench_await (&bench, "evidence");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  bench.key = NULL;
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
}

/* A fault that strikes once the number has been typed; the reading heals or fails by name. */
static void
strike (const char *fault, guint times, const char *const *outcomes)
{
  static const char *const empty[] = { "removed", "ready", NULL };
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  g_autoptr (KioskSecret) key = kiosk_secret_new_copy (can, strlen (can));

  g_test_message ("%s", fault);
  bench_forget (&bench);
  bench_do (&bench, "place good");
  bench_await (&bench, "needs-key");
  bench_do (&bench, "fault %s %u", fault, times);
  bench.port->give_key (bench.port, KIOSK_CARD_KEY_CAN, key);
  await_any (outcomes);
  g_test_message ("heard %s", bench.heard->str);
  bench_do (&bench, "remove");
  await_any (empty);
  bench_do (&bench, "fault %s 0", fault);
  read_good ();
}

static void
test_radio (void)
{
  static const char *const outcomes[] = { "evidence", "lost", "rf", "timeout", NULL };
  static const char *const faults[] = { "rftimeout", "crc", "released" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    strike (faults[i], 1, outcomes);
}

static void
test_serial_line (void)
{
  static const char *const outcomes[]
    = { "evidence", "lost", "rf", "timeout", "no-reader", "reader-fault", NULL };
  static const char *const faults[] = { "badsum", "shortframe", "noack", "noreply" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    strike (faults[i], 1, outcomes);
}

/* The reader's reply comes after we gave up waiting, when libnfc would take it for the next
 * command's: nobody is read by it, and the process that heard it reads nothing more. */
static void
test_late (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  g_autoptr (KioskSecret) key = kiosk_secret_new_copy (can, strlen (can));

  for (guint n = 2; n <= 8; n += 3)
    {
      bench_forget (&bench);
      bench_do (&bench, "place good");
      bench_await (&bench, "needs-key");
      bench_do (&bench, "fault late at %u", n);
      bench.port->give_key (bench.port, KIOSK_CARD_KEY_CAN, key);
      bench_await (&bench, "timeout");
      g_assert_null (bench.evidence);
      bench_forget (&bench);
      bench_do (&bench, "remove");
      bench_await (&bench, "ready");
      g_assert_cmpstr (bench.heard->str, ==, "ready ");
      read_good ();
    }
}

/* libnfc calls abort(): the process that dies is not kioskd. */
static void
test_library_dies (void)
{
  static const char *const outcomes[] = { "reader-fault", NULL };

  strike ("nad", 1, outcomes);
}

/* A good part of a reading's replies may be damaged anywhere, status bytes and lengths too. */
static void
test_garbled (void)
{
  static const char *const outcomes[]
    = { "evidence",     "lost",        "rf",    "timeout",    "no-reader",
        "reader-fault", "sm-broken",   "lds-",  "access-",    "pa-",
        "wrong-card",   "unsupported", "clone", "many-cards", NULL };

  for (guint i = 0; i < 12; i++)
    strike ("garble", 25, outcomes);
}

static void
test_blocked (void)
{
  g_autoptr (KioskSecret) wrong = kiosk_secret_new_copy ("000000", 6);

  bench_forget (&bench);
  bench_do (&bench, "place good");
  bench_await (&bench, "needs-key");
  for (int left = 2; left >= 0; left--)
    {
      bench_forget (&bench);
      bench.port->give_key (bench.port, KIOSK_CARD_KEY_CAN, wrong);
      bench_await (&bench, "access-denied");
      g_assert_cmpint (bench.tries_left, ==, left);
    }
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
  read_good ();
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  bench_init (&bench);
  bench_start (&bench);
  bench_await (&bench, "ready");
  g_test_add_func ("/reader/heals-after-radio-faults", test_radio);
  g_test_add_func ("/reader/heals-after-faults-of-the-line", test_serial_line);
  g_test_add_func ("/reader/a-late-answer-answers-nothing", test_late);
  g_test_add_func ("/reader/outlives-its-library", test_library_dies);
  g_test_add_func ("/reader/heals-after-garbled-replies", test_garbled);
  g_test_add_func ("/reader/three-wrong-numbers-block-only-that-card", test_blocked);
  result = g_test_run ();
  bench_clear (&bench);
  return result;
}
