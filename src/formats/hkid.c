#include "formats/hkid.h"

#include <string.h>

#define BODY_MAX 8 /* two letters and six digits */

/* How many of @text's characters are the body, 7 or 8; 0 when they are none. */
static gsize
body_length (const char *text)
{
  gsize letters = 0;

  while (letters < 2 && g_ascii_isupper (text[letters]))
    letters++;
  if (letters == 0)
    return 0;
  for (gsize i = 0; i < 6; i++)
    if (!g_ascii_isdigit (text[letters + i]))
      return 0;
  return letters + 6;
}

static char
check_digit (const char *body, gsize length)
{
  guint sum = length < BODY_MAX ? 36 * 9 : 0;
  guint weight = length < BODY_MAX ? 8 : 9;

  for (gsize i = 0; i < length; i++, weight--)
    {
      guint value
        = g_ascii_isdigit (body[i]) ? (guint)(body[i] - '0') : (guint)(body[i] - 'A' + 10);
      sum += value * weight;
    }
  return "0A987654321"[sum % 11];
}

char
kiosk_hkid_check_digit (const char *body)
{
  gsize length = body_length (body);

  return length > 0 && body[length] == '\0' ? check_digit (body, length) : 0;
}

gboolean
kiosk_hkid_is_valid (const char *number)
{
  gsize length = body_length (number);

  return length > 0 && number[length] == check_digit (number, length) && number[length + 1] == '\0';
}

char *
kiosk_hkid_mask (const char *number)
{
  GString *masked = g_string_new (NULL);
  gboolean known = kiosk_hkid_is_valid (number);
  gsize length = strlen (number);

  for (gsize i = 0; i + 1 < length; i++)
    if (known && i < 3)
      g_string_append_c (masked, number[i]);
    else
      g_string_append (masked, "•");
  g_string_append (masked, "(•)");
  return g_string_free (masked, FALSE);
}
