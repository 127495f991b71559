/* What a phone answered: what parses as a signature prints to bytes that parse to the same, and
 * what parses as a person has the shape that is promised. */
#include <string.h>

#include "formats/phone-answer.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t length);

static void
try_signature (const guint8 *data, gsize length)
{
  g_autoptr (KioskPhoneSignature) signature = kiosk_phone_signature_parse (data, length, NULL);
  g_autoptr (KioskPhoneSignature) again = NULL;
  g_autoptr (GBytes) printed = NULL;
  g_autoptr (GBytes) reprinted = NULL;

  if (signature == NULL)
    return;
  printed = kiosk_phone_signature_print (signature);
  again = kiosk_phone_signature_parse (g_bytes_get_data (printed, NULL), g_bytes_get_size (printed),
                                       NULL);
  g_assert_nonnull (again);
  reprinted = kiosk_phone_signature_print (again);
  g_assert_true (g_bytes_equal (printed, reprinted));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t length)
{
  g_autoptr (KioskPhoneProfile) profile = kiosk_phone_profile_parse (data, length, NULL);

  if (profile != NULL)
    {
      g_assert_cmpuint (strlen (profile->number), >=, 8);
      g_assert_cmpuint (strlen (profile->birth_date), ==, 10);
      g_assert_cmpuint (strlen (profile->name_latin), >, 0);
    }
  try_signature (data, length);
  return 0;
}
