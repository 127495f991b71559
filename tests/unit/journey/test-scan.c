/* A code before the camera: what is taken, what is named, and what is left of it. */
#include "bench.h"

#include "../memory-holds.h"

#define PROFILE  "hkid-simulated"
#define LINK_200 200

/* A person who reads what has become of "tx1", as its receipt found it. */
static void
reach_receipt (Bench *bench)
{
  bench_scan (bench);
  bench_show_receipt (bench, "one");
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "receipt");
}

static void
expect_mistake (Bench *bench, const char *problem, const char *code, const char *text)
{
  bench_expect (bench, "scan");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, problem);
  g_assert_cmpstr (bench_text (bench, "code"), ==, code);
  g_assert_cmpstr (bench_text (bench, "text"), ==, text);
}

static guint
seen (Bench *bench)
{
  g_autoptr (GVariant) value = bench_value (bench, "seen");

  return g_variant_get_uint32 (value);
}

static gboolean
taken (Bench *bench)
{
  g_autoptr (GVariant) value = bench_value (bench, "taken");

  return g_variant_get_boolean (value);
}

static void
test_offered (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (Bench) bare = bench_new_bare ();

  bench_act (bench, "start", "en");
  g_assert_true (bench_offers (bench, "scan"));
  bench_act (bare, "start", "en");
  g_assert_false (bench_offers (bare, "scan"));
  g_assert_false (bench_try (bare, "scan", NULL));
  bench_expect (bare, "identify");
}

static void
test_found (void)
{
  g_autoptr (Bench) bench = bench_new ();
  GTask *find;
  KioskRecord *record = ledger_record ("tx1", KIOSK_RECORD_SETTLED);

  record->outcome_code = g_strdup ("granted");
  bench_scan (bench);
  g_assert_cmpstr (bench_text (bench, "wanted"), ==, "receipt");
  bench_show_receipt (bench, "signed claims");
  g_assert_cmpuint (seen (bench), ==, 0);
  g_assert_cmpuint (bench->finds->len, ==, 1);
  find = g_ptr_array_index (bench->finds, 0);
  g_assert_cmpmem (g_bytes_get_data (g_task_get_task_data (find), NULL), 13, "signed claims", 13);
  ledger_find (bench, record);
  /* The mark first, for as long as an eye needs. */
  bench_expect (bench, "scan");
  g_assert_true (taken (bench));
  g_assert_cmpuint (seen (bench), ==, 1);
  kiosk_clock_advance (bench->clock, 799);
  bench_expect (bench, "scan");
  kiosk_clock_advance (bench->clock, 1);
  bench_expect (bench, "receipt");
  g_assert_cmpstr (bench_text (bench, "txid"), ==, "tx1");
  g_assert_cmpstr (bench_text (bench, "state"), ==, "settled");
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "granted");
}

/* Possession of the code is the permission: for this one record. */
static void
test_names_nobody (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_receipt (bench);
  g_assert_false (bench_offers (bench, "transactions"));
  g_assert_false (bench_try (bench, "transactions", NULL));
  bench_expect (bench, "receipt");
  bench_act (bench, "print", NULL);
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "printing");
  while (bench->jobs->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_task_return_boolean (g_ptr_array_index (bench->jobs, 0), TRUE);
  bench_settle ();
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "printed");
}

static void
test_back (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_receipt (bench);
  g_assert_false (bench->card_watched);
  bench_act (bench, "back", NULL);
  expect_mistake (bench, "", "", "");
  g_assert_cmpstr (bench_text (bench, "camera"), ==, "starting");
  g_assert_cmpuint (seen (bench), ==, 0);
  g_assert_false (taken (bench));
  /* A card is listened for again, and so is the camera. */
  g_assert_true (bench->card_watched);
  g_assert_cmpuint (bench->camera_starts, ==, 2);
  bench_act (bench, "back", NULL);
  bench_expect (bench, "identify");
  bench_act (bench, "scan", NULL);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "access-key");
}

