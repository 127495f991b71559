/* CMS (RFC 5652): CAdES signatures (EN 319 122-1, signing-certificate-v2) and AuthEnvelopedData
 * with AES-256-GCM (RFC 5083, RFC 5084). */
#pragma once

#include "trust/pki.h"

G_BEGIN_DECLS

#define KIOSK_CMS_MAX (4 * 1024 * 1024) /* bytes accepted by verify and decrypt */

/* A signer: certificate and its private key. */
typedef struct
{
  X509 *cert;
  EVP_PKEY *key;
} KioskSigner;
/* Certificate and private key of two PEM files, which must belong together; messages name the file
 * and what to do. @ret_signer is the caller's to clear. */
gboolean kiosk_signer_load (const char *cert_path, const char *key_path, KioskSigner *ret_signer,
                            GError **error);
void kiosk_signer_clear (KioskSigner *signer);

/* (transfer full): DER SignedData, CAdES-B; @content is inside unless @detached. */
GBytes *kiosk_cms_sign (GBytes *content, const KioskSigner *signers, gsize n_signers,
                        gboolean detached, GError **error);

/**
 * kiosk_cms_verify:
 * @detached: (nullable): the content, when the message does not carry it
 * @anchors: (element-type X509)
 * @at_ms: when each signer's chain must be valid; −1 leaves validity to the caller, who has
 *   @ret_signer
 * @needed: how many different signers must be good, 1 or 2; every signature present must be good
 * @ret_signer: (out) (optional) (transfer full): the first signer's certificate
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *kiosk_cms_verify (GBytes *cms, GBytes *detached, GPtrArray *anchors, gint64 at_ms,
                          guint needed, X509 **ret_signer, GError **error);

/* (element-type X509): EC certificates; ECDH with SHA-256 KDF and AES-256 key wrap. */
GBytes *kiosk_cms_encrypt (GBytes *plaintext, GPtrArray *recipients, GError **error);
/* Plaintext is released only when the tag holds. Refuses anything but AuthEnvelopedData, and
 * authAttrs. The result is the caller's to wipe. */
GBytes *kiosk_cms_decrypt (GBytes *cms, X509 *cert, EVP_PKEY *key, GError **error);

G_END_DECLS
