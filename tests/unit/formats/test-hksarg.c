/* Strings put together by hand after public generator code; the signature is an example of the
 * right shape, over something else. */
#include "altered.h"
#include "formats/hksarg.h"

#define SIGNATURE "MAYCAQECAQI="
#define VAC                                                                                        \
  "HKSARG|VAC|3|1|TG1B234-567|A123****|CHAN T** "                                                  \
  "M**|01-01-2021|BioNTech|-|001|05-12-2020,CoronaVac|"                                            \
  "25-01-2021|BioNTech|-|29-02-1980,3||28-01-2021 10:53|"

static KioskHksarg *
parse (const char *text, GError **error)
{
  return kiosk_hksarg_parse (text, strlen (text), error);
}

static void
test_vaccination (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHksarg) record = parse (VAC SIGNATURE, &error);

  g_assert_no_error (error);
  g_assert_false (record->exemption);
  g_assert_cmpstr (record->masked_id, ==, "A123****");
  g_assert_cmpstr (record->masked_name, ==, "CHAN T** M**");
  g_assert_cmpstr (record->doses[0].date, ==, "25-01-2021");
  g_assert_cmpstr (record->doses[1].date, ==, "01-01-2021");
  g_assert_cmpstr (record->doses[1].product, ==, "BioNTech");
  g_assert_cmpstr (record->doses[2].date, ==, "05-12-2020");
  g_assert_cmpstr (record->doses[2].product, ==, "CoronaVac");
  g_assert_true (record->recovered);
  g_assert_cmpstr (record->birth, ==, "29-02-1980");
  g_assert_cmpint (record->dose_count, ==, 3);
  g_assert_cmpstr (record->printed, ==, "28-01-2021 10:53");
  g_assert_cmpuint (record->signed_length, ==, strlen (VAC));
  g_assert_cmpuint (g_bytes_get_size (record->signature), ==, 8);
}

static void
test_exemption (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHksarg) record
    = parse ("HKSARG|MEC|3|1||A123****|CHAN T** M**||||002|31-12-2022|||||29-02-1980||28-01-2021 "
             "10:53|" SIGNATURE,
             &error);

  g_assert_no_error (error);
  g_assert_true (record->exemption);
  g_assert_cmpstr (record->valid_until, ==, "31-12-2022");
  g_assert_cmpstr (record->birth, ==, "29-02-1980");
  g_assert_cmpint (record->dose_count, ==, -1);
  g_assert_null (record->doses[0].date);
  g_assert_null (record->reference);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    KioskCodeError error;
  } cases[] = {
    { VAC "-", KIOSK_CODE_ERROR_DAMAGED }, /* not signed */
    { VAC "|" SIGNATURE, KIOSK_CODE_ERROR_VERSION },
    { "HKSARG|VAC|3|1", KIOSK_CODE_ERROR_VERSION },
    { "HKSARG|XYZ|3|1", KIOSK_CODE_ERROR_UNKNOWN },
    { "HKSARG", KIOSK_CODE_ERROR_UNKNOWN },
    { "HKSARG|MEC|3|1||A1|C||||001|31-12-2022|||||29-02-1980||x|" SIGNATURE,
      KIOSK_CODE_ERROR_DAMAGED }, /* an exemption without its indicator */
    { "HKSARG|MEC|3|1||A1|C||||002||||||29-02-1980||x|" SIGNATURE,
      KIOSK_CODE_ERROR_DAMAGED }, /* … without its end */
    { "HKSARG|VAC|3|1|r|A1|C|30-02-2021||||||||||x|" SIGNATURE, KIOSK_CODE_ERROR_DAMAGED },
    { "HKSARG|VAC|3|1|r|A1|C|01/01/2021||||||||||x|" SIGNATURE, KIOSK_CODE_ERROR_DAMAGED },
    { "HKSARG|VAC|3|1|r|A\x1b[2J|C|||||||||||x|" SIGNATURE, KIOSK_CODE_ERROR_DAMAGED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, KIOSK_CODE_ERROR, (int)cases[i].error);
    }
}

/* Only its signature guards it, so an altered one is refused or says where the signature begins. */
static void
check_form (const KioskCode *code, gpointer data)
{
  if (code == NULL || code->hksarg == NULL)
    return;
  g_assert_nonnull (code->hksarg->masked_id);
  g_assert_nonnull (code->hksarg->signature);
  g_assert_cmpuint (code->hksarg->signed_length, >, 0);
}

static void
test_altered (void)
{
  altered_each (VAC SIGNATURE, strlen (VAC SIGNATURE), check_form, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/hksarg/vaccination-says-its-doses", test_vaccination);
  g_test_add_func ("/formats/hksarg/exemption-says-its-end", test_exemption);
  g_test_add_func ("/formats/hksarg/refuses-what-is-not-in-form", test_refused);
  g_test_add_func ("/formats/hksarg/is-whole-or-refused-when-altered", test_altered);
  return g_test_run ();
}
