/* From the card on the reader to the page of services, or to the page that says why not. */
#include "bench.h"

#define PROFILE "hkid-simulated"

static void
test_good_card (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  bench_expect (bench, "home");
  bench_act (bench, "start", "en");
  bench_expect (bench, "identify");
  g_assert_cmpstr (bench_text (bench, "reader"), ==, "starting");
  card_ready (bench);
  g_assert_cmpstr (bench_text (bench, "reader"), ==, "ready");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "access-key");
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "can");
  bench_act (bench, "submit", "12 34-56");
  bench_expect (bench, "reading");
  g_assert_cmpint (bench->key_kind, ==, KIOSK_CARD_KEY_CAN);
  g_assert_cmpstr (bench->key, ==, "123456");
  card_progress (bench, 0.4);
  card_tell (bench, evidence);
  bench_expect (bench, "services");
  g_assert_cmpstr (bench_text (bench, "name"), ==, "CHAN, TAI MAN");
  g_assert_cmpstr (bench_text (bench, "name_chinese"), ==, "陳大文");
  /* Nothing more is asked of the card: it may be taken away, and its key is forgotten. */
  g_assert_false (bench->card_watched);
}

static void
test_reading_is_noted_without_a_person (void)
{
  g_autoptr (Bench) bench = bench_new ();
  const KioskReadingNote *note;

  g_assert_null (kiosk_journey_reading (bench->journey));
  bench_identify (bench);
  note = kiosk_journey_reading (bench->journey);
  g_assert_cmpstr (note->profile, ==, PROFILE);
  g_assert_cmpstr (note->access, ==, "pace-can");
  g_assert_cmpint (note->passive, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpint (note->chip, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpuint (note->apdus, ==, 120);
}

static void
begin_reading (Bench *bench)
{
  bench_act (bench, "start", "en");
  card_ready (bench);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  bench_expect (bench, "reading");
}

/* A genuine document's portrait that cannot be shown is a technician's matter. */
static void
test_no_picture_stops_nobody (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();
  g_autofree char *groups = NULL;

  kiosk_evidence_note (evidence, 2, "lds-malformed");
  begin_reading (bench);
  card_tell (bench, evidence);
  bench_expect (bench, "services");
  groups = g_variant_print (kiosk_journey_reading (bench->journey)->groups, FALSE);
  g_assert_nonnull (strstr (groups, "(2, 0, 'lds-malformed')"));
}

/* After whatever went wrong, a good card put down is read. */
static void
expect_next_card_works (Bench *bench)
{
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  bench_act (bench, "retry", NULL);
  bench_expect (bench, "identify");
  card_ready (bench);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  if (bench_try (bench, "submit", "654321"))
    g_assert_cmpstr (bench->key, ==, "654321");
  bench_expect (bench, "reading");
  card_tell (bench, evidence);
  bench_expect (bench, "services");
}

static void
test_failures (void)
{
  const struct
  {
    KioskCardError error;
    const char *code, *next;
  } cases[] = {
    { KIOSK_CARD_ERROR_NO_READER, "no-reader", "staff" },
    { KIOSK_CARD_ERROR_READER_BUSY, "reader-busy", "staff" },
    { KIOSK_CARD_ERROR_READER_FAULT, "reader-fault", "again" },
    { KIOSK_CARD_ERROR_MANY_CARDS, "many-cards", "again" },
    { KIOSK_CARD_ERROR_LOST, "lost", "again" },
    { KIOSK_CARD_ERROR_RF, "rf", "again" },
    { KIOSK_CARD_ERROR_TIMEOUT, "timeout", "again" },
    { KIOSK_CARD_ERROR_WRONG_CARD, "wrong-card", "other" },
    { KIOSK_CARD_ERROR_UNSUPPORTED, "unsupported", "staff" },
    { KIOSK_CARD_ERROR_ACCESS_PROTOCOL, "access-protocol", "staff" },
    { KIOSK_CARD_ERROR_SM_BROKEN, "sm-broken", "again" },
    { KIOSK_CARD_ERROR_LDS_MALFORMED, "lds-malformed", "staff" },
    { KIOSK_CARD_ERROR_LDS_TOO_BIG, "lds-too-big", "staff" },
    { KIOSK_CARD_ERROR_PA_NO_CSCA, "pa-no-csca", "staff" },
    { KIOSK_CARD_ERROR_CLONE, "clone", "staff" },
    { KIOSK_CARD_ERROR_INTERNAL, "internal", "staff" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Bench) bench = bench_new ();

      begin_reading (bench);
      card_fail (bench, cases[i].error, -1);
      bench_expect (bench, "card-problem");
      g_assert_cmpstr (bench_text (bench, "code"), ==, cases[i].code);
      g_assert_cmpstr (bench_text (bench, "next"), ==, cases[i].next);
      expect_next_card_works (bench);
    }
}

static void
test_bad_evidence (void)
{
  const struct
  {
    KioskClaim claim;
    KioskProof proof;
    const char *reason, *code, *next;
  } cases[] = {
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_FAILED, "pa-hash", "pa-hash", "staff" },
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_FAILED, "pa-bad-signature", "pa-bad-signature", "staff" },
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_FAILED, "pa-no-csca", "pa-no-csca", "staff" },
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_FAILED, "pa-expired", "pa-expired", "staff" },
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_FAILED, "lds-malformed", "lds-malformed", "staff" },
    { KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_NOT_POSSIBLE, "unsupported", "unsupported", "staff" },
    { KIOSK_CLAIM_CHIP, KIOSK_PROOF_FAILED, "clone", "clone", "staff" },
    { KIOSK_CLAIM_CHIP, KIOSK_PROOF_NOT_POSSIBLE, "no-key", "unsupported", "staff" },
    { KIOSK_CLAIM_CHIP, KIOSK_PROOF_NOT_TRIED, NULL, "clone", "staff" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Bench) bench = bench_new ();
      g_autoptr (KioskEvidence) evidence = card_good_evidence ();

      card_settle (evidence, cases[i].claim, cases[i].proof, cases[i].reason);
      begin_reading (bench);
      card_tell (bench, evidence);
      bench_expect (bench, "card-problem");
      g_assert_cmpstr (bench_text (bench, "code"), ==, cases[i].code);
      g_assert_cmpstr (bench_text (bench, "next"), ==, cases[i].next);
      expect_next_card_works (bench);
    }
}

