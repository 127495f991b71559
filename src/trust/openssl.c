#include "trust/openssl-private.h"

#include "base/secret.h"
#include "trust/pki.h"

#include <openssl/err.h>
#include <string.h>

G_DEFINE_QUARK (kiosk_trust_error, kiosk_trust_error)

void
kiosk_trust_set_openssl_error (GError **error, KioskTrustError code, const char *what)
{
  unsigned long number = ERR_peek_last_error ();
  const char *reason = number != 0 ? ERR_reason_error_string (number) : NULL;

  g_set_error (error, KIOSK_TRUST_ERROR, code, "%s: %s", what,
               reason != NULL ? reason : "no reason given");
  ERR_clear_error ();
}

void
kiosk_x509_stack_free (KioskX509Stack *stack)
{
  sk_X509_pop_free (stack, X509_free);
}

KioskX509Stack *
kiosk_x509_stack_new (GPtrArray *certs)
{
  KioskX509Stack *stack = sk_X509_new_null ();

  for (guint i = 0; certs != NULL && i < certs->len; i++)
    if (!X509_add_cert (stack, g_ptr_array_index (certs, i), X509_ADD_FLAG_UP_REF))
      g_error ("out of memory");
  return stack;
}

GPtrArray *
kiosk_x509_array_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
}

BIO *
kiosk_bio_new (GBytes *bytes)
{
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  BIO *bio = BIO_new_mem_buf (length > 0 ? data : "", (int)length);

  if (bio == NULL)
    g_error ("out of memory");
  return bio;
}

GBytes *
kiosk_bytes_new_secret (gpointer secret)
{
  return g_bytes_new_with_free_func (kiosk_secret_data (secret), kiosk_secret_length (secret),
                                     (GDestroyNotify)kiosk_secret_unref, secret);
}

GBytes *
kiosk_ecdsa_sign (EVP_PKEY *key, GBytes *data, GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 der[160];
  gsize length = sizeof der;
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (data, &size);

  if (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key) <= 0
      || EVP_DigestSign (context, der, &length, bytes, size) <= 0)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "signing");
      return NULL;
    }
  return g_bytes_new (der, length);
}

gboolean
kiosk_ecdsa_verify (EVP_PKEY *key, GBytes *data, GBytes *der)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize size = 0;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  const guint8 *signature = g_bytes_get_data (der, &length);
  gboolean good = EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key) > 0
                  && EVP_DigestVerify (context, signature, length, bytes, size) == 1;

  if (!good)
    ERR_clear_error ();
  return good;
}

gboolean
kiosk_key_is_p256 (EVP_PKEY *key)
{
  char name[32];

  return key != NULL && EVP_PKEY_get_base_id (key) == EVP_PKEY_EC
         && EVP_PKEY_get_group_name (key, name, sizeof name, NULL) == 1
         && strcmp (name, SN_X9_62_prime256v1) == 0;
}
