#include "formats/hkid.h"

#include <string.h>

/* Numbers with known check digits, from public checkers and the iAM Smart interface's sample. */
static const char *const good[] = { "A1234563", "CA1823611", "P1032651", "C6686689", "Z683365A" };

static void
test_known_numbers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kiosk_hkid_is_valid (good[i]));
  g_assert_cmpint (kiosk_hkid_check_digit ("A123456"), ==, '3');
  g_assert_cmpint (kiosk_hkid_check_digit ("Z683365"), ==, 'A');
  g_assert_cmpint (kiosk_hkid_check_digit ("CA182361"), ==, '1');
}

static void
test_wrong_digit (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *number = g_strdup (good[i]);
      gsize last = strlen (number) - 1;

      for (const char *digit = "0123456789A"; *digit != '\0'; digit++)
        {
          number[last] = *digit;
          g_assert_true (kiosk_hkid_is_valid (number) == g_str_equal (number, good[i]));
        }
    }
}

static void
test_other_shapes (void)
{
  static const char *const bad[]
    = { "",         "A",      "A123456",   "A123456(3)", "a1234563", "A12345633", "ABC123456",
        "1A234563", "A12345", " A1234563", "A1234563 ",  "AA12345",  "Ａ1234563", "A12345６3" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kiosk_hkid_is_valid (bad[i]));
  g_assert_cmpint (kiosk_hkid_check_digit ("A1234563"), ==, 0);
  g_assert_cmpint (kiosk_hkid_check_digit ("A12345"), ==, 0);
}

static void
test_masked (void)
{
  g_autofree char *one = kiosk_hkid_mask ("A1234563");
  g_autofree char *two = kiosk_hkid_mask ("CA1823611");
  g_autofree char *other = kiosk_hkid_mask ("A1234564");

  g_assert_cmpstr (one, ==, "A12••••(•)");
  g_assert_cmpstr (two, ==, "CA1•••••(•)");
  g_assert_cmpstr (other, ==, "•••••••(•)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/hkid/accepts-known-numbers", test_known_numbers);
  g_test_add_func ("/formats/hkid/refuses-every-other-check-digit", test_wrong_digit);
  g_test_add_func ("/formats/hkid/refuses-other-shapes", test_other_shapes);
  g_test_add_func ("/formats/hkid/masks-all-but-three", test_masked);
  return g_test_run ();
}
