#include "sample.h"

#include <gio/gio.h>
#include <string.h>

static char *
submission_text (KioskCatalogue *catalogue)
{
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  sample_fill (form);
  bytes = kiosk_form_submission (form, &error);
  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gboolean
recompute (KioskCatalogue *catalogue, const char *text, const char *today, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return kiosk_form_recompute (catalogue, kiosk_catalogue_find (catalogue, SERVICE), bytes, today,
                               NULL, NULL, error);
}

/* (transfer full): @text with the first @from replaced, which must be there. */
static char *
replaced (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int)(at - text), text, to, at + strlen (from));
}

static void
test_stands (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autofree char *text = submission_text (catalogue);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (KioskFacts) facts = NULL;
  g_autoptr (GError) error = NULL;
  gint64 fee = 0;

  g_assert_true (kiosk_form_recompute (catalogue, kiosk_catalogue_find (catalogue, SERVICE), bytes,
                                       TODAY, &fee, &facts, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fee, ==, 507400);
  g_assert_cmpstr (kiosk_facts_get (facts, "/data/vehicle/mark"), ==, "AB 1234");
  g_assert_cmpstr (kiosk_facts_get (facts, "/data/holder/number"), ==, "A1234563");
  g_assert_cmpstr (kiosk_facts_get (facts, "/data/charge/fee"), ==, "507400");
  g_assert_null (kiosk_facts_get (facts, "/data/vehicle/weight"));
}

typedef struct
{
  const char *from;
  const char *to;
  KioskServicesError code;
  const char *message; /* begins so */
} Change;

static const Change changes[] = {
  /* What the form computes or knows. */
  { "<day>2026-11-24", "<day>2026-11-25", KIOSK_SERVICES_ERROR_DIFFERS, "/data/day: " },
  { "<band>1500", "<band>2500", KIOSK_SERVICES_ERROR_DIFFERS, "/data/vehicle/band: " },
  { "<start>2027-01-16", "<start>2027-01-17", KIOSK_SERVICES_ERROR_DIFFERS,
    "/data/licence/start: " },
  { "<end>2028-01-15", "<end>2029-01-15", KIOSK_SERVICES_ERROR_DIFFERS, "/data/licence/end: " },
  { "<fee>507400", "<fee>0", KIOSK_SERVICES_ERROR_DIFFERS, "/data/charge/fee: " },
  { "<fee>507400", "<fee>507400.0", KIOSK_SERVICES_ERROR_DIFFERS, "/data/charge/fee: " },
  { "<fee>507400</fee>", "", KIOSK_SERVICES_ERROR_DIFFERS, "/data/charge/fee: " },
  /* An answer that something else was computed from. */
  { "<engine>1500", "<engine>4500", KIOSK_SERVICES_ERROR_DIFFERS, "/data/vehicle/band: " },
  { "<expiry>2027-01-15", "<expiry>2027-01-16", KIOSK_SERVICES_ERROR_DIFFERS,
    "/data/licence/start: " },
  { "<months>12", "<months>4", KIOSK_SERVICES_ERROR_DIFFERS, "/data/licence/end: " },
  { "<class>private-car", "<class>motor-cycle", KIOSK_SERVICES_ERROR_DIFFERS,
    "/data/vehicle/engine: " },
  { "<year>2019", "<year>2023", KIOSK_SERVICES_ERROR_DIFFERS, "/data/examination: " },
  /* What applies and what does not. */
  { "<engine>1500</engine>", "<engine>1500</engine><weight>1900</weight>",
    KIOSK_SERVICES_ERROR_DIFFERS, "/data/vehicle/weight: " },
  { "<examination><date>2026-11-02</date></examination>", "", KIOSK_SERVICES_ERROR_DIFFERS,
    "/data/examination: " },
  { "<date>2026-11-02</date>", "", KIOSK_SERVICES_ERROR_INCOMPLETE, "/data/examination/date: " },
  { "<mark>AB 1234</mark>", "", KIOSK_SERVICES_ERROR_INCOMPLETE, "/data/vehicle/mark: " },
  { "<mark>AB 1234</mark>", "<mark></mark>", KIOSK_SERVICES_ERROR_INCOMPLETE,
    "/data/vehicle/mark: " },
  { "<name>CHAN, TAI MAN</name>", "<name></name>", KIOSK_SERVICES_ERROR_INCOMPLETE,
    "/data/holder/name: " },
  /* Rules. */
  { "<to>2027-05-31", "<to>2027-01-15", KIOSK_SERVICES_ERROR_CONSTRAINT, "/data/insurance/to: " },
  { "<from>2026-06-01", "<from>2027-01-17", KIOSK_SERVICES_ERROR_CONSTRAINT,
    "/data/insurance/from: " },
  { "<date>2026-11-02", "<date>2026-07-23", KIOSK_SERVICES_ERROR_CONSTRAINT,
    "/data/examination/date: " },
  { "<phone>21234567", "<phone>11234567", KIOSK_SERVICES_ERROR_CONSTRAINT,
    "/data/contact/phone: " },
  { "<phone>21234567", "<phone>2123456x", KIOSK_SERVICES_ERROR_CONSTRAINT,
    "/data/contact/phone: " },
  { "<class>private-car", "<class>bus", KIOSK_SERVICES_ERROR_CONSTRAINT, "/data/vehicle/class: " },
  { "<mark>AB 1234", "<mark>AB 1234 ", KIOSK_SERVICES_ERROR_CONSTRAINT, "/data/vehicle/mark: " },
  { "<expiry>2027-01-15", "<expiry>soon", KIOSK_SERVICES_ERROR_CONSTRAINT,
    "/data/licence/expiry: " },
  /* Bytes that say the same in another way. */
  { "<day>2026-11-24</day>", "<day>2026-11-2&#52;</day>", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  { "<day>", "<day >", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  { "</data>", "</data>\n", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  { "<data", "<?xml version=\"1.0\"?><data", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  { "<data", "<!-- --><data", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  { "<mark>AB 1234</mark><class>private-car</class>",
    "<class>private-car</class><mark>AB 1234</mark>", KIOSK_SERVICES_ERROR_DIFFERS, "/: " },
  /* Another shape. */
  { "<day>", "<day a=\"1\">", KIOSK_SERVICES_ERROR_MALFORMED, "/data: " },
  { "<day>", "<!-- --><day>", KIOSK_SERVICES_ERROR_MALFORMED, "/data: " },
  { "<day>", " <day>", KIOSK_SERVICES_ERROR_MALFORMED, "/data: " },
  { "<day>2026-11-24</day>", "<day>2026-<!-- -->11-24</day>", KIOSK_SERVICES_ERROR_MALFORMED,
    "/data/day: " },
  { "<day>2026-11-24</day>", "<day>2026-11-24</day><day>2026-11-24</day>",
    KIOSK_SERVICES_ERROR_MALFORMED, "/data/day: it is there twice" },
  { "<day>2026-11-24</day>", "<day><b/></day>", KIOSK_SERVICES_ERROR_MALFORMED, "/data/day: " },
  { "<day>", "<CHAN/><day>", KIOSK_SERVICES_ERROR_MALFORMED, "/data: an element" },
  { "<day>", "<day xmlns=\"urn:x\">", KIOSK_SERVICES_ERROR_MALFORMED, "/data: " },
  { "<data", "<!DOCTYPE data [<!ENTITY a \"b\">]><data", KIOSK_SERVICES_ERROR_MALFORMED,
    "line 1: a document type" },
  { "<day>2026-11-24", "<day>&a;", KIOSK_SERVICES_ERROR_MALFORMED, "line 1: " },
  { "</data>", "", KIOSK_SERVICES_ERROR_MALFORMED, "line 1: " },
  { "TAI MAN", "TAI \xff", KIOSK_SERVICES_ERROR_MALFORMED, "line 1: " },
  { "version=\"1\"", "version=\"2\"", KIOSK_SERVICES_ERROR_UNKNOWN,
    "not a submission of td558 version 1" },
  { "id=\"td558\"", "id=\"td557\"", KIOSK_SERVICES_ERROR_UNKNOWN,
    "not a submission of td558 version 1" },
};

static void
test_changes (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autofree char *text = submission_text (catalogue);

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *changed = replaced (text, changes[i].from, changes[i].to);
      g_autoptr (GError) error = NULL;

      g_test_message ("change %zu", i);
      g_assert_false (recompute (catalogue, changed, TODAY, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, KIOSK_SERVICES_ERROR, (int)changes[i].code);
      g_assert_true (g_str_has_prefix (error->message, changes[i].message));
      g_assert_null (strstr (error->message, "CHAN"));
      g_assert_null (strstr (error->message, "1234"));
    }
}

/* A kiosk that computes everything anew from a false answer is held to the rule itself. */
static void
test_consistent_lie (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autofree char *text = submission_text (catalogue);
  g_autofree char *expiry = replaced (text, "<expiry>2027-01-15", "<expiry>2027-03-25");
  g_autofree char *start = replaced (expiry, "<start>2027-01-16", "<start>2027-03-26");
  g_autofree char *end = replaced (start, "<end>2028-01-15", "<end>2028-03-25");
  g_autoptr (GError) error = NULL;

  g_assert_false (recompute (catalogue, end, TODAY, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_CONSTRAINT);
  g_assert_true (g_str_has_prefix (error->message, "/data/licence/expiry: "));
}

static void
test_another_day (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autofree char *text = submission_text (catalogue);
  g_autoptr (GError) error = NULL;

  g_assert_false (recompute (catalogue, text, "2026-11-25", &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_DIFFERS);
  g_clear_error (&error);
  g_assert_false (recompute (catalogue, text, "someday", &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE);
}

static void
test_bounds (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new ("<data id=\"td558\" version=\"1\">");
  g_autoptr (GString) big = g_string_new ("<data id=\"td558\" version=\"1\"><day>");
  GString *const cases[] = { deep, wide, big };

  for (int i = 0; i < 200; i++)
    g_string_append (deep, "<a>");
  for (int i = 0; i < 2000; i++)
    g_string_append (wide, "<day/>");
  g_string_append (wide, "</data>");
  while (big->len < KIOSK_SUBMISSION_MAX)
    g_string_append (big, "12345678");
  g_string_append (big, "</day></data>");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (recompute (catalogue, cases[i]->str, TODAY, &error));
      g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
      g_test_message ("%s", error->message);
    }
}

/* Another implementation of Canonical XML: xmllint of the machine, over characters that it escapes.
 */
static void
test_canonical (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskFacts) facts = sample_facts (TODAY);
  g_autoptr (KioskForm) form = NULL;
  g_autoptr (GBytes) ours = NULL;
  g_autoptr (GBytes) theirs = NULL;
  g_autoptr (GSubprocess) xmllint = NULL;
  g_autoptr (GError) error = NULL;

  kiosk_facts_set (facts, "holder.name", "O'NEILL & SØN <\"陳大文\"> ]]>");
  form = kiosk_form_new (catalogue, kiosk_catalogue_find (catalogue, SERVICE), facts, &error);
  g_assert_no_error (error);
  sample_fill (form);
  ours = kiosk_form_submission (form, &error);
  g_assert_no_error (error);
  xmllint = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                              &error, "xmllint", "--nonet", "--c14n", "-", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate (xmllint, ours, NULL, &theirs, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (xmllint));
  g_assert_true (g_bytes_equal (ours, theirs));
  g_assert_true (kiosk_form_recompute (catalogue, kiosk_catalogue_find (catalogue, SERVICE), ours,
                                       TODAY, NULL, NULL, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/recompute/an-honest-submission-stands", test_stands);
  g_test_add_func ("/services/recompute/each-change-is-named-by-its-field", test_changes);
  g_test_add_func ("/services/recompute/a-consistent-lie-breaks-the-rule", test_consistent_lie);
  g_test_add_func ("/services/recompute/another-day-is-another-form", test_another_day);
  g_test_add_func ("/services/recompute/size-depth-and-number-are-bounded", test_bounds);
  g_test_add_func ("/services/recompute/canonical-bytes-are-xmllint's", test_canonical);
  return g_test_run ();
}
