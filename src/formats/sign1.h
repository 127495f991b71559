/* A COSE_Sign1 (RFC 9052) of this house as text: a prefix and Base45 of
 *
 *   18([ protected header, {}, payload, signature of 64 bytes ])
 *
 * in deterministic CBOR: its shape, unjudged. Private to the room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) */
char *
kiosk_sign1_text (const char *prefix, GBytes *protected_header, GBytes *payload, GBytes *signature);
/* All (out) (transfer full); none is set unless all are. */
gboolean kiosk_sign1_read (GBytes *cose, gsize maximum, GBytes **ret_protected_header,
                           GBytes **ret_payload, GBytes **ret_signature);

G_END_DECLS
