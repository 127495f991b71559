#include "trust/cms.h"

#include "base/secret.h"
#include "trust/cms-private.h"
#include "trust/cms-profile.h"
#include "trust/pki-private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

GBytes *
kiosk_cms_take_der (CMS_ContentInfo *cms, gboolean is_secret)
{
  guint8 *der = NULL;
  int length = i2d_CMS_ContentInfo (cms, &der);
  GBytes *bytes = NULL;

  if (length <= 0)
    return NULL;
  bytes = is_secret ? kiosk_bytes_new_secret (kiosk_secret_new_copy (der, (gsize)length))
                    : g_bytes_new (der, (gsize)length);
  OPENSSL_clear_free (der, (gsize)length);
  return bytes;
}

gboolean
kiosk_cms_feed (CMS_ContentInfo *cms, GBytes *content)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (content, &length);
  g_autoptr (BIO) bio = length <= G_MAXINT ? CMS_dataInit (cms, NULL) : NULL;

  return bio != NULL && (length == 0 || BIO_write (bio, data, (int)length) == (int)length)
         && BIO_flush (bio) == 1 && CMS_dataFinal (cms, bio) == 1;
}

/* OpenSSL frees the content that a message holds without wiping it. */
static void
wipe_content (CMS_ContentInfo *cms)
{
  ASN1_OCTET_STRING **content = CMS_get0_content (cms);

  if (content != NULL && *content != NULL && (*content)->data != NULL)
    OPENSSL_cleanse ((*content)->data, (gsize)(*content)->length);
}

/* Through dataInit rather than CMS_sign(), whose copy loop leaves the content on the stack. */
GBytes *
kiosk_cms_sign (GBytes *content, const KioskSigner *signers, gsize n_signers, gboolean detached,
                GError **error)
{
  const guint flags = CMS_PARTIAL | CMS_BINARY | (detached ? CMS_DETACHED : 0);
  g_autoptr (CMS_ContentInfo) cms = CMS_sign (NULL, NULL, NULL, NULL, flags);
  GBytes *der = NULL;
  gboolean good = cms != NULL && n_signers > 0;

  for (gsize i = 0; good && i < n_signers; i++)
    good = CMS_add1_signer (cms, signers[i].cert, signers[i].key, EVP_sha256 (),
                            CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP)
           != NULL;
  if (good && kiosk_cms_feed (cms, content))
    der = kiosk_cms_take_der (cms, !detached);
  if (!detached && cms != NULL)
    wipe_content (cms);
  if (der == NULL)
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "signing a CMS message");
  return der;
}

static CMS_ContentInfo *
parse_signed (GBytes *bytes, gboolean detached, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (CMS_ContentInfo) cms = NULL;

  if (length == 0 || length > KIOSK_CMS_MAX)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "CMS message empty or too big");
      return NULL;
    }
  if (!kiosk_cms_check_signed (bytes, error))
    return NULL;
  cms = d2i_CMS_ContentInfo (NULL, &data, (long)length);
  if (cms == NULL || CMS_is_detached (cms) != (detached ? 1 : 0))
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "CMS message whose content is not where it should be");
      return NULL;
    }
  return g_steal_pointer (&cms);
}

/* RFC 5652, 11.1: exactly one content-type attribute, equal to the content's type. */
static gboolean
has_content_type (CMS_SignerInfo *signer, CMS_ContentInfo *cms)
{
  const ASN1_OBJECT *type
    = CMS_signed_get0_data_by_OBJ (signer, OBJ_nid2obj (NID_pkcs9_contentType), -3, V_ASN1_OBJECT);

  return type != NULL && OBJ_cmp (type, CMS_get0_eContentType (cms)) == 0;
}

/* OpenSSL compares names without regard to case and to the kind of string; here they are one form.
 */
