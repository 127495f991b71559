#include "devices/card/card-lengths.h"

#include "formats/lds.h"

/* ISO/IEC 7816-4, 12.1.1: compact-TLV, card capabilities, third table */
#define HISTORICAL_COMPACT_TLV 0x80
#define CAPABILITIES_3         0x73
#define EXTENDED_LENGTHS       0x40
#define LENGTHS_IN_FILE        0x20 /* extended length information in EF.ATR/INFO */

#define SFI_ATR_INFO 0x01
#define COMMAND_MIN  KIOSK_APDU_SHORT_COMMAND_MAX

/* What secure messaging adds to a response's data, at most: 87 with a length of three bytes and the
 * padding's indicator, 99 with the status, 8E with the checksum, the status again. */
#define PROTECTION 21
#define BLOCK      16 /* of AES; 3DES's fits as well */

/* The third table of the chip's capabilities; −1: it has no word on them. */
static int
capabilities (const KioskCardTarget *target)
{
  const guint8 *bytes = target->historical;
  gsize at = 1;

  if (target->historical_length == 0 || bytes[0] != HISTORICAL_COMPACT_TLV)
    return -1;
  while (at < target->historical_length)
    {
      gsize next = at + 1 + (bytes[at] & 0x0f);

      if (bytes[at] == CAPABILITIES_3 && next <= target->historical_length)
        return bytes[at + 3];
      at = next;
    }
  return -1;
}

gboolean
kiosk_card_lengths_declined (const KioskCardTarget *target)
{
  int found = capabilities (target);

  return found >= 0 && (found & EXTENDED_LENGTHS) == 0;
}

gboolean
kiosk_card_lengths_announced (const KioskCardTarget *target)
{
  int found = capabilities (target);

  return found >= 0 && (found & LENGTHS_IN_FILE) != 0;
}

guint
kiosk_card_lengths_le (guint32 response)
{
  return response < PROTECTION + BLOCK ? 0 : (response - PROTECTION) / BLOCK * BLOCK - 1;
}

/* All of it, as it is short. Chips end it in many ways. */
static gboolean
read_info (KioskCardSession *session, GByteArray *data, GError **error)
{
  static const guint8 id[] = { KIOSK_LDS_EF_ATR_INFO >> 8, KIOSK_LDS_EF_ATR_INFO & 0xff };
  const KioskApdu by_sfi = { 0x00, 0xb0, 0x80 | SFI_ATR_INFO, 0, NULL, 0, KIOSK_APDU_SHORT_LE_MAX };
  const KioskApdu select = { 0x00, 0xa4, 0x02, 0x0c, id, sizeof id, KIOSK_APDU_NO_LE };
  const KioskApdu read = { 0x00, 0xb0, 0, 0, NULL, 0, KIOSK_APDU_SHORT_LE_MAX };
  guint16 sw;

  if (!kiosk_card_session_send (session, &by_sfi, data, &sw, error))
    return FALSE;
  if (data->len > 0)
    return TRUE;
  if (!kiosk_card_session_send (session, &select, data, &sw, error))
    return FALSE;
  return sw != KIOSK_SW_OK || kiosk_card_session_send (session, &read, data, &sw, error);
}

gboolean
kiosk_card_lengths_learn (KioskCardSession *session, const KioskCardTarget *target, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint32 command, response;

  if (!kiosk_card_session_takes_extended (session) || !kiosk_card_lengths_announced (target))
    return TRUE;
  if (!read_info (session, data, error))
    return FALSE;
  if (kiosk_lds_parse_lengths (data->data, data->len, &command, &response, NULL))
    kiosk_card_session_bound (session, MAX (command, COMMAND_MIN),
                              kiosk_card_lengths_le (response));
  return TRUE;
}