/* Whoever is identified next sees their own records, not the one that somebody's code found. */
static void
test_found_is_not_mine (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();
  g_autoptr (GVariant) transactions = NULL;

  reach_receipt (bench);
  bench_act (bench, "back", NULL);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  card_tell (bench, evidence);
  bench_expect (bench, "services");
  transactions = bench_value (bench, "transactions");
  g_assert_cmpuint (g_variant_get_uint32 (transactions), ==, 0);
  bench_act (bench, "transactions", NULL);
  g_assert_false (bench_try (bench, "show", "tx1"));
}

static void
test_other_codes (void)
{
  const struct
  {
    const char *text, *problem, *code, *shown;
  } cases[] = {
    { "HTTPS://EXAMPLE.ORG/A?b", "other-kind", "link", "HTTPS://EXAMPLE.ORG/A?b" },
    { "https://example.org/<\x01>", "other-kind", "link", "" },
    { "WIFI:S:home;;", "other-kind", "unknown", "" },
    { "HC1:ABC", "other-kind", "health", "" },
    { "HKSARG|VAC|1", "other-kind", "vaccination", "" },
    { "0002010102110000", "other-kind", "payment", "" },
    { "KT1:", "other-kind", "ticket", "" },
    { "KR1:", "damaged", "", "" },
    { "KR1:not base45", "damaged", "", "" },
    { "KR2:ABC", "version", "", "" },
  };
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      camera_see (bench, cases[i].text);
      expect_mistake (bench, cases[i].problem, cases[i].code, cases[i].shown);
      g_assert_cmpuint (seen (bench), ==, i + 1);
      g_assert_false (taken (bench));
    }
  g_assert_cmpuint (bench->finds->len, ==, 0);
}

static void
test_link_is_bounded (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autofree char *tail = g_strnfill (1000, 'a');
  g_autofree char *text = g_strconcat ("https://example.org/", tail, NULL);
  g_autofree char *shown = g_strndup (text, LINK_200);

  bench_scan (bench);
  camera_see (bench, text);
  expect_mistake (bench, "other-kind", "link", shown);
}

static void
test_not_here (void)
{
  const struct
  {
    KioskFindError code;
    const char *kiosk, *problem, *text;
  } cases[] = {
    { KIOSK_FIND_ERROR_NOT_GENUINE, NULL, "not-genuine", "" },
    { KIOSK_FIND_ERROR_OTHER_KIOSK, "k-0042", "other-kiosk", "k-0042" },
    { KIOSK_FIND_ERROR_UNKNOWN, NULL, "unknown", "" },
    { KIOSK_FIND_ERROR_FAULT, NULL, "fault", "" },
  };
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      bench_show_receipt (bench, "signed claims");
      /* What was said of the code before is not said of this one. */
      expect_mistake (bench, "", "", "");
      g_assert_cmpuint (seen (bench), ==, i);
      ledger_find_none (bench, cases[i].code, cases[i].kiosk);
      expect_mistake (bench, cases[i].problem, "", cases[i].text);
      g_assert_cmpuint (seen (bench), ==, i + 1);
    }
}

static void
test_mistake_fades (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_NOTHING);
  camera_see (bench, "HC1:ABC");
  g_assert_cmpstr (bench_text (bench, "guidance"), ==, "");
  /* Held there, it is told for as long as it takes. */
  kiosk_clock_advance (bench->clock, 20000);
  expect_mistake (bench, "other-kind", "health", "");
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_NOTHING);
  kiosk_clock_advance (bench->clock, 5000);
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_TOO_FAR);
  kiosk_clock_advance (bench->clock, 5000);
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_NOTHING);
  kiosk_clock_advance (bench->clock, 5999);
  expect_mistake (bench, "other-kind", "health", "");
  kiosk_clock_advance (bench->clock, 1);
  expect_mistake (bench, "", "", "");
  g_assert_cmpuint (seen (bench), ==, 1);
  g_assert_cmpstr (bench_text (bench, "guidance"), ==, "nothing");
}

