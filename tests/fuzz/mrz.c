/* A zone that is read is printed again, and read as the same. */
#include <string.h>

#include "formats/mrz.h"

static void
assert_same (const KioskMrz *a, const KioskMrz *b)
{
  g_assert_cmpint (a->form, ==, b->form);
  g_assert_cmpstr (a->document_code, ==, b->document_code);
  g_assert_cmpstr (a->issuing_state, ==, b->issuing_state);
  g_assert_cmpstr (a->document_number, ==, b->document_number);
  g_assert_cmpstr (a->optional_1, ==, b->optional_1);
  g_assert_cmpstr (a->optional_2, ==, b->optional_2);
  g_assert_cmpstr (a->birth, ==, b->birth);
  g_assert_cmpstr (a->expiry, ==, b->expiry);
  g_assert_cmpstr (a->sex, ==, b->sex);
  g_assert_cmpstr (a->nationality, ==, b->nationality);
  g_assert_cmpstr (a->surname, ==, b->surname);
  g_assert_cmpstr (a->given_names, ==, b->given_names);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (KioskMrz) mrz = kiosk_mrz_parse ((const char *)data, length, NULL);
  g_autofree char *text = NULL, *birth = NULL, *expiry = NULL;
  g_autoptr (KioskMrz) again = NULL;

  if (mrz == NULL)
    return 0;
  birth = kiosk_mrz_birth_date (mrz, 2026);
  expiry = kiosk_mrz_expiry_date (mrz, 2026);
  g_assert_true (birth == NULL || strlen (birth) == 10);
  g_assert_true (expiry == NULL || strlen (expiry) == 10);
  text = kiosk_mrz_print (mrz);
  g_assert_nonnull (text);
  again = kiosk_mrz_parse (text, strlen (text), NULL);
  g_assert_nonnull (again);
  assert_same (mrz, again);
  return 0;
}
