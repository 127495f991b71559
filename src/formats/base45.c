#include "formats/base45.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

char *
kiosk_base45_encode (gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  GString *text = g_string_sized_new (length / 2 * 3 + 3);

  for (gsize i = 0; i < length; i += 2)
    {
      gboolean pair = i + 1 < length;
      guint value = pair ? (guint)bytes[i] << 8 | bytes[i + 1] : bytes[i];

      g_string_append_c (text, alphabet[value % 45]);
      g_string_append_c (text, alphabet[value / 45 % 45]);
      if (pair)
        g_string_append_c (text, alphabet[value / (45 * 45)]);
    }
  return g_string_free (text, FALSE);
}

/* −1 when a character is not of the alphabet. */
static int
group_value (const char *text, gsize count)
{
  int value = 0;

  for (gsize i = count; i-- > 0;)
    {
      const char *found = text[i] == '\0' ? NULL : strchr (alphabet, text[i]);

      if (found == NULL)
        return -1;
      value = value * 45 + (int)(found - alphabet);
    }
  return value;
}

GBytes *
kiosk_base45_decode (const char *text, gsize length, gsize maximum)
{
  g_autoptr (GByteArray) bytes = NULL;
  gsize wanted = length / 3 * 2 + (length % 3 == 2 ? 1 : 0);

  if (length % 3 == 1 || wanted > maximum)
    return NULL;
  bytes = g_byte_array_sized_new ((guint)wanted);
  for (gsize i = 0; i < length; i += 3)
    {
      gsize count = MIN (length - i, 3);
      int value = group_value (text + i, count);
      guint8 pair[2] = { (guint8)(value >> 8), (guint8)value };

      if (value < 0 || value > (count == 3 ? 0xffff : 0xff))
        return NULL;
      g_byte_array_append (bytes, count == 3 ? pair : pair + 1, count == 3 ? 2 : 1);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
