#include "sample.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const languages[] = { "en", "zh_HK", "zh_CN" };

/* Han characters that only one of the two scripts has, of those that our texts use. */
static const char traditional[] = "續車輛領證號碼號貨電單運輸請險檢驗應費屆滿訂這條關聯絡資實";
static const char simplified[] = "续车辆领证号码货电单运输请险检验应费届满订这条关联络资实";

static gboolean
holds_any (const char *text, const char *characters, const char *except)
{
  for (const char *at = characters; *at != '\0'; at = g_utf8_next_char (at))
    if (g_utf8_strchr (except, -1, g_utf8_get_char (at)) == NULL
        && g_utf8_strchr (text, -1, g_utf8_get_char (at)) != NULL)
      return TRUE;
  return FALSE;
}

/* There, in its own script, with nothing left to fill in. */
static void
assert_text (const char *text, const char *language)
{
  gboolean han = FALSE;

  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_null (strpbrk (text, "{}<>"));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    han |= g_unichar_get_script (g_utf8_get_char (at)) == G_UNICODE_SCRIPT_HAN;
  if (g_str_equal (language, "en"))
    g_assert_false (han);
  else if (g_str_equal (language, "zh_HK"))
    g_assert_false (holds_any (text, simplified, traditional));
  else
    g_assert_false (holds_any (text, traditional, simplified));
}

static void
test_service_texts (void)
{
  static const char *const codes[] = { "granted",
                                       "refused",
                                       "visit",
                                       "superseded",
                                       "form-differs",
                                       "form-incomplete",
                                       "form-constraint",
                                       "form-malformed",
                                       "window",
                                       "insurance",
                                       "examination",
                                       "not-owner",
                                       "original-documents",
                                       "duplicate" };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  const KioskService *service = kiosk_catalogue_find (catalogue, SERVICE);

  g_assert_cmpint (kiosk_catalogue_serial (catalogue), ==, 7);
  g_assert_cmpuint (kiosk_catalogue_n_services (catalogue), ==, 2);
  g_assert_true (kiosk_catalogue_service (catalogue, 0) == service);
  g_assert_null (kiosk_catalogue_service (catalogue, 2));
  g_assert_null (kiosk_catalogue_find (catalogue, "another"));
  g_assert_cmpstr (kiosk_service_id (service), ==, SERVICE);
  g_assert_cmpstr (kiosk_service_department (service), ==, "td");
  g_assert_cmpstr (kiosk_service_form (service), ==, "td558");
  g_assert_cmpint (kiosk_service_form_version (service), ==, 1);
  g_assert_cmpstr (kiosk_service_department_name (service, "zh_HK"), ==, "運輸署");
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_auto (GStrv) paragraphs
        = g_strsplit (kiosk_service_declaration (service, languages[i]), "\n", -1);

      assert_text (kiosk_service_title (service, languages[i]), languages[i]);
      assert_text (kiosk_service_summary (service, languages[i]), languages[i]);
      assert_text (kiosk_service_department_name (service, languages[i]), languages[i]);
      g_assert_cmpuint (g_strv_length (paragraphs), ==, 5);
      for (char **p = paragraphs; *p != NULL; p++)
        assert_text (*p, languages[i]);
      for (gsize j = 0; j < G_N_ELEMENTS (codes); j++)
        assert_text (kiosk_service_reason (service, codes[j], languages[i]), languages[i]);
      g_assert_null (kiosk_service_reason (service, "no-such-code", languages[i]));
    }
}

/* Every question, option, row and refusal of each kind of vehicle, in each language. */
static void
test_form_texts (void)
{
  static const char *const classes[] = { "private-car", "motor-cycle", "light-goods" };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);

  sample_fill (form);
  for (gsize c = 0; c < G_N_ELEMENTS (classes); c++)
    for (gsize l = 0; l < G_N_ELEMENTS (languages); l++)
      {
        g_autoptr (GPtrArray) rows = NULL;

        sample_answer (form, "/data/vehicle/class", classes[c]);
        for (guint i = 0; i < kiosk_form_n_questions (form); i++)
          {
            g_autoptr (KioskQuestion) question = kiosk_form_question (form, i, languages[l]);
            g_autoptr (GError) error = NULL;

            assert_text (question->label, languages[l]);
            if (question->hint != NULL)
              assert_text (question->hint, languages[l]);
            for (guint j = 0; question->options != NULL && j < question->options->len; j++)
              assert_text (((KioskOption *)g_ptr_array_index (question->options, j))->label,
                           languages[l]);
            g_assert_false (kiosk_form_answer (form, question->ref, "?", languages[l], &error));
            assert_text (error->message, languages[l]);
          }
        rows = kiosk_form_review (form, languages[l]);
        for (guint i = 0; i < rows->len; i++)
          {
            const KioskReviewRow *row = g_ptr_array_index (rows, i);

            assert_text (row->section, languages[l]);
            assert_text (row->label, languages[l]);
          }
      }
}

