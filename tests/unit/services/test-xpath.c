/* ODK's XPath where it is ours: dates as days, months, refusals, bounds. */
#include "xpath-run.h"

static const TextCase ours_texts[] = {
  { "today()", TODAY },
  { "'2026-01-01' < '2027-01-01'", "true" },
  { "'2026-01-01' > '2027-01-01'", "false" },
  { "/data/empty < today()", "false" },
  { "/data/nothing = ''", "true" },
  { "/data/n = 7", "true" },
  { "/data/*[. = 7]", "7" },
  { "count(/data/path[position() <= 2])", "2" },
  { "count(//child)", "3" },
  { "/data/n * 2 - -1", "15" },
  { "/data/n-1", "" }, /* a name may hold a hyphen */
  { "coalesce(/data/empty, /data/n)", "7" },
  { "coalesce('', '')", "" },
  { "count-selected(' a b  c ')", "3" },
  { "join(', ', 'a', 'b', /data/n)", "a, b, 7" },
  { "regex('AB 12', '[A-Z]+')", "false" }, /* the whole text */
  { "regex('x', '(')", NULL },
  { "regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '(a*)*(a*)*(a*)*[bc]')",
    NULL }, /* for ever */
  { "max(1, 3, 2)", "3" },
  { "min(/data/n, 9)", "7" },
  { "max(1, 'x')", "NaN" },
  { "int(-2.7)", "-2" },
  { "round(sin(pi() div 2), 9)", "1" },
  { "round(cos(0) + tan(0) + asin(0) + acos(1) + atan(0), 9)", "1" },
  { "round(atan2(1, 1) * 4 - pi(), 9)", "0" },
  { "sqrt(16) + exp(0) + exp10(2) + log(1) + log10(1000)", "108" },
  { "sqrt(-1)", "NaN" },
  { "decimal-date-time('1970-01-02')", "1" },
  { "decimal-date-time('1970-01-01T08:00:00.000+08:00')", "0" },
  { "decimal-time('06:00:00.000+08:00')", "0.25" },
  { "checklist(1, 2, true(), false(), true())", "true" },
  { "checklist(3, -1, true(), false(), true())", "false" },
  { "weighted-checklist(5, -1, true(), 3, true(), 2, false(), 9)", "true" },
  { "format-date(today(), '%e %B %Y')", "24 November 2026" },
  { "format-date(today(), '%Y年%n月%e日')", "2026年11月24日" },
  { "format-date(today(), '%a %d/%m/%y')", "Tue 24/11/26" },
  { "format-date(today(), '%q')", NULL },
  { "format-date('', '%Y')", "" },
  { "kiosk:add-months('2026-10-31', 4)", "2027-02-28" },
  { "kiosk:add-months('2027-10-31', 4)", "2028-02-29" },
  { "kiosk:add-months('2026-11-24', -4)", "2026-07-24" },
  { "kiosk:add-months('2024-02-29', 12)", "2025-02-28" },
  { "kiosk:add-months('', 4)", "" },
  { "kiosk:add-months('soon', 4)", NULL },
  { "instance('none')/root", NULL },
  { "jr:choice-name('a', '/data/n')", "" },
};

static void
test_ours (void)
{
  check_texts (ours_texts, G_N_ELEMENTS (ours_texts));
}

static void
test_refused (void)
{
  static const char *const expressions[] = { "",
                                             "1 +",
                                             "(1",
                                             "1)",
                                             "'open",
                                             "f()",
                                             "uuid()",
                                             "random()",
                                             "now()",
                                             "once(1)",
                                             "document('x')",
                                             "$x",
                                             "a b",
                                             "true(5)",
                                             "if(1, 2)",
                                             "concat(1,)",
                                             "a[",
                                             "a[1",
                                             "a::",
                                             "kiosk.equal(1, 1)",
                                             "string('too', 'many', 'args')",
                                             "not-a-function()",
                                             "number()",
                                             "/data/f()",
                                             "a/",
                                             "1 = ",
                                             "id('x')",
                                             "lang('en')",
                                             "x:y()",
                                             "\xff" };
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new ("1");
  g_autoptr (GString) longest = g_string_new ("'");

  for (gsize i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("expression %zu", i);
      g_assert_null (kiosk_xpath_compile (expressions[i], &error));
      g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
    }
  for (int i = 0; i < 60; i++)
    g_string_append (deep, "not(");
  g_assert_null (kiosk_xpath_compile (deep->str, NULL));
  for (int i = 0; i < 300; i++)
    g_string_append (wide, "+1");
  g_assert_null (kiosk_xpath_compile (wide->str, NULL));
  for (int i = 0; i < 5000; i++)
    g_string_append_c (longest, 'x');
  g_string_append_c (longest, '\'');
  g_assert_null (kiosk_xpath_compile (longest->str, NULL));
}

/* 200 × 200 × 200 pairs of nodes would take minutes. */
static void
test_bounded (void)
{
  static const KioskXpathHost host = { .today = TODAY };
  g_autoptr (GString) text = g_string_new ("<data>");
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (KioskXpathContext) context = NULL;
  g_autoptr (KioskXpath) expression
    = kiosk_xpath_compile ("count(//a[count(//a[count(//a) > 1]) > 1])", NULL);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 900; i++)
    g_string_append (text, "<a/>");
  g_string_append (text, "</data>");
  doc = kiosk_xml_parse (text->str, text->len, &limits, NULL);
  context = kiosk_xpath_context_new (doc, &host);
  g_assert_null (kiosk_xpath_string (context, expression, NULL, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/xpath/dates-compare-as-days-and-months-end-where-they-end",
                   test_ours);
  g_test_add_func ("/services/xpath/refuses-what-it-cannot-recompute", test_refused);
  g_test_add_func ("/services/xpath/gives-up-on-endless-work", test_bounded);
  return g_test_run ();
}