/* A slow answer comes after the code has gone: it is read for as long as any other. */
static void
test_late_mistake_fades (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  bench_show_receipt (bench, "signed claims");
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_NOTHING);
  kiosk_clock_advance (bench->clock, 10000);
  ledger_find_none (bench, KIOSK_FIND_ERROR_UNKNOWN, NULL);
  kiosk_clock_advance (bench->clock, 5999);
  expect_mistake (bench, "unknown", "", "");
  kiosk_clock_advance (bench->clock, 1);
  expect_mistake (bench, "", "", "");
}

static void
test_last_code_counts (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  bench_show_receipt (bench, "one");
  bench_show_receipt (bench, "two");
  ledger_find (bench, ledger_record ("tx2", KIOSK_RECORD_RECEIVED));
  g_assert_true (taken (bench));
  /* The mark stands, whatever comes late or is seen meanwhile. */
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
  camera_see (bench, "HC1:ABC");
  camera_trouble (bench, KIOSK_CAMERA_TROUBLE_COVERED);
  g_assert_true (taken (bench));
  g_assert_cmpuint (seen (bench), ==, 1);
  kiosk_clock_advance (bench->clock, 800);
  g_assert_cmpstr (bench_text (bench, "txid"), ==, "tx2");
}

static void
test_sign_of_life (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  kiosk_clock_advance (bench->clock, 46000);
  g_assert_cmpuint (bench->idle_seconds, >, 0);
  /* What moves before the lens may be anybody. */
  camera_advise (bench, KIOSK_CAMERA_GUIDANCE_HOLD_STILL);
  g_assert_cmpuint (bench->idle_seconds, >, 0);
  camera_see (bench, "HC1:ABC");
  g_assert_cmpuint (bench->idle_seconds, ==, 0);
  kiosk_clock_advance (bench->clock, 44000);
  bench_expect (bench, "scan");
}

static KioskRecord *
settled (const char *outcome)
{
  KioskRecord *record = ledger_record ("tx1", KIOSK_RECORD_SETTLED);

  record->outcome_code = g_strdup (outcome);
  return record;
}

static void
test_outcome_comes (void)
{
  g_autoptr (Bench) bench = bench_new ();
  guint serial, finds;

  reach_receipt (bench);
  serial = bench_serial (bench);
  /* It is asked once more as soon as it is shown. */
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_ACCEPTED));
  g_assert_cmpstr (bench_text (bench, "state"), ==, "accepted");
  ledger_changed (bench);
  ledger_find (bench, settled ("visit"));
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "visit");
  /* A store that is busy takes nothing away. */
  ledger_changed (bench);
  ledger_find_none (bench, KIOSK_FIND_ERROR_FAULT, NULL);
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "visit");
  /* Of two that are asked, the later counts. */
  ledger_changed (bench);
  ledger_changed (bench);
  ledger_find (bench, settled ("granted"));
  ledger_find (bench, settled ("visit"));
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "granted");
  g_assert_cmpuint (bench_serial (bench), ==, serial);
  /* With the page, the asking ends. */
  ledger_changed (bench);
  finds = bench->finds->len;
  bench_act (bench, "back", NULL);
  ledger_find (bench, settled ("refused"));
  g_assert_cmpuint (finds, ==, 1);
  ledger_changed (bench);
  g_assert_cmpuint (bench->finds->len, ==, 0);
  g_assert_false (taken (bench));
}

static void
test_outcome_comes_under_the_mark (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  bench_show_receipt (bench, "one");
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
  ledger_changed (bench);
  ledger_find (bench, settled ("granted"));
  kiosk_clock_advance (bench->clock, 800);
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "granted");
}