static GPtrArray *
checks_of (KioskCatalogue *catalogue, const KioskFacts *facts, const char *language)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *checks
    = kiosk_service_checks (kiosk_catalogue_find (catalogue, SERVICE), facts, language, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (checks->len, ==, 4);
  return checks;
}

static void
test_checks (void)
{
  static const struct
  {
    const char *language;
    const char *window;
    const char *examination;
    const char *age;
  } expected[] = {
    { "en", "Your vehicle licence ends on or before 24 March 2027",
      "A goods vehicle, or a private car six years old or more, passed its examination on or after "
      "24 July 2026",
      "For a licence that starts in 2026, that is a private car made in 2020 or earlier." },
    { "zh_HK", "你的車輛牌照於2027年3月24日或之前屆滿",
      "貨車或車齡達六年的私家車，已於2026年7月24日或之後通過車輛檢驗",
      "如新牌照於2026年生效，即指在2020年或之前出廠的私家車。" },
    { "zh_CN", "您的车辆牌照在2027年3月24日或之前到期",
      "货车或车龄满六年的私家车，已于2026年7月24日或之后通过车辆检验",
      "如新牌照在2026年生效，即指2020年或之前出厂的私家车。" },
  };
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskFacts) facts = sample_facts (TODAY);

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GPtrArray) checks = checks_of (catalogue, facts, expected[i].language);
      const KioskCheck *identity = g_ptr_array_index (checks, 0);
      const KioskCheck *window = g_ptr_array_index (checks, 1);
      const KioskCheck *examination = g_ptr_array_index (checks, 3);

      g_assert_cmpint (identity->state, ==, KIOSK_CHECK_MET);
      g_assert_cmpint (window->state, ==, KIOSK_CHECK_TO_ASK);
      g_assert_cmpstr (window->text, ==, expected[i].window);
      g_assert_cmpstr (examination->text, ==, expected[i].examination);
      g_assert_cmpstr (examination->detail, ==, expected[i].age);
      for (guint j = 0; j < checks->len; j++)
        assert_text (((KioskCheck *)g_ptr_array_index (checks, j))->text, expected[i].language);
    }
}

static void
test_unmet (void)
{
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue ();
  g_autoptr (KioskFacts) facts = sample_facts (TODAY);
  g_autoptr (GError) error = NULL;

  kiosk_facts_set (facts, "holder.number", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (GPtrArray) checks = checks_of (catalogue, facts, languages[i]);
      const KioskCheck *identity = g_ptr_array_index (checks, 0);

      g_assert_cmpstr (identity->code, ==, "identity");
      g_assert_cmpint (identity->state, ==, KIOSK_CHECK_UNMET);
      assert_text (identity->text, languages[i]);
      assert_text (identity->detail, languages[i]);
    }
  kiosk_facts_set (facts, "today", "2026-02-30");
  g_assert_null (
    kiosk_service_checks (kiosk_catalogue_find (catalogue, SERVICE), facts, "en", &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE);
}

static void
assert_refused (JsonObject *body, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCatalogue) catalogue = sample_catalogue_of (body, &error);

  g_assert_null (catalogue);
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, why));
  g_assert_null (strchr (error->message, '\n'));
}

static JsonObject *
service_of (JsonObject *body)
{
  return json_array_get_object_element (json_object_get_array_member (body, "services"), 0);
}

/* A text that any language lacks, wherever it is, stops the catalogue. */
static void
test_missing_text (void)
{
  static const char *const members[] = { "title", "summary", "declaration" };

  for (gsize l = 0; l < G_N_ELEMENTS (languages); l++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
        {
          g_autoptr (JsonObject) body = sample_body ();

          json_object_remove_member (json_object_get_object_member (service_of (body), members[i]),
                                     languages[l]);
          assert_refused (body, languages[l]);
        }
      {
        g_autoptr (JsonObject) body = sample_body ();
        JsonObject *check = json_array_get_object_element (
          json_object_get_array_member (service_of (body), "checks"), 2);
        JsonObject *reasons = json_object_get_object_member (service_of (body), "reasons");

        json_object_set_string_member (json_object_get_object_member (check, "detail"),
                                       languages[l], "");
        assert_refused (body, languages[l]);
        json_object_set_string_member (json_object_get_object_member (check, "detail"),
                                       languages[l], "x");
        json_object_remove_member (json_object_get_object_member (reasons, "visit"), languages[l]);
        assert_refused (body, languages[l]);
      }
    }
}

