/* Specimens of ICAO Doc 9303 parts 3 to 6, appendix A each, and part 11, appendix D.2. */
#include <string.h>

#include "formats/mrz.h"

#define TD1                                                                                        \
  "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
#define TD1_LONG                                                                                   \
  "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
#define TD2      "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
#define TD2_LONG "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8"
#define TD3                                                                                        \
  "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static KioskMrz *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KioskMrz *mrz = kiosk_mrz_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return mrz;
}

static void
test_check_digit (void)
{
  static const struct
  {
    const char *text;
    char digit;
  } examples[] = {
    { "520727", '3' },
    { "AB2134<<<", '5' },
    { "HA672242<658022549601086<<<<<<<<<<<<<<0", '8' },
    { "D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", '2' },
    { "HA672242<658022549601086<<<<<<<0", '8' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    g_assert_cmpint (kiosk_mrz_check_digit (examples[i].text, strlen (examples[i].text)), ==,
                     examples[i].digit);
}

static void
test_specimens (void)
{
  static const struct
  {
    const char *text, *code, *number, *optional, *name;
    KioskMrzForm form;
  } specimens[] = {
    { TD1, "I", "D23145890", "", "ERIKSSON, ANNA MARIA", KIOSK_MRZ_TD1 },
    { TD1_LONG, "I", "D23145890734", "", "STEVENSON, PETER JOHN", KIOSK_MRZ_TD1 },
    { TD2, "I", "D23145890", "", "ERIKSSON, ANNA MARIA", KIOSK_MRZ_TD2 },
    { TD2_LONG, "I", "D23145890734", "", "STEVENSON, PETER JOHN", KIOSK_MRZ_TD2 },
    { TD3, "P", "L898902C3", "ZE184226B", "ERIKSSON, ANNA MARIA", KIOSK_MRZ_TD3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (specimens); i++)
    {
      g_autoptr (KioskMrz) mrz = parse (specimens[i].text);
      g_autofree char *name = kiosk_mrz_name (mrz);
      g_autofree char *again = kiosk_mrz_print (mrz);

      g_assert_cmpint (mrz->form, ==, specimens[i].form);
      g_assert_cmpstr (mrz->document_code, ==, specimens[i].code);
      g_assert_cmpstr (mrz->document_number, ==, specimens[i].number);
      g_assert_cmpstr (mrz->optional_1, ==, specimens[i].optional);
      g_assert_cmpstr (mrz->issuing_state, ==, "UTO");
      g_assert_cmpstr (mrz->nationality, ==, "UTO");
      g_assert_cmpstr (name, ==, specimens[i].name);
      g_assert_cmpstr (again, ==, specimens[i].text);
    }
}

static void
test_dates (void)
{
  g_autoptr (KioskMrz) mrz = parse (TD3);
  g_autofree char *birth = kiosk_mrz_birth_date (mrz, 2026);
  g_autofree char *expiry = kiosk_mrz_expiry_date (mrz, 2026);
  g_autofree char *newborn = NULL, *unknown = NULL, *impossible = NULL;

  g_assert_cmpstr (birth, ==, "1974-08-12");
  g_assert_cmpstr (expiry, ==, "2012-04-15");
  memcpy (mrz->birth, "260229", 6);
  impossible = kiosk_mrz_birth_date (mrz, 2026);
  g_assert_null (impossible);
  memcpy (mrz->birth, "260228", 6);
  newborn = kiosk_mrz_birth_date (mrz, 2026);
  g_assert_cmpstr (newborn, ==, "2026-02-28");
  memcpy (mrz->birth, "74<<<<", 6);
  unknown = kiosk_mrz_birth_date (mrz, 2026);
  g_assert_cmpstr (unknown, ==, "1974-00-00");
}

/* Any one character changed to any other of the alphabet must not pass unnoticed where check digits
 * reach: the numbers, dates and optional data. */
static void
test_changes_show (void)
{
  static const char digits[] = "0123456789";
  gsize length = strlen (TD3);

  for (gsize at = 44; at < length; at++)
    for (const char *digit = digits; *digit != '\0'; digit++)
      {
        g_autofree char *text = g_strdup (TD3);
        g_autoptr (KioskMrz) mrz = NULL;

        if (!g_ascii_isdigit (text[at]) || text[at] == *digit)
          continue;
        text[at] = *digit;
        mrz = kiosk_mrz_parse (text, length, NULL);
        g_assert_null (mrz);
      }
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *text;
    KioskMrzError code;
  } bad[] = {
    { "", KIOSK_MRZ_ERROR_SIZE },
    { "P<UTOERIKSSON", KIOSK_MRZ_ERROR_SIZE },
    { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122f1204159<<<<<<<6",
      KIOSK_MRZ_ERROR_ALPHABET },
    { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122A1204159<<<<<<<6",
      KIOSK_MRZ_ERROR_ALPHABET },
    { "I<UTOD231458902<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
      KIOSK_MRZ_ERROR_CHECK },
    { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<7",
      KIOSK_MRZ_ERROR_CHECK },
    { "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<20",
      KIOSK_MRZ_ERROR_CHECK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskMrz) mrz = kiosk_mrz_parse (bad[i].text, strlen (bad[i].text), &error);

      g_assert_null (mrz);
      g_assert_error (error, KIOSK_MRZ_ERROR, (int)bad[i].code);
    }
}

static void
test_access_info (void)
{
  g_autofree char *short_number = kiosk_mrz_access_info ("L898902C", "690806", "940623");
  g_autofree char *long_number = kiosk_mrz_access_info ("D23145890734", "340712", "950712");

  g_assert_cmpstr (short_number, ==, "L898902C<369080619406236");
  g_assert_cmpstr (long_number, ==, "D23145890734934071279507122");
  g_assert_null (kiosk_mrz_access_info ("", "690806", "940623"));
  g_assert_null (kiosk_mrz_access_info ("L898902C", "69080", "940623"));
  g_assert_null (kiosk_mrz_access_info ("l898902c", "690806", "940623"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/mrz/check-digits-are-those-of-9303-3", test_check_digit);
  g_test_add_func ("/formats/mrz/specimens-are-read-and-printed-again", test_specimens);
  g_test_add_func ("/formats/mrz/dates-have-a-century-and-may-be-open", test_dates);
  g_test_add_func ("/formats/mrz/one-changed-digit-shows", test_changes_show);
  g_test_add_func ("/formats/mrz/what-is-no-zone-is-refused", test_refusals);
  g_test_add_func ("/formats/mrz/access-info-is-that-of-9303-11", test_access_info);
  return g_test_run ();
}
