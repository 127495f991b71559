#include "country.h"

#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

/* With objects that this file made, OpenSSL fails only without memory, and then GLib would end the
 * program as well. */
#define MUST(call)                                                                                 \
  do                                                                                               \
    if (!(call))                                                                                   \
      g_error ("OpenSSL: %s", #call);                                                              \
  while (0)

#define VALID_YEARS 12 /* before and after today: whatever was issued in them holds */
#define CRL_DAYS    90 /* 9303-12, 7.1.4: at most */

/* P-256's numbers with another generator. */
static EVP_PKEY *
strange_domain (void)
{
  EC_GROUP *group = EC_GROUP_new_by_curve_name (NID_X9_62_prime256v1);
  EC_POINT *generator = EC_POINT_new (group);
  BIGNUM *p = BN_new (), *a = BN_new (), *b = BN_new ();
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new ();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  guint8 point[65];
  OSSL_PARAM *parameters;
  EVP_PKEY *domain = NULL;

  MUST (EC_POINT_dbl (group, generator, EC_GROUP_get0_generator (group), NULL));
  MUST (
    EC_POINT_point2oct (group, generator, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL)
    == sizeof point);
  MUST (EC_GROUP_get_curve (group, p, a, b, NULL));
  MUST (OSSL_PARAM_BLD_push_utf8_string (builder, OSSL_PKEY_PARAM_EC_FIELD_TYPE,
                                         SN_X9_62_prime_field, 0));
  MUST (OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_EC_P, p));
  MUST (OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_EC_A, a));
  MUST (OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_EC_B, b));
  MUST (OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_EC_ORDER, EC_GROUP_get0_order (group)));
  MUST (
    OSSL_PARAM_BLD_push_octet_string (builder, OSSL_PKEY_PARAM_EC_GENERATOR, point, sizeof point));
  parameters = OSSL_PARAM_BLD_to_param (builder);
  MUST (EVP_PKEY_fromdata_init (context) > 0);
  MUST (EVP_PKEY_fromdata (context, &domain, EVP_PKEY_KEY_PARAMETERS, parameters) > 0);
  OSSL_PARAM_free (parameters);
  OSSL_PARAM_BLD_free (builder);
  EVP_PKEY_CTX_free (context);
  BN_free (p);
  BN_free (a);
  BN_free (b);
  EC_POINT_free (generator);
  EC_GROUP_free (group);
  return domain;
}

/* Whoever accepts such parameters accepts a key pair that fits any public key (CVE-2020-0601). */
static EVP_PKEY *
strange_key (void)
{
  EVP_PKEY *domain = strange_domain ();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (domain, NULL);
  EVP_PKEY *key = NULL;

  MUST (EVP_PKEY_keygen_init (context) > 0 && EVP_PKEY_generate (context, &key) > 0);
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (domain);
  return key;
}

static gboolean
make_signer (KioskEmuCountry *country, KioskEmuSigner which, KioskCertTemplate template,
             GError **error)
{
  static const char *const names[]
    = { "Document Signer", "Document Signer (strange curve)", "Document Signer (revoked)" };
  g_autofree char *name = g_strdup_printf ("%s %s", template.common_name, names[which]);
  KioskSigner *signer = &country->signers[which];

  template.role = KIOSK_CERT_DS;
  template.common_name = name;
  signer->key = which == KIOSK_EMU_SIGNER_STRANGE ? strange_key () : kiosk_pki_key_new (error);
  if (signer->key == NULL)
    return FALSE;
  signer->cert = kiosk_pki_issue (&template, signer->key, country->cert, country->key, error);
  return signer->cert != NULL;
}

static gboolean
make_all (KioskEmuCountry *country, KioskCertTemplate template, GError **error)
{
  country->key = kiosk_pki_key_new (error);
  if (country->key == NULL)
    return FALSE;
  country->cert = kiosk_pki_issue (&template, country->key, NULL, country->key, error);
  if (country->cert == NULL)
    return FALSE;
  for (int i = 0; i < KIOSK_EMU_N_SIGNERS; i++)
    if (!make_signer (country, i, template, error))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_emu_country_make (const char *name, GDateTime *today, KioskEmuCountry *ret_country,
                        GError **error)
{
  g_autoptr (GDateTime) from = g_date_time_add_years (today, -VALID_YEARS);
  g_autoptr (GDateTime) until = g_date_time_add_years (today, VALID_YEARS);
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CSCA,
    .common_name = name,
    .organization = "Simulation",
    .country = "CN",
    .not_before_ms = g_date_time_to_unix (from) * 1000,
    .not_after_ms = g_date_time_to_unix (until) * 1000,
  };
  KioskEmuCountry country = { 0 };

  if (!make_all (&country, template, error))
    {
      kiosk_emu_country_clear (&country);
      return FALSE;
    }
  *ret_country = country;
  return TRUE;
}

