/* Staff cards: the PIV card application (NIST SP 800-73-4, SP 800-78-4). A card shows a certificate
 * and proves that it holds its key by signing a challenge that has never been used. */
#pragma once

#include "devices/card/card-session.h"
#include <openssl/evp.h>

G_BEGIN_DECLS

#define KIOSK_PIV_CHALLENGE       32
#define KIOSK_PIV_CERTIFICATE_MAX 3072 /* bytes; part 1, appendix A: at most 1,856 in its place */
#define KIOSK_PIV_SIGNATURE_MAX   256  /* RSA-2048 */
#define KIOSK_PIV_PROFILE         "staff" /* what FOUND calls such a card */

typedef struct
{
  GBytes *certificate; /* DER, of P-256 or RSA-2048; who issued it is not judged here */
  GBytes *signature;   /* over the challenge */
} KioskPivProof;

/**
 * kiosk_piv_prove:
 * @challenge: fresh, of whoever will judge the proof
 * @error: %KIOSK_CARD_ERROR_WRONG_CARD: no such application on it, or no certificate;
 *   %KIOSK_CARD_ERROR_UNSUPPORTED: its key wants the card's own PIN, which is not for the air, or
 * is of another kind; %KIOSK_CARD_ERROR_CLONE: the signature is not the certificate's key's;
 *   %KIOSK_CARD_ERROR_LDS_MALFORMED: damaged; and what a session says
 *
 * Asks for the card authentication key (9E), which works without a PIN and through the air; failing
 * that for the PIV authentication key (9A).
 */
KioskPivProof *kiosk_piv_prove (KioskCardSession *session,
                                const guint8 challenge[KIOSK_PIV_CHALLENGE], GError **error);
/* Whether the key of the certificate has signed @challenge. */
gboolean kiosk_piv_proof_check (const KioskPivProof *self,
                                const guint8 challenge[KIOSK_PIV_CHALLENGE], GError **error);
void kiosk_piv_proof_free (KioskPivProof *self);

/* Parsers of what a card answers; both (transfer full). %KIOSK_CARD_ERROR_LDS_MALFORMED,
 * %KIOSK_CARD_ERROR_UNSUPPORTED for a certificate that is packed. */
GBytes *kiosk_piv_parse_certificate (const guint8 *answer, gsize length, GError **error);
GBytes *kiosk_piv_parse_signature (const guint8 *answer, gsize length, GError **error);

/* (transfer full): the data of GENERAL AUTHENTICATE for @key, and which algorithm that is. */
GByteArray *kiosk_piv_question (EVP_PKEY *key, const guint8 challenge[KIOSK_PIV_CHALLENGE],
                                guint8 *ret_algorithm, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPivProof, kiosk_piv_proof_free)

G_END_DECLS