static void
test_expired_card (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  g_free (evidence->expiry_date);
  evidence->expiry_date = g_strdup ("2026-11-23");
  begin_reading (bench);
  card_tell (bench, evidence);
  bench_expect (bench, "card-problem");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "expired");
  g_assert_cmpstr (bench_text (bench, "next"), ==, "other");
  expect_next_card_works (bench);
}

static void
test_wrong_number (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  g_free (evidence->national_number);
  evidence->national_number = g_strdup ("A1234567");
  begin_reading (bench);
  card_tell (bench, evidence);
  bench_expect (bench, "card-problem");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "number");
}

static void
test_wrong_key (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  begin_reading (bench);
  card_fail (bench, KIOSK_CARD_ERROR_ACCESS_DENIED, -1);
  bench_expect (bench, "access-key");
  g_assert_cmpstr (bench_text (bench, "error"), ==, "wrong");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "123456");
  {
    g_autoptr (GVariant) tries = bench_value (bench, "tries_left");

    g_assert_cmpint (g_variant_get_int32 (tries), ==, 2);
  }
  bench_act (bench, "submit", "123457");
  card_tell (bench, evidence);
  bench_expect (bench, "services");
}

static void
test_wrong_key_thrice (void)
{
  g_autoptr (Bench) bench = bench_new ();

  begin_reading (bench);
  for (guint i = 0; i < 2; i++)
    {
      card_fail (bench, KIOSK_CARD_ERROR_ACCESS_DENIED, -1);
      bench_act (bench, "submit", "111111");
    }
  card_fail (bench, KIOSK_CARD_ERROR_ACCESS_DENIED, -1);
  bench_expect (bench, "card-problem");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "too-many-tries");
  expect_next_card_works (bench);
}

