/* One message's content under the content key, and the hash that stands for an identity card.
 *
 *   content = Base64 (00 00 00 0c ‖ IV of 12 bytes ‖ ciphertext ‖ tag of 16 bytes)
 *
 * AES-256-GCM without associated data: what binds a request to its headers is their signature, an
 * answer to its request nothing but TLS and this key. No state: any thread. Source: public clients
 * of iAM Smart, which cite the corporate sandbox's specification, 2.3.5. */
#pragma once

#include "base/random.h"
#include "identity/iamsmart-key.h"

G_BEGIN_DECLS

/**
 * kiosk_iamsmart_content_seal:
 * @plain: (array length=length)
 * @error: %KIOSK_IAMSMART_ERROR_REKEY: the key has expired; _OPERATOR: more than the profile allows
 *
 * Returns: (transfer full) (nullable): Base64, under a fresh random IV
 */
char *kiosk_iamsmart_content_seal (const KioskIamsmartProfile *profile, const KioskIamsmartKey *key,
                                   KioskRandom *random, gconstpointer plain, gsize length,
                                   gint64 now_ms, GError **error);

/**
 * kiosk_iamsmart_content_open:
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED: not framed as above; _REKEY: the key has expired, is
 *   another, or the content was altered
 *
 * A key that has expired opens nothing: whoever asks rekeys before (kiosk_iamsmart_key_is_due()),
 * long enough for the last answer to come.
 *
 * Returns: (transfer full) (nullable): the plaintext; nothing is released unless the tag holds
 */
KioskSecret *
kiosk_iamsmart_content_open (const KioskIamsmartProfile *profile, const KioskIamsmartKey *key,
                             const char *content, gint64 now_ms, GError **error);

/* As above, under a bare key of 32 bytes, such as a callback's own. */
KioskSecret *
kiosk_iamsmart_content_open_with (const KioskIamsmartProfile *profile, KioskSecret *bytes,
                                  const char *content, GError **error);

/* (transfer full): "HKICHash" of a signing request: Base64 of SHA-256 over the number as printed,
 * letters and digits without brackets and without the check digit ("A123456"). */
char *kiosk_iamsmart_hkic_hash (const char *number);

/**
 * kiosk_iamsmart_identification_code:
 * @digest: of the document to be signed, 32 bytes
 * @hkic_hash: the decoded HKICHash, 32 bytes
 * @client: the client id
 *
 * What both screens show while a document is signed without a login, so that the person sees that
 * they belong together: MD5 over SHA-512 over the three in a row; of its bytes 0, 4, 8 and 12 the
 * upper half, modulo 10. Source: a public e-service's code; that the hashes go in decoded is
 * inferred.
 *
 * Returns: (transfer full): four digits
 */
char *kiosk_iamsmart_identification_code (GBytes *digest, GBytes *hkic_hash, const char *client);

G_END_DECLS
