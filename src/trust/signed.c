#include "trust/signed-private.h"

#include "trust/cms-private.h"
#include "trust/sod-object.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SIGNERS_MAX 4

struct _KioskSigned
{
  CMS_ContentInfo *cms;
  gboolean is_bound; /* signers to the certificates that the message carries */
};

void
kiosk_signed_free (KioskSigned *self)
{
  if (self == NULL)
    return;
  CMS_ContentInfo_free (self->cms);
  g_free (self);
}

static gboolean
refuse (GError **error, KioskTrustError code, const char *message)
{
  ERR_clear_error ();
  g_set_error (error, KIOSK_TRUST_ERROR, (int)code, "signed by an issuer: %s", message);
  return FALSE;
}

static gboolean
is_of_type (CMS_ContentInfo *cms, const char *type)
{
  char oid[48];

  return OBJ_obj2nid (CMS_get0_type (cms)) == NID_pkcs7_signed
         && OBJ_obj2txt (oid, sizeof oid, CMS_get0_eContentType (cms), 1) > 0
         && strcmp (oid, type) == 0;
}

guint
kiosk_signed_n_signers (const KioskSigned *self)
{
  return (guint)MAX (0, sk_CMS_SignerInfo_num (CMS_get0_SignerInfos (self->cms)));
}

KioskSigned *
kiosk_signed_parse (const guint8 *der, gsize length, const char *type, GError **error)
{
  g_autoptr (KioskSigned) self = g_new0 (KioskSigned, 1);
  const guint8 *at = der;
  ASN1_OCTET_STRING **content = NULL;
  guint n_signers;

  if (length > 0 && length <= G_MAXINT)
    self->cms = d2i_CMS_ContentInfo (NULL, &at, (long)length);
  if (self->cms == NULL || at != der + length)
    {
      refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "not a CMS message");
      return NULL;
    }
  if (!is_of_type (self->cms, type))
    {
      refuse (error, KIOSK_TRUST_ERROR_UNSUPPORTED, "content of another kind");
      return NULL;
    }
  content = CMS_get0_content (self->cms);
  n_signers = kiosk_signed_n_signers (self);
  if (content == NULL || *content == NULL || n_signers < 1 || n_signers > SIGNERS_MAX)
    {
      refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "without content or signer");
      return NULL;
    }
  return g_steal_pointer (&self);
}

const guint8 *
kiosk_signed_content (const KioskSigned *self, gsize *ret_length)
{
  ASN1_OCTET_STRING *content = *CMS_get0_content (self->cms);

  *ret_length = (gsize)ASN1_STRING_length (content);
  return ASN1_STRING_get0_data (content);
}

static CMS_SignerInfo *
signer_info (KioskSigned *self, guint index)
{
  if (!self->is_bound)
    CMS_set1_signers_certs (self->cms, NULL, 0);
  self->is_bound = TRUE;
  return sk_CMS_SignerInfo_value (CMS_get0_SignerInfos (self->cms), (int)index);
}

X509 *
kiosk_signed_signer (KioskSigned *self, guint index)
{
  X509 *cert = NULL;

  CMS_SignerInfo_get0_algs (signer_info (self, index), NULL, &cert, NULL, NULL);
  return cert;
}

static gboolean
check_signer (KioskSigned *self, guint index, GError **error)
{
  X509 *cert = kiosk_signed_signer (self, index);
  X509_ALGOR *digest = NULL;

  CMS_SignerInfo_get0_algs (signer_info (self, index), NULL, NULL, &digest, NULL);
  if (kiosk_sod_object_digest (digest) == NULL)
    return refuse (error, KIOSK_TRUST_ERROR_UNSUPPORTED, "an unknown hash algorithm");
  if ((X509_get_key_usage (cert) & KU_DIGITAL_SIGNATURE) == 0 || X509_check_ca (cert) == 1)
    return refuse (error, KIOSK_TRUST_ERROR_SIGNATURE, "a certificate that is not for signing");
  return TRUE;
}

static gboolean
has_signers (KioskSigned *self, GError **error)
{
  for (guint i = 0; i < kiosk_signed_n_signers (self); i++)
    if (kiosk_signed_signer (self, i) == NULL)
      return refuse (error, KIOSK_TRUST_ERROR_CHAIN, "carries no certificate of its signer");
  return TRUE;
}