/* Changes the first @from of the form; the rest of the catalogue is whole. */
static JsonObject *
body_with_form (const char *from, const char *to)
{
  JsonObject *body = sample_body ();
  JsonObject *form
    = json_object_get_object_member (json_object_get_object_member (body, "forms"), "td558");
  const char *text = json_object_get_string_member (form, "xform");
  const char *at = strstr (text, from);
  g_autofree char *changed = NULL;

  g_assert_nonnull (at);
  changed = g_strdup_printf ("%.*s%s%s", (int)(at - text), text, to, at + strlen (from));
  json_object_set_string_member (form, "xform", changed);
  return body;
}

/* jr:choice-name() gives the label in the language of the text that it stands in. */
static void
test_choice_name (void)
{
  static const char *const expected[]
    = { "Private car (petrol)", "私家車（汽油）", "私家车（汽油）" };
  g_autoptr (JsonObject) body = sample_body ();
  JsonObject *form
    = json_object_get_object_member (json_object_get_object_member (body, "forms"), "td558");
  g_auto (GStrv) parts = g_strsplit (json_object_get_string_member (form, "xform"),
                                     "<text id=\"/data/vehicle/engine:hint\">", -1);
  g_autofree char *changed
    = g_strjoinv ("<text id=\"/data/vehicle/engine:hint\"><value form=\"short\"><output "
                  "value=\"jr:choice-name(/data/vehicle/class, '/data/vehicle/class')\"/></value>",
                  parts);
  g_auto (GStrv) labels
    = g_strsplit (changed, "label ref=\"jr:itext('/data/vehicle/engine:label')", -1);
  g_autofree char *relabelled
    = g_strjoinv ("label ref=\"jr:itext('/data/vehicle/engine:hint')", labels);
  g_autoptr (KioskCatalogue) catalogue = NULL;
  g_autoptr (KioskForm) filled = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (form, "xform", relabelled);
  catalogue = sample_catalogue_of (body, &error);
  g_assert_no_error (error);
  filled = sample_form (catalogue, TODAY);
  sample_fill (filled);
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (GPtrArray) rows = kiosk_form_review (filled, languages[i]);
      gboolean found = FALSE;

      for (guint j = 0; j < rows->len; j++)
        found |= g_str_equal (((KioskReviewRow *)g_ptr_array_index (rows, j))->label, expected[i]);
      g_assert_true (found);
    }
}

static void
test_bad_form (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    const char *why;
  } cases[] = {
    { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE h:html>", "a document type" },
    { "</h:html>", "", "not well-formed" },
    { "<model>", "<models>", "not well-formed" },
    { "version=\"1\"", "version=\"2\"", "it says that it is td558 version 2" },
    { "id=\"td558\"", "id=\"td557\"", "it says that it is td557 version 1" },
    { "<text id=\"title\">", "<text id=\"titles\">", "missing in" },
    { "<text id=\"kiosk:date\">", "<text id=\"kiosk:day\">", "missing in" },
    { "lang=\"zh_HK\"", "lang=\"zh_TW\"", "zh_TW" },
    { "<value form=\"short\">Registration mark</value>", "", "has a short form" },
    { "<output value=\"format-date(", "<b value=\"format-date(", "stands in a text" },
    { "td-vehicle-licence-fees.xml", "other.xml", "no table \"other\"" },
    { "<mark/>", "<mark/><mark/>", "a repeat" },
    { "<mark/>", "<mark a=\"b\"/>", "an attribute" },
    { "<mark/>", "<mark/><spare/>", "/data/vehicle/spare: has no bind with a type" },
    { "nodeset=\"/data/vehicle/mark\"", "nodeset=\"/data/vehicle/marks\"", "no such field" },
    { "nodeset=\"/data/vehicle/engine\"", "nodeset=\"/data/vehicle/class\"", "two binds" },
    { "type=\"select1\"", "type=\"select\"", "cannot be of type" },
    { "kiosk:alphabet", "kiosk:alphabets", "not known" },
    { "kiosk:length=\"10\"", "kiosk:length=\"1000\"", "its value is wrong" },
    { "required=\"true()\"", "mandatory=\"true()\"", "no such attribute" },
    { "required=\"true()\"", "required=\"true(\"", "at byte" },
    { "required=\"true()\"", "required=\"random()\"", "there is no such function" },
    { "constraint=\"regex(", "constraint=\"regexp(", "there is no such function" },
    { "if(/data/licence/expiry = '', '',", "if(/data/licence/expiry = '', date('x'),",
      "cannot be computed" },
    { "if(/data/vehicle/class = 'motor-cycle', 'any',",
      "if(true(), concat(/data/vehicle/band, 'x'),", "circle" },
    { "<h:body>", "<h:body><input ref=\"/data/day\"/>", "only groups stand here" },
    { "<value>private-car</value>", "", "no label or no value" },
    { "<select1 ref=\"/data/vehicle/class\">", "<select1 ref=\"/data/vehicle/mark\">",
      "shown twice" },
    { "<hint ref=\"jr:itext('/data/vehicle/mark:hint')\"/>", "<hint>As on the plate</hint>",
      "not one ref" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) body = body_with_form (cases[i].from, cases[i].to);

      assert_refused (body, cases[i].why);
    }
}

