/* Identification by a phone, through the network: what is shown, what follows, what stays behind.
 */
#include "bench.h"

#define NUMBER "A1234563"

static guint
seconds_left (Bench *bench)
{
  g_autoptr (GVariant) value = bench_value (bench, "seconds_left");

  return g_variant_get_uint32 (value);
}

static void
reach_phone (Bench *bench)
{
  bench->online = TRUE;
  bench_act (bench, "start", "en");
  card_ready (bench);
  bench_act (bench, "phone", NULL);
  bench_expect (bench, "phone");
}

static void
test_offered (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (Bench) bare = bench_new_bare ();

  bench_act (bench, "start", "en");
  g_assert_false (bench_offers (bench, "phone"));
  g_assert_false (bench_try (bench, "phone", NULL));
  bench->online = TRUE;
  ledger_changed (bench);
  g_assert_true (bench_offers (bench, "phone"));
  bench->phone_off = TRUE;
  ledger_changed (bench);
  g_assert_false (bench_offers (bench, "phone"));
  bare->online = TRUE;
  bench_act (bare, "start", "en");
  g_assert_false (bench_offers (bare, "phone"));
}

static void
test_identified (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  g_assert_cmpstr (bench_text (bench, "state"), ==, "starting");
  g_assert_cmpstr (bench_text (bench, "purpose"), ==, "login");
  phone_wait (bench);
  g_assert_cmpstr (bench_text (bench, "state"), ==, "waiting");
  g_assert_cmpstr (bench_text (bench, "code"), ==, "https://core/app?ticket=1");
  g_assert_cmpstr (bench_text (bench, "identification"), ==, "4711");
  g_assert_cmpuint (seconds_left (bench), ==, 18 * 60);
  g_assert_false (bench_offers (bench, "retry"));
  phone_open (bench);
  g_assert_cmpstr (bench_text (bench, "state"), ==, "opened");
  phone_approve (bench, NUMBER);
  bench_expect (bench, "services");
  g_assert_cmpstr (bench_text (bench, "name"), ==, "CHAN, TAI MAN");
  g_assert_null (bench->phone_watch);
  g_assert_false (bench->card_watched);
}

/* A new phone is bound to who shows the card, not to who holds an earlier phone. */
static void
test_card_needed (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  phone_wait (bench);
  phone_approve (bench, NUMBER);
  bench_act (bench, "choose", "digital-identity");
  bench_expect (bench, "eligibility");
  g_assert_false (bench_offers (bench, "continue"));
}

/* Rows that the phone filled say so. */
static void
test_review (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) rows = NULL;
  guint by_phone = 0;

  reach_phone (bench);
  phone_wait (bench);
  phone_approve (bench, NUMBER);
  bench_answer_all (bench);
  rows = bench_value (bench, "rows");
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      const char *source = "";

      g_variant_lookup (row, "source", "&s", &source);
      g_assert_cmpstr (source, !=, "card");
      by_phone += g_str_equal (source, "phone");
    }
  g_assert_cmpuint (by_phone, >, 0);
}

static void
test_time (void)
{
  g_autoptr (Bench) bench = bench_new ();
  guint serial;

  reach_phone (bench);
  phone_wait (bench);
  phone_open (bench);
  serial = bench_serial (bench);
  g_assert_cmpuint (seconds_left (bench), ==, 60);
  kiosk_clock_advance (bench->clock, 12000);
  g_assert_cmpuint (seconds_left (bench), ==, 50);
  /* The same page: a finger on its way still counts. */
  g_assert_cmpuint (bench_serial (bench), ==, serial);
}

static void
test_reasons (void)
{
  static const char *const reasons[]
    = { "cancelled",   "refused", "no-answer", "expired", "not-allowed", "other-card",
        "unavailable", "many",    "off",       "offline", "fault" };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (Bench) bench = bench_new ();

      reach_phone (bench);
      phone_wait (bench);
      phone_fail (bench, reasons[i]);
      bench_expect (bench, "phone");
      g_assert_cmpstr (bench_text (bench, "state"), ==, "failed");
      g_assert_cmpstr (bench_text (bench, "reason"), ==, reasons[i]);
      g_assert_cmpstr (bench_text (bench, "code"), ==, "");
      bench_act (bench, "retry", NULL);
      g_assert_cmpuint (bench->phone_starts, ==, 2);
      g_assert_cmpstr (bench_text (bench, "state"), ==, "starting");
      g_assert_cmpstr (bench_text (bench, "reason"), ==, "");
    }
}

static void
test_nobody (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  phone_wait (bench);
  phone_approve (bench, "A1234564");
  bench_expect (bench, "phone");
  g_assert_cmpstr (bench_text (bench, "reason"), ==, "number");
}

/* Every way out closes the session, and opens nothing behind the next person's back. */
static void
test_leaving (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  phone_wait (bench);
  bench_act (bench, "back", NULL);
  g_assert_null (bench->phone_watch);
  bench_expect (bench, "identify");
  bench_act (bench, "phone", NULL);
  g_assert_nonnull (bench->phone_watch);
  card_place (bench, BENCH_PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "access-key");
  g_assert_null (bench->phone_watch);
  bench_act (bench, "back", NULL);
  bench_act (bench, "phone", NULL);
  bench_act (bench, "finish", NULL);
  g_assert_null (bench->phone_watch);
}

static void
test_walked_away (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  phone_wait (bench);
  kiosk_clock_advance (bench->clock, 45000 + 21000);
  bench_expect (bench, "ended");
  g_assert_null (bench->phone_watch);
}

static void
test_front_gone (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  kiosk_journey_front_gone (bench->journey);
  bench_expect (bench, "ended");
  g_assert_null (bench->phone_watch);
}

/* A reader that is unplugged is no reason to lose the phone's session. */
static void
test_reader (void)
{
  g_autoptr (Bench) bench = bench_new ();

  reach_phone (bench);
  phone_wait (bench);
  card_fail (bench, KIOSK_CARD_ERROR_NO_READER, -1);
  bench_expect (bench, "phone");
  g_assert_nonnull (bench->phone_watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/phone/is-offered-online-alone", test_offered);
  g_test_add_func ("/journey/phone/identifies-its-owner", test_identified);
  g_test_add_func ("/journey/phone/a-digital-identity-needs-the-card", test_card_needed);
  g_test_add_func ("/journey/phone/a-review-says-what-came-from-it", test_review);
  g_test_add_func ("/journey/phone/the-time-left-is-told-while-the-page-stands", test_time);
  g_test_add_func ("/journey/phone/each-reason-is-shown-and-may-be-tried-again", test_reasons);
  g_test_add_func ("/journey/phone/an-account-of-nobody-opens-nothing", test_nobody);
  g_test_add_func ("/journey/phone/leaving-closes-the-session", test_leaving);
  g_test_add_func ("/journey/phone/walking-away-closes-the-session", test_walked_away);
  g_test_add_func ("/journey/phone/a-front-end-that-dies-closes-the-session", test_front_gone);
  g_test_add_func ("/journey/phone/a-reader-in-trouble-changes-nothing", test_reader);
  return g_test_run ();
}
