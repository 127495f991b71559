#include "trust/pki.h"

#include "base/file.h"
#include "base/secret.h"
#include "trust/openssl-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define PEM_FILE_MAX (1024 * 1024)
#define CERTS_MAX    256
#define CERT_MAX     (64 * 1024)
#define KEY_FILE_MAX (16 * 1024)

EVP_PKEY *
kiosk_pki_key_new (GError **error)
{
  EVP_PKEY *key = EVP_EC_gen (SN_X9_62_prime256v1);

  if (key == NULL)
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "making a key");
  return key;
}

static GBytes *
read_file (const char *path, gsize maximum, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GBytes *bytes = kiosk_file_read (path, maximum, &problem);

  if (bytes == NULL)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_FILE, problem->message);
  return bytes;
}

/* Without it OpenSSL would ask the terminal for a passphrase. */
static int
no_passphrase (char *buffer, int size, int writing, void *data)
{
  return 0;
}

EVP_PKEY *
kiosk_pki_key_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, KEY_FILE_MAX, error);
  g_autoptr (BIO) bio = NULL;
  EVP_PKEY *key = NULL;

  if (bytes == NULL)
    return NULL;
  bio = kiosk_bio_new (bytes);
  key = PEM_read_bio_PrivateKey (bio, NULL, no_passphrase, NULL);
  /* The only reference: nobody else reads what is wiped here. */
  explicit_bzero ((gpointer)g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  ERR_clear_error ();
  if (key == NULL)
    g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                 "%s: not an unencrypted private key in PEM; put a sound copy there", path);
  return key;
}

gboolean
kiosk_pki_key_save (EVP_PKEY *key, const char *path, GError **error)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_secmem ());
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;
  char *data = NULL;
  long length = 0;

  if (PEM_write_bio_PKCS8PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL) != 1)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "writing a key");
      return FALSE;
    }
  length = BIO_get_mem_data (bio, &data);
  bytes = g_bytes_new_static (data, (gsize)length);
  if (kiosk_file_write (path, bytes, 0600, &problem))
    return TRUE;
  g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_FILE, problem->message);
  return FALSE;
}

/* Every certificate of @bytes, 1 … @maximum; whatever else PEM holds is skipped. */
static GPtrArray *
certs_from_pem (GBytes *bytes, guint maximum, const char *what, GError **error)
{
  g_autoptr (BIO) bio = kiosk_bio_new (bytes);
  g_autoptr (GPtrArray) certs = kiosk_x509_array_new ();
  X509 *cert = NULL;

  while (certs->len <= maximum
         && (cert = PEM_read_bio_X509 (bio, NULL, no_passphrase, NULL)) != NULL)
    g_ptr_array_add (certs, cert);
  /* "No start line" is how the end shows; anything else is a damaged certificate. */
  if (certs->len == 0 || certs->len > maximum
      || ERR_GET_REASON (ERR_peek_last_error ()) != PEM_R_NO_START_LINE)
    {
      ERR_clear_error ();
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                   "%s: not 1 to %u certificates in PEM; put a sound copy there", what, maximum);
      return NULL;
    }
  ERR_clear_error ();
  return g_steal_pointer (&certs);
}

GPtrArray *
kiosk_pki_certs_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, PEM_FILE_MAX, error);

  return bytes != NULL ? certs_from_pem (bytes, CERTS_MAX, path, error) : NULL;
}

X509 *
kiosk_pki_cert_load (const char *path, GError **error)
{
  g_autoptr (GPtrArray) certs = kiosk_pki_certs_load (path, error);

  return certs != NULL ? g_ptr_array_steal_index (certs, 0) : NULL;
}

X509 *
kiosk_pki_cert_from_pem (const char *pem, GError **error)
{
  gsize length = strnlen (pem, CERT_MAX * 2);
  g_autoptr (GBytes) bytes = g_bytes_new (pem, length);
  g_autoptr (GPtrArray) certs = certs_from_pem (bytes, 1, "certificate", error);

  return certs != NULL ? g_ptr_array_steal_index (certs, 0) : NULL;
}

X509 *
kiosk_pki_cert_from_der (GBytes *der, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (der, &length);
  const guint8 *at = data;
  g_autoptr (X509) cert = NULL;

  if (length > 0 && length <= CERT_MAX)
    cert = d2i_X509 (NULL, &at, (long)length);
  if (cert == NULL || at != data + length)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "not a certificate in DER");
      return NULL;
    }
  return g_steal_pointer (&cert);
}

GBytes *
kiosk_pki_cert_to_der (X509 *cert)
{
  guint8 *der = NULL;
  int length = i2d_X509 (cert, &der);
  GBytes *bytes = NULL;

  if (length <= 0)
    g_error ("out of memory");
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}

char *
kiosk_pki_cert_to_pem (X509 *cert)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long length = 0;

  if (PEM_write_bio_X509 (bio, cert) != 1)
    g_error ("out of memory");
  length = BIO_get_mem_data (bio, &data);
  return g_strndup (data, (gsize)length);
}

char *
kiosk_pki_cert_common_name (X509 *cert)
{
  const X509_NAME *subject = X509_get_subject_name (cert);
  int index = X509_NAME_get_index_by_NID (subject, NID_commonName, -1);
  guint8 *utf8 = NULL;
  int length = 0;
  char *name = NULL;

  if (index < 0)
    return NULL;
  length
    = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject, index)));
  /* A NUL inside would let one name pass for another. */
  if (length > 0 && memchr (utf8, '\0', (gsize)length) == NULL)
    name = g_strndup ((const char *)utf8, (gsize)length);
  OPENSSL_free (utf8);
  ERR_clear_error ();
  return name;
}
