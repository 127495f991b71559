/* Deterministic CBOR (RFC 8949, 4.2.1) recognised without building anything: libcbor allocates what
 * a length field asks for, so lengths are checked against the input first. Private to formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_CBOR_DEPTH_MAX 16

/* TRUE for exactly one item: definite and shortest lengths, map keys in strict order, text in
 * UTF-8, no floats, no simple values but false, true and null. */
gboolean kiosk_cbor_scan (const guint8 *data, gsize length);

G_END_DECLS
