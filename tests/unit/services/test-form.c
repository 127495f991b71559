#include "sample.h"

static void
test_journey (void)
{
  static const char *const expected[]
    = { "/data/vehicle/mark",   "/data/vehicle/class",  "/data/vehicle/engine",
        "/data/vehicle/year",   "/data/licence/expiry", "/data/licence/months",
        "/data/insurance/from", "/data/insurance/to",   "/data/examination/date",
        "/data/contact/phone" };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (GBytes) submission = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (kiosk_form_n_questions (form), ==, 7);
  sample_fill (form);
  g_assert_cmpuint (kiosk_form_n_questions (form), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (KioskQuestion) question = kiosk_form_question (form, i, "zh_HK");

      g_assert_cmpstr (question->ref, ==, expected[i]);
      g_assert_cmpint (kiosk_form_index (form, expected[i]), ==, (int)i);
      g_assert_true (question->required);
    }
  g_assert_null (kiosk_form_question (form, G_N_ELEMENTS (expected), "en"));
  g_assert_cmpint (kiosk_form_index (form, "/data/holder/name"), ==, -1);
  g_assert_cmpint (kiosk_form_fee_cents (form), ==, 507400);
  g_assert_cmpint (kiosk_form_problem (form, "en", NULL), ==, -1);
  submission = kiosk_form_submission (form, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (submission, NULL), g_bytes_get_size (submission));
  /* Written by hand: element order is the form's, nothing that does not apply is there. */
  g_assert_cmpstr (
    text, ==,
    "<data id=\"td558\" version=\"1\"><day>2026-11-24</day><holder><name>CHAN, TAI MAN</name>"
    "<number>A1234563</number></holder><vehicle><mark>AB 1234</mark><class>private-car</class>"
    "<engine>1500</engine><band>1500</band><year>2019</year></vehicle><licence>"
    "<expiry>2027-01-15</expiry><months>12</months><start>2027-01-16</start>"
    "<end>2028-01-15</end></licence><insurance><from>2026-06-01</from><to>2027-05-31</to>"
    "</insurance><examination><date>2026-11-02</date></examination><contact>"
    "<phone>21234567</phone></contact><charge><fee>507400</fee></charge></data>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/form/asks-what-applies-and-writes-it-down", test_journey);
  return g_test_run ();
}
