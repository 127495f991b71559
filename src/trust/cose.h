/* COSE_Sign1 (RFC 9052) with ES256 and the signer's certificate in the protected header (x5chain,
 * RFC 9360). */
#pragma once

#include "trust/cms.h"

G_BEGIN_DECLS

/* (transfer full): tagged COSE_Sign1. */
GBytes *kiosk_cose_sign1 (GBytes *payload, const KioskSigner *signer, GError **error);
/* Likewise, naming no signer: for tokens whose readers know their issuers (RFC 8392). @key: P-256.
 * The result holds @payload: wipe it like that. */
GBytes *kiosk_cose_sign1_unnamed (GBytes *payload, EVP_PKEY *key, GError **error);
/* @anchors: (element-type X509); the chain is judged at @at_ms, or, when it is −1, not judged for
 * time at all (an old receipt stays true after the kiosk's certificate ran out: the caller compares
 * its time of sealing with @ret_signer). @ret_signer: (out) (optional) (transfer full). */
GBytes *kiosk_cose_verify1 (GBytes *cose, GPtrArray *anchors, gint64 at_ms, X509 **ret_signer,
                            GError **error);

G_END_DECLS
