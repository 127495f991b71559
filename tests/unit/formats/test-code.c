#include "altered.h"
#include "formats/receipt.h"

static KioskCode *
parse (const char *text, GError **error)
{
  return kiosk_code_parse ((const guint8 *)text, strlen (text), error);
}

static void
test_kinds (void)
{
  const struct
  {
    const char *text;
    const char *name;
  } cases[] = {
    { "KR1:ABC", "receipt" },          { "KT1:ABC", "ticket" },
    { "HC1:ABC", "health" },           { "HKSARG|VAC|1", "vaccination" },
    { "HKSARG|MEC|1", "exemption" },   { "00020101", "payment" },
    { "https://example.org", "link" }, { "HTTP://EXAMPLE.ORG", "link" },
    { "6BF390", "personal" },          { "hello", "unknown" },
    { "HKSARG", "unknown" },           { "", "unknown" },
    { "KP1:ABC", "presentation" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (kiosk_code_kind_name (
                       kiosk_code_sniff ((const guint8 *)cases[i].text, strlen (cases[i].text))),
                     ==, cases[i].name);
}

static void
test_errors (void)
{
  g_autofree char *long_link = g_strdup_printf ("https://%02100d", 0);
  g_autofree char *huge = g_strnfill (KIOSK_CODE_MAX + 1, '1');
  const struct
  {
    const char *text;
    KioskCodeError code;
    const char *name;
  } cases[] = {
    { "", KIOSK_CODE_ERROR_EMPTY, "empty" },
    { "hello", KIOSK_CODE_ERROR_UNKNOWN, "unknown" },
    { "WIFI:S:hall;;", KIOSK_CODE_ERROR_UNKNOWN, "unknown" },
    { "javascript:alert(1)", KIOSK_CODE_ERROR_UNKNOWN, "unknown" },
    { "KR1:abc", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { "KR1:", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { "KR2:ABC", KIOSK_CODE_ERROR_VERSION, "version" },
    { "KT3:ABC", KIOSK_CODE_ERROR_VERSION, "version" },
    { "KP1:", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { "KP2:ABC", KIOSK_CODE_ERROR_VERSION, "version" },
    { "https://a b", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { "https://a\xe2\x80\xae", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { "0002010102110000", KIOSK_CODE_ERROR_DAMAGED, "damaged" },
    { long_link, KIOSK_CODE_ERROR_TOO_BIG, "too-big" },
    { huge, KIOSK_CODE_ERROR_TOO_BIG, "too-big" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%.40s", cases[i].text);
      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, KIOSK_CODE_ERROR, (int)cases[i].code);
      g_assert_cmpstr (kiosk_code_error_name ((KioskCodeError)error->code), ==, cases[i].name);
    }
}

static void
test_link (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = parse ("https://www.gov.hk/tc/?a=%E9%81%8B&運輸", &error);

  g_assert_no_error (error);
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_LINK);
  g_assert_cmpstr (code->link, ==, "https://www.gov.hk/tc/?a=%E9%81%8B&運輸");
}

static void
test_nul (void)
{
  static const char text[] = "https://a\0b";
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_code_parse ((const guint8 *)text, sizeof text - 1, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
}

static char *
note_text (const char *bill)
{
  const KioskHkqr note = { .is_fps = TRUE,
                           .fps_id = (char *)"1234567",
                           .expires_ms = -1,
                           .amount_cents = 100,
                           .merchant = (char *)"TD",
                           .city = (char *)"HK",
                           .bill = (char *)bill };

  return kiosk_hkqr_text (&note);
}

static void
test_bill (void)
{
  g_autofree char *bill = note_text ("0042-00000017-G");
  g_autofree char *payment = note_text (NULL);
  g_autoptr (KioskCode) a = parse (bill, NULL);
  g_autoptr (KioskCode) b = parse (payment, NULL);

  g_assert_cmpint (a->kind, ==, KIOSK_CODE_BILL);
  g_assert_cmpint (b->kind, ==, KIOSK_CODE_PAYMENT);
}

static void
test_something_else (void)
{
  g_autofree char *bill = note_text ("1");
  g_autoptr (KioskCode) code = parse (bill, NULL);
  g_autoptr (GError) error = NULL;
  const char *name = NULL;

  g_assert_true (kiosk_code_expect (code, KIOSK_CODE_BILL | KIOSK_CODE_RECEIPT, &name, &error));
  g_assert_null (name);
  g_assert_no_error (error);
  g_assert_false (kiosk_code_expect (code, KIOSK_CODE_RECEIPT, &name, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_OTHER_KIND);
  g_assert_cmpstr (error->message, ==, "this code is for something else: a bill");
  g_assert_cmpstr (name, ==, "bill");
}

/* A page puts its own words to every row. */
static void
test_table (void)
{
  guint seen = 0;

  for (guint i = 0; i < kiosk_code_n_kinds; i++)
    {
      const KioskCodeKindRow *row = &kiosk_code_kinds[i];

      g_assert_cmpuint (seen & row->kind, ==, 0);
      seen |= row->kind;
      g_assert_cmpstr (kiosk_code_kind_name (row->kind), ==, row->name);
      g_assert_true (g_str_is_ascii (row->name));
      g_assert_cmpuint (strlen (row->english), >, 0);
    }
  g_assert_cmpuint (seen, ==, KIOSK_CODE_BINDING * 2 - 1);
}

static void
test_partial (void)
{
  g_autoptr (GError) error = NULL;

  kiosk_code_set_partial (&error);
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_PARTIAL);
  g_assert_cmpstr (kiosk_code_error_name (KIOSK_CODE_ERROR_PARTIAL), ==, "partial");
  g_assert_cmpstr (kiosk_code_error_name (KIOSK_CODE_ERROR_OTHER_KIND), ==, "other-kind");
}

static void
test_receipt (void)
{
  g_autoptr (GBytes) cose = g_bytes_new_static ("\xd2\x84", 2);
  g_autofree char *text = kiosk_receipt_text (cose);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_RECEIPT);
  g_assert_true (g_bytes_equal (code->receipt, cose));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/code/is-told-by-its-beginning", test_kinds);
  g_test_add_func ("/formats/code/error-says-what-to-do-next", test_errors);
  g_test_add_func ("/formats/code/link-is-text-only", test_link);
  g_test_add_func ("/formats/code/counts-bytes-not-up-to-nul", test_nul);
  g_test_add_func ("/formats/code/bill-is-a-payment-with-a-number", test_bill);
  g_test_add_func ("/formats/code/says-when-it-is-for-something-else", test_something_else);
  g_test_add_func ("/formats/code/every-kind-has-one-row", test_table);
  g_test_add_func ("/formats/code/one-of-several-is-an-error", test_partial);
  g_test_add_func ("/formats/code/receipt-is-unwrapped", test_receipt);
  return g_test_run ();
}