static void
test_chip_says_no_more (void)
{
  g_autoptr (Bench) bench = bench_new ();

  begin_reading (bench);
  card_fail (bench, KIOSK_CARD_ERROR_ACCESS_DENIED, 0);
  bench_expect (bench, "card-problem");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "too-many-tries");
}

static void
test_malformed_key (void)
{
  const char *const values[] = { "", "12345", "1234567", "12345a", "１２３４５６" };
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      bench_act (bench, "submit", values[i]);
      bench_expect (bench, "access-key");
      g_assert_cmpstr (bench_text (bench, "error"), ==, "format");
      g_assert_cmpstr (bench_text (bench, "value"), ==, values[i]);
    }
  g_assert_cmpuint (bench->keys_given, ==, 0);
}

static void
test_no_number (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "no-number", NULL);
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "document-number");
  bench_act (bench, "submit", "hk 1234567");
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "birth-date");
  g_assert_false (bench_offers (bench, "no-number"));
  bench_act (bench, "submit", "1986-13-17");
  g_assert_cmpstr (bench_text (bench, "error"), ==, "format");
  bench_act (bench, "submit", "1986-05-17");
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "expiry-date");
  /* Back and forth, nothing typed is lost. */
  bench_act (bench, "back", "2031-01-0");
  bench_act (bench, "back", NULL);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "hk 1234567");
  bench_act (bench, "back", NULL);
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "can");
  bench_act (bench, "no-number", NULL);
  bench_act (bench, "submit", "HK1234567");
  bench_act (bench, "submit", "1986-05-17");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "2031-01-0");
  bench_act (bench, "submit", "2031-01-01");
  bench_expect (bench, "reading");
  g_assert_cmpint (bench->key_kind, ==, KIOSK_CARD_KEY_MRZ);
  g_assert_cmpstr (bench->key, ==, "HK1234567,860517,310101");
  /* Wrong: the first of the three is asked again, what was typed still there. */
  card_fail (bench, KIOSK_CARD_ERROR_ACCESS_DENIED, -1);
  bench_expect (bench, "access-key");
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "document-number");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "HK1234567");
  bench_act (bench, "no-number", NULL);
  bench_expect (bench, "help");
  g_assert_cmpstr (bench_text (bench, "why"), ==, "no-number");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "access-key");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "HK1234567");
}

/* The number is printed on the card: people take it up to read it. */
static void
test_card_taken_up_while_typing (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  card_fail (bench, KIOSK_CARD_ERROR_LOST, -1);
  card_remove (bench);
  bench_expect (bench, "access-key");
  bench_act (bench, "submit", "123456");
  bench_expect (bench, "identify");
  g_assert_cmpuint (bench->keys_given, ==, 0);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "reading");
  g_assert_cmpuint (bench->keys_given, ==, 1);
  g_assert_cmpstr (bench->key, ==, "123456");
}

static void
test_other_document_forgets_the_key (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  card_remove (bench);
  bench_act (bench, "submit", "123456");
  card_place (bench, "icao-td3", KIOSK_CARD_KEY_MRZ);
  bench_expect (bench, "access-key");
  g_assert_cmpstr (bench_text (bench, "document"), ==, "icao-td3");
  g_assert_cmpstr (bench_text (bench, "kind"), ==, "document-number");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "");
  g_assert_cmpuint (bench->keys_given, ==, 0);
}

