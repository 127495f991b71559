#include "formats/plain-text.h"

#include <string.h>

static gboolean
acts (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x061c || (c >= 0x200e && c <= 0x200f)
         || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

gboolean
kiosk_text_is_plain (const char *text, gsize length)
{
  const char *end = text + length;

  if (length > 0 && !g_utf8_validate_len (text, length, NULL))
    return FALSE;
  for (const char *at = text; at < end; at = g_utf8_next_char (at))
    if (acts (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_text_is_digits (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return length > 0;
}

gboolean
kiosk_text_is_name (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("-._", *text) == NULL)
      return FALSE;
  return TRUE;
}
