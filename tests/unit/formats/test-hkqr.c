#include "../vectors.h"
#include "altered.h"
#include "formats/bill.h"
#include "formats/emv-tlv.h"

static const KioskHkqr note = { .dynamic = TRUE,
                                .is_fps = TRUE,
                                .fps_id = (char *)"1234567",
                                .expires_ms = G_GINT64_CONSTANT (1798732799000),
                                .amount_cents = 507450,
                                .currency = (char *)"HKD",
                                .country = (char *)"HK",
                                .merchant = (char *)"Transport Department",
                                .city = (char *)"HK",
                                .bill = (char *)"0042-00000017-G",
                                .reference = (char *)"7QK4-M2XD" };

static KioskHkqr *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KioskHkqr *code = kiosk_hkqr_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return code;
}

/* The check value that catalogues of CRCs give for CRC-16/CCITT-FALSE. */
static void
test_crc (void)
{
  g_assert_cmphex (kiosk_emv_crc ("123456789", 9), ==, 0x29b1);
}

/* @line: "TEXT ok" or "TEXT BAD(…)". */
static void
check_line (char *line, guint *good, guint *rebuilt)
{
  char *verdict = strrchr (line, ' ');
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHkqr) code = NULL;
  g_autofree char *again = NULL;

  *verdict++ = '\0';
  code = kiosk_hkqr_parse (line, strlen (line), &error);
  if (!g_str_equal (verdict, "ok"))
    {
      g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
      return;
    }
  g_assert_no_error (error);
  g_assert_true (code->is_fps);
  g_assert_cmpstr (code->currency, ==, "HKD");
  (*good)++;
  again = kiosk_hkqr_text (code);
  *rebuilt += g_strcmp0 (again, line) == 0 ? 1 : 0;
}

