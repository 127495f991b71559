/* Enrolment by oneself: consent, six pictures at most, a phone by a ticket, one record. */
#include "../identity/code-maker.h"
#include "../memory-holds.h"
#include "bench.h"
#include "identity/phone-binding.h"
#include "services/enrolment.h"

#include <string.h>

#define SERVICE "digital-identity"

/* 300 × 400 pixels, says its header. */
static const guint8 jpeg[]
  = { 0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 1, 144, 1, 44, 1, 1, 0x11, 0, 0xff, 0xd9 };

static GBytes *
picture (void)
{
  return g_bytes_new_static (jpeg, sizeof jpeg);
}

static void
identify_as (Bench *bench, const char *birth)
{
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  g_free (evidence->birth_date);
  evidence->birth_date = g_strdup (birth);
  evidence->portrait = picture ();
  evidence->portrait_type = g_strdup ("image/jpeg");
  bench_act (bench, "start", "en");
  card_ready (bench);
  card_place (bench, BENCH_PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  card_progress (bench, 0.5);
  card_tell (bench, evidence);
  bench_settle ();
  bench_act (bench, "choose", SERVICE);
  bench_expect (bench, "eligibility");
}

static void
reach_portrait (Bench *bench)
{
  identify_as (bench, "1986-05-17");
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "consent");
  bench_act (bench, "agree", NULL);
  bench_expect (bench, "portrait");
  g_assert_true (bench->for_portrait);
  g_assert_false (bench_offers (bench, "take"));
  camera_ready (bench);
}

static void
reach_bind (Bench *bench)
{
  g_autoptr (GBytes) taken = picture ();

  reach_portrait (bench);
  bench_act (bench, "take", NULL);
  camera_give_picture (bench, taken);
  bench_act (bench, "use", NULL);
  bench_expect (bench, "bind");
  g_assert_nonnull (bench->camera_watch);
  g_assert_false (bench->for_portrait);
  camera_ready (bench);
}

/* What a phone shows that has read the code on the screen. */
static char *
answer (Bench *bench, EVP_PKEY *phone, EVP_PKEY *signer)
{
  const char *code = bench_text (bench, "ticket");
  g_autoptr (KioskTicket) ticket = kiosk_ticket_parse (code, strlen (code), NULL);
  g_autoptr (GBytes) key = maker_public (phone);
  g_autoptr (GBytes) header = kiosk_binding_header (key);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) signature = NULL;

  g_assert_nonnull (ticket);
  g_assert_cmpstr (ticket->issuer, ==, BENCH_KIOSK);
  payload = kiosk_binding_payload (ticket->issuer, kiosk_clock_wall_ms (bench->clock),
                                   ticket->secret, key);
  signature = maker_sign (signer, header, payload);
  return kiosk_binding_text (header, payload, signature);
}

static void
test_whole (void)
{
  g_autoptr (Bench) bench = bench_new ();
  EVP_PKEY *phone = phone_new ("EC");
  g_autofree char *shown = NULL;
  g_autoptr (GBytes) key = maker_public (phone);
  const KioskDraft *draft;
  g_autoptr (KioskEnrolment) what = NULL;
  g_autoptr (KioskBinding) binding = NULL;
  g_autoptr (GError) error = NULL;

  reach_bind (bench);
  shown = answer (bench, phone, phone);
  camera_see (bench, shown);
  bench_expect (bench, "bind");
  g_assert_cmpstr (bench_text (bench, "ticket"), ==, "");
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "review");
  g_assert_null (bench->camera_watch);
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "declaration");
  bench_act (bench, "accept", NULL);
  bench_expect (bench, "sealing");
  draft = g_task_get_task_data (g_ptr_array_index (bench->seals, 0));
  g_assert_cmpstr (kiosk_service_department (draft->service), ==, "idreg");
  what = kiosk_enrolment_parse (draft->submission, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (what->portrait), ==, sizeof jpeg);
  kiosk_enrolment_judge (what, bench->catalogue, draft->service, BENCH_KIOSK, "2026-11-24",
                         kiosk_clock_wall_ms (bench->clock), &binding, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (binding->key, key));
  ledger_seal (bench, "tx1", 0);
  bench_expect (bench, "receipt");
  EVP_PKEY_free (phone);
}

/* Each asked for is counted, whether it comes or not; the sixth may still be used. */
static void
test_tries (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GBytes) taken = picture ();

  reach_portrait (bench);
  for (guint i = 0; i < 5; i++)
    {
      bench_act (bench, "take", NULL);
      g_assert_false (bench_offers (bench, "take"));
      if (i % 2 == 0)
        {
          camera_give_none (bench, KIOSK_CAMERA_GUIDANCE_TOO_DARK);
          g_assert_cmpstr (bench_text (bench, "problem"), ==, "too-dark");
          continue;
        }
      camera_give_picture (bench, taken);
      g_assert_false (bench_offers (bench, "take"));
      bench_act (bench, "again", NULL);
    }
  g_assert_cmpuint (bench->takes, ==, 5);
  g_assert_cmpuint (bench->agains, ==, 2);
  bench_act (bench, "take", NULL);
  camera_give_picture (bench, taken);
  g_assert_false (bench_offers (bench, "again"));
  g_assert_true (bench_offers (bench, "use"));
}

