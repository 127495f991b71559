/* Every object that is read is written again, and read as the same. */
#include <string.h>

#include "formats/tlv.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  KioskTlvCursor cursor = { data, length };
  KioskTlv tlv;

  while (kiosk_tlv_next (&cursor, &tlv, NULL))
    {
      g_autoptr (GByteArray) again = g_byte_array_new ();
      KioskTlvCursor second;
      KioskTlv copy;

      g_assert_true (tlv.value >= data && tlv.value + tlv.length <= data + length);
      kiosk_tlv_append (again, tlv.tag, tlv.value, tlv.length);
      g_assert_cmpuint (again->len, <=, tlv.size);
      second = (KioskTlvCursor){ again->data, again->len };
      g_assert_true (kiosk_tlv_expect (&second, tlv.tag, &copy, NULL));
      g_assert_true (copy.length == tlv.length
                     && (tlv.length == 0 || memcmp (copy.value, tlv.value, tlv.length) == 0));
    }
  return 0;
}
