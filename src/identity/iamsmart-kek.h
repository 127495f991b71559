/* The content key (CEK) as it travels: wrapped by RSA to the relying party's registered key (KEK).
 * Also the key that a callback brings with it. Stateless but for randomness: one thread a KEK. */
#pragma once

#include <openssl/evp.h>

#include "base/random.h"
#include "base/secret.h"
#include "identity/iamsmart-profile.h"

G_BEGIN_DECLS

#define KIOSK_IAMSMART_KEY_LENGTH 32

typedef struct _KioskIamsmartKek KioskIamsmartKek;

/**
 * kiosk_iamsmart_kek_new:
 * @profile: outlives the KEK: says which padding
 * @key: RSA of 2,048 to 8,192 bits, with its private half; a reference is taken
 * @error: %KIOSK_IAMSMART_ERROR_OPERATOR: another kind of key was configured
 *
 * Returns: (transfer full) (nullable)
 */
KioskIamsmartKek *kiosk_iamsmart_kek_new (const KioskIamsmartProfile *profile, EVP_PKEY *key,
                                          KioskRandom *random, GError **error);
void kiosk_iamsmart_kek_free (KioskIamsmartKek *self);
/* (transfer none) */
EVP_PKEY *kiosk_iamsmart_kek_key (const KioskIamsmartKek *self);
const KioskIamsmartProfile *kiosk_iamsmart_kek_profile (const KioskIamsmartKek *self);

/**
 * kiosk_iamsmart_kek_unwrap:
 * @wrapped: Base64 of as many bytes as the modulus has
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED: not that; %KIOSK_IAMSMART_ERROR_REKEY: wrapped to
 * another key, or by another padding (OAEP only)
 *
 * With PKCS#1 v1.5 a bad padding is never told: a callback is not signed, and whoever may ask "does
 * this decrypt?" often enough reads the key (Bleichenbacher 1998; RFC 8017, 7.2.2). A random key
 * comes out instead, in the same time, and the content then fails to open as any altered one does.
 *
 * Returns: (transfer full) (nullable): 32 bytes
 */
KioskSecret *
kiosk_iamsmart_kek_unwrap (KioskIamsmartKek *self, const char *wrapped, GError **error);

/**
 * kiosk_iamsmart_wrap:
 * @public_key: the relying party's, RSA
 * @key: 32 bytes
 * @as_text: wraps the 44 characters of the key's Base64 instead
 * @error: %KIOSK_IAMSMART_ERROR_OPERATOR: the key cannot encrypt
 *
 * What iAM Smart's side does; for the sandbox.
 *
 * Returns: (transfer full) (nullable): Base64
 */
char *kiosk_iamsmart_wrap (const KioskIamsmartProfile *profile, EVP_PKEY *public_key,
                           KioskSecret *key, gboolean as_text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartKek, kiosk_iamsmart_kek_free)

G_END_DECLS