#define CLAIMS_BACKWARDS "kramhcneb nevni fo smialc dengis"

static void
show_claims (Bench *bench)
{
  /* Not at the beginning: that is overwritten whenever memory is freed. */
  char *claims = g_strreverse (g_strdup (CLAIMS_BACKWARDS "                                "));

  bench_show_receipt (bench, claims);
  kiosk_wipe_string (claims);
}

static void
test_wiped (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  g_assert_false (memory_holds (CLAIMS_BACKWARDS));
  show_claims (bench);
  g_assert_true (memory_holds (CLAIMS_BACKWARDS));
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
  kiosk_clock_advance (bench->clock, 800);
  ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
  bench_expect (bench, "receipt");
  /* To ask again, it must be there. */
  g_assert_true (memory_holds (CLAIMS_BACKWARDS));
  bench_act (bench, "finish", NULL);
  g_assert_false (memory_holds (CLAIMS_BACKWARDS));
  kiosk_clock_advance (bench->clock, 10000);
  bench_scan (bench);
  expect_mistake (bench, "", "", "");
}

/* Also what its record says, when nobody has come to see it yet. */
static void
test_record_is_wiped (void)
{
  g_autoptr (Bench) bench = bench_new ();
  KioskRecord *record = ledger_record ("tx1", KIOSK_RECORD_RECEIVED);

  g_free (record->receipt);
  record->receipt = g_strreverse (g_strdup (CLAIMS_BACKWARDS "                                "));
  bench_scan (bench);
  bench_show_receipt (bench, "one");
  ledger_find (bench, record);
  g_assert_true (memory_holds (CLAIMS_BACKWARDS));
  bench_act (bench, "finish", NULL);
  g_assert_false (memory_holds (CLAIMS_BACKWARDS));
}

static void
test_refused_is_wiped (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  show_claims (bench);
  ledger_find_none (bench, KIOSK_FIND_ERROR_NOT_GENUINE, NULL);
  g_assert_false (memory_holds (CLAIMS_BACKWARDS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/scan/offered-only-where-there-is-a-camera", test_offered);
  g_test_add_func ("/journey/scan/a-receipt-shows-its-transaction-after-the-mark", test_found);
  g_test_add_func ("/journey/scan/a-receipt-opens-one-record-and-names-nobody", test_names_nobody);
  g_test_add_func ("/journey/scan/back-from-the-receipt-is-a-fresh-look", test_back);
  g_test_add_func ("/journey/scan/what-was-found-is-not-the-next-persons", test_found_is_not_mine);
  g_test_add_func ("/journey/scan/another-code-is-named", test_other_codes);
  g_test_add_func ("/journey/scan/a-link-is-shown-in-part-and-never-more", test_link_is_bounded);
  g_test_add_func ("/journey/scan/a-receipt-that-finds-nothing-says-why", test_not_here);
  g_test_add_func ("/journey/scan/a-mistake-fades-when-its-code-has-gone", test_mistake_fades);
  g_test_add_func ("/journey/scan/a-late-mistake-fades-too", test_late_mistake_fades);
  g_test_add_func ("/journey/scan/the-last-code-counts-until-the-mark", test_last_code_counts);
  g_test_add_func ("/journey/scan/a-code-is-a-sign-of-life", test_sign_of_life);
  g_test_add_func ("/journey/scan/an-outcome-that-comes-is-shown", test_outcome_comes);
  g_test_add_func ("/journey/scan/an-outcome-that-comes-under-the-mark-too",
                   test_outcome_comes_under_the_mark);
  g_test_add_func ("/journey/scan/nothing-of-a-code-is-left", test_wiped);
  g_test_add_func ("/journey/scan/nothing-of-its-record-either", test_record_is_wiped);
  g_test_add_func ("/journey/scan/nothing-of-a-refused-one-either", test_refused_is_wiped);
  return g_test_run ();
}
