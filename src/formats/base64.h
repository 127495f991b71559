/* Base64 (RFC 4648, 4), strict: g_base64_decode() skips what it does not know. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): NULL unless @text is padded base64, its spare bits zero, for at most
 * @maximum bytes. */
GBytes *kiosk_base64_decode (const char *text, gsize maximum);

G_END_DECLS
