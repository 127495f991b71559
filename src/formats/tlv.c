#include "formats/tlv.h"

G_DEFINE_QUARK (kiosk_tlv_error, kiosk_tlv_error)

#define TAG_BYTES_MAX    3
#define LENGTH_BYTES_MAX 4

static gboolean
fail (GError **error, KioskTlvError code, const char *what)
{
  g_set_error_literal (error, KIOSK_TLV_ERROR, code, what);
  return FALSE;
}

static gboolean
read_tag (const guint8 *data, gsize length, gsize *at, guint32 *ret_tag, GError **error)
{
  guint32 tag = data[(*at)++];

  if ((tag & 0x1f) == 0x1f)
    {
      guint8 byte;

      do
        {
          if (*at == TAG_BYTES_MAX)
            return fail (error, KIOSK_TLV_ERROR_MALFORMED, "a tag of more than three bytes");
          if (*at == length)
            return fail (error, KIOSK_TLV_ERROR_TRUNCATED, "the bytes end inside a tag");
          byte = data[(*at)++];
          tag = tag << 8 | byte;
        }
      while (byte & 0x80);
    }
  *ret_tag = tag;
  return TRUE;
}

static gboolean
read_length (const guint8 *data, gsize length, gsize *at, gsize *ret_length, GError **error)
{
  gsize value, n;

  if (*at == length)
    return fail (error, KIOSK_TLV_ERROR_TRUNCATED, "the bytes end before a length");
  value = data[(*at)++];
  if (value >= 0x80)
    {
      n = value & 0x7f;
      if (n == 0 || n > LENGTH_BYTES_MAX)
        return fail (error, KIOSK_TLV_ERROR_MALFORMED, "a length of no definite form");
      if (length - *at < n)
        return fail (error, KIOSK_TLV_ERROR_TRUNCATED, "the bytes end inside a length");
      for (value = 0; n > 0; n--)
        value = value << 8 | data[(*at)++];
    }
  *ret_length = value;
  return TRUE;
}

gboolean
kiosk_tlv_header (const guint8 *data, gsize length, guint32 *ret_tag, gsize *ret_header,
                  gsize *ret_length, GError **error)
{
  gsize at = 0, value_length;
  guint32 tag;

  if (length == 0)
    return fail (error, KIOSK_TLV_ERROR_TRUNCATED, "no more objects");
  if (!read_tag (data, length, &at, &tag, error)
      || !read_length (data, length, &at, &value_length, error))
    return FALSE;
  *ret_tag = tag;
  *ret_header = at;
  *ret_length = value_length;
  return TRUE;
}

gboolean
kiosk_tlv_next (KioskTlvCursor *cursor, KioskTlv *ret_tlv, GError **error)
{
  KioskTlv tlv = { .start = cursor->data };
  gsize header;

  if (!kiosk_tlv_header (cursor->data, cursor->length, &tlv.tag, &header, &tlv.length, error))
    return FALSE;
  if (cursor->length - header < tlv.length)
    return fail (error, KIOSK_TLV_ERROR_TRUNCATED, "a value is longer than what holds it");
  tlv.value = cursor->data + header;
  tlv.size = header + tlv.length;
  cursor->data += tlv.size;
  cursor->length -= tlv.size;
  *ret_tlv = tlv;
  return TRUE;
}

gboolean
kiosk_tlv_expect (KioskTlvCursor *cursor, guint32 tag, KioskTlv *ret_tlv, GError **error)
{
  KioskTlvCursor next = *cursor;
  KioskTlv tlv;

  if (!kiosk_tlv_next (&next, &tlv, error))
    return FALSE;
  if (tlv.tag != tag)
    {
      g_set_error (error, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MISSING, "tag %X where %X belongs",
                   tlv.tag, tag);
      return FALSE;
    }
  *cursor = next;
  *ret_tlv = tlv;
  return TRUE;
}

gboolean
kiosk_tlv_find (const guint8 *data, gsize length, guint32 tag, KioskTlv *ret_tlv, GError **error)
{
  KioskTlvCursor cursor = { data, length };
  KioskTlv tlv;

  while (cursor.length > 0)
    {
      if (!kiosk_tlv_next (&cursor, &tlv, error))
        return FALSE;
      if (tlv.tag == tag)
        {
          *ret_tlv = tlv;
          return TRUE;
        }
    }
  g_set_error (error, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MISSING, "no tag %X", tag);
  return FALSE;
}

KioskTlvCursor
kiosk_tlv_inside (const KioskTlv *tlv)
{
  return (KioskTlvCursor){ tlv->value, tlv->length };
}

static void
append_number (GByteArray *array, guint64 number, guint n_bytes)
{
  while (n_bytes-- > 0)
    {
      guint8 byte = (guint8)(number >> (8 * n_bytes));

      g_byte_array_append (array, &byte, 1);
    }
}

void
kiosk_tlv_append (GByteArray *array, guint32 tag, gconstpointer value, gsize length)
{
  append_number (array, tag, tag > 0xffff ? 3 : tag > 0xff ? 2 : 1);
  if (length >= 0x80)
    {
      guint n = length > 0xffffff ? 4 : length > 0xffff ? 3 : length > 0xff ? 2 : 1;

      append_number (array, 0x80 | n, 1);
      append_number (array, length, n);
    }
  else
    append_number (array, length, 1);
  if (length > 0)
    g_byte_array_append (array, value, (guint)length);
}
