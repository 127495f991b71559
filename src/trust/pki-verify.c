#include "trust/pki-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* ICAO 9303-12 wants curves spelled out, which OpenSSL refuses (its issue 25461): parameters of
 * one's own choosing can make a forged key match. Spelled out and equal to a known curve is
 * harmless. */
gboolean
kiosk_pki_key_is_plain (EVP_PKEY *key)
{
  g_autoptr (OSSL_PARAM) params = NULL;
  g_autoptr (EC_GROUP) group = NULL;

  if (EVP_PKEY_get_base_id (key) != EVP_PKEY_EC)
    return TRUE;
  if (EVP_PKEY_todata (key, EVP_PKEY_KEY_PARAMETERS, &params) != 1)
    return FALSE;
  group = EC_GROUP_new_from_params (params, NULL, NULL);
  return group != NULL && EC_GROUP_check_named_curve (group, 0, NULL) != NID_undef;
}

static int
on_verify (int ok, X509_STORE_CTX *context)
{
  X509 *cert = X509_STORE_CTX_get_current_cert (context);
  EVP_PKEY *key = cert != NULL ? X509_get0_pubkey (cert) : NULL;

  if (ok || X509_STORE_CTX_get_error (context) != X509_V_ERR_EC_KEY_EXPLICIT_PARAMS || key == NULL
      || !kiosk_pki_key_is_plain (key))
    return ok;
  X509_STORE_CTX_set_error (context, X509_V_OK);
  return 1;
}

X509_STORE *
kiosk_pki_store_new (GPtrArray *anchors, gint64 at_ms, int level)
{
  X509_STORE *store = X509_STORE_new ();
  X509_VERIFY_PARAM *param = NULL;

  if (store == NULL)
    g_error ("out of memory");
  param = X509_STORE_get0_param (store);
  X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_purpose (param, X509_PURPOSE_ANY);
  X509_VERIFY_PARAM_set_auth_level (param, level);
  X509_VERIFY_PARAM_set_depth (param, 8);
  if (at_ms < 0)
    X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_NO_CHECK_TIME);
  else
    X509_VERIFY_PARAM_set_time (param, (time_t)(at_ms / 1000));
  X509_STORE_set_verify_cb (store, on_verify);
  for (guint i = 0; i < anchors->len; i++)
    if (!X509_STORE_add_cert (store, g_ptr_array_index (anchors, i)))
      g_error ("out of memory");
  return store;
}

KioskTrustError
kiosk_pki_code (int verify_error)
{
  switch (verify_error)
    {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return KIOSK_TRUST_ERROR_EXPIRED;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return KIOSK_TRUST_ERROR_SIGNATURE;
    default:
      return KIOSK_TRUST_ERROR_CHAIN;
    }
}

gboolean
kiosk_pki_chain (X509 *leaf, GPtrArray *intermediates, GPtrArray *anchors, gint64 at_ms, int level,
                 GError **error)
{
  g_autoptr (X509_STORE) store = kiosk_pki_store_new (anchors, at_ms, level);
  g_autoptr (KioskX509Stack) untrusted = kiosk_x509_stack_new (intermediates);
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  int problem = X509_V_ERR_UNSPECIFIED;

  if (context != NULL && X509_STORE_CTX_init (context, store, leaf, untrusted) == 1)
    {
      if (X509_verify_cert (context) == 1)
        return TRUE;
      problem = X509_STORE_CTX_get_error (context);
    }
  g_set_error (error, KIOSK_TRUST_ERROR, kiosk_pki_code (problem), "certificate chain: %s",
               X509_verify_cert_error_string (problem));
  ERR_clear_error ();
  return FALSE;
}

gboolean
kiosk_pki_verify (X509 *leaf, GPtrArray *intermediates, GPtrArray *anchors, gint64 at_ms,
                  GError **error)
{
  return kiosk_pki_chain (leaf, intermediates, anchors, MAX (at_ms, 0), KIOSK_CHAIN_OURS, error);
}

gboolean
kiosk_pki_has_usage (X509 *cert, const char *oid)
{
  EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i (cert, NID_ext_key_usage, NULL, NULL);
  ASN1_OBJECT *wanted = OBJ_txt2obj (oid, 1);
  gboolean found = FALSE;

  for (int i = 0; usages != NULL && i < sk_ASN1_OBJECT_num (usages); i++)
    found |= OBJ_cmp (sk_ASN1_OBJECT_value (usages, i), wanted) == 0;
  EXTENDED_KEY_USAGE_free (usages);
  ASN1_OBJECT_free (wanted);
  return found;
}
