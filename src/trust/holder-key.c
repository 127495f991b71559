#include "trust/holder-key-private.h"

#include "base/secret.h"
#include "trust/cose-private.h"
#include "trust/pki.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#define ED25519_KEY 32
#define POINT       65
#define ES256       (-7)

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
kiosk_holder_key_check (GBytes *bytes, gint64 algorithm, GBytes *protected_header, GBytes *payload,
                        GBytes *signature, GError **error)
{
  g_autoptr (EVP_PKEY) key = holder_key (bytes);
  GBytes *data = NULL;
  gboolean good = FALSE;

  if (key == NULL)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                           "no key is given that this program can use");
      return FALSE;
    }
  data = kiosk_cose_to_be_signed (protected_header, payload);
  good = algorithm == ES256 ? kiosk_cose_check (key, data, signature)
                            : check_eddsa (key, data, signature);
  kiosk_wipe_bytes (data);
  /* What OpenSSL noted of a signature that does not hold must not be blamed on the next caller. */
  ERR_clear_error ();
  if (!good)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                         "not signed by the key of the phone that it names");
  return good;
}
