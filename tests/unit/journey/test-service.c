/* From the page of services to a declaration. The catalogue and its form are the real ones. */
#include "bench.h"

#include <string.h>

#define SERVICE "td-vehicle-licence-renewal"

static void
open_form (Bench *bench)
{
  bench_identify (bench);
  bench_act (bench, "choose", SERVICE);
  bench_expect (bench, "eligibility");
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "question");
}

static guint
count (Bench *bench, const char *key)
{
  g_autoptr (GVariant) value = bench_value (bench, key);

  return g_variant_get_uint32 (value);
}

static void
test_services_listed (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) services = NULL;
  g_autoptr (GVariant) first = NULL;
  gboolean open;
  const char *id;

  bench_identify (bench);
  services = bench_value (bench, "services");
  first = g_variant_get_child_value (services, 0);
  g_assert_true (g_variant_lookup (first, "id", "&s", &id));
  g_assert_cmpstr (id, ==, SERVICE);
  g_assert_true (g_variant_lookup (first, "open", "b", &open));
  g_assert_true (open);
}

static void
test_closed_service (void)
{
  const char *const reasons[] = { "stale", "full", "keys" };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (Bench) bench = bench_new ();
      g_autoptr (GVariant) services = NULL;
      g_autoptr (GVariant) first = NULL;
      gboolean open;
      const char *why;

      bench->closed = reasons[i];
      bench_identify (bench);
      services = bench_value (bench, "services");
      first = g_variant_get_child_value (services, 0);
      g_assert_true (g_variant_lookup (first, "open", "b", &open));
      g_assert_false (open);
      g_assert_true (g_variant_lookup (first, "why", "&s", &why));
      g_assert_cmpstr (why, ==, reasons[i]);
      g_assert_false (bench_try (bench, "choose", SERVICE));
      bench_expect (bench, "services");
    }
}

static void
test_unknown_service (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  g_assert_false (bench_try (bench, "choose", "../../etc/passwd"));
  g_assert_false (bench_try (bench, "choose", NULL));
  bench_expect (bench, "services");
}

static void
test_whole_form (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) fee = NULL;

  bench_identify (bench);
  bench_answer_all (bench);
  fee = bench_value (bench, "fee_cents");
  g_assert_cmpint (g_variant_get_int64 (fee), >, 0);
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "declaration");
  g_assert_cmpstr (bench_text (bench, "name"), ==, "CHAN, TAI MAN");
  g_assert_cmpstr (bench_text (bench, "problem"), ==, "");
}

static void
test_refused_answer (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autofree char *english = NULL;
  guint serial;

  open_form (bench);
  serial = bench_serial (bench);
  bench_act (bench, "answer", "ABCDEFGHI");
  bench_expect (bench, "question");
  g_assert_cmpuint (bench_serial (bench), ==, serial);
  g_assert_cmpuint (count (bench, "index"), ==, 0);
  g_assert_cmpstr (bench_text (bench, "error"), !=, "");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "ABCDEFGHI");
  /* The sentence follows the language, what was typed stays. */
  english = g_strdup (bench_text (bench, "error"));
  kiosk_journey_set_language (bench->journey, "zh_HK");
  g_assert_cmpuint (bench_serial (bench), >, serial);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "ABCDEFGHI");
  g_assert_cmpstr (bench_text (bench, "error"), !=, "");
  g_assert_cmpstr (bench_text (bench, "error"), !=, english);
}

static void
test_double_touch (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) arguments
    = g_variant_ref_sink (g_variant_new_parsed ("{'value': <'AB 1234'>}"));
  guint serial;

  open_form (bench);
  serial = bench_serial (bench);
  g_assert_true (kiosk_journey_act (bench->journey, serial, "answer", arguments));
  g_assert_false (kiosk_journey_act (bench->journey, serial, "answer", arguments));
  g_assert_cmpuint (count (bench, "index"), ==, 1);
}

static void
test_back_keeps_everything (void)
{
  g_autoptr (Bench) bench = bench_new ();

  open_form (bench);
  bench_act (bench, "answer", "AB 1234");
  bench_act (bench, "answer", "private-car");
  bench_act (bench, "back", "2500");
  bench_act (bench, "back", NULL);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "AB 1234");
  bench_act (bench, "back", "AB 12345");
  bench_expect (bench, "eligibility");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "services");
  /* Chosen again, the form goes on where it stood. */
  bench_act (bench, "choose", SERVICE);
  bench_act (bench, "continue", NULL);
  g_assert_cmpuint (count (bench, "index"), ==, 2);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "2500");
  bench_act (bench, "back", NULL);
  bench_act (bench, "back", NULL);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "AB 12345");
}

