/* Tokens as others issue them, made for tests: claims → CWT → COSE_Sign1 → zlib → Base45. The
 * signature is 64 bytes of no meaning. */
#pragma once

#include "formats/base45.h"
#include "formats/cbor-item.h"

#include <string.h>
#include <zlib.h>

static inline char *
token_pack (const guint8 *data, gsize length, const char *prefix)
{
  uLongf size = compressBound (length);
  g_autofree guint8 *packed = g_malloc (size);
  g_autofree char *base45 = NULL;

  g_assert_cmpint (compress2 (packed, &size, data, length, 9), ==, Z_OK);
  base45 = kiosk_base45_encode (packed, size);
  return g_strconcat (prefix, base45, NULL);
}

/* @payload: the claims, or what stands in their place. */
static inline char *
token_wrap (GBytes *payload, const char *prefix)
{
  g_autoptr (GBytes) header = g_bytes_new_static ("\xa1\x01\x26", 3);
  g_autofree guint8 *zeros = g_malloc0 (64);
  g_autoptr (GBytes) signature = g_bytes_new (zeros, 64);
  g_autoptr (cbor_item_t) array = cbor_new_definite_array (4);
  g_autoptr (cbor_item_t) tag = cbor_new_tag (18);
  g_autoptr (GBytes) cose = NULL;

  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (header));
  kiosk_cbor_array_push (array, cbor_new_definite_map (0));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (payload));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (signature));
  cbor_tag_set_item (tag, array);
  cose = kiosk_cbor_encode (tag);
  return token_pack (g_bytes_get_data (cose, NULL), g_bytes_get_size (cose), prefix);
}

/* @claims: (transfer full) */
static inline char *
token_text (cbor_item_t *claims, const char *prefix)
{
  g_autoptr (GBytes) payload = kiosk_cbor_encode (claims);

  kiosk_cbor_item_free (claims);
  return token_wrap (payload, prefix);
}
