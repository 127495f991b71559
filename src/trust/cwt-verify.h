/* Who signed a token that others issued: health certificates, personal codes. COSE_Sign1 with ES256
 * (on any curve of NIST's), PS256 or EdDSA (RFC 9053, RFC 8230). */
#pragma once

#include "formats/cwt.h"
#include "trust/pki.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_CWT_BY_KEY_ID,  /* the token names its signer: first 8 bytes of the SHA-256 of its DER */
  KIOSK_CWT_ANY_SIGNER, /* key ids are the issuer's own: each signer is tried */
} KioskCwtSigners;

/**
 * kiosk_cwt_verify:
 * @signers: (element-type X509): each trusted by itself, as a trust list names them
 * @at_ms: the time at which token and signer must be valid, or −1 to leave time out. A token is
 *   good through the very moment at which it expires.
 * @ret_signer: (out) (optional) (transfer full)
 * @error: %KIOSK_TRUST_ERROR_CHAIN: no such signer, fetch newer lists;
 *   %KIOSK_TRUST_ERROR_SIGNATURE: altered; %KIOSK_TRUST_ERROR_EXPIRED: not valid yet, or no longer;
 *   %KIOSK_TRUST_ERROR_UNSUPPORTED: another algorithm
 */
gboolean kiosk_cwt_verify (const KioskCwt *token, GPtrArray *signers, KioskCwtSigners which,
                           gint64 at_ms, X509 **ret_signer, GError **error);

G_END_DECLS
