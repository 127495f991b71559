#include "trust/merkle-private.h"

#include <openssl/sha.h>
#include <string.h>

struct _KioskMerkle
{
  guint64 size;
  /* Where bit i of the size is set, the root of the full tree of 2^i leaves that ends there. */
  guint8 full[64][KIOSK_MERKLE_HASH];
};

/* SHA-256(prefix ‖ a ‖ b): the prefix keeps a leaf from passing for a node. */
static void
hash (guint8 prefix, gconstpointer a, gsize a_length, gconstpointer b, gsize b_length,
      guint8 ret_hash[KIOSK_MERKLE_HASH])
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();

  if (context == NULL || EVP_DigestInit_ex2 (context, EVP_sha256 (), NULL) != 1
      || EVP_DigestUpdate (context, &prefix, 1) != 1 || EVP_DigestUpdate (context, a, a_length) != 1
      || EVP_DigestUpdate (context, b, b_length) != 1
      || EVP_DigestFinal_ex (context, ret_hash, NULL) != 1)
    g_error ("out of memory");
  EVP_MD_CTX_free (context);
}

void
kiosk_merkle_leaf (gconstpointer data, gsize length, guint8 ret_hash[KIOSK_MERKLE_HASH])
{
  hash (0, data, length, NULL, 0, ret_hash);
}

void
kiosk_merkle_node (const guint8 left[KIOSK_MERKLE_HASH], const guint8 right[KIOSK_MERKLE_HASH],
                   guint8 ret_hash[KIOSK_MERKLE_HASH])
{
  hash (1, left, KIOSK_MERKLE_HASH, right, KIOSK_MERKLE_HASH, ret_hash);
}

KioskMerkle *
kiosk_merkle_new (void)
{
  return g_new0 (KioskMerkle, 1);
}

void
kiosk_merkle_free (KioskMerkle *self)
{
  g_free (self);
}

void
kiosk_merkle_append (KioskMerkle *self, const guint8 leaf_hash[KIOSK_MERKLE_HASH])
{
  guint8 carry[KIOSK_MERKLE_HASH];
  guint level = 0;

  memcpy (carry, leaf_hash, sizeof carry);
  for (; self->size >> level & 1; level++)
    kiosk_merkle_node (self->full[level], carry, carry);
  memcpy (self->full[level], carry, sizeof carry);
  self->size++;
}

guint64
kiosk_merkle_size (const KioskMerkle *self)
{
  return self->size;
}

void
kiosk_merkle_root (const KioskMerkle *self, guint8 ret_root[KIOSK_MERKLE_HASH])
{
  gboolean started = FALSE;

  if (self->size == 0)
    SHA256 (NULL, 0, ret_root);
  for (guint level = 0; level < 64 && self->size >> level != 0; level++)
    {
      if ((self->size >> level & 1) == 0)
        continue;
      if (started)
        kiosk_merkle_node (self->full[level], ret_root, ret_root);
      else
        memcpy (ret_root, self->full[level], KIOSK_MERKLE_HASH);
      started = TRUE;
    }
}