/* Lost in the middle of a reading: put back, it is read with the key that opened it before. */
static void
test_card_pulled_out_and_put_back (void)
{
  g_autoptr (Bench) bench = bench_new ();

  begin_reading (bench);
  card_progress (bench, 0.3);
  g_assert_cmpstr (bench_text (bench, "name"), ==, "");
  card_preview (bench, "CHAN, TAI MAN");
  bench_expect (bench, "reading");
  g_assert_cmpstr (bench_text (bench, "name"), ==, "CHAN, TAI MAN");
  card_fail (bench, KIOSK_CARD_ERROR_LOST, -1);
  bench_expect (bench, "card-problem");
  card_remove (bench);
  bench_expect (bench, "card-problem");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "reading");
  g_assert_cmpstr (bench_text (bench, "name"), ==, ""); /* it may be another's */
  g_assert_cmpuint (bench->keys_given, ==, 2);
}

static void
test_reader_troubles (void)
{
  const struct
  {
    KioskCardError error;
    const char *reader;
  } cases[] = {
    { KIOSK_CARD_ERROR_NO_READER, "missing" },
    { KIOSK_CARD_ERROR_READER_BUSY, "busy" },
    { KIOSK_CARD_ERROR_READER_FAULT, "fault" },
  };
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      card_fail (bench, cases[i].error, -1);
      bench_expect (bench, "identify");
      g_assert_cmpstr (bench_text (bench, "reader"), ==, cases[i].reader);
      g_assert_cmpstr (kiosk_journey_reader (bench->journey), ==, cases[i].reader);
    }
  card_ready (bench);
  g_assert_cmpstr (bench_text (bench, "reader"), ==, "ready");
}

static void
test_help (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  bench_act (bench, "help", NULL);
  g_assert_cmpstr (bench_text (bench, "why"), ==, "will-not-read");
  /* A card put down meanwhile is found again on the way back. */
  bench_act (bench, "back", NULL);
  bench_expect (bench, "identify");
  g_assert_cmpuint (bench->card_starts, ==, 2);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  card_fail (bench, KIOSK_CARD_ERROR_CLONE, -1);
  bench_act (bench, "help", NULL);
  g_assert_cmpstr (bench_text (bench, "why"), ==, "staff");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "card-problem");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/card/good-one-leads-to-the-services", test_good_card);
  g_test_add_func ("/journey/card/a-reading-is-noted-without-a-person",
                   test_reading_is_noted_without_a_person);
  g_test_add_func ("/journey/card/a-portrait-that-cannot-be-shown-stops-nobody",
                   test_no_picture_stops_nobody);
  g_test_add_func ("/journey/card/each-failure-says-what-to-do-and-the-next-works", test_failures);
  g_test_add_func ("/journey/card/bad-evidence-says-why-and-the-next-works", test_bad_evidence);
  g_test_add_func ("/journey/card/expired", test_expired_card);
  g_test_add_func ("/journey/card/number-that-fails-its-check-digit", test_wrong_number);
  g_test_add_func ("/journey/card/wrong-key-is-asked-again", test_wrong_key);
  g_test_add_func ("/journey/card/wrong-key-three-times-ends-there", test_wrong_key_thrice);
  g_test_add_func ("/journey/card/chip-that-takes-no-more-ends-there", test_chip_says_no_more);
  g_test_add_func ("/journey/card/malformed-key-never-reaches-the-chip", test_malformed_key);
  g_test_add_func ("/journey/card/no-number-to-type-asks-three-others", test_no_number);
  g_test_add_func ("/journey/card/taken-up-while-typing-loses-nothing",
                   test_card_taken_up_while_typing);
  g_test_add_func ("/journey/card/another-document-gets-no-key-of-the-first",
                   test_other_document_forgets_the_key);
  g_test_add_func ("/journey/card/pulled-out-and-put-back-goes-on",
                   test_card_pulled_out_and_put_back);
  g_test_add_func ("/journey/card/reader-troubles-are-told-and-pass", test_reader_troubles);
  g_test_add_func ("/journey/card/help-leads-back", test_help);
  return g_test_run ();
}