void
kiosk_emu_country_clear (KioskEmuCountry *country)
{
  g_clear_pointer (&country->cert, X509_free);
  g_clear_pointer (&country->key, EVP_PKEY_free);
  for (int i = 0; i < KIOSK_EMU_N_SIGNERS; i++)
    {
      g_clear_pointer (&country->signers[i].cert, X509_free);
      g_clear_pointer (&country->signers[i].key, EVP_PKEY_free);
    }
}

static void
set_time (X509_CRL *crl, int (*set) (X509_CRL *, const ASN1_TIME *), GDateTime *when)
{
  ASN1_TIME *time = ASN1_TIME_set (NULL, (time_t)g_date_time_to_unix (when));

  MUST (time != NULL && set (crl, time));
  ASN1_TIME_free (time);
}

static void
add_revoked (X509_CRL *crl, X509 *cert, GDateTime *when)
{
  X509_REVOKED *revoked = X509_REVOKED_new ();
  ASN1_TIME *time = ASN1_TIME_set (NULL, (time_t)g_date_time_to_unix (when));

  MUST (X509_REVOKED_set_serialNumber (revoked, X509_get_serialNumber (cert)));
  MUST (X509_REVOKED_set_revocationDate (revoked, time));
  MUST (X509_CRL_add0_revoked (crl, revoked));
  ASN1_TIME_free (time);
}

static void
name_issuer (X509_CRL *crl, X509 *issuer)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, issuer, NULL, NULL, crl, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, NID_authority_key_identifier, "keyid");
  MUST (extension != NULL && X509_CRL_add_ext (crl, extension, -1));
  X509_EXTENSION_free (extension);
}

static char *
to_pem (X509_CRL *crl)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long length;
  char *pem;

  MUST (PEM_write_bio_X509_CRL (bio, crl));
  length = BIO_get_mem_data (bio, &data);
  pem = g_strndup (data, (gsize)length);
  BIO_free (bio);
  return pem;
}

char *
kiosk_emu_country_crl (const KioskEmuCountry *country, GDateTime *today)
{
  g_autoptr (GDateTime) before = g_date_time_add_days (today, -1);
  g_autoptr (GDateTime) next = g_date_time_add_days (before, CRL_DAYS);
  ASN1_INTEGER *number = ASN1_INTEGER_new ();
  X509_CRL *crl = X509_CRL_new ();
  char *pem;

  MUST (X509_CRL_set_version (crl, X509_CRL_VERSION_2));
  MUST (X509_CRL_set_issuer_name (crl, X509_get_subject_name (country->cert)));
  set_time (crl, X509_CRL_set1_lastUpdate, before);
  set_time (crl, X509_CRL_set1_nextUpdate, next);
  add_revoked (crl, country->signers[KIOSK_EMU_SIGNER_REVOKED].cert, before);
  name_issuer (crl, country->cert);
  MUST (ASN1_INTEGER_set (number, 1) && X509_CRL_add1_ext_i2d (crl, NID_crl_number, number, 0, 0));
  ASN1_INTEGER_free (number);
  MUST (X509_CRL_sort (crl) && X509_CRL_sign (crl, country->key, EVP_sha256 ()) > 0);
  pem = to_pem (crl);
  X509_CRL_free (crl);
  return pem;
}

GBytes *
kiosk_emu_country_sign (const KioskSigner *signer, const char *type, GBytes *content)
{
  CMS_ContentInfo *cms = CMS_sign (NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
  ASN1_OBJECT *object = OBJ_txt2obj (type, 1);
  BIO *input = BIO_new_mem_buf (g_bytes_get_data (content, NULL), (int)g_bytes_get_size (content));
  guint8 *der = NULL;
  int length;
  GBytes *bytes;

  MUST (cms != NULL && object != NULL && CMS_set1_eContentType (cms, object));
  MUST (CMS_add1_signer (cms, signer->cert, signer->key, EVP_sha256 (), CMS_BINARY | CMS_NOSMIMECAP)
        != NULL);
  MUST (CMS_final (cms, input, NULL, CMS_BINARY));
  length = i2d_CMS_ContentInfo (cms, &der);
  MUST (length > 0);
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  ASN1_OBJECT_free (object);
  BIO_free (input);
  CMS_ContentInfo_free (cms);
  return bytes;
}
