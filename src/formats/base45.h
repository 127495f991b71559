/* Base45 (RFC 9285): binary in the alphabet that QR codes hold most densely. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): ASCII text, three characters for two bytes. */
char *kiosk_base45_encode (gconstpointer data, gsize length);
/* (transfer full) (nullable): NULL unless @text is Base45 for at most @maximum bytes. */
GBytes *kiosk_base45_decode (const char *text, gsize length, gsize maximum);

G_END_DECLS
