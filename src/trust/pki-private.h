/* Chains, for the other files of this room. Private to trust. */
#pragma once

#include "trust/openssl-private.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/* OpenSSL's security levels: 2 is 112 bits, which leaves SHA-1 out. Travel documents live for ten
 * years and some country signers still in use sign with SHA-1, so theirs is not judged. */
#define KIOSK_CHAIN_OURS     2
#define KIOSK_CHAIN_DOCUMENT 0

/**
 * kiosk_pki_store_new:
 * @anchors: (element-type X509): any of them ends a chain, self-signed or not
 * @at_ms: −1 to leave validity out
 */
X509_STORE *kiosk_pki_store_new (GPtrArray *anchors, gint64 at_ms, int level);

/* kiosk_pki_verify() at a level; @at_ms −1 leaves validity out. */
gboolean kiosk_pki_chain (X509 *leaf, GPtrArray *intermediates, GPtrArray *anchors, gint64 at_ms,
                          int level, GError **error);

/* Whether @oid is among the certificate's extended key usages. */
gboolean kiosk_pki_has_usage (X509 *cert, const char *oid);

/* FALSE: a curve spelled out that is none of the known ones. */
gboolean kiosk_pki_key_is_plain (EVP_PKEY *key);

/* RFC 9336: a key for signing documents, told apart from one for signing in. OpenSSL 3.0 has no
 * name for it. */
#define KIOSK_EKU_DOCUMENT_SIGNING "1.3.6.1.5.5.7.3.36"

/* The code that an X509_V_ERR_… number means. */
KioskTrustError kiosk_pki_code (int verify_error);

G_END_DECLS