static gboolean
names_exactly (CMS_SignerInfo *signer, X509 *cert)
{
  X509_NAME *name = NULL;
  const guint8 *said = NULL;
  const guint8 *meant = NULL;
  gsize said_length = 0;
  gsize meant_length = 0;

  return CMS_SignerInfo_get0_signer_id (signer, NULL, &name, NULL) == 1 && name != NULL
         && X509_NAME_get0_der (name, &said, &said_length) == 1
         && X509_NAME_get0_der (X509_get_issuer_name (cert), &meant, &meant_length) == 1
         && said_length == meant_length && memcmp (said, meant, said_length) == 0;
}

/* What OpenSSL's verification leaves out: that a certificate is for signing, with the sort of key
 * that the algorithm names. */
static gboolean
check_signer (CMS_ContentInfo *cms, CMS_SignerInfo *signer, X509 *cert)
{
  X509_ALGOR *algorithm = NULL;
  const ASN1_OBJECT *object = NULL;
  EVP_PKEY *public = X509_get0_pubkey (cert);
  int nid = NID_undef;
  int key = NID_undef;

  if (public == NULL)
    return FALSE;
  CMS_SignerInfo_get0_algs (signer, NULL, NULL, NULL, &algorithm);
  X509_ALGOR_get0 (&object, NULL, NULL, algorithm);
  nid = OBJ_obj2nid (object);
  if (nid == NID_rsaEncryption)
    key = NID_rsaEncryption;
  else
    OBJ_find_sigid_algs (nid, NULL, &key);
  return has_content_type (signer, cms) && names_exactly (signer, cert)
         && (X509_get_key_usage (cert) & KU_DIGITAL_SIGNATURE) != 0
         && EVP_PKEY_get_base_id (public)
              == (key == NID_rsaEncryption ? EVP_PKEY_RSA : EVP_PKEY_EC);
}

/* (element-type X509): the certificate of each signer, in the message's order. */
static GPtrArray *
signer_certs (CMS_ContentInfo *cms, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (cms);
  g_autoptr (GPtrArray) certs = kiosk_x509_array_new ();

  for (int i = 0; i < sk_CMS_SignerInfo_num (signers); i++)
    {
      CMS_SignerInfo *signer = sk_CMS_SignerInfo_value (signers, i);
      X509 *cert = NULL;

      CMS_SignerInfo_get0_algs (signer, NULL, &cert, NULL, NULL);
      if (cert == NULL || !check_signer (cms, signer, cert))
        {
          g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                               "CMS signer whose certificate is not for this signature");
          return NULL;
        }
      X509_up_ref (cert);
      g_ptr_array_add (certs, cert);
    }
  return g_steal_pointer (&certs);
}

/* One key with two certificates is one signer. */
static guint
count_keys (GPtrArray *certs)
{
  guint count = 0;

  for (guint i = 0; i < certs->len; i++)
    {
      EVP_PKEY *key = X509_get0_pubkey (g_ptr_array_index (certs, i));
      gboolean seen = FALSE;

      for (guint j = 0; j < i && !seen; j++)
        seen = EVP_PKEY_eq (key, X509_get0_pubkey (g_ptr_array_index (certs, j))) == 1;
      count += seen ? 0 : 1;
    }
  return count;
}

/* CMS_verify() reports a chain only as text behind its own error, so the chains are walked first.
 */
static gboolean
check_chains (GPtrArray *certs, CMS_ContentInfo *cms, GPtrArray *anchors, gint64 at_ms,
              GError **error)
{
  g_autoptr (KioskX509Stack) carried = CMS_get1_certs (cms);
  g_autoptr (GPtrArray) intermediates = kiosk_x509_array_new ();

  for (int i = 0; i < sk_X509_num (carried); i++)
    {
      X509_up_ref (sk_X509_value (carried, i));
      g_ptr_array_add (intermediates, sk_X509_value (carried, i));
    }
  for (guint i = 0; i < certs->len; i++)
    if (!kiosk_pki_chain (g_ptr_array_index (certs, i), intermediates, anchors, at_ms,
                          KIOSK_CHAIN_OURS, error))
      return FALSE;
  return TRUE;
}

