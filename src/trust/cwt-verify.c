#include "trust/cwt-verify.h"

#include "trust/cose-private.h"
#include "trust/pki-private.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#define KEY_ID       8
#define RSA_BITS_MIN 2048
#define PSS_SALT     32 /* RFC 8230, 2: the length of the hash */

enum
{
  ALG_ES256 = -7,
  ALG_EDDSA = -8,
  ALG_PS256 = -37,
};

static gboolean
check_ecdsa (EVP_PKEY *key, GBytes *data, GBytes *signature)
{
  gsize coordinate = ((gsize)EVP_PKEY_get_bits (key) + 7) / 8;
  g_autoptr (GBytes) der = NULL;

  if (!EVP_PKEY_is_a (key, "EC") || g_bytes_get_size (signature) != 2 * coordinate)
    return FALSE;
  der = kiosk_cose_signature_der (signature);
  return der != NULL && kiosk_ecdsa_verify (key, data, der);
}

static gboolean
check_digest (EVP_PKEY *key, const EVP_MD *digest, gboolean pss, GBytes *data, GBytes *signature)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *settings = NULL;

  if (context == NULL || EVP_DigestVerifyInit (context, &settings, digest, NULL, key) != 1)
    return FALSE;
  if (pss
      && (EVP_PKEY_CTX_set_rsa_padding (settings, RSA_PKCS1_PSS_PADDING) != 1
          || EVP_PKEY_CTX_set_rsa_pss_saltlen (settings, PSS_SALT) != 1))
    return FALSE;
  return EVP_DigestVerify (context, g_bytes_get_data (signature, NULL),
                           g_bytes_get_size (signature), g_bytes_get_data (data, NULL),
                           g_bytes_get_size (data))
         == 1;
}

static gboolean
check (const KioskCwt *token, X509 *signer, GBytes *data)
{
  EVP_PKEY *key = X509_get0_pubkey (signer);

  if (key == NULL || (X509_get_key_usage (signer) & KU_DIGITAL_SIGNATURE) == 0)
    return FALSE;
  if (token->algorithm == ALG_ES256)
    return check_ecdsa (key, data, token->signature);
  if (token->algorithm == ALG_EDDSA)
    return EVP_PKEY_is_a (key, "ED25519")
           && check_digest (key, NULL, FALSE, data, token->signature);
  return (EVP_PKEY_is_a (key, "RSA") || EVP_PKEY_is_a (key, "RSA-PSS"))
         && EVP_PKEY_get_bits (key) >= RSA_BITS_MIN
         && check_digest (key, EVP_sha256 (), TRUE, data, token->signature);
}

static gboolean
is_named (const KioskCwt *token, X509 *signer)
{
  guint8 hash[EVP_MAX_MD_SIZE];
  guint length = 0;

  return token->key_id != NULL && g_bytes_get_size (token->key_id) == KEY_ID
         && X509_digest (signer, EVP_sha256 (), hash, &length) == 1
         && memcmp (hash, g_bytes_get_data (token->key_id, NULL), KEY_ID) == 0;
}

/* The signer whose key made the signature. */
static X509 *
find_signer (const KioskCwt *token, GPtrArray *signers, KioskCwtSigners which, GError **error)
{
  g_autoptr (GBytes) data = kiosk_cose_to_be_signed (token->protected_header, token->payload);
  gboolean any = FALSE;

  for (guint i = 0; i < signers->len; i++)
    {
      X509 *signer = signers->pdata[i];

      if (which == KIOSK_CWT_BY_KEY_ID && !is_named (token, signer))
        continue;
      any = TRUE;
      if (check (token, signer, data))
        return signer;
    }
  /* What OpenSSL noted of signatures that do not hold must not be blamed on the next caller. */
  ERR_clear_error ();
  g_set_error (
    error, KIOSK_TRUST_ERROR, any ? KIOSK_TRUST_ERROR_SIGNATURE : KIOSK_TRUST_ERROR_CHAIN,
    any ? "the token is altered, or signed by another" : "no signer of this name is known");
  return NULL;
}

/* From the first to the last second of it, both included (RFC 5280, 4.1.2.5). */
static gboolean
check_time (const KioskCwt *token, X509 *signer, gint64 at_ms, GError **error)
{
  time_t at = (time_t)(at_ms / 1000);
  int from = ASN1_TIME_cmp_time_t (X509_get0_notBefore (signer), at);
  int until = ASN1_TIME_cmp_time_t (X509_get0_notAfter (signer), at);
  gboolean early = at_ms < token->issued_ms || at_ms < token->not_before_ms || from == 1;
  gboolean late = (token->expires_ms >= 0 && at_ms > token->expires_ms) || until == -1;
  gboolean good = !early && !late && from != -2 && until != -2; /* −2: not a time */

  if (!good)
    g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED,
                 "the token or its signer is %s", early ? "not valid yet" : "no longer valid");
  return good;
}

gboolean
kiosk_cwt_verify (const KioskCwt *token, GPtrArray *signers, KioskCwtSigners which, gint64 at_ms,
                  X509 **ret_signer, GError **error)
{
  X509 *signer = NULL;

  if (token->algorithm != ALG_ES256 && token->algorithm != ALG_EDDSA
      && token->algorithm != ALG_PS256)
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                   "a token signed with algorithm %" G_GINT64_FORMAT, token->algorithm);
      return FALSE;
    }
  signer = find_signer (token, signers, which, error);
  if (signer == NULL || (at_ms >= 0 && !check_time (token, signer, at_ms, error)))
    return FALSE;
  if (ret_signer != NULL)
    {
      X509_up_ref (signer);
      *ret_signer = signer;
    }
  return TRUE;
}
