#include "apdu.h"

static gsize
expected_short (guint8 byte)
{
  return byte == 0 ? 256 : byte;
}

static gsize
expected_extended (const guint8 *bytes)
{
  gsize value = (gsize)bytes[0] << 8 | bytes[1];

  return value == 0 ? 65536 : value;
}

static gboolean
parse_extended (const guint8 *body, gsize left, KioskEmuApdu *ret_apdu)
{
  gsize length;

  ret_apdu->extended = TRUE;
  if (left == 3)
    {
      ret_apdu->expected = expected_extended (body + 1);
      return TRUE;
    }
  length = (gsize)body[1] << 8 | body[2];
  if (length == 0 || (left != 3 + length && left != 5 + length))
    return FALSE;
  ret_apdu->data = body + 3;
  ret_apdu->length = length;
  if (left == 5 + length)
    ret_apdu->expected = expected_extended (body + 3 + length);
  return TRUE;
}

static gboolean
parse_body (const guint8 *body, gsize left, KioskEmuApdu *ret_apdu)
{
  if (left == 0)
    return TRUE;
  if (left == 1)
    {
      ret_apdu->expected = expected_short (body[0]);
      return TRUE;
    }
  if (body[0] == 0)
    return left >= 3 && parse_extended (body, left, ret_apdu);
  if (left != 1u + body[0] && left != 2u + body[0])
    return FALSE;
  ret_apdu->data = body + 1;
  ret_apdu->length = body[0];
  if (left == 2u + body[0])
    ret_apdu->expected = expected_short (body[left - 1]);
  return TRUE;
}

gboolean
kiosk_emu_apdu_parse (const guint8 *bytes, gsize length, KioskEmuApdu *ret_apdu)
{
  KioskEmuApdu apdu = { 0 };

  if (length < 4)
    return FALSE;
  apdu.cla = bytes[0];
  apdu.ins = bytes[1];
  apdu.p1 = bytes[2];
  apdu.p2 = bytes[3];
  if (!parse_body (bytes + 4, length - 4, &apdu))
    return FALSE;
  *ret_apdu = apdu;
  return TRUE;
}
