#include "devices/card/card-apdu.h"

gboolean
kiosk_apdu_is_extended (const KioskApdu *apdu)
{
  return apdu->length > KIOSK_APDU_SHORT_DATA_MAX || apdu->le > KIOSK_APDU_SHORT_LE_MAX;
}

/* One byte, or two in extended form; 256 and 65,536 are written as zeros. */
static void
append_length (GByteArray *bytes, gboolean extended, gsize length)
{
  const guint8 both[] = { (guint8)(length >> 8), (guint8)length };

  g_byte_array_append (bytes, extended ? both : both + 1, extended ? 2 : 1);
}

GByteArray *
kiosk_apdu_encode (const KioskApdu *apdu)
{
  const guint8 header[] = { apdu->cla, apdu->ins, apdu->p1, apdu->p2 };
  gboolean extended = kiosk_apdu_is_extended (apdu);
  GByteArray *bytes = g_byte_array_sized_new ((guint)apdu->length + 9);

  g_assert (apdu->length <= KIOSK_APDU_DATA_MAX && apdu->le <= KIOSK_APDU_LE_MAX);
  g_byte_array_append (bytes, header, sizeof header);
  if (extended)
    g_byte_array_append (bytes, (const guint8[]){ 0 }, 1);
  if (apdu->length > 0)
    {
      append_length (bytes, extended, apdu->length);
      g_byte_array_append (bytes, apdu->data, (guint)apdu->length);
    }
  if (apdu->le != KIOSK_APDU_NO_LE)
    append_length (bytes, extended, apdu->le);
  return bytes;
}
