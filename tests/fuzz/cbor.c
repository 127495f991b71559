#include "formats/cbor-item.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (cbor_item_t) item = kiosk_cbor_decode (data, length, 65536, NULL);
  g_autoptr (GBytes) again = NULL;

  if (item == NULL)
    return 0;
  /* Deterministic: what was accepted is what would be written. */
  again = kiosk_cbor_encode (item);
  g_assert_true (g_bytes_get_size (again) == length
                 && memcmp (g_bytes_get_data (again, NULL), data, length) == 0);
  return 0;
}
