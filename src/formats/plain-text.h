/* Text from outside that will be shown: nothing in it may act on a screen or on paper. Private to
 * formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* UTF-8 without NUL, control characters, or marks that turn the direction of what follows. */
gboolean kiosk_text_is_plain (const char *text, gsize length);
gboolean kiosk_text_is_digits (const char *text, gsize length);
/* Letters and digits of ASCII and "-._": what names kiosks, services and records. */
gboolean kiosk_text_is_name (const char *text);

G_END_DECLS
