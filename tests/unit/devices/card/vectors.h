/* Test vectors in files: "key = value", and "> command", "< response" of a session. Each file says
 * where its numbers are printed. */
#pragma once

#include <openssl/bn.h>

#include "base/secret.h"
#include "devices/card/card-sm.h"
#include "replay-channel.h"

G_BEGIN_DECLS

typedef struct
{
  GHashTable *values;
  GPtrArray *commands, *responses; /* hexadecimal */
} Vector;

/* @name: without folder and ending, which VECTORS in the environment and ".txt" give. */
Vector *vector_load (const char *name);
void vector_free (Vector *self);

/* NULL when the file has no such key. */
const char *vector_text (const Vector *self, const char *key);
gboolean vector_has (const Vector *self, const char *key);
/* These three: the key must be there. */
GBytes *vector_bytes (const Vector *self, const char *key);
BIGNUM *vector_number (const Vector *self, const char *key);
/* Copies into @ret, which is as long. */
void vector_copy (const Vector *self, const char *key, guint8 *ret, gsize length);

/* What the machine-readable zone gives as password: "mrz" (number, birth, expiry), or "zone" ready.
 */
KioskSecret *vector_zone_key (const Vector *self);

/* Commands @first … @first + @n − 1 of the session. */
KioskCardChannel *vector_channel (const Vector *self, guint first, guint n);
/* Keys and counter from PREFIXencryption-key, PREFIXmac-key, PREFIXcounter (none: zero). */
KioskCardSm *vector_sm (const Vector *self, const char *prefix, KioskCipher cipher);
/* The session's keys and counter are those; 3DES: but for parity bits, which the standard sets and
 * the cipher ignores. */
void vector_assert_sm (const Vector *self, const char *prefix, const KioskCardSm *sm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vector, vector_free)

G_END_DECLS
