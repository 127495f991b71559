#include "trust/pki.h"

#include "trust/pki-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#define CSR_MAX         (16 * 1024)
#define COMMON_NAME_MAX 64

/* id-PIV-cardAuth: FIPS 201-3, appendix B */
#define EKU_CARD_AUTHENTICATION "2.16.840.1.101.3.6.8"

typedef struct
{
  const char *constraints;
  const char *usage;
  const char *extended;
  gboolean names_itself; /* subjectKeyIdentifier; a leaf needs none, and a receipt carries it */
} Profile;

static const Profile profiles[] = {
  [KIOSK_CERT_CA] = { "critical,CA:TRUE", "critical,keyCertSign,cRLSign", NULL, TRUE },
  [KIOSK_CERT_SERVER] = { NULL, "critical,digitalSignature", "serverAuth", FALSE },
  [KIOSK_CERT_KIOSK] = { NULL, "critical,digitalSignature", "clientAuth", FALSE },
  [KIOSK_CERT_DEPARTMENT] = { NULL, "critical,digitalSignature", "clientAuth", FALSE },
  [KIOSK_CERT_RECIPIENT] = { NULL, "critical,keyAgreement", NULL, FALSE },
  [KIOSK_CERT_SIGNER] = { NULL, "critical,digitalSignature", KIOSK_EKU_DOCUMENT_SIGNING, FALSE },
  [KIOSK_CERT_CSCA] = { "critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL, TRUE },
  [KIOSK_CERT_DS] = { NULL, "critical,digitalSignature", NULL, TRUE },
  [KIOSK_CERT_STAFF]
  = { NULL, "critical,digitalSignature", "critical," EKU_CARD_AUTHENTICATION, FALSE },
  [KIOSK_CERT_CITIZEN] = { NULL, "critical,digitalSignature,nonRepudiation", NULL, TRUE },
  [KIOSK_CERT_KEK] = { NULL, "critical,keyEncipherment", NULL, FALSE },
};

static gboolean
add_name (X509_NAME *name, const char *field, const char *value)
{
  return value == NULL
         || X509_NAME_add_entry_by_txt (name, field, MBSTRING_UTF8, (const guint8 *)value, -1, -1,
                                        0)
              == 1;
}

char *
kiosk_pki_csr_new (EVP_PKEY *key, const char *common_name, GError **error)
{
  g_autoptr (X509_REQ) request = X509_REQ_new ();
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long length = 0;

  if (!add_name (X509_REQ_get_subject_name (request), "CN", common_name)
      || X509_REQ_set_pubkey (request, key) != 1 || X509_REQ_sign (request, key, EVP_sha256 ()) <= 0
      || PEM_write_bio_X509_REQ (bio, request) != 1)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "certificate request");
      return NULL;
    }
  length = BIO_get_mem_data (bio, &data);
  return g_strndup (data, (gsize)length);
}

EVP_PKEY *
kiosk_pki_csr_check (const char *pem, GError **error)
{
  gsize length = strnlen (pem, CSR_MAX + 1);
  g_autoptr (BIO) bio = BIO_new_mem_buf (pem, (int)length);
  g_autoptr (X509_REQ) request = NULL;
  g_autoptr (EVP_PKEY) key = NULL;

  if (length <= CSR_MAX)
    request = PEM_read_bio_X509_REQ (bio, NULL, NULL, NULL);
  if (request != NULL)
    key = X509_REQ_get_pubkey (request);
  if (key == NULL)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "not a certificate request in PEM");
      return NULL;
    }
  if (!kiosk_key_is_p256 (key))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                           "the certificate request's key is not on P-256");
      return NULL;
    }
  if (X509_REQ_verify (request, key) != 1)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                           "the certificate request is not signed by its own key");
      return NULL;
    }
  return g_steal_pointer (&key);
}

