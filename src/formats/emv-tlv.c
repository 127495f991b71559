#include "formats/emv-tlv.h"

#include "formats/plain-text.h"

#include <string.h>

#define HEAD 4

/* Bytes of the first @count units of @text; −1 for a text that is shorter or not UTF-8. */
static gssize
bytes_of (const char *text, gsize length, guint count, KioskEmvUnit unit)
{
  const char *at = text;

  if (unit == KIOSK_EMV_BYTES)
    return count <= length ? (gssize)count : -1;
  for (guint i = 0; i < count; i++)
    {
      gsize left = length - (gsize)(at - text);
      gunichar c = left == 0 ? (gunichar)-1 : g_utf8_get_char_validated (at, (gssize)left);

      if (c == (gunichar)-1 || c == (gunichar)-2)
        return -1;
      at = g_utf8_next_char (at);
    }
  return at - text;
}

static guint
two_digits (const char *text)
{
  return (guint)(g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]));
}

gboolean
kiosk_emv_read (const char *text, gsize length, KioskEmvUnit unit,
                KioskEmvValue ret_values[KIOSK_EMV_TAGS], guint *ret_last)
{
  const char *end = text + length;
  KioskEmvValue values[KIOSK_EMV_TAGS] = { 0 };
  guint tag = 0;

  if (length == 0)
    return FALSE;
  while (text < end)
    {
      gssize size = 0;

      if (end - text < HEAD || !kiosk_text_is_digits (text, HEAD))
        return FALSE;
      tag = two_digits (text);
      size = bytes_of (text + HEAD, (gsize)(end - text - HEAD), two_digits (text + 2), unit);
      if (size < 0 || values[tag].at != NULL)
        return FALSE;
      values[tag] = (KioskEmvValue){ .at = text + HEAD, .length = (gsize)size };
      text += HEAD + size;
    }
  memcpy (ret_values, values, sizeof values);
  *ret_last = tag;
  return TRUE;
}

void
kiosk_emv_append (GString *text, guint tag, const char *value)
{
  g_assert (tag < KIOSK_EMV_TAGS && *value != '\0' && strlen (value) < 100);
  g_string_append_printf (text, "%02u%02u%s", tag, (guint)strlen (value), value);
}

guint16
kiosk_emv_crc (const char *text, gsize length)
{
  guint crc = 0xffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= (guint)(guint8)text[i] << 8;
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
      crc &= 0xffff;
    }
  return (guint16)crc;
}
