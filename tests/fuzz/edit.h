/* A signed message cannot be found by chance, so the input says how to alter a good one: triples of
 * a position (two bytes) and what to XOR there. */
#pragma once

#include <glib.h>

static inline GBytes *
fuzz_edit (GBytes *good, const guint8 *data, gsize length)
{
  gsize size = g_bytes_get_size (good);
  guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), size);

  for (gsize i = 0; i + 3 <= length && i < 48; i += 3)
    copy[((gsize)data[i] << 8 | data[i + 1]) % size] ^= data[i + 2];
  return g_bytes_new_take (copy, size);
}
