#include "formats/base64.h"

#include <string.h>

GBytes *
kiosk_base64_decode (const char *text, gsize maximum)
{
  gsize length = strlen (text);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *again = NULL;
  guchar *data = NULL;

  if (length % 4 != 0 || length / 4 * 3 > maximum + 2)
    return NULL;
  data = g_base64_decode (text, &length);
  bytes = g_bytes_new_take (data, length);
  /* Only one text stands for these bytes: the one that encoding them gives. */
  again = g_base64_encode (data, length);
  return length <= maximum && strcmp (again, text) == 0 ? g_steal_pointer (&bytes) : NULL;
}
