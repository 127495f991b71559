/* Proofs as RFC 6962, 2.1.1 and 2.1.2 make them; checked by the algorithms of RFC 9162, 2.1.3.2 and
 * 2.1.4.2, which need no tree. */
#include "trust/merkle-private.h"

#include <string.h>

static void
add_root (GByteArray *proof, const guint8 *leaves, guint64 n)
{
  g_autoptr (KioskMerkle) tree = kiosk_merkle_new ();
  guint8 root[KIOSK_MERKLE_HASH];

  for (guint64 i = 0; i < n; i++)
    kiosk_merkle_append (tree, leaves + i * KIOSK_MERKLE_HASH);
  kiosk_merkle_root (tree, root);
  g_byte_array_append (proof, root, sizeof root);
}

/* The largest power of two below @n; @n ≥ 2. */
static guint64
split (guint64 n)
{
  guint64 k = 1;

  while (k < n - k)
    k *= 2;
  return k;
}

static void
add_path (GByteArray *proof, const guint8 *leaves, guint64 n, guint64 index)
{
  guint64 k = 0;

  if (n <= 1)
    return;
  k = split (n);
  if (index < k)
    {
      add_path (proof, leaves, k, index);
      add_root (proof, leaves + k * KIOSK_MERKLE_HASH, n - k);
    }
  else
    {
      add_path (proof, leaves + k * KIOSK_MERKLE_HASH, n - k, index - k);
      add_root (proof, leaves, k);
    }
}

GBytes *
kiosk_merkle_inclusion (const guint8 *leaves, guint64 n, guint64 index)
{
  GByteArray *proof = NULL;

  if (index >= n)
    return NULL;
  proof = g_byte_array_new ();
  add_path (proof, leaves, n, index);
  return g_byte_array_free_to_bytes (proof);
}

/* SUBPROOF: @whole says whether the old tree is known to the reader as a whole. */
static void
add_subproof (GByteArray *proof, const guint8 *leaves, guint64 n, guint64 old_size, gboolean whole)
{
  guint64 k = 0;

  if (old_size == n)
    {
      if (!whole)
        add_root (proof, leaves, n);
      return;
    }
  k = split (n);
  if (old_size <= k)
    {
      add_subproof (proof, leaves, k, old_size, whole);
      add_root (proof, leaves + k * KIOSK_MERKLE_HASH, n - k);
    }
  else
    {
      add_subproof (proof, leaves + k * KIOSK_MERKLE_HASH, n - k, old_size - k, FALSE);
      add_root (proof, leaves, k);
    }
}

GBytes *
kiosk_merkle_consistency (const guint8 *leaves, guint64 n, guint64 old_size)
{
  GByteArray *proof = NULL;

  if (old_size > n)
    return NULL;
  proof = g_byte_array_new ();
  if (old_size > 0)
    add_subproof (proof, leaves, n, old_size, TRUE);
  return g_byte_array_free_to_bytes (proof);
}

/* One step up for both walkers, and past levels where the first is a left child alone. */
static void
climb (guint64 *first, guint64 *last)
{
  if ((*first & 1) == 0)
    while (*first != 0 && (*first & 1) == 0)
      {
        *first >>= 1;
        *last >>= 1;
      }
  *first >>= 1;
  *last >>= 1;
}

gboolean
kiosk_merkle_check_inclusion (const guint8 leaf_hash[KIOSK_MERKLE_HASH], guint64 index,
                              guint64 size, GBytes *proof, const guint8 root[KIOSK_MERKLE_HASH])
{
  gsize length = 0;
  const guint8 *at = g_bytes_get_data (proof, &length);
  guint8 found[KIOSK_MERKLE_HASH];
  guint64 first = index;
  guint64 last = size - 1;

  if (index >= size || length % KIOSK_MERKLE_HASH != 0)
    return FALSE;
  memcpy (found, leaf_hash, sizeof found);
  for (gsize i = 0; i < length; i += KIOSK_MERKLE_HASH)
    {
      if (last == 0)
        return FALSE;
      if ((first & 1) != 0 || first == last)
        {
          kiosk_merkle_node (at + i, found, found);
          climb (&first, &last);
        }
      else
        {
          kiosk_merkle_node (found, at + i, found);
          first >>= 1;
          last >>= 1;
        }
    }
  return last == 0 && memcmp (found, root, sizeof found) == 0;
}

/* @path: where both trees' walks start, then the proof's hashes. */
static gboolean
walk_both (guint64 old_size, const guint8 *old_root, guint64 size, const guint8 *root,
           const guint8 *path, gsize length)
{
  guint8 old_found[KIOSK_MERKLE_HASH];
  guint8 found[KIOSK_MERKLE_HASH];
  guint64 first = old_size - 1;
  guint64 last = size - 1;

  for (; (first & 1) != 0; first >>= 1)
    last >>= 1;
  memcpy (old_found, path, sizeof old_found);
  memcpy (found, path, sizeof found);
  for (gsize i = KIOSK_MERKLE_HASH; i < length; i += KIOSK_MERKLE_HASH)
    {
      if (last == 0)
        return FALSE;
      if ((first & 1) != 0 || first == last)
        {
          kiosk_merkle_node (path + i, old_found, old_found);
          kiosk_merkle_node (path + i, found, found);
          climb (&first, &last);
        }
      else
        {
          kiosk_merkle_node (found, path + i, found);
          first >>= 1;
          last >>= 1;
        }
    }
  return last == 0 && memcmp (old_found, old_root, sizeof old_found) == 0
         && memcmp (found, root, sizeof found) == 0;
}

gboolean
kiosk_merkle_check_consistency (guint64 old_size, const guint8 old_root[KIOSK_MERKLE_HASH],
                                guint64 size, const guint8 root[KIOSK_MERKLE_HASH], GBytes *proof)
{
  gsize length = g_bytes_get_size (proof);
  g_autoptr (GByteArray) path = NULL;
  guint8 empty[KIOSK_MERKLE_HASH];
  g_autoptr (KioskMerkle) nothing = kiosk_merkle_new ();

  if (old_size > size || length % KIOSK_MERKLE_HASH != 0)
    return FALSE;
  kiosk_merkle_root (nothing, empty);
  if (old_size == 0 && memcmp (old_root, empty, sizeof empty) != 0)
    return FALSE;
  if (old_size == size)
    return length == 0 && memcmp (old_root, root, KIOSK_MERKLE_HASH) == 0;
  if (old_size == 0 || length == 0)
    return old_size == 0 && length == 0;
  path = g_byte_array_new ();
  if ((old_size & (old_size - 1)) == 0)
    g_byte_array_append (path, old_root, KIOSK_MERKLE_HASH);
  g_byte_array_append (path, g_bytes_get_data (proof, NULL), (guint)length);
  return walk_both (old_size, old_root, size, root, path->data, path->len);
}