/* Every signature, the signing-certificate-v2 attribute with the chain, and the digest. */
static gboolean
check_signatures (CMS_ContentInfo *cms, GBytes *detached, GPtrArray *anchors, gint64 at_ms,
                  GError **error)
{
  g_autoptr (X509_STORE) store = kiosk_pki_store_new (anchors, at_ms, KIOSK_CHAIN_OURS);
  g_autoptr (BIO) content = detached != NULL ? kiosk_bio_new (detached) : NULL;

  if (CMS_verify (cms, NULL, store, content, NULL, CMS_BINARY | CMS_CADES) == 1)
    return TRUE;
  kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_SIGNATURE, "CMS signature");
  return FALSE;
}

static GBytes *
take_content (CMS_ContentInfo *cms)
{
  ASN1_OCTET_STRING **content = CMS_get0_content (cms);

  return kiosk_bytes_new_secret (
    kiosk_secret_new_copy (ASN1_STRING_get0_data (*content), (gsize)ASN1_STRING_length (*content)));
}

/* Binds signers to certificates that the message carries; no other certificate is looked at. */
static GPtrArray *
bind_signers (CMS_ContentInfo *cms, guint needed, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (cms);
  g_autoptr (GPtrArray) certs = NULL;

  if (CMS_set1_signers_certs (cms, NULL, 0) != sk_CMS_SignerInfo_num (signers))
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                           "CMS signer without a certificate");
      return NULL;
    }
  certs = signer_certs (cms, error);
  if (certs == NULL)
    return NULL;
  if (count_keys (certs) < needed)
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                   "CMS message with fewer than %u signers", needed);
      return NULL;
    }
  return g_steal_pointer (&certs);
}

GBytes *
kiosk_cms_verify_signers (GBytes *bytes, GBytes *detached, GPtrArray *anchors, gint64 at_ms,
                          guint needed, GPtrArray **ret_signers, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = parse_signed (bytes, detached != NULL, error);
  g_autoptr (GPtrArray) certs = cms != NULL ? bind_signers (cms, needed, error) : NULL;
  GBytes *content = NULL;

  if (certs != NULL && anchors == NULL)
    anchors = certs;
  if (certs != NULL && check_chains (certs, cms, anchors, at_ms, error)
      && check_signatures (cms, detached, anchors, at_ms, error))
    content = detached != NULL ? g_bytes_ref (detached) : take_content (cms);
  if (cms != NULL)
    wipe_content (cms);
  if (content != NULL && ret_signers != NULL)
    *ret_signers = g_steal_pointer (&certs);
  return content;
}

GBytes *
kiosk_cms_verify (GBytes *cms, GBytes *detached, GPtrArray *anchors, gint64 at_ms, guint needed,
                  X509 **ret_signer, GError **error)
{
  g_autoptr (GPtrArray) signers = NULL;
  GBytes *content
    = kiosk_cms_verify_signers (cms, detached, anchors, at_ms, needed, &signers, error);

  if (content != NULL && ret_signer != NULL)
    *ret_signer = g_ptr_array_steal_index (signers, 0);
  return content;
}

void
kiosk_signer_clear (KioskSigner *signer)
{
  g_clear_pointer (&signer->cert, X509_free);
  g_clear_pointer (&signer->key, EVP_PKEY_free);
}

gboolean
kiosk_signer_load (const char *cert_path, const char *key_path, KioskSigner *ret_signer,
                   GError **error)
{
  g_autoptr (X509) cert = kiosk_pki_cert_load (cert_path, error);
  g_autoptr (EVP_PKEY) key = cert != NULL ? kiosk_pki_key_load (key_path, error) : NULL;

  if (key == NULL)
    return FALSE;
  if (X509_check_private_key (cert, key) != 1)
    {
      ERR_clear_error ();
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                   "%s: not the key of %s; put the pair there that was made together", key_path,
                   cert_path);
      return FALSE;
    }
  ret_signer->cert = g_steal_pointer (&cert);
  ret_signer->key = g_steal_pointer (&key);
  return TRUE;
}
