/* The rules of td558 on their edges; every expected value worked out by hand from
 * data/services/README.md. */
#include "sample.h"

#include <string.h>

static void
test_fees (void)
{
  static const struct
  {
    const char *class;
    const char *ref;
    const char *band;
    gint64 twelve;
    gint64 four;
  } table[] = {
    { "private-car", "/data/vehicle/engine", "1500", 507400, 180400 },
    { "private-car", "/data/vehicle/engine", "2500", 749800, 265300 },
    { "private-car", "/data/vehicle/engine", "3500", 992900, 350400 },
    { "private-car", "/data/vehicle/engine", "4500", 1236000, 435500 },
    { "private-car", "/data/vehicle/engine", "over-4500", 1469400, 517100 },
    { "motor-cycle", NULL, NULL, 130000, 48000 },
    { "light-goods", "/data/vehicle/weight", "1900", 130000, 48000 },
    { "light-goods", "/data/vehicle/weight", "5500", 240000, 87000 },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  g_assert_cmpint (kiosk_form_fee_cents (form), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      sample_answer (form, "/data/vehicle/class", table[i].class);
      if (table[i].ref != NULL)
        sample_answer (form, table[i].ref, table[i].band);
      sample_answer (form, "/data/licence/months", "12");
      g_assert_cmpint (kiosk_form_fee_cents (form), ==, table[i].twelve);
      sample_answer (form, "/data/licence/months", "4");
      g_assert_cmpint (kiosk_form_fee_cents (form), ==, table[i].four);
    }
}

/* The eligibility page must promise exactly what the form then allows. */
static void
assert_promised (KioskCatalogue *catalogue, const char *today, const char *words)
{
  g_autoptr (KioskFacts) facts = sample_facts (today);
  g_autoptr (GPtrArray) checks
    = kiosk_service_checks (kiosk_catalogue_find (catalogue, SERVICE), facts, "en", NULL);

  g_assert_nonnull (checks);
  g_assert_nonnull (strstr (((KioskCheck *)g_ptr_array_index (checks, 1))->text, words));
}

static void
test_window (void)
{
  static const struct
  {
    const char *today;
    const char *before;
    const char *last;
    const char *after;
    const char *words;
  } edges[] = {
    { "2026-11-24", "2026-11-23", "2027-03-24", "2027-03-25", "before 24 March 2027" },
    { "2026-10-31", "2026-10-30", "2027-02-28", "2027-03-01", "before 28 February 2027" },
    { "2026-10-28", "2026-10-27", "2027-02-28", "2027-03-01", "before 28 February 2027" },
    { "2027-10-31", "2027-10-30", "2028-02-29", "2028-03-01", "before 29 February 2028" },
    { "2027-10-29", "2027-10-28", "2028-02-29", "2028-03-01", "before 29 February 2028" },
    { "2027-10-28", "2027-10-27", "2028-02-28", "2028-02-29", "before 28 February 2028" },
    { "2028-02-29", "2028-02-28", "2028-06-29", "2028-06-30", "before 29 June 2028" },
    { "2026-05-31", "2026-05-30", "2026-09-30", "2026-10-01", "before 30 September 2026" },
    { "2026-12-31", "2026-12-30", "2027-04-30", "2027-05-01", "before 30 April 2027" },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();

  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      g_autoptr (KioskForm) form = sample_form (catalogue, edges[i].today);

      g_assert_false (sample_accepts (form, "/data/licence/expiry", edges[i].before));
      g_assert_true (sample_accepts (form, "/data/licence/expiry", edges[i].today));
      g_assert_true (sample_accepts (form, "/data/licence/expiry", edges[i].last));
      g_assert_false (sample_accepts (form, "/data/licence/expiry", edges[i].after));
      assert_promised (catalogue, edges[i].today, edges[i].words);
    }
}

static char *
value_of (KioskForm *form, const char *ref)
{
  g_autoptr (GPtrArray) rows = kiosk_form_review (form, "en");

  for (guint i = 0; i < rows->len; i++)
    {
      const KioskReviewRow *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->ref, ref))
        return g_strdup (row->value);
    }
  return NULL;
}

static void
test_licence_dates (void)
{
  static const struct
  {
    const char *today;
    const char *expiry;
    const char *months;
    const char *start;
    const char *end;
  } cases[] = {
    { "2026-11-24", "2026-12-31", "12", "1 January 2027", "31 December 2027" },
    { "2026-11-24", "2026-12-31", "4", "1 January 2027", "30 April 2027" },
    { "2027-01-15", "2027-02-28", "12", "1 March 2027", "29 February 2028" },
    { "2028-01-15", "2028-02-28", "12", "29 February 2028", "28 February 2029" },
    { "2028-01-15", "2028-02-29", "12", "1 March 2028", "28 February 2029" },
    { "2026-10-15", "2026-10-30", "4", "31 October 2026", "28 February 2027" },
    { "2026-10-15", "2026-10-28", "4", "29 October 2026", "28 February 2027" },
    { "2026-10-15", "2026-10-27", "4", "28 October 2026", "27 February 2027" },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskForm) form = sample_form (catalogue, cases[i].today);
      g_autofree char *start = NULL;
      g_autofree char *end = NULL;

      sample_answer (form, "/data/licence/expiry", cases[i].expiry);
      sample_answer (form, "/data/licence/months", cases[i].months);
      start = value_of (form, "/data/licence/start");
      end = value_of (form, "/data/licence/end");
      g_assert_cmpstr (start, ==, cases[i].start);
      g_assert_cmpstr (end, ==, cases[i].end);
    }
}

