#include "trust/sod.h"

#include "trust/cms-private.h"
#include "trust/pki-private.h"
#include "trust/sod-object.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SOD_MAX     (64 * 1024)
#define SOD_TAG     0x17 /* EF.SOD is 77: application, constructed, 23 */
#define SIGNERS_MAX 4

struct _KioskSod
{
  CMS_ContentInfo *cms;
  KioskSodObject object;
};

void
kiosk_sod_free (KioskSod *self)
{
  if (self == NULL)
    return;
  CMS_ContentInfo_free (self->cms);
  kiosk_sod_object_clear (&self->object);
  g_free (self);
}

static gboolean
refuse (GError **error, KioskTrustError code, const char *message)
{
  ERR_clear_error ();
  g_set_error_literal (error, KIOSK_TRUST_ERROR, (int)code, message);
  return FALSE;
}

/* Takes the outer tag off: @ret_at and @ret_length are what it holds. */
static gboolean
unwrap (GBytes *der, const guint8 **ret_at, long *ret_length, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (der, &size);
  const guint8 *at = data;
  long length = 0;
  int tag = 0;
  int class = 0;

  if (size == 0 || size > SOD_MAX)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "security object: empty or too big");
  if (ASN1_get_object (&at, &length, &tag, &class, (long)size) != V_ASN1_CONSTRUCTED
      || tag != SOD_TAG || class != V_ASN1_APPLICATION || at + length != data + size)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "security object: no tag 77 around it all");
  *ret_at = at;
  *ret_length = length;
  return TRUE;
}

static gboolean
is_security_object (CMS_ContentInfo *cms)
{
  char oid[32];

  return OBJ_obj2nid (CMS_get0_type (cms)) == NID_pkcs7_signed
         && OBJ_obj2txt (oid, sizeof oid, CMS_get0_eContentType (cms), 1) > 0
         && strcmp (oid, KIOSK_SOD_OBJECT_OID) == 0;
}

static gboolean
parse_cms (KioskSod *self, const guint8 *at, long length, GError **error)
{
  const guint8 *end = at + length;
  ASN1_OCTET_STRING **content = NULL;
  int n_signers = 0;

  self->cms = d2i_CMS_ContentInfo (NULL, &at, length);
  if (self->cms == NULL || at != end)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "security object: not a CMS message");
  if (!is_security_object (self->cms))
    return refuse (error, KIOSK_TRUST_ERROR_UNSUPPORTED,
                   "security object: of another kind than ICAO 9303-10 describes");
  content = CMS_get0_content (self->cms);
  n_signers = sk_CMS_SignerInfo_num (CMS_get0_SignerInfos (self->cms));
  if (content == NULL || *content == NULL || n_signers < 1 || n_signers > SIGNERS_MAX)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED,
                   "security object: without content or signer");
  return kiosk_sod_object_parse (&self->object, ASN1_STRING_get0_data (*content),
                                 (gsize)ASN1_STRING_length (*content), error);
}