static gboolean
add_extension (X509 *cert, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension = NULL;
  gboolean added = FALSE;

  if (value == NULL)
    return TRUE;
  X509V3_set_ctx (&context, issuer, cert, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  added = extension != NULL && X509_add_ext (cert, extension, -1) == 1;
  X509_EXTENSION_free (extension);
  return added;
}

static gboolean
add_alternative_names (X509 *cert, X509 *issuer, const KioskCertTemplate *template)
{
  g_autofree char *names = NULL;

  if (template->role != KIOSK_CERT_SERVER)
    return TRUE;
  names = g_strdup_printf ("DNS:%s,IP:127.0.0.1,IP:::1",
                           template->dns_name != NULL ? template->dns_name : "localhost");
  return add_extension (cert, issuer, NID_subject_alt_name, names);
}

static gboolean
add_extensions (X509 *cert, X509 *issuer, const KioskCertTemplate *template)
{
  const Profile *profile = &profiles[template->role];

  return add_extension (cert, issuer, NID_basic_constraints, profile->constraints)
         && add_extension (cert, issuer, NID_key_usage, profile->usage)
         && add_extension (cert, issuer, NID_ext_key_usage, profile->extended)
         && add_extension (cert, issuer, NID_subject_key_identifier,
                           profile->names_itself ? "hash" : NULL)
         && add_extension (cert, issuer, NID_authority_key_identifier,
                           issuer != cert && X509_get0_subject_key_id (issuer) != NULL ? "keyid"
                                                                                       : NULL)
         && add_alternative_names (cert, issuer, template);
}

static gboolean
set_times (X509 *cert, const KioskCertTemplate *template)
{
  return ASN1_TIME_set (X509_getm_notBefore (cert), (time_t)(template->not_before_ms / 1000))
           != NULL
         && ASN1_TIME_set (X509_getm_notAfter (cert), (time_t)(template->not_after_ms / 1000))
              != NULL;
}

static gboolean
set_serial (X509 *cert)
{
  guint64 serial = 0;

  return RAND_bytes ((guint8 *)&serial, sizeof serial) == 1
         && ASN1_INTEGER_set_uint64 (X509_get_serialNumber (cert), serial) == 1;
}

/* ICAO 9303-12, 4.4: a document signer and its country signer spell their curve out. */
static gboolean
set_key (X509 *cert, EVP_PKEY *subject, KioskCertRole role)
{
  g_autoptr (EVP_PKEY) spelled = NULL;

  if (role != KIOSK_CERT_CSCA && role != KIOSK_CERT_DS)
    return X509_set_pubkey (cert, subject) == 1;
  spelled = EVP_PKEY_dup (subject);
  return spelled != NULL
         && EVP_PKEY_set_utf8_string_param (spelled, OSSL_PKEY_PARAM_EC_ENCODING,
                                            OSSL_PKEY_EC_ENCODING_EXPLICIT)
              == 1
         && X509_set_pubkey (cert, spelled) == 1;
}

static gboolean
fill (X509 *cert, const KioskCertTemplate *template, EVP_PKEY *subject, X509 *issuer)
{
  X509_NAME *name = X509_get_subject_name (cert);

  return X509_set_version (cert, X509_VERSION_3) == 1 && set_serial (cert)
         && set_times (cert, template) && add_name (name, "C", template->country)
         && add_name (name, "O", template->organization)
         && add_name (name, "serialNumber", template->serial_number)
         && add_name (name, "CN", template->common_name)
         && X509_set_issuer_name (cert, X509_get_subject_name (issuer)) == 1
         && set_key (cert, subject, template->role) && add_extensions (cert, issuer, template);
}

static gboolean
check_template (const KioskCertTemplate *template, GError **error)
{
  gsize length = template->common_name != NULL ? strlen (template->common_name) : 0;

  if (length >= 1 && length <= COMMON_NAME_MAX
      && (template->country == NULL || strlen (template->country) == 2)
      && template->not_before_ms < template->not_after_ms)
    return TRUE;
  g_set_error_literal (
    error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
    "a certificate needs a name of 1 to 64 bytes, a country of two letters and a "
    "validity that ends after it begins");
  return FALSE;
}

X509 *
kiosk_pki_issue (const KioskCertTemplate *template, EVP_PKEY *subject, X509 *issuer,
                 EVP_PKEY *issuer_key, GError **error)
{
  g_autoptr (X509) cert = NULL;

  if (!check_template (template, error))
    return NULL;
  cert = X509_new ();
  if (cert == NULL || !fill (cert, template, subject, issuer != NULL ? issuer : cert)
      || X509_sign (cert, issuer_key, EVP_sha256 ()) <= 0)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "issuing a certificate");
      return NULL;
    }
  return g_steal_pointer (&cert);
}