static void
test_six_years (void)
{
  static const struct
  {
    const char *expiry; /* the new licence starts the day after */
    const char *year;
    gboolean asked;
  } cases[] = {
    { "2026-12-30", "2020", TRUE },  { "2026-12-30", "2021", FALSE },
    { "2026-12-31", "2021", TRUE },  { "2026-12-31", "2022", FALSE },
    { "2026-12-31", "2026", FALSE }, { "2026-12-31", "1900", TRUE },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  sample_answer (form, "/data/vehicle/class", "private-car");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sample_answer (form, "/data/licence/expiry", cases[i].expiry);
      sample_answer (form, "/data/vehicle/year", cases[i].year);
      g_assert_cmpint (kiosk_form_index (form, "/data/examination/date") >= 0, ==, cases[i].asked);
    }
  g_assert_false (sample_accepts (form, "/data/vehicle/year", "2027"));
  g_assert_false (sample_accepts (form, "/data/vehicle/year", "1899"));
  g_assert_false (sample_accepts (form, "/data/vehicle/year", "20 20"));
  sample_answer (form, "/data/vehicle/class", "motor-cycle");
  g_assert_cmpint (kiosk_form_index (form, "/data/examination/date"), ==, -1);
  sample_answer (form, "/data/vehicle/class", "light-goods");
  g_assert_cmpint (kiosk_form_index (form, "/data/examination/date"), >=, 0);
}

static void
test_examination (void)
{
  static const struct
  {
    const char *today;
    const char *before;
    const char *first;
    const char *tomorrow;
  } edges[] = {
    { "2026-11-24", "2026-07-23", "2026-07-24", "2026-11-25" },
    { "2027-06-30", "2027-02-27", "2027-02-28", "2027-07-01" },
    { "2028-06-30", "2028-02-28", "2028-02-29", "2028-07-01" },
    { "2027-03-31", "2026-11-29", "2026-11-30", "2027-04-01" },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();

  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      g_autoptr (KioskForm) form = sample_form (catalogue, edges[i].today);

      sample_answer (form, "/data/vehicle/class", "light-goods");
      g_assert_false (sample_accepts (form, "/data/examination/date", edges[i].before));
      g_assert_true (sample_accepts (form, "/data/examination/date", edges[i].first));
      g_assert_true (sample_accepts (form, "/data/examination/date", edges[i].today));
      g_assert_false (sample_accepts (form, "/data/examination/date", edges[i].tomorrow));
    }
}

static void
test_insurance (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  sample_answer (form, "/data/licence/expiry", "2027-02-28"); /* starts on 1 March */
  g_assert_true (sample_accepts (form, "/data/insurance/from", "2027-03-01"));
  g_assert_false (sample_accepts (form, "/data/insurance/from", "2027-03-02"));
  g_assert_false (sample_accepts (form, "/data/insurance/to", "2027-02-28"));
  g_assert_true (sample_accepts (form, "/data/insurance/to", "2027-03-01"));
}

static void
test_typed (void)
{
  static const struct
  {
    const char *ref;
    const char *value;
    gboolean good;
  } cases[] = {
    { "/data/vehicle/mark", "AB 1234", TRUE },
    { "/data/vehicle/mark", "1", TRUE },
    { "/data/vehicle/mark", "ABCDEFGH", TRUE },
    { "/data/vehicle/mark", "  XX 1  ", TRUE }, /* spaces around it are not its own */
    { "/data/vehicle/mark", "ABCDEFGHJ", FALSE },
    { "/data/vehicle/mark", "AB 1234 5 67", FALSE },
    { "/data/vehicle/mark", "ab 1234", FALSE },
    { "/data/vehicle/mark", "AB-1234", FALSE },
    { "/data/vehicle/mark", "車 1234", FALSE },
    { "/data/vehicle/mark", "AB\n12", FALSE },
    { "/data/vehicle/mark", "\xff", FALSE },
    { "/data/vehicle/mark", "", FALSE },
    { "/data/vehicle/mark", "   ", FALSE },
    { "/data/vehicle/class", "motor-cycle", TRUE },
    { "/data/vehicle/class", "bus", FALSE },
    { "/data/vehicle/class", "private-car motor-cycle", FALSE },
    { "/data/licence/expiry", "2026-11-31", FALSE },
    { "/data/licence/expiry", "2027-02-29", FALSE },
    { "/data/licence/expiry", "2027-2-28", FALSE },
    { "/data/licence/expiry", "2027-02-28T00:00", FALSE },
    { "/data/licence/expiry", "28/02/2027", FALSE },
    { "/data/licence/expiry", "2027-02-28", TRUE },
    { "/data/licence/months", "6", FALSE },
    { "/data/licence/months", "4", TRUE },
    { "/data/contact/phone", "21234567", TRUE },
    { "/data/contact/phone", "11234567", FALSE },
    { "/data/contact/phone", "2123456", FALSE },
    { "/data/contact/phone", "212345678", FALSE },
    { "/data/contact/phone", "2123456a", FALSE },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

      g_test_message ("%s", cases[i].ref);
      g_assert_cmpint (sample_accepts (form, cases[i].ref, cases[i].value), ==, cases[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/rules/each-fee-is-the-table's", test_fees);
  g_test_add_func ("/services/rules/four-months-before-it-ends-until-it-ends", test_window);
  g_test_add_func ("/services/rules/the-new-licence-follows-the-old", test_licence_dates);
  g_test_add_func ("/services/rules/six-years-by-the-year-of-manufacture", test_six_years);
  g_test_add_func ("/services/rules/an-examination-counts-for-four-months", test_examination);
  g_test_add_func ("/services/rules/insurance-covers-the-first-day", test_insurance);
  g_test_add_func ("/services/rules/what-is-typed-is-of-its-kind", test_typed);
  return g_test_run ();
}