KioskSod *
kiosk_sod_parse (GBytes *der, GError **error)
{
  g_autoptr (KioskSod) self = g_new0 (KioskSod, 1);
  const guint8 *at = NULL;
  long length = 0;

  if (!unwrap (der, &at, &length, error) || !parse_cms (self, at, length, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* A country signer may renew its key under its old name, so each of that name is tried by itself:
 * together, OpenSSL takes the first that looks right and does not come back for the next. */
static gboolean
check_chain (X509 *document_signer, GPtrArray *csca, gint64 at_ms, GError **error)
{
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < csca->len; i++)
    {
      X509 *anchor = g_ptr_array_index (csca, i);
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      if (X509_NAME_cmp (X509_get_subject_name (anchor), X509_get_issuer_name (document_signer))
          != 0)
        continue;
      g_clear_error (&problem);
      g_ptr_array_add (one, anchor);
      if (kiosk_pki_chain (document_signer, NULL, one, MAX (at_ms, 0), KIOSK_CHAIN_DOCUMENT,
                           &problem))
        return TRUE;
      if (problem->code == KIOSK_TRUST_ERROR_EXPIRED)
        break;
    }
  if (problem == NULL)
    return refuse (error, KIOSK_TRUST_ERROR_CHAIN, "security object: unknown country signer");
  g_propagate_prefixed_error (error, g_steal_pointer (&problem), "security object: ");
  return FALSE;
}

static gboolean
check_signer (CMS_SignerInfo *signer, GError **error)
{
  X509 *cert = NULL;
  X509_ALGOR *digest = NULL;

  CMS_SignerInfo_get0_algs (signer, NULL, &cert, &digest, NULL);
  if (kiosk_sod_object_digest (digest) == NULL)
    return refuse (error, KIOSK_TRUST_ERROR_UNSUPPORTED,
                   "security object: signed with an unknown hash algorithm");
  if ((X509_get_key_usage (cert) & KU_DIGITAL_SIGNATURE) == 0 || X509_check_ca (cert) == 1)
    return refuse (error, KIOSK_TRUST_ERROR_SIGNATURE,
                   "security object: signed with a certificate that is not a document signer's");
  return TRUE;
}

/* Binds the signers to the certificates that the message carries. */
static gboolean
bind_signers (KioskSod *self, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (self->cms);

  CMS_set1_signers_certs (self->cms, NULL, 0);
  for (int i = 0; i < sk_CMS_SignerInfo_num (signers); i++)
    {
      X509 *cert = NULL;

      CMS_SignerInfo_get0_algs (sk_CMS_SignerInfo_value (signers, i), NULL, &cert, NULL, NULL);
      if (cert == NULL)
        return refuse (error, KIOSK_TRUST_ERROR_CHAIN,
                       "security object: carries no document signer's certificate");
    }
  return TRUE;
}

gboolean
kiosk_sod_verify_signature (KioskSod *self, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (self->cms);

  if (!bind_signers (self, error))
    return FALSE;
  if (CMS_verify (self->cms, NULL, NULL, NULL, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_SIGNATURE, "security object");
      return FALSE;
    }
  for (int i = 0; i < sk_CMS_SignerInfo_num (signers); i++)
    if (!check_signer (sk_CMS_SignerInfo_value (signers, i), error))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_sod_verify_chain (KioskSod *self, GPtrArray *csca, gint64 at_ms, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (self->cms);

  if (!bind_signers (self, error))
    return FALSE;
  for (int i = 0; i < sk_CMS_SignerInfo_num (signers); i++)
    {
      X509 *cert = NULL;

      CMS_SignerInfo_get0_algs (sk_CMS_SignerInfo_value (signers, i), NULL, &cert, NULL, NULL);
      if (!check_chain (cert, csca, at_ms, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_sod_verify (KioskSod *self, GPtrArray *csca, gint64 at_ms, GError **error)
{
  return kiosk_sod_verify_signature (self, error)
         && kiosk_sod_verify_chain (self, csca, at_ms, error);
}

gboolean
kiosk_sod_lists (const KioskSod *self, guint number)
{
  return number >= 1 && number <= KIOSK_SOD_OBJECT_GROUPS && self->object.hashes[number] != NULL;
}

gboolean
kiosk_sod_check (KioskSod *self, guint number, GBytes *content, GError **error)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int digest_length = 0;
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (content, &length);

  if (!kiosk_sod_lists (self, number))
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                   "data group %u is not listed in the security object", number);
      return FALSE;
    }
  if (EVP_Digest (data, length, digest, &digest_length, self->object.digest, NULL) == 1
      && digest_length == g_bytes_get_size (self->object.hashes[number])
      && memcmp (digest, g_bytes_get_data (self->object.hashes[number], NULL), digest_length) == 0)
    return TRUE;
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
               "data group %u is not what it was when it was signed", number);
  return FALSE;
}

static GBytes *
wrap (GBytes *cms)
{
  gsize length = g_bytes_get_size (cms);
  int size = ASN1_object_size (1, (int)length, SOD_TAG);
  guint8 *data = g_malloc ((gsize)size);
  guint8 *at = data;

  ASN1_put_object (&at, 1, (int)length, SOD_TAG, V_ASN1_APPLICATION);
  memcpy (at, g_bytes_get_data (cms, NULL), length);
  return g_bytes_new_take (data, (gsize)size);
}

GBytes *
kiosk_sod_create (GPtrArray *groups, const KioskSigner *document_signer, GError **error)
{
  g_autoptr (GBytes) lds = kiosk_sod_object_build (groups, error);
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (GBytes) der = NULL;
  ASN1_OBJECT *type = NULL;

  if (lds == NULL)
    return NULL;
  cms = CMS_sign (NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
  type = OBJ_txt2obj (KIOSK_SOD_OBJECT_OID, 1);
  if (cms != NULL && type != NULL && CMS_set1_eContentType (cms, type) == 1
      && CMS_add1_signer (cms, document_signer->cert, document_signer->key, EVP_sha256 (),
                          CMS_BINARY | CMS_NOSMIMECAP)
           != NULL
      && kiosk_cms_feed (cms, lds))
    der = kiosk_cms_take_der (cms, FALSE);
  ASN1_OBJECT_free (type);
  if (der == NULL)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "security object");
      return NULL;
    }
  return wrap (der);
}
