#include "formats/base45.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = kiosk_base45_decode ((const char *)data, length, 4096);
  g_autofree char *again = NULL;

  if (bytes == NULL)
    return 0;
  /* Base45 has one text for the same bytes. */
  again = kiosk_base45_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_true (strlen (again) == length && (length == 0 || memcmp (again, data, length) == 0));
  return 0;
}
