/* Cards of every kind, read by the program that is shipped through unchanged libnfc. */
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "devices/card/card-channel.h"

static Bench bench;

static void
place (const char *card)
{
  bench_forget (&bench);
  bench_do (&bench, "place %s", card);
}

static void
take_away (void)
{
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
}

/* Places @card with its right CAN and waits for evidence. */
static void
read_by_can (const char *card)
{
  g_autofree char *can = bench_card_value (&bench, card, "access", "can");

  bench.key = can;
  bench.key_kind = KIOSK_CARD_KEY_CAN;
  place (card);
  bench_await (&bench, "evidence");
  bench.key = NULL;
}

static const KioskStatement *
verdict (KioskClaim claim)
{
  return kiosk_evidence_verdict (bench.evidence, claim);
}

static void
test_good (void)
{
  g_autofree char *name = bench_card_value (&bench, "good", "person", "name");
  g_autofree char *chinese = bench_card_value (&bench, "good", "person", "name-chinese");
  g_autofree char *number = bench_card_value (&bench, "good", "person", "number");
  g_autofree char *birth = bench_card_value (&bench, "good", "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, "good", "person", "expiry");
  g_autofree char *document = bench_card_value (&bench, "good", "person", "document-number");

  read_by_can ("good");
  g_assert_cmpstr (bench.heard->str, ==, "found needs-key preview evidence ");
  g_assert_cmpint (bench.asked, ==, KIOSK_CARD_KEY_CAN);
  g_assert_cmpfloat (bench.fraction, ==, 1.0);
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  g_assert_cmpstr (bench.evidence->profile, ==, "hkid-simulated");
  g_assert_true (bench.evidence->simulated);
  g_assert_cmpstr (verdict (KIOSK_CLAIM_ACCESS)->method, ==, "pace-can");
  g_assert_cmpstr (bench.evidence->name_latin, ==, name);
  g_assert_cmpstr (bench.evidence->name_chinese, ==, chinese);
  g_assert_cmpstr (bench.evidence->national_number, ==, number);
  g_assert_cmpstr (bench.evidence->birth_date, ==, birth);
  g_assert_cmpstr (bench.evidence->expiry_date, ==, expiry);
  g_assert_cmpstr (bench.evidence->document_number, ==, document);
  g_assert_cmpstr (bench.evidence->portrait_type, ==, "image/jpeg");
  g_assert_nonnull (bench.evidence->symbols);
  g_test_message ("%u APDUs, %" G_GINT64_FORMAT " us", bench.evidence->apdus,
                  bench.evidence->duration_us);
  take_away ();
}

static void
test_by_zone (void)
{
  g_autofree char *document = bench_card_value (&bench, "good", "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, "good", "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, "good", "person", "expiry");
  g_autofree char *key = NULL;

  key = g_strdup_printf ("%s,%.2s%.2s%.2s,%.2s%.2s%.2s", document, birth + 2, birth + 5, birth + 8,
                         expiry + 2, expiry + 5, expiry + 8);
  bench.key = key;
  bench.key_kind = KIOSK_CARD_KEY_MRZ;
  place ("good");
  bench_await (&bench, "evidence");
  bench.key = NULL;
  g_assert_cmpstr (verdict (KIOSK_CLAIM_ACCESS)->method, ==, "pace-mrz");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

static void
test_passport (void)
{
  g_autofree char *document = bench_card_value (&bench, "passport", "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, "passport", "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, "passport", "person", "expiry");
  g_autofree char *key = NULL;

  key = g_strdup_printf ("%s,%.2s%.2s%.2s,%.2s%.2s%.2s", document, birth + 2, birth + 5, birth + 8,
                         expiry + 2, expiry + 5, expiry + 8);
  bench.key = key;
  bench.key_kind = KIOSK_CARD_KEY_MRZ;
  place ("passport");
  bench_await (&bench, "evidence");
  bench.key = NULL;
  g_assert_cmpint (bench.asked, ==, KIOSK_CARD_KEY_MRZ);
  g_assert_cmpstr (bench.evidence->profile, ==, "icao-td3");
  g_assert_false (bench.evidence->simulated);
  g_assert_cmpstr (verdict (KIOSK_CLAIM_ACCESS)->method, ==, "bac");
  g_assert_cmpint (verdict (KIOSK_CLAIM_PASSIVE)->proof, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpstr (bench.evidence->document_number, ==, document);
  take_away ();
}

static void
assert_flawed (const char *card, const char *passive, const char *chip)
{
  read_by_can (card);
  g_assert_cmpint (verdict (KIOSK_CLAIM_ACCESS)->proof, ==, KIOSK_PROOF_PASSED);
  g_assert_false (kiosk_evidence_is_proved (bench.evidence));
  g_assert_cmpstr (verdict (KIOSK_CLAIM_PASSIVE)->reason, ==, passive);
  g_assert_cmpstr (verdict (KIOSK_CLAIM_CHIP)->reason, ==, chip);
  take_away ();
}

static void
test_flawed (void)
{
  assert_flawed ("altered-dg1", "pa-hash", "pa-hash");
  assert_flawed ("altered-sod", "pa-bad-signature", "pa-bad-signature");
  assert_flawed ("unknown-country", "pa-no-csca", "pa-no-csca");
  assert_flawed ("cloned", NULL, "clone");
}

/* The list that the reader was handed is asked: who is not on it is stated as such. */
static void
test_called_back (void)
{
  guint found = 0;

  read_by_can ("good");
  for (guint i = 0; i < bench.evidence->statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (bench.evidence->statements, i);

      if (g_str_equal (statement->method, KIOSK_METHOD_REVOCATION))
        {
          g_assert_cmpint (statement->proof, ==, KIOSK_PROOF_PASSED);
          found++;
        }
    }
  g_assert_cmpuint (found, ==, 1);
  take_away ();
}

static void
test_genuine_but_unwelcome (void)
{
  static const char *const cards[] = { "expired", "lost" };

  /* Whether a genuine card may be used is identity's to say. */
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      read_by_can (cards[i]);
      g_assert_true (kiosk_evidence_is_proved (bench.evidence));
      take_away ();
    }
}

static void
give_can (const char *can)
{
  g_autoptr (KioskSecret) key = kiosk_secret_new_copy (can, strlen (can));

  bench.port->give_key (bench.port, KIOSK_CARD_KEY_CAN, key);
}

static void
test_wrong_can (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");

  bench.key = NULL;
  place ("good");
  bench_await (&bench, "needs-key");
  give_can ("000000");
  bench_await (&bench, "access-denied");
  g_assert_cmpint (bench.tries_left, ==, 2);
  bench_forget (&bench);
  give_can ("000001");
  bench_await (&bench, "access-denied");
  g_assert_cmpint (bench.tries_left, ==, 1);
  bench_forget (&bench);
  give_can (can);
  bench_await (&bench, "evidence");
  g_assert_cmpstr (bench.heard->str, ==, "preview evidence ");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

static void
test_lifted_to_read_the_number (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");

  bench.key = NULL;
  place ("good");
  bench_await (&bench, "needs-key");
  take_away ();
  bench_forget (&bench);
  give_can (can);
  bench_do (&bench, "place good");
  bench_await (&bench, "evidence");
  g_assert_cmpstr (bench.heard->str, ==, "found preview evidence ");
  take_away ();
}

/* Two presence checks in a row come to nothing, and the card has not moved. */
static void
test_noise_while_the_number_is_typed (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");

  bench.key = NULL;
  place ("good");
  bench_await (&bench, "needs-key");
  bench_do (&bench, "fault rftimeout 2");
  bench_await (&bench, "removed");
  bench_forget (&bench);
  give_can (can);
  bench_await (&bench, "evidence");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

/* Pulled out before each command of a reading in turn; the next tap always works. */
static void
test_pulled_out (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  guint apdus;

  read_by_can ("good");
  apdus = bench.evidence->apdus;
  take_away ();
  for (guint n = 1; n <= apdus; n++)
    {
      bench_do (&bench, "remove-after %u", n);
      bench.key = can;
      place ("good");
      bench_await (&bench, "lost");
      bench_await (&bench, "removed");
      g_assert_null (bench.evidence);
    }
  read_by_can ("good");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

static void
test_two_cards (void)
{
  bench.port->stop (bench.port);
  bench_do (&bench, "add passport");
  bench_do (&bench, "add good");
  bench_start (&bench);
  bench_await (&bench, "many-cards");
  g_assert_cmpstr (bench.heard->str, ==, "ready many-cards ");
  take_away ();
  read_by_can ("good");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

/* The chip stays silent: the process that waited for it is replaced, and the card must be lifted.
 */
static void
test_silent_chip (void)
{
  bench.key = NULL;
  place ("good");
  bench_await (&bench, "needs-key");
  bench_do (&bench, "fault noreply 1");
  give_can ("000000");
  bench_await (&bench, "timeout");
  g_assert_cmpstr (bench.heard->str, ==, "found needs-key timeout ");
  bench_do (&bench, "remove");
  bench_await (&bench, "ready");
  read_by_can ("good");
  g_assert_true (kiosk_evidence_is_proved (bench.evidence));
  take_away ();
}

/* The kernel's own account of the process, not ours. */
static void
test_boxed (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int)getpid ());
  g_autofree char *children = NULL;
  g_auto (GStrv) pids = NULL;
  guint boxed = 0;

  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  pids = g_strsplit (g_strstrip (children), " ", -1);
  for (guint i = 0; pids[i] != NULL; i++)
    {
      g_autofree char *status_path = g_build_filename ("/proc", pids[i], "status", NULL);
      g_autofree char *status = NULL;

      g_assert_true (g_file_get_contents (status_path, &status, NULL, NULL));
      if (strstr (status, "Name:\tkiosk-reader") == NULL)
        continue;
      g_assert_nonnull (strstr (status, "\nSeccomp:\t2\n"));
      g_assert_nonnull (strstr (status, "\nNoNewPrivs:\t1\n"));
      boxed++;
    }
  g_assert_cmpuint (boxed, ==, 1);
}

/* Not the settings' word: the reader process has it from the libnfc that opened the device. */
static void
test_device (void)
{
  const KioskCardDevice *device = kiosk_card_worker_device (bench.port);

  g_assert_nonnull (device);
  g_assert_cmpstr (device->driver, ==, "pn532_uart");
  g_assert_true (g_str_has_prefix (device->name, "pn532_uart:/dev/pts/"));
  g_assert_cmpstr (device->library, ==, g_getenv ("LIBNFC_VERSION"));
}

static void
test_port_is_ours (void)
{
  g_autoptr (KioskCardChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  /* The worker holds the port: nobody else gets it. */
  channel = kiosk_card_channel_new_libnfc (bench.device, NULL, &error);
  g_assert_null (channel);
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_READER_BUSY);
}

/* No profiles, and no reader at all: told once each, and the right port heals it. */
static void
test_wrong_set_up (void)
{
  KioskCardPort *right = bench.port;

  right->stop (right);
  bench.port
    = kiosk_card_worker_new (g_getenv ("READER"), bench.device, bench.folder, bench.clock, NULL);
  bench_start (&bench);
  bench_await (&bench, "reader-fault");
  g_assert_cmpstr (bench.heard->str, ==, "reader-fault ");
  bench.port->free (bench.port);
  bench.port = kiosk_card_worker_new (g_getenv ("READER"), "pn532_uart:/dev/no-such-tty",
                                      g_getenv ("PROFILES"), bench.clock, NULL);
  bench_start (&bench);
  bench_await (&bench, "no-reader");
  g_assert_cmpstr (bench.heard->str, ==, "no-reader ");
  bench.port->free (bench.port);
  bench.port = right;
  bench_start (&bench);
  bench_await (&bench, "ready");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  bench_init (&bench);
  bench_start (&bench);
  bench_await (&bench, "ready");
  g_test_add_func ("/reader/a-good-card-is-proved", test_good);
  g_test_add_func ("/reader/opens-by-the-zone-too", test_by_zone);
  g_test_add_func ("/reader/a-passport-opens-by-bac", test_passport);
  g_test_add_func ("/reader/flawed-cards-are-told-apart", test_flawed);
  g_test_add_func ("/reader/asks-the-list-of-signers-called-back", test_called_back);
  g_test_add_func ("/reader/expired-and-lost-cards-are-genuine", test_genuine_but_unwelcome);
  g_test_add_func ("/reader/a-wrong-number-costs-a-try-and-no-more", test_wrong_can);
  g_test_add_func ("/reader/a-card-may-be-lifted-for-its-number", test_lifted_to_read_the_number);
  g_test_add_func ("/reader/noise-while-the-number-is-typed-takes-no-card-away",
                   test_noise_while_the_number_is_typed);
  g_test_add_func ("/reader/pulled-out-anywhere-is-lost-and-heals", test_pulled_out);
  g_test_add_func ("/reader/two-cards-are-one-too-many", test_two_cards);
  g_test_add_func ("/reader/a-silent-chip-costs-a-process", test_silent_chip);
  g_test_add_func ("/reader/the-process-is-boxed-in", test_boxed);
  g_test_add_func ("/reader/says-which-device-it-opened", test_device);
  g_test_add_func ("/reader/the-port-is-ours-alone", test_port_is_ours);
  g_test_add_func ("/reader/a-wrong-set-up-is-told-once", test_wrong_set_up);
  result = g_test_run ();
  bench_clear (&bench);
  return result;
}
