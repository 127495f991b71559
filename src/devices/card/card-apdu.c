#include "devices/card/card-apdu.h"

GByteArray *
kiosk_apdu_encode (const KioskApdu *apdu)
{
  const guint8 header[] = { apdu->cla, apdu->ins, apdu->p1, apdu->p2 };
  guint8 lc = (guint8)apdu->length, le = (guint8)apdu->le; /* 256 is written 00 */
  GByteArray *bytes = g_byte_array_sized_new (KIOSK_APDU_COMMAND_MAX);

  g_assert (apdu->length <= KIOSK_APDU_DATA_MAX && apdu->le <= 256);
  g_byte_array_append (bytes, header, sizeof header);
  if (apdu->length > 0)
    {
      g_byte_array_append (bytes, &lc, 1);
      g_byte_array_append (bytes, apdu->data, (guint)apdu->length);
    }
  if (apdu->le != KIOSK_APDU_NO_LE)
    g_byte_array_append (bytes, &le, 1);
  return bytes;
}