static void
test_change_goes_straight_back (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  bench_answer_all (bench);
  bench_act (bench, "change", "/data/contact/phone");
  bench_expect (bench, "question");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "91234567");
  bench_act (bench, "answer", "61234567");
  bench_expect (bench, "review");
  bench_act (bench, "change", "/data/vehicle/mark");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "review");
  /* What a card says is not changed here, nor what is not in the form. */
  g_assert_false (bench_try (bench, "change", "/data/holder/number"));
  g_assert_false (bench_try (bench, "change", "/data/nothing"));
}

/* An older car needs an examination: the change asks what is now missing, then goes back. */
static void
test_change_that_asks_more (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  bench_answer_all (bench);
  bench_act (bench, "change", "/data/vehicle/year");
  bench_act (bench, "answer", "2015");
  bench_expect (bench, "question");
  g_assert_cmpstr (bench_text (bench, "ref"), ==, "/data/examination/date");
  bench_act (bench, "answer", "2026-11-01");
  bench_expect (bench, "review");
}

/* An answer that a later one overtakes is asked again, with the form's sentence. */
static void
test_overtaken_answer (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  bench_answer_all (bench);
  bench_act (bench, "change", "/data/licence/expiry");
  bench_act (bench, "answer", "2026-11-25");
  bench_expect (bench, "question");
  g_assert_cmpstr (bench_text (bench, "ref"), ==, "/data/insurance/from");
  g_assert_cmpstr (bench_text (bench, "error"), !=, "");
  g_assert_cmpstr (bench_text (bench, "value"), ==, "2026-12-01");
  bench_act (bench, "answer", "2026-11-01");
  bench_expect (bench, "review");
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "declaration");
}

static void
test_midnight (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  bench_answer_all (bench);
  bench_act (bench, "continue", NULL);
  kiosk_clock_set_wall (bench->clock, kiosk_clock_wall_ms (bench->clock) + 12 * 3600 * 1000);
  bench_act (bench, "accept", NULL);
  bench_expect (bench, "review");
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "declaration");
  bench_act (bench, "accept", NULL);
  bench_expect (bench, "sealing");
}

static void
test_untrusted_calls (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autofree char *huge = g_strnfill (2000, 'A');
  g_autoptr (GVariant) number = g_variant_ref_sink (g_variant_new_parsed ("{'value': <42>}"));
  g_autoptr (GVariant) not_a_dictionary = g_variant_ref_sink (g_variant_new_string ("value"));
  g_autoptr (GVariant) many = g_variant_ref_sink (
    g_variant_new_parsed ("{'value': <'A'>, 'a': <1>, 'b': <1>, 'c': <1>, 'd': <1>, 'e': <1>,"
                          " 'f': <1>, 'g': <1>, 'h': <1>}"));

  open_form (bench);
  g_assert_false (bench_try (bench, "answer", huge));
  g_assert_false (bench_try (bench, "answer", NULL));
  g_assert_false (kiosk_journey_act (bench->journey, bench_serial (bench), "answer", number));
  g_assert_false (
    kiosk_journey_act (bench->journey, bench_serial (bench), "answer", not_a_dictionary));
  g_assert_false (kiosk_journey_act (bench->journey, bench_serial (bench), "answer", many));
  g_assert_false (bench_try (bench, "accept", NULL));
  g_assert_false (bench_try (bench, "", NULL));
  g_assert_false (bench_try (bench, "SEALED", NULL));
  g_assert_cmpuint (count (bench, "index"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/service/listed-as-the-catalogue-says", test_services_listed);
  g_test_add_func ("/journey/service/closed-says-why-and-stays-closed", test_closed_service);
  g_test_add_func ("/journey/service/unknown-is-no-choice", test_unknown_service);
  g_test_add_func ("/journey/form/all-answered-leads-to-the-declaration", test_whole_form);
  g_test_add_func ("/journey/form/refused-answer-stays-with-its-sentence", test_refused_answer);
  g_test_add_func ("/journey/form/touched-twice-counts-once", test_double_touch);
  g_test_add_func ("/journey/form/back-keeps-everything", test_back_keeps_everything);
  g_test_add_func ("/journey/form/change-goes-straight-back", test_change_goes_straight_back);
  g_test_add_func ("/journey/form/change-asks-what-it-makes-necessary", test_change_that_asks_more);
  g_test_add_func ("/journey/form/overtaken-answer-is-asked-again", test_overtaken_answer);
  g_test_add_func ("/journey/form/past-midnight-is-reviewed-again", test_midnight);
  g_test_add_func ("/journey/form/untrusted-calls-change-nothing", test_untrusted_calls);
  return g_test_run ();
}
