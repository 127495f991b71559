#include "sample.h"

#include <string.h>

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

/* Changing an answer back loses nothing; what does not apply is not asked, shown or charged. */
static void
test_kept (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (KioskQuestion) year = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  sample_fill (form);
  sample_answer (form, "/data/vehicle/class", "motor-cycle");
  g_assert_cmpint (kiosk_form_index (form, "/data/vehicle/year"), ==, -1);
  g_assert_cmpint (kiosk_form_fee_cents (form), ==, 130000);
  g_assert_cmpint (kiosk_form_problem (form, "en", NULL), ==, -1);
  rows = kiosk_form_review (form, "en");
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (((KioskReviewRow *)g_ptr_array_index (rows, i))->ref, !=,
                     "/data/vehicle/year");
  g_assert_false (kiosk_form_answer (form, "/data/vehicle/year", "2020", "en", &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_UNKNOWN);
  sample_answer (form, "/data/vehicle/class", "private-car");
  g_assert_cmpint (kiosk_form_fee_cents (form), ==, 507400);
  year = kiosk_form_question (form, (guint)kiosk_form_index (form, "/data/vehicle/year"), "en");
  g_assert_cmpstr (year->value, ==, "2019");
}

static void
test_refusal_changes_nothing (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  static const char *const wrong[][2] = { { "/data/vehicle/mark", "" },
                                          { "/data/vehicle/class", "bus" },
                                          { "/data/licence/expiry", "2026-11-23" },
                                          { "/data/licence/expiry", "never" },
                                          { "/data/insurance/to", "2027-01-15" },
                                          { "/data/contact/phone", "999" },
                                          { "/data/holder/name", "OTHER" },
                                          { "/data/charge/fee", "1" },
                                          { "/data/day", "2020-01-01" },
                                          { "/data", "x" },
                                          { "/data/nothing", "x" },
                                          { "", "" } };

  sample_fill (form);
  before = kiosk_form_submission (form, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (kiosk_form_answer (form, wrong[i][0], wrong[i][1], "en", NULL));
  after = kiosk_form_submission (form, NULL);
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_sentences (void)
{
  static const struct
  {
    const char *language;
    const char *ref;
    const char *value;
    const char *sentence;
  } cases[] = {
    { "en", "/data/licence/expiry", "2027-03-25",
      "This kiosk renews licences that end from today to 24 March 2027. If the date is right, come "
      "back within four months before it; if the licence has ended, please go to a licensing "
      "office." },
    { "zh_HK", "/data/licence/expiry", "2027-03-25",
      "這裏只可續領於今天至2027年3月24日期間屆滿的牌照。如日期無誤，請於屆滿前四個月內再來；如牌照"
      "已經屆"
      "滿，請前往牌照事務處。" },
    { "zh_CN", "/data/insurance/to", "2027-01-15",
      "保险在新牌照生效当日（2027年1月16日）须仍然有效。请先续保，然后输入新的到期日期。" },
    { "zh_HK", "/data/licence/expiry", "2027-02-30", "沒有這個日期，請重新輸入日、月、年。" },
    { "en", "/data/vehicle/mark", "", "Please answer this question." },
    { "zh_CN", "/data/vehicle/class", "bus", "请选择其中一个答案。" },
    { "en", "/data/contact/phone", "2123-456", "Please enter a whole number, digits only." },
    { "nonsense", "/data/vehicle/mark", "ab", "Please use only the characters on the keys shown." },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  sample_fill (form);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
        kiosk_form_answer (form, cases[i].ref, cases[i].value, cases[i].language, &error));
      g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_CONSTRAINT);
      g_assert_cmpstr (error->message, ==, cases[i].sentence);
    }
}

static void
test_problem (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autofree char *missing = NULL;
  g_autofree char *broken = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (kiosk_form_problem (form, "en", &missing), ==, 0);
  g_assert_cmpstr (missing, ==, "Please answer this question.");
  g_assert_null (kiosk_form_submission (form, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE);
  g_assert_cmpstr (error->message, ==, "/data/vehicle/mark: no answer");
  g_clear_error (&error);
  sample_fill (form);
  /* A later change breaks an earlier answer: the licence now starts after the insurance ends. */
  sample_answer (form, "/data/insurance/to", "2027-02-01");
  sample_answer (form, "/data/licence/expiry", "2027-03-01");
  g_assert_cmpint (kiosk_form_problem (form, "en", &broken), ==,
                   kiosk_form_index (form, "/data/insurance/to"));
  g_assert_nonnull (strstr (broken, "2 March 2027"));
  g_assert_null (kiosk_form_submission (form, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_CONSTRAINT);
}

static void
test_midnight (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (GBytes) submission = NULL;
  g_autoptr (GError) error = NULL;

  sample_fill (form);
  g_assert_true (kiosk_form_set_today (form, "2026-11-25", NULL));
  submission = kiosk_form_submission (form, NULL);
  g_assert_true (kiosk_form_recompute (catalogue, kiosk_catalogue_find (catalogue, SERVICE),
                                       submission, "2026-11-25", NULL, NULL, &error));
  g_assert_no_error (error);
  /* It ends on the day itself: a day later it has ended. */
  sample_answer (form, "/data/licence/expiry", "2026-11-25");
  g_assert_cmpint (kiosk_form_problem (form, "en", NULL), ==, -1);
  g_assert_true (kiosk_form_set_today (form, "2026-11-26", NULL));
  g_assert_cmpint (kiosk_form_problem (form, "en", NULL), ==,
                   kiosk_form_index (form, "/data/licence/expiry"));
  g_assert_false (kiosk_form_set_today (form, "tomorrow", NULL));
}

static void
test_review (void)
{
  static const struct
  {
    const char *ref;
    const char *section;
    const char *label;
    const char *value;
    const char *source;
  } expected[] = {
    { "/data/holder/name", "申請人", "姓名", "CHAN, TAI MAN", "card" },
    { "/data/holder/number", "申請人", "身份證明文件號碼", "A1234563", "card" },
    { "/data/vehicle/mark", "車輛", "登記號碼", "AB 1234", "you" },
    { "/data/vehicle/class", "車輛", "車輛類別", "私家車（汽油）", "you" },
    { "/data/vehicle/engine", "車輛", "汽缸容量", "1,500 立方厘米或以下", "you" },
    { "/data/vehicle/year", "車輛", "出廠年份", "2019", "you" },
    { "/data/licence/expiry", "牌照", "現有牌照屆滿日期", "2027年1月15日", "you" },
    { "/data/licence/months", "牌照", "新牌照有效期", "12 個月", "you" },
    { "/data/licence/start", "牌照", "新牌照生效日期", "2027年1月16日", "computed" },
    { "/data/licence/end", "牌照", "新牌照屆滿日期", "2028年1月15日", "computed" },
    { "/data/insurance/from", "保險及檢驗", "保險生效日期", "2026年6月1日", "you" },
    { "/data/insurance/to", "保險及檢驗", "保險屆滿日期", "2027年5月31日", "you" },
    { "/data/examination/date", "保險及檢驗", "通過檢驗日期", "2026年11月2日", "you" },
    { "/data/contact/phone", "聯絡資料", "電話號碼", "21234567", "you" },
    { "/data/charge/fee", "費用", "示例費用", "HK$5,074", "computed" },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  g_autoptr (GPtrArray) rows = NULL;

  sample_fill (form);
  rows = kiosk_form_review (form, "zh_HK");
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < rows->len; i++)
    {
      const KioskReviewRow *row = g_ptr_array_index (rows, i);

      g_assert_cmpstr (row->ref, ==, expected[i].ref);
      g_assert_cmpstr (row->section, ==, expected[i].section);
      g_assert_cmpstr (row->label, ==, expected[i].label);
      g_assert_cmpstr (row->value, ==, expected[i].value);
      g_assert_cmpstr (row->source, ==, expected[i].source);
    }
}

static void
test_questions (void)
{
  static const struct
  {
    const char *ref;
    KioskQuestionType type;
    guint length;
    const char *alphabet;
    guint options;
  } expected[] = {
    { "/data/vehicle/mark", KIOSK_QUESTION_TEXT, 10, "A-Z0-9 ", 0 },
    { "/data/vehicle/class", KIOSK_QUESTION_CHOICE, 40, NULL, 3 },
    { "/data/vehicle/engine", KIOSK_QUESTION_CHOICE, 40, NULL, 5 },
    { "/data/vehicle/year", KIOSK_QUESTION_INTEGER, 4, NULL, 0 },
    { "/data/licence/expiry", KIOSK_QUESTION_DATE, 10, NULL, 0 },
    { "/data/licence/months", KIOSK_QUESTION_CHOICE, 40, NULL, 2 },
    { "/data/contact/phone", KIOSK_QUESTION_INTEGER, 8, "0-9", 0 },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  sample_fill (form);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (KioskQuestion) question
        = kiosk_form_question (form, (guint)kiosk_form_index (form, expected[i].ref), "zh_CN");

      g_assert_cmpint (question->type, ==, expected[i].type);
      g_assert_cmpuint (question->maximum_length, ==, expected[i].length);
      g_assert_cmpstr (question->alphabet, ==, expected[i].alphabet);
      g_assert_cmpuint (question->options != NULL ? question->options->len : 0, ==,
                        expected[i].options);
    }
}

static void
test_facts (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  const KioskService *service = kiosk_catalogue_find (catalogue, SERVICE);
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autoptr (KioskForm) form = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_form_new (catalogue, service, facts, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE);
  g_clear_error (&error);
  kiosk_facts_set (facts, "today", TODAY);
  kiosk_facts_set (facts, "holder.name", "A\nB");
  g_assert_null (kiosk_form_new (catalogue, service, facts, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
  g_clear_error (&error);
  /* Nobody's form can be filled in but not submitted. */
  kiosk_facts_set (facts, "holder.name", NULL);
  form = kiosk_form_new (catalogue, service, facts, &error);
  g_assert_no_error (error);
  sample_fill (form);
  g_assert_null (kiosk_form_submission (form, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE);
  g_assert_cmpstr (error->message, ==, "/data/holder/name: no answer");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/form/asks-what-applies-and-writes-it-down", test_journey);
  g_test_add_func ("/services/form/keeps-what-was-typed", test_kept);
  g_test_add_func ("/services/form/a-refusal-changes-nothing", test_refusal_changes_nothing);
  g_test_add_func ("/services/form/says-what-to-do-in-the-person's-language", test_sentences);
  g_test_add_func ("/services/form/names-the-question-that-holds-it-back", test_problem);
  g_test_add_func ("/services/form/midnight-is-a-new-day", test_midnight);
  g_test_add_func ("/services/form/review-reads-as-a-person-does", test_review);
  g_test_add_func ("/services/form/questions-say-how-to-ask-them", test_questions);
  g_test_add_func ("/services/form/facts-are-checked-too", test_facts);
  return g_test_run ();
}
