/* A Merkle log: RFC 6962 hashing (2.1), inclusion and consistency proofs, checkpoints as signed
 * notes (C2SP tlog-checkpoint). */
#pragma once

#include "trust/cms.h"

G_BEGIN_DECLS

#define KIOSK_MERKLE_HASH 32

/* SHA-256(0x00 ‖ leaf). */
void kiosk_merkle_leaf (gconstpointer data, gsize length, guint8 ret_hash[KIOSK_MERKLE_HASH]);

/* The frontier of a growing tree: O(log n) state, O(1) amortised append. */
typedef struct _KioskMerkle KioskMerkle;
KioskMerkle *kiosk_merkle_new (void);
void kiosk_merkle_free (KioskMerkle *self);
void kiosk_merkle_append (KioskMerkle *self, const guint8 leaf_hash[KIOSK_MERKLE_HASH]);
guint64 kiosk_merkle_size (const KioskMerkle *self);
/* The empty tree's root is SHA-256 of nothing. */
void kiosk_merkle_root (const KioskMerkle *self, guint8 ret_root[KIOSK_MERKLE_HASH]);

/* @leaves: @n leaf hashes, one after another. (transfer full): the proof's hashes, in order. */
GBytes *kiosk_merkle_inclusion (const guint8 *leaves, guint64 n, guint64 index);
GBytes *kiosk_merkle_consistency (const guint8 *leaves, guint64 n, guint64 old_size);
gboolean
kiosk_merkle_check_inclusion (const guint8 leaf_hash[KIOSK_MERKLE_HASH], guint64 index,
                              guint64 size, GBytes *proof, const guint8 root[KIOSK_MERKLE_HASH]);
gboolean
kiosk_merkle_check_consistency (guint64 old_size, const guint8 old_root[KIOSK_MERKLE_HASH],
                                guint64 size, const guint8 root[KIOSK_MERKLE_HASH], GBytes *proof);

/* (transfer full): "ORIGIN\nSIZE\nBASE64ROOT\n\n— ORIGIN BASE64(keyhash ‖ ECDSA DER)\n". */
char *kiosk_checkpoint_sign (const char *origin, guint64 size, const guint8 root[KIOSK_MERKLE_HASH],
                             const KioskSigner *signer, GError **error);
gboolean
kiosk_checkpoint_verify (const char *note, const char *origin, X509 *signer, guint64 *ret_size,
                         guint8 ret_root[KIOSK_MERKLE_HASH], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskMerkle, kiosk_merkle_free)

G_END_DECLS
