#include "trust/presentation-verify.h"

#include "base/secret.h"
#include "formats/cbor-item.h"
#include "trust/cose-private.h"
#include "trust/cwt-verify.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#define ED25519_KEY 32
#define POINT       65

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

static EVP_PKEY *
point_key (GBytes *point)
{
  OSSL_PARAM params[]
    = { OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)"prime256v1", 0),
        OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY,
                                           (gpointer)g_bytes_get_data (point, NULL),
                                           g_bytes_get_size (point)),
        OSSL_PARAM_construct_end () };
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  EVP_PKEY *key = NULL;

  if (context != NULL && EVP_PKEY_fromdata_init (context) == 1)
    EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_PKEY_CTX_free (context);
  return key;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *
holder_key (GBytes *bytes)
{
  gsize length = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (length == POINT)
    return point_key (bytes);
  if (length == ED25519_KEY)
    return EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, g_bytes_get_data (bytes, NULL),
                                        length);
  return NULL;
}

static gboolean
check_eddsa (EVP_PKEY *key, GBytes *data, GBytes *signature)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();

  return context != NULL && EVP_PKEY_is_a (key, "ED25519")
         && EVP_DigestVerifyInit (context, NULL, NULL, NULL, key) == 1
         && EVP_DigestVerify (context, g_bytes_get_data (signature, NULL),
                              g_bytes_get_size (signature), g_bytes_get_data (data, NULL),
                              g_bytes_get_size (data))
              == 1;
}

gboolean
kiosk_presentation_check_holder (const KioskPresentation *self, GError **error)
{
  g_autoptr (EVP_PKEY) key = holder_key (self->credential->holder_key);
  GBytes *data = NULL;
  gboolean good = FALSE;

  if (key == NULL)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                           "the credential is bound to no key that this program can use");
      return FALSE;
    }
  data = kiosk_cose_to_be_signed (self->protected_header, self->payload);
  good = self->algorithm == KIOSK_PRESENTATION_ES256 ? kiosk_cose_check (key, data, self->signature)
                                                     : check_eddsa (key, data, self->signature);
  kiosk_wipe_bytes (data);
  /* What OpenSSL noted of a signature that does not hold must not be blamed on the next caller. */
  ERR_clear_error ();
  if (!good)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                         "not signed by the key that the credential was given to");
  return good;
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