static void
test_published (void)
{
  g_autofree char *path = vectors_find ("qr/hkqr.txt");
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  guint good = 0, rebuilt = 0;

  if (path == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  lines = g_strsplit (g_strchomp (content), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#')
      check_line (lines[i], &good, &rebuilt);
  g_assert_cmpuint (good, ==, 7);
  /* Those that keep to one order and name the usual country are written alike, byte for byte. */
  g_test_message ("%u of %u are written again byte for byte", rebuilt, good);
  g_assert_cmpuint (rebuilt, >=, 4);
}

static void
test_members (void)
{
  g_autofree char *text = kiosk_hkqr_text (&note);
  g_autoptr (KioskHkqr) code = parse (text);

  g_assert_true (g_str_has_prefix (text, "00020101021226"));
  g_assert_true (code->dynamic);
  g_assert_cmpstr (code->fps_id, ==, "1234567");
  g_assert_cmpint (code->amount_cents, ==, 507450);
  g_assert_cmpint (code->expires_ms, ==, note.expires_ms);
  g_assert_nonnull (strstr (text, "0512261231235959")); /* Hong Kong's midnight, not UTC's */
  g_assert_cmpstr (code->currency, ==, "HKD");
  g_assert_cmpstr (code->merchant, ==, "Transport Department");
  g_assert_cmpstr (code->bill, ==, note.bill);
  g_assert_cmpstr (code->reference, ==, note.reference);
  g_assert_false (code->payer_may_edit);
  g_assert_null (code->mobile);
}

/* One code in sixteen has a sum below 1000. */
static void
test_padding (void)
{
  KioskHkqr code = note;
  guint padded = 0;

  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (KioskHkqr) back = NULL;

      code.amount_cents = i;
      text = kiosk_hkqr_text (&code);
      back = parse (text);
      g_assert_cmpint (back->amount_cents, ==, i);
      padded += text[strlen (text) - 4] == '0' ? 1 : 0;
    }
  g_assert_cmpuint (padded, >, 0);
}

static char *
with_sum (const char *body)
{
  g_autofree char *text = g_strconcat (body, "6304", NULL);

  return g_strdup_printf ("%s%04X", text, kiosk_emv_crc (text, strlen (text)));
}

#define HEAD "000201010211"
#define FPS  "26270012hk.com.hkicl02071234567"
#define TAIL "5802HK5902NA6002HK"

static void
test_amounts (void)
{
  static const struct
  {
    const char *tag;
    gint64 cents; /* 0: refused */
  } cases[] = {
    { "", -1 },
    { "540198", 0 }, /* the length says 1, and then the rest is no tag */
    { "540298", 9800 },
    { "540498.5", 9850 },
    { "540598.50", 9850 },
    { "540498.0", 9800 },
    { "54040.01", 1 },
    { "540101", 0 },
    { "54010", 0 },
    { "540698.505", 0 },
    { "5402-1", 0 },
    { "5402+1", 0 },
    { "54041.2.", 0 },
    { "54041,20", 0 },
    { "5402.5", 0 },
    { "54131234567890.12", 123456789012 },
    { "541412345678901.12", 0 },
    { "54051e308", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strconcat (HEAD FPS "520400005303344", cases[i].tag, TAIL, NULL);
      g_autofree char *text = with_sum (body);
      g_autoptr (KioskHkqr) code = kiosk_hkqr_parse (text, strlen (text), NULL);

      g_test_message ("%s", cases[i].tag);
      g_assert_cmpint (code == NULL ? 0 : code->amount_cents, ==, cases[i].cents);
    }
}

/* A name in Chinese: its length is counted in characters by some, in bytes by others. */
static void
test_both_lengths (void)
{
  static const char *const bodies[]
    = { HEAD FPS "5204000053033445802HK5903運輸署6002HK64140002zh0104運輸署署",
        HEAD FPS "5204000053033445802HK5909運輸署6002HK64220002zh0112運輸署署" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *text = with_sum (bodies[i]);
      g_autoptr (KioskHkqr) code = parse (text);

      g_assert_cmpstr (code->merchant, ==, "運輸署");
      g_assert_cmpstr (code->merchant_local, ==, "運輸署署");
    }
}

static void
test_refused (void)
{
  static const char *const bodies[] = {
    HEAD FPS "52040000" TAIL,                            /* no currency */
    HEAD FPS "53033445303344" TAIL,                      /* a tag twice */
    "000202010211" FPS "5303344" TAIL,                   /* another format */
    "000201010213" FPS "5303344" TAIL,                   /* neither static nor dynamic */
    HEAD "26160012hk.com.hkicl5303344" TAIL,             /* nobody to pay */
    HEAD "26280012hk.com.hkicl0208123x56785303344" TAIL, /* not digits */
    HEAD "26230012hk.com.hkicl0303+855303344" TAIL,      /* not a number to call */
    HEAD "26430012hk.com.hkicl0207123456705122613312359595303344" TAIL, /* a month 13 */
    HEAD FPS "53033445802HK5904N\nA\t6002HK",                           /* acts on a screen */
    HEAD FPS "53033445802HK59056\xe2\x80\xaeN6002HK",                   /* turns the text around */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *text = with_sum (bodies[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%u", i);
      g_assert_null (kiosk_hkqr_parse (text, strlen (text), &error));
      g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
    }
}

static void
test_not_written (void)
{
  const struct
  {
    const char *merchant, *bill;
    gint64 cents;
  } cases[] = { { NULL, NULL, 100 },
                { "運輸署", NULL, 100 },
                { "TD", "12345678901234567890123456", 100 },
                { "TD", "", 100 },
                { "TD", NULL, 0 },
                { "TD", NULL, -2 },
                { "TD", NULL, KIOSK_HKQR_CENTS_MAX + 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KioskHkqr code = note;

      code.merchant = (char *)cases[i].merchant;
      code.bill = (char *)cases[i].bill;
      code.amount_cents = cases[i].cents;
      g_assert_null (kiosk_hkqr_text (&code));
    }
}

static void
refuse (const KioskCode *code, gpointer data)
{
  g_assert_null (code);
}

static void
test_altered (void)
{
  g_autofree char *text = kiosk_hkqr_text (&note);

  altered_each (text, strlen (text), refuse, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/hkqr/its-sum-is-the-catalogued-one", test_crc);
  g_test_add_func ("/formats/hkqr/agrees-with-public-strings", test_published);
  g_test_add_func ("/formats/hkqr/says-what-was-written", test_members);
  g_test_add_func ("/formats/hkqr/pads-its-sum", test_padding);
  g_test_add_func ("/formats/hkqr/counts-cents-exactly", test_amounts);
  g_test_add_func ("/formats/hkqr/takes-lengths-in-characters-or-bytes", test_both_lengths);
  g_test_add_func ("/formats/hkqr/refuses-what-is-not-in-form", test_refused);
  g_test_add_func ("/formats/hkqr/is-not-written-when-it-cannot-be-read-back", test_not_written);
  g_test_add_func ("/formats/hkqr/notices-every-alteration", test_altered);
  return g_test_run ();
}
