#include "formats/inflate.h"

#include "base/secret.h"
#include "formats/code-error.h"

#include <zlib.h>

gboolean
kiosk_inflate_is_zlib (const guint8 *data, gsize length)
{
  const guint8 deflate = 8, dictionary = 0x20;

  return length >= 2 && (data[0] & 0x0f) == deflate && data[0] >> 4 <= 7
         && (data[1] & dictionary) == 0 && (data[0] << 8 | data[1]) % 31 == 0;
}

GBytes *
kiosk_inflate (const guint8 *data, gsize length, GError **error)
{
  z_stream stream = { 0 };
  g_autofree guint8 *out = g_malloc (KIOSK_INFLATE_MAX + 1);
  GBytes *bytes = NULL;
  gsize size = 0;
  int result = Z_DATA_ERROR;

  if (kiosk_inflate_is_zlib (data, length) && inflateInit (&stream) == Z_OK)
    {
      stream.next_in = (Bytef *)data;
      stream.avail_in = (uInt)length;
      stream.next_out = out;
      stream.avail_out = KIOSK_INFLATE_MAX + 1;
      result = inflate (&stream, Z_FINISH);
      size = KIOSK_INFLATE_MAX + 1 - stream.avail_out;
      inflateEnd (&stream);
    }
  if (size > KIOSK_INFLATE_MAX)
    g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_TOO_BIG,
                         "unpacks to more than any code has a use for");
  else if (result != Z_STREAM_END || stream.avail_in > 0)
    g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
                         "its packing is broken or cut");
  else
    bytes = g_bytes_new (out, size);
  kiosk_wipe_free (g_steal_pointer (&out), KIOSK_INFLATE_MAX + 1);
  return bytes;
}
