/* What a travel document's issuer signs, as CMS SignedData with the signer's certificate inside:
 * EF.SOD, EF.CardSecurity, master lists. ICAO Doc 9303-10, 9303-11, 9303-12. */
#pragma once

#include "trust/cms.h"
#include "trust/csca.h"

G_BEGIN_DECLS

#define KIOSK_SIGNED_SECURITY_OBJECT "2.23.136.1.1.1"
#define KIOSK_SIGNED_MASTER_LIST     "2.23.136.1.1.2"
#define KIOSK_SIGNED_CARD_SECURITY   "0.4.0.127.0.7.3.2.1"

typedef struct _KioskSigned KioskSigned;

/**
 * kiosk_signed_parse:
 * @type: the content's OBJECT IDENTIFIER; %KIOSK_TRUST_ERROR_UNSUPPORTED for another
 *
 * EF.CardSecurity as the chip holds it, the inside of EF.SOD's tag 77, or a master list. All of
 * @der must be the message. %KIOSK_TRUST_ERROR_MALFORMED
 */
KioskSigned *kiosk_signed_parse (const guint8 *der, gsize length, const char *type, GError **error);
void kiosk_signed_free (KioskSigned *self);

/* (transfer none): what was signed; of EF.CardSecurity a SET of SecurityInfos. */
const guint8 *kiosk_signed_content (const KioskSigned *self, gsize *ret_length);

/* By the signer inside. %KIOSK_TRUST_ERROR_SIGNATURE: altered, or signed with a certificate that
 * is not for it; %KIOSK_TRUST_ERROR_UNSUPPORTED: an algorithm that this program does not know. */
gboolean kiosk_signed_verify_signature (KioskSigned *self, GError **error);

/**
 * kiosk_signed_verify_chain:
 *
 * kiosk_csca_verify() of each signer. A document signer's certificate outlives the documents it
 * signed (9303-12, 3.2), so it must be valid at @at_ms; and where the signature states its time,
 * that must lie within the certificate's validity and its private key's usage period:
 * %KIOSK_TRUST_ERROR_EXPIRED.
 */
gboolean
kiosk_signed_verify_chain (KioskSigned *self, const KioskCsca *csca, gint64 at_ms, GError **error);
/* The worst of all signers'; meaningful when the chain holds. */
KioskRevocation kiosk_signed_revocation (KioskSigned *self, const KioskCsca *csca, gint64 at_ms);

/* Personalisation, for the emulator and tests. The signing time is the first moment of the signer's
 * certificate: the machine's clock may be elsewhere than the document's. */
GBytes *
kiosk_signed_create (GBytes *content, const char *type, const KioskSigner *signer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSigned, kiosk_signed_free)

G_END_DECLS
