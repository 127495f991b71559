#include "trust/presentation-verify.h"

#include "formats/cbor-item.h"
#include "trust/cwt-verify.h"
#include "trust/holder-key-private.h"

gboolean
kiosk_presentation_check_issuer (const KioskPresentation *self, GPtrArray *issuers, GError **error)
{
  const KioskCwt *token = self->credential->token;
  g_autoptr (X509) issuer = NULL;
  time_t at = (time_t)(token->issued_ms / 1000);

  if (!kiosk_cwt_verify (token, issuers, KIOSK_CWT_ANY_SIGNER, -1, &issuer, error))
    return FALSE;
  if (token->issued_ms >= 0 && X509_cmp_time (X509_get0_notBefore (issuer), &at) < 0
      && X509_cmp_time (X509_get0_notAfter (issuer), &at) > 0)
    return TRUE;
  g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED,
                       "the credential's issuer could not sign at the time that it states");
  return FALSE;
}

gboolean
kiosk_presentation_check_holder (const KioskPresentation *self, GError **error)
{
  return kiosk_holder_key_check (self->credential->holder_key, self->algorithm,
                                 self->protected_header, self->payload, self->signature, error);
}

void
kiosk_presentation_digest (const KioskPresentation *self, guint8 ret_digest[32])
{
  g_autoptr (cbor_item_t) array = cbor_new_definite_array (3);
  g_autoptr (GBytes) nonce = g_bytes_new (self->nonce, sizeof self->nonce);
  g_autoptr (GBytes) bytes = NULL;
  guint length = 0;

  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (self->credential->holder_key));
  kiosk_cbor_array_push (array, kiosk_cbor_new_text (self->audience));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (nonce));
  bytes = kiosk_cbor_encode (array);
  if (EVP_Digest (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), ret_digest, &length,
                  EVP_sha256 (), NULL)
      != 1)
    g_error ("SHA-256 is not available");
}
