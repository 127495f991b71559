#include "formats/bill.h"

#include <string.h>

static void
test_returns (void)
{
  static const char *const kiosks[] = { "k-0042", "k-a", "k-01h2xcejqtf2n" };

  for (guint i = 0; i < G_N_ELEMENTS (kiosks); i++)
    for (guint64 counter = 0; counter <= KIOSK_BILL_COUNTER_MAX; counter = counter * 9 + 1)
      {
        g_autofree char *number = kiosk_bill_number (kiosks[i], counter);
        g_autofree char *kiosk = NULL;
        guint64 read = 0;

        g_assert_cmpuint (strlen (number), <=, KIOSK_BILL_NUMBER_MAX);
        g_assert_true (kiosk_bill_number_read (number, &kiosk, &read));
        g_assert_cmpstr (kiosk, ==, kiosks[i]);
        g_assert_cmpuint (read, ==, counter);
      }
}

/* The Global Release Identifier has the same check; its standard prints A1-2425G-ABC1234002-M. */
static void
test_published_check (void)
{
  static const char grid[] = "A1-2425G-ABC1234002";

  g_assert_cmpint (kiosk_bill_check (grid, strlen (grid)), ==, 'M');
}

/* One character wrong, or two neighbours changed about: what a person types. */
static void
test_slips (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  g_autofree char *number = kiosk_bill_number ("k-0042", 17);
  gsize length = strlen (number);

  for (gsize i = 0; i < length; i++)
    for (const char *c = alphabet; *c != '\0' && number[i] != '-'; c++)
      {
        g_autofree char *wrong = g_strdup (number);

        wrong[i] = *c;
        g_assert_true (kiosk_bill_number_read (wrong, NULL, NULL) == (*c == number[i]));
      }
  for (gsize i = 0; i + 1 < length; i++)
    {
      g_autofree char *wrong = g_strdup (number);

      wrong[i] = number[i + 1];
      wrong[i + 1] = number[i];
      g_assert_true (kiosk_bill_number_read (wrong, NULL, NULL) == (number[i] == number[i + 1]));
    }
}

static void
test_refused (void)
{
  static const char *const kiosks[] = { "0042", "k-", "k-0042-1", "k-12345678901234", "k-運" };
  static const char *const numbers[] = {
    "", "-", "0042-00000017", "0042-0000001-7", "12345678901", "0042_00000017-G", "a-00000001-X"
  };

  for (guint i = 0; i < G_N_ELEMENTS (kiosks); i++)
    g_assert_null (kiosk_bill_number (kiosks[i], 1));
  g_assert_null (kiosk_bill_number ("k-0042", KIOSK_BILL_COUNTER_MAX + 1));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_false (kiosk_bill_number_read (numbers[i], NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/bill/number-returns-its-kiosk-and-counter", test_returns);
  g_test_add_func ("/formats/bill/check-is-iso-7064", test_published_check);
  g_test_add_func ("/formats/bill/shows-a-slip-of-the-finger", test_slips);
  g_test_add_func ("/formats/bill/refuses-what-is-not-in-form", test_refused);
  return g_test_run ();
}
