#include "trust/cms.h"

#include "base/secret.h"
#include "trust/cms-private.h"
#include "trust/cms-profile.h"

#include <openssl/err.h>

/* RFC 5753: ephemeral-static ECDH, its KDF over SHA-256 (OpenSSL's own choice is SHA-1). OpenSSL
 * wraps a key of 256 bits with AES-256 by itself. */
static gboolean
add_recipient (CMS_ContentInfo *cms, X509 *cert)
{
  CMS_RecipientInfo *recipient = CMS_add1_recipient_cert (cms, cert, CMS_BINARY | CMS_KEY_PARAM);
  EVP_PKEY_CTX *context = recipient != NULL ? CMS_RecipientInfo_get0_pkey_ctx (recipient) : NULL;

  return context != NULL && CMS_RecipientInfo_type (recipient) == CMS_RECIPINFO_AGREE
         && EVP_PKEY_CTX_set_ecdh_kdf_md (context, EVP_sha256 ()) > 0;
}

GBytes *
kiosk_cms_encrypt (GBytes *plaintext, GPtrArray *recipients, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = CMS_AuthEnvelopedData_create (EVP_aes_256_gcm ());
  gboolean good = cms != NULL && recipients->len > 0 && CMS_set_detached (cms, 0) == 1;
  GBytes *der = NULL;

  for (guint i = 0; good && i < recipients->len; i++)
    good = add_recipient (cms, g_ptr_array_index (recipients, i));
  if (good && kiosk_cms_feed (cms, plaintext))
    der = kiosk_cms_take_der (cms, FALSE);
  if (der == NULL)
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "encrypting");
  return der;
}

/* All of @bio into wiped memory; NULL unless the tag holds, which shows only at the end. */
static GBytes *
read_plaintext (BIO *bio, gsize maximum)
{
  g_autoptr (KioskSecret) buffer = kiosk_secret_new (maximum);
  g_autoptr (GBytes) whole = NULL;
  gsize length = 0;
  int got = 0;

  while (length < maximum
         && (got = BIO_read (bio, kiosk_secret_data (buffer) + length, (int)(maximum - length)))
              > 0)
    length += (gsize)got;
  if (length == maximum)
    {
      guint8 more = 0;
      got = BIO_read (bio, &more, 1);
    }
  if (got > 0 || BIO_get_cipher_status (bio) != 1)
    return NULL;
  whole = kiosk_bytes_new_secret (g_steal_pointer (&buffer));
  return g_bytes_new_from_bytes (whole, 0, length);
}

GBytes *
kiosk_cms_decrypt (GBytes *bytes, X509 *cert, EVP_PKEY *key, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (BIO) bio = NULL;
  GBytes *plaintext = NULL;

  if (length == 0 || length > KIOSK_CMS_MAX)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "CMS message empty or too big");
      return NULL;
    }
  if (!kiosk_cms_check_enveloped (bytes, error))
    return NULL;
  cms = d2i_CMS_ContentInfo (NULL, &data, (long)length);
  if (cms != NULL && CMS_decrypt_set1_pkey (cms, key, cert) == 1)
    bio = CMS_dataInit (cms, NULL);
  if (bio != NULL)
    plaintext = read_plaintext (bio, length);
  ERR_clear_error ();
  if (plaintext == NULL)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_DECRYPT,
                         "not encrypted to this key, or altered");
  return plaintext;
}
