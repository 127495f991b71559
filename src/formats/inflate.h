/* zlib streams of codes, bounded. Private to formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_INFLATE_MAX 16384

/* TRUE when a zlib header (RFC 1950) without a dictionary begins @data. */
gboolean kiosk_inflate_is_zlib (const guint8 *data, gsize length);
/* (transfer full): NULL with %KIOSK_CODE_ERROR_TOO_BIG past %KIOSK_INFLATE_MAX bytes, and
 * %KIOSK_CODE_ERROR_DAMAGED for a stream that is broken, cut, or not all of @data. */
GBytes *kiosk_inflate (const guint8 *data, gsize length, GError **error);

G_END_DECLS