static void
test_bad_catalogue (void)
{
  g_autoptr (JsonObject) body = sample_body ();
  JsonObject *service = service_of (body);
  JsonObject *check
    = json_array_get_object_element (json_object_get_array_member (service, "checks"), 0);
  KioskBundle other = { .name = (char *)"trust", .body = body };
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_catalogue_new (&other, &error));
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED);
  json_object_set_int_member (body, "format", 2);
  assert_refused (body, "format");
  json_object_set_int_member (body, "format", 1);
  json_object_set_string_member (body, "extra", "x");
  assert_refused (body, "extra");
  json_object_remove_member (body, "extra");
  json_object_set_string_member (service, "departments", "td");
  assert_refused (body, "departments");
  json_object_remove_member (service, "departments");
  json_object_set_string_member (service, "department", "other");
  assert_refused (body, "other");
  json_object_set_string_member (service, "department", "td");
  json_object_set_int_member (service, "form_version", 2);
  assert_refused (body, "of this version");
  json_object_set_int_member (service, "form_version", 1);
  json_object_set_string_member (check, "met", "true(");
  assert_refused (body, "check 1");
  json_object_set_string_member (check, "met", "date('x') = ''");
  assert_refused (body, "cannot be computed");
  json_object_set_string_member (check, "met", "true()");
  json_object_remove_member (check, "unmet_text");
  assert_refused (body, "unmet_text");
}

static void
test_twice (void)
{
  g_autoptr (JsonObject) body = sample_body ();
  JsonArray *services = json_object_get_array_member (body, "services");

  json_array_add_object_element (services, json_object_ref (service_of (body)));
  assert_refused (body, "twice");
}

static void
test_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-services-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalogue.json", NULL);
  static const char *const contents[]
    = { "",
        "[]",
        "{}",
        "{\"services\":[1]}",
        "{\"services\":[{\"form\":\"../x\",\"form_version\":1}]}",
        "{\"services\":[{\"form\":\"absent\",\"form_version\":1}]}" };

  g_assert_null (kiosk_catalogue_assemble (folder, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      g_assert_null (kiosk_catalogue_assemble (folder, &error));
      g_assert_nonnull (strstr (error->message, folder));
      g_test_message ("%s", error->message);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/catalogue/has-each-text-in-three-languages", test_service_texts);
  g_test_add_func ("/services/catalogue/its-form-speaks-three-languages", test_form_texts);
  g_test_add_func ("/services/catalogue/checks-name-the-dates", test_checks);
  g_test_add_func ("/services/catalogue/an-unmet-check-says-what-to-do", test_unmet);
  g_test_add_func ("/services/catalogue/is-refused-for-one-missing-text", test_missing_text);
  g_test_add_func ("/services/catalogue/is-refused-for-a-form-that-does-not-work", test_bad_form);
  g_test_add_func ("/services/catalogue/is-refused-for-what-it-does-not-know", test_bad_catalogue);
  g_test_add_func ("/services/catalogue/a-choice-is-named-in-the-language-of-its-text",
                   test_choice_name);
  g_test_add_func ("/services/catalogue/has-each-service-once", test_twice);
  g_test_add_func ("/services/catalogue/assembling-says-which-file-is-wrong", test_folder);
  return g_test_run ();
}