gboolean
kiosk_signed_verify_signature (KioskSigned *self, GError **error)
{
  if (!has_signers (self, error))
    return FALSE;
  if (CMS_verify (self->cms, NULL, NULL, NULL, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_SIGNATURE, "signed by an issuer");
      return FALSE;
    }
  for (guint i = 0; i < kiosk_signed_n_signers (self); i++)
    if (!check_signer (self, i, error))
      return FALSE;
  return TRUE;
}

/* A bound that is not stated does not bind. */
static gboolean
is_within (const ASN1_TIME *when, const ASN1_TIME *from, const ASN1_TIME *until)
{
  return (from == NULL || ASN1_TIME_compare (from, when) <= 0)
         && (until == NULL || ASN1_TIME_compare (when, until) <= 0);
}

/* A signature made when its key was not to be used any more is not the issuer's. */
static gboolean
check_signing_time (KioskSigned *self, guint index, GError **error)
{
  CMS_SignerInfo *signer = signer_info (self, index);
  X509 *cert = kiosk_signed_signer (self, index);
  int at = CMS_signed_get_attr_by_NID (signer, NID_pkcs9_signingTime, -1);
  X509_ATTRIBUTE *attribute = at >= 0 ? CMS_signed_get_attr (signer, at) : NULL;
  ASN1_TYPE *value = attribute != NULL ? X509_ATTRIBUTE_get0_type (attribute, 0) : NULL;
  PKEY_USAGE_PERIOD *usage = NULL;
  gboolean good;

  if (value == NULL)
    return TRUE;
  if (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "a signing time that is none");
  usage = X509_get_ext_d2i (cert, NID_private_key_usage_period, NULL, NULL);
  good
    = is_within (value->value.asn1_string, X509_get0_notBefore (cert), X509_get0_notAfter (cert))
      && (usage == NULL || is_within (value->value.asn1_string, usage->notBefore, usage->notAfter));
  PKEY_USAGE_PERIOD_free (usage);
  return good || refuse (error, KIOSK_TRUST_ERROR_EXPIRED, "signed outside its signer's time");
}

gboolean
kiosk_signed_verify_chain (KioskSigned *self, const KioskCsca *csca, gint64 at_ms, GError **error)
{
  if (!has_signers (self, error))
    return FALSE;
  for (guint i = 0; i < kiosk_signed_n_signers (self); i++)
    if (!kiosk_csca_verify (csca, kiosk_signed_signer (self, i), at_ms, error)
        || !check_signing_time (self, i, error))
      return FALSE;
  return TRUE;
}

KioskRevocation
kiosk_signed_revocation (KioskSigned *self, const KioskCsca *csca, gint64 at_ms)
{
  static const guint8 badness[] = {
    [KIOSK_REVOCATION_GOOD] = 0,
    [KIOSK_REVOCATION_STALE] = 1,
    [KIOSK_REVOCATION_NO_LIST] = 2,
    [KIOSK_REVOCATION_REVOKED] = 3,
  };
  KioskRevocation worst = KIOSK_REVOCATION_GOOD;

  for (guint i = 0; i < kiosk_signed_n_signers (self); i++)
    {
      X509 *cert = kiosk_signed_signer (self, i);
      KioskRevocation found
        = cert != NULL ? kiosk_csca_revocation (csca, cert, at_ms) : KIOSK_REVOCATION_NO_LIST;

      if (badness[found] > badness[worst])
        worst = found;
    }
  return worst;
}

static gboolean
add_signer (CMS_ContentInfo *cms, const KioskSigner *signer)
{
  const ASN1_TIME *begins = X509_get0_notBefore (signer->cert);
  CMS_SignerInfo *info
    = CMS_add1_signer (cms, signer->cert, signer->key, EVP_sha256 (), CMS_BINARY | CMS_NOSMIMECAP);

  return info != NULL
         && CMS_signed_add1_attr_by_NID (info, NID_pkcs9_signingTime, ASN1_STRING_type (begins),
                                         ASN1_STRING_get0_data (begins),
                                         ASN1_STRING_length (begins))
              == 1;
}

GBytes *
kiosk_signed_create (GBytes *content, const char *type, const KioskSigner *signer, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = CMS_sign (NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
  ASN1_OBJECT *object = OBJ_txt2obj (type, 1);
  GBytes *der = NULL;

  if (cms != NULL && object != NULL && CMS_set1_eContentType (cms, object) == 1
      && add_signer (cms, signer) && kiosk_cms_feed (cms, content))
    der = kiosk_cms_take_der (cms, FALSE);
  ASN1_OBJECT_free (object);
  if (der == NULL)
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "signed by an issuer");
  return der;
}
