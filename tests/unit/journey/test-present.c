/* A personal code before the camera: what the page says to the phone, who the person then is, and
 * why a code is refused. */
#include "bench.h"
#include "trust/cose.h"

#include <string.h>

/* A code that has a phone's shape: what is in it is the ledger's to judge, which the test plays. */
static char *
make_code (void)
{
  const guint8 nonce[KIOSK_PRESENTATION_NONCE] = { 1 };
  g_autoptr (KioskPersonal) person = g_new0 (KioskPersonal, 1);
  g_autofree guint8 *zeros = g_malloc0 (64);
  g_autoptr (GBytes) signature = g_bytes_new (zeros, 64);
  g_autoptr (GBytes) claims = NULL;
  g_autoptr (GBytes) cose = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GBytes) payload = kiosk_presentation_payload ("k-0042", BENCH_NOON_MS, nonce);
  g_autoptr (EVP_PKEY) issuer = kiosk_pki_key_new (NULL);

  person->token = g_new0 (KioskCwt, 1);
  person->token->issued_ms = person->token->not_before_ms = person->token->expires_ms = -1;
  person->id = g_strdup ("A1234563");
  claims = kiosk_personal_claims (person);
  cose = kiosk_cose_sign1_unnamed (claims, issuer, NULL);
  packed = kiosk_personal_pack (cose);
  header = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, packed);
  return kiosk_presentation_text (header, payload, signature);
}

static KioskHolder *
make_holder (void)
{
  KioskHolder *holder = g_new0 (KioskHolder, 1);

  holder->assurance = KIOSK_ASSURANCE_PERSONAL_CODE;
  holder->name_latin = g_strdup ("CHAN, TAI MAN");
  holder->number = g_strdup ("A1234563");
  holder->number_is_hkid = TRUE;
  holder->birth_date = g_strdup ("1986-05-17");
  holder->evidence = kiosk_evidence_new ();
  holder->evidence->profile = g_strdup ("personal-code");
  return holder;
}

static void
show_code (Bench *bench)
{
  g_autofree char *code = make_code ();

  camera_see (bench, code);
}

static void
expect_refused (Bench *bench, const char *problem)
{
  bench_expect (bench, "scan");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, problem);
}

static void
test_offered (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (Bench) bare = bench_new_bare ();

  bench_act (bench, "start", "en");
  g_assert_false (bench_try (bench, "scan", "payment"));
  bench_act (bench, "scan", "presentation");
  g_assert_cmpstr (bench_text (bench, "wanted"), ==, "presentation");
  g_assert_cmpstr (bench_text (bench, "audience"), ==, "KA1:k-0042");
  bench_act (bench, "back", NULL);
  bench_act (bench, "scan", "receipt");
  g_assert_cmpstr (bench_text (bench, "wanted"), ==, "receipt");
  g_assert_cmpstr (bench_text (bench, "audience"), ==, "");
  bench_act (bare, "start", "en");
  g_assert_false (bench_try (bare, "scan", "presentation"));
}

static void
test_identifies (void)
{
  g_autoptr (Bench) bench = bench_new ();
  const KioskCode *code;

  bench_scan_for (bench, "presentation");
  show_code (bench);
  g_assert_cmpuint (bench->judges->len, ==, 1);
  code = g_task_get_task_data (g_ptr_array_index (bench->judges, 0));
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_PRESENTATION);
  ledger_know (bench, make_holder ());
  bench_expect (bench, "scan"); /* the mark first */
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "services");
  g_assert_cmpstr (bench_text (bench, "name"), ==, "CHAN, TAI MAN");
  g_assert_null (bench->camera_watch);
  g_assert_false (bench->card_watched);
  g_assert_true (bench_offers (bench, "transactions"));
}

/* A service that needs a document says so, and lets nobody go on. */
static void
test_document_needed (gconstpointer service)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) checks = NULL;
  g_autoptr (GVariant) first = NULL;
  const char *state = NULL, *detail = NULL;

  bench_scan_for (bench, "presentation");
  show_code (bench);
  ledger_know (bench, make_holder ());
  kiosk_clock_advance (bench->clock, 800);
  bench_act (bench, "choose", service);
  bench_expect (bench, "eligibility");
  g_assert_false (bench_offers (bench, "continue"));
  checks = bench_value (bench, "checks");
  first = g_variant_get_child_value (checks, 0);
  g_variant_lookup (first, "state", "&s", &state);
  g_variant_lookup (first, "detail", "&s", &detail);
  g_assert_cmpstr (state, ==, "unmet");
  g_assert_nonnull (strstr (detail, "lay your card on the reader"));
}

/* Every refusal by its name, and a new code is judged anew. */
static void
test_refused (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan_for (bench, "presentation");
  for (int code = 0; code <= KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT; code++)
    {
      show_code (bench);
      expect_refused (bench, "");
      ledger_know_none (bench, (KioskPersonalCodeError)code);
      expect_refused (bench, kiosk_personal_code_error_name ((KioskPersonalCodeError)code));
    }
  show_code (bench);
  ledger_know (bench, make_holder ());
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "services");
}

static void
test_other_codes (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan_for (bench, "presentation");
  camera_see (bench, "KR1:ABC");
  expect_refused (bench, "other-kind");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "receipt");
  camera_see (bench, "KP1:ABC");
  expect_refused (bench, "damaged");
  g_assert_cmpuint (bench->judges->len, ==, 0);
}

/* A card laid down while the mark stands is read; the code identifies nobody any more. */
static void
test_card_comes_first (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  bench_scan_for (bench, "presentation");
  show_code (bench);
  ledger_know (bench, make_holder ());
  card_place (bench, BENCH_PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "access-key");
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "access-key");
  bench_act (bench, "submit", "123456");
  card_tell (bench, evidence);
  bench_expect (bench, "services");
}

/* An answer that comes when the person has left is nobody's. */
static void
test_left (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan_for (bench, "presentation");
  show_code (bench);
  bench_act (bench, "back", NULL);
  ledger_know (bench, make_holder ());
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "identify");
}

static void
test_wiped (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan_for (bench, "presentation");
  show_code (bench);
  ledger_know (bench, make_holder ());
  kiosk_clock_advance (bench->clock, 800);
  bench_act (bench, "finish", NULL);
  bench_expect (bench, "ended");
  g_assert_cmpstr (bench_text (bench, "why"), ==, "finished");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/present/is-offered-and-tells-phones-which-kiosk", test_offered);
  g_test_add_func ("/journey/present/whoever-shows-it-is-the-person", test_identifies);
  g_test_add_data_func ("/journey/present/a-licence-needs-a-document-and-says-so",
                        "td-vehicle-licence-renewal", test_document_needed);
  g_test_add_data_func ("/journey/present/a-digital-identity-needs-the-card-and-says-so",
                        "digital-identity", test_document_needed);
  g_test_add_func ("/journey/present/each-refusal-has-its-name", test_refused);
  g_test_add_func ("/journey/present/other-codes-are-named", test_other_codes);
  g_test_add_func ("/journey/present/a-card-laid-down-comes-first", test_card_comes_first);
  g_test_add_func ("/journey/present/who-has-left-is-not-identified", test_left);
  g_test_add_func ("/journey/present/ends-as-every-session", test_wiped);
  return g_test_run ();
}