static void
test_no_more_tries (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) tries = NULL;

  reach_portrait (bench);
  for (guint i = 0; i < 6; i++)
    {
      bench_act (bench, "take", NULL);
      camera_give_none (bench, KIOSK_CAMERA_GUIDANCE_BLURRED);
    }
  g_assert_false (bench_offers (bench, "take"));
  g_assert_false (bench_offers (bench, "use"));
  tries = bench_value (bench, "tries");
  g_assert_cmpuint (g_variant_get_uint32 (tries), ==, 0);
  /* Going back gives none back. */
  bench_act (bench, "back", NULL);
  bench_act (bench, "agree", NULL);
  camera_ready (bench);
  g_assert_false (bench_offers (bench, "take"));
}

/* A camera that went away under a picture costs no try. */
static void
test_camera_goes (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) tries = NULL;

  reach_portrait (bench);
  bench_act (bench, "take", NULL);
  camera_trouble (bench, KIOSK_CAMERA_TROUBLE_MISSING);
  g_assert_false (bench_offers (bench, "take"));
  camera_ready (bench);
  g_assert_true (bench_offers (bench, "take"));
  tries = bench_value (bench, "tries");
  g_assert_cmpuint (g_variant_get_uint32 (tries), ==, 6);
}

static void
test_bad_proof (void)
{
  g_autoptr (Bench) bench = bench_new ();
  EVP_PKEY *phone = phone_new ("EC"), *other = phone_new ("EC");
  g_autofree char *shown = NULL;

  reach_bind (bench);
  shown = answer (bench, phone, other);
  camera_see (bench, shown);
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "forged");
  camera_see (bench, "https://www.gov.hk/");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "other-kind");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "link");
  camera_see (bench, "KB1:QED8WEX0");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "damaged");
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "bind");
  EVP_PKEY_free (phone);
  EVP_PKEY_free (other);
}

static void
test_twice (void)
{
  g_autoptr (Bench) bench = bench_new ();
  EVP_PKEY *phone = phone_new ("EC");
  g_autofree char *shown = NULL;
  g_autofree char *first = NULL;

  reach_bind (bench);
  first = g_strdup (bench_text (bench, "ticket"));
  shown = answer (bench, phone, phone);
  camera_see (bench, shown);
  kiosk_clock_advance (bench->clock, 800);
  bench_expect (bench, "review");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "bind");
  camera_ready (bench);
  g_assert_cmpstr (bench_text (bench, "ticket"), !=, first);
  camera_see (bench, shown);
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "used");
  bench_act (bench, "finish", NULL);
  EVP_PKEY_free (phone);
}

static void
test_ticket_ends (void)
{
  g_autoptr (Bench) bench = bench_new ();
  EVP_PKEY *phone = phone_new ("EC");
  g_autofree char *shown = NULL;

  reach_bind (bench);
  shown = answer (bench, phone, phone);
  for (guint i = 0; i < 5; i++)
    {
      kiosk_clock_advance (bench->clock, 60000);
      kiosk_journey_touch (bench->journey);
    }
  bench_expect (bench, "bind");
  g_assert_cmpstr (bench_text (bench, "ticket"), ==, "");
  camera_see (bench, shown);
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "expired");
  bench_act (bench, "renew", NULL);
  g_assert_cmpstr (bench_text (bench, "ticket"), !=, "");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "");
  EVP_PKEY_free (phone);
}

static void
test_ages (void)
{
  static const char *const births[] = { "2011-06-01", "2017-06-01" };

  for (guint i = 0; i < G_N_ELEMENTS (births); i++)
    {
      g_autoptr (Bench) bench = bench_new ();

      identify_as (bench, births[i]);
      g_assert_false (bench_offers (bench, "continue"));
      bench_act (bench, "back", NULL);
      bench_expect (bench, "services");
    }
}

static void
test_consent_prints (void)
{
  g_autoptr (Bench) bench = bench_new ();

  identify_as (bench, "1986-05-17");
  bench_act (bench, "continue", NULL);
  bench_act (bench, "print", NULL);
  while (bench->jobs->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (memcmp (g_bytes_get_data (bench->paper, NULL), "%PDF-1.4", 8), ==, 0);
}

static void
test_wiped (void)
{
  static const char mark[] = "a portrait that nobody may keep, 0123456789";
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GBytes) taken = g_bytes_new_static (mark, sizeof mark);

  reach_portrait (bench);
  bench_act (bench, "take", NULL);
  camera_give_picture (bench, taken);
  bench_act (bench, "finish", NULL);
  bench_expect (bench, "ended");
  g_assert_null (bench->camera_watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/enrol/ends-in-one-record-that-the-registry-takes", test_whole);
  g_test_add_func ("/journey/enrol/six-pictures-may-be-asked-for", test_tries);
  g_test_add_func ("/journey/enrol/after-six-it-is-staff", test_no_more_tries);
  g_test_add_func ("/journey/enrol/a-camera-that-goes-costs-no-try", test_camera_goes);
  g_test_add_func ("/journey/enrol/a-bad-proof-is-named", test_bad_proof);
  g_test_add_func ("/journey/enrol/a-ticket-is-good-once", test_twice);
  g_test_add_func ("/journey/enrol/a-ticket-ends-and-is-renewed", test_ticket_ends);
  g_test_add_func ("/journey/enrol/the-young-are-sent-to-staff", test_ages);
  g_test_add_func ("/journey/enrol/consent-is-printed", test_consent_prints);
  g_test_add_func ("/journey/enrol/nothing-stays-when-it-ends", test_wiped);
  return g_test_run ();
}
