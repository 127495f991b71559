/* Who signed what a phone shows: the credential, its issuer; the showing itself, the key inside the
 * credential. Whether it is meant for this kiosk, fresh and unused is identity's to judge. */
#pragma once

#include "formats/presentation.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/**
 * kiosk_presentation_check_issuer:
 * @issuers: (element-type X509): each trusted by itself, as a trust list names them
 * @error: %KIOSK_TRUST_ERROR_CHAIN: no issuer is listed; %KIOSK_TRUST_ERROR_SIGNATURE: altered, or
 *   signed by none of them; %KIOSK_TRUST_ERROR_EXPIRED: signed at a time when its issuer's
 *   certificate was not valid, or no time is stated; %KIOSK_TRUST_ERROR_UNSUPPORTED
 *
 * The credential may outlive the certificate that signed it, as an identity document does. Its own
 * validity is not judged here.
 */
gboolean
kiosk_presentation_check_issuer (const KioskPresentation *self, GPtrArray *issuers, GError **error);

/* %KIOSK_TRUST_ERROR_UNSUPPORTED: the credential is bound to no key that we can use;
 * %KIOSK_TRUST_ERROR_SIGNATURE: shown by whoever has not that key, or altered. */
gboolean kiosk_presentation_check_holder (const KioskPresentation *self, GError **error);

/* SHA-256 over the holder's key, the audience and the nonce: the same for everything that a key
 * says to a kiosk under one nonce. The signature is left out: from one of ECDSA everybody can make
 * a second (r, n − s), and a code used once must not be new by that. */
void kiosk_presentation_digest (const KioskPresentation *self, guint8 ret_digest[32]);

G_END_DECLS
