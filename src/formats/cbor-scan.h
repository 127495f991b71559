/* Deterministic CBOR (RFC 8949, 4.2.1) recognised without building anything: libcbor allocates what
 * a length field asks for, so lengths are checked against the input first. Private to formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_CBOR_DEPTH_MAX 16

typedef enum
{
  KIOSK_CBOR_RULES_OURS,    /* RFC 8949, 4.2.1: map keys in strict order, and no floats */
  KIOSK_CBOR_RULES_FOREIGN, /* keys in any order, each once, at most 256 a map; floats */
} KioskCborRules;

/* TRUE for exactly one item: definite and shortest lengths, text in UTF-8, no simple values but
 * false, true and null. */
gboolean kiosk_cbor_scan (const guint8 *data, gsize length, KioskCborRules rules);

G_END_DECLS
