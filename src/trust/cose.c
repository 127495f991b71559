#include "trust/cose.h"

#include "base/secret.h"
#include "formats/cbor-item.h"
#include "trust/cose-private.h"
#include "trust/pki-private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define COSE_MAX      8192
#define TAG_SIGN1     18
#define SIGN1_BYTE    (0xc0 | TAG_SIGN1) /* libcbor 0.8 writes this tag but does not read it */
#define N_PARTS       4
#define LABEL_ALG     1
#define LABEL_X5CHAIN 33
#define ALG_ES256     (-7)
#define COORDINATE    32
#define SIGNATURE     (2 * COORDINATE)
#define SIGNATURE_MAX 132 /* P-521 */

GBytes *
kiosk_cose_to_be_signed (GBytes *protected_header, GBytes *payload)
{
  g_autoptr (cbor_item_t) array = cbor_new_definite_array (4);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  kiosk_cbor_array_push (array, kiosk_cbor_new_text ("Signature1"));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (protected_header));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (nothing));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (payload));
  return kiosk_cbor_encode (array);
}

GBytes *
kiosk_cose_sign (EVP_PKEY *key, GBytes *data, GError **error)
{
  g_autoptr (GBytes) der = kiosk_ecdsa_sign (key, data, error);
  g_autoptr (ECDSA_SIG) pair = NULL;
  guint8 raw[SIGNATURE];
  gsize length = 0;
  const guint8 *at = NULL;

  if (der == NULL)
    return NULL;
  at = g_bytes_get_data (der, &length);
  pair = d2i_ECDSA_SIG (NULL, &at, (long)length);
  if (pair == NULL || BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, COORDINATE) != COORDINATE
      || BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + COORDINATE, COORDINATE) != COORDINATE)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "signing with ES256");
      return NULL;
    }
  return g_bytes_new (raw, sizeof raw);
}

GBytes *
kiosk_cose_signature_der (GBytes *raw)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (raw, &size);
  int half = (int)(size / 2);
  g_autoptr (ECDSA_SIG) pair = ECDSA_SIG_new ();
  GBytes *bytes = NULL;
  guint8 *der = NULL;
  int length = 0;

  if (size == 0 || size % 2 != 0 || size > SIGNATURE_MAX || pair == NULL
      || ECDSA_SIG_set0 (pair, BN_bin2bn (data, half, NULL), BN_bin2bn (data + half, half, NULL))
           != 1)
    return NULL;
  length = i2d_ECDSA_SIG (pair, &der);
  if (length <= 0)
    return NULL;
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}

gboolean
kiosk_cose_check (EVP_PKEY *key, GBytes *data, GBytes *signature)
{
  g_autoptr (GBytes) der = NULL;

  if (g_bytes_get_size (signature) != SIGNATURE || !kiosk_key_is_p256 (key))
    return FALSE;
  der = kiosk_cose_signature_der (signature);
  return der != NULL && kiosk_ecdsa_verify (key, data, der);
}

static GBytes *
protected_header (X509 *cert)
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (2);
  g_autoptr (GBytes) der = kiosk_pki_cert_to_der (cert);

  kiosk_cbor_map_put (map, LABEL_ALG, kiosk_cbor_new_integer (ALG_ES256));
  kiosk_cbor_map_put (map, LABEL_X5CHAIN, kiosk_cbor_new_bytes (der));
  return kiosk_cbor_encode (map);
}

static GBytes *
sign1 (GBytes *header, GBytes *payload, EVP_PKEY *key, GError **error)
{
  GBytes *data = kiosk_cose_to_be_signed (header, payload);
  g_autoptr (GBytes) signature = kiosk_cose_sign (key, data, error);
  cbor_item_t *array = NULL;
  cbor_item_t *tag = NULL;
  GBytes *cose = NULL;

  kiosk_wipe_bytes (data);
  if (signature == NULL)
    return NULL;
  array = cbor_new_definite_array (N_PARTS);
  tag = cbor_new_tag (TAG_SIGN1);
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (header));
  kiosk_cbor_array_push (array, cbor_new_definite_map (0));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (payload));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (signature));
  cbor_tag_set_item (tag, array);
  cose = kiosk_cbor_encode (tag);
  kiosk_cbor_item_free (tag);
  kiosk_cbor_item_wipe (array);
  return cose;
}

GBytes *
kiosk_cose_sign1 (GBytes *payload, const KioskSigner *signer, GError **error)
{
  g_autoptr (GBytes) header = protected_header (signer->cert);

  return sign1 (header, payload, signer->key, error);
}

GBytes *
kiosk_cose_sign1_unnamed (GBytes *payload, EVP_PKEY *key, GError **error)
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (1);
  g_autoptr (GBytes) header = NULL;

  kiosk_cbor_map_put (map, LABEL_ALG, kiosk_cbor_new_integer (ALG_ES256));
  header = kiosk_cbor_encode (map);
  return sign1 (header, payload, key, error);
}

static void
set_malformed (GError **error, const GError *problem)
{
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "COSE_Sign1: %s",
               problem != NULL ? problem->message : "not the expected parts");
}

/* {alg: ES256, x5chain: certificate}, and nothing else that a reader would have to heed. */
static X509 *
read_header (GBytes *header, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (cbor_item_t) map = kiosk_cbor_decode (g_bytes_get_data (header, NULL),
                                                   g_bytes_get_size (header), COSE_MAX, &problem);
  g_autoptr (GBytes) der = NULL;
  gint64 algorithm = 0;

  if (map == NULL
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, LABEL_ALG), "algorithm", G_MININT64,
                                  G_MAXINT64, &algorithm, &problem))
    {
      set_malformed (error, problem);
      return NULL;
    }
  if (algorithm != ALG_ES256 || cbor_map_size (map) != 2)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                           "COSE_Sign1 with another algorithm or further headers");
      return NULL;
    }
  der = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, LABEL_X5CHAIN), "certificate", 1, COSE_MAX,
                              &problem);
  if (der == NULL)
    {
      set_malformed (error, problem);
      return NULL;
    }
  return kiosk_pki_cert_from_der (der, error);
}

typedef struct
{
  GBytes *header;
  GBytes *payload;
  GBytes *signature;
} Parts;

static void
parts_clear (Parts *parts)
{
  g_clear_pointer (&parts->header, g_bytes_unref);
  g_clear_pointer (&parts->payload, g_bytes_unref);
  g_clear_pointer (&parts->signature, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static gboolean
unpack (GBytes *cose, Parts *parts, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (cose, &length);
  g_autoptr (cbor_item_t) array = NULL;
  cbor_item_t *unprotected = NULL;

  if (length > 0 && data[0] == SIGN1_BYTE)
    array = kiosk_cbor_decode (data + 1, length - 1, COSE_MAX, &problem);
  unprotected = kiosk_cbor_array_get (array, 1);
  if (unprotected != NULL && cbor_array_size (array) == N_PARTS && cbor_isa_map (unprotected)
      && cbor_map_size (unprotected) == 0)
    {
      parts->header
        = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 0), "header", 1, COSE_MAX, NULL);
      parts->payload
        = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 2), "payload", 1, COSE_MAX, NULL);
      parts->signature = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 3), "signature",
                                               SIGNATURE, SIGNATURE, NULL);
    }
  if (parts->header != NULL && parts->payload != NULL && parts->signature != NULL)
    return TRUE;
  set_malformed (error, problem);
  return FALSE;
}

GBytes *
kiosk_cose_verify1 (GBytes *cose, GPtrArray *anchors, gint64 at_ms, X509 **ret_signer,
                    GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autoptr (X509) cert = NULL;
  g_autoptr (GBytes) data = NULL;

  if (!unpack (cose, &parts, error))
    return NULL;
  cert = read_header (parts.header, error);
  if (cert == NULL)
    return NULL;
  data = kiosk_cose_to_be_signed (parts.header, parts.payload);
  if ((X509_get_key_usage (cert) & KU_DIGITAL_SIGNATURE) == 0
      || !kiosk_cose_check (X509_get0_pubkey (cert), data, parts.signature))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                           "COSE_Sign1: altered, or not signed by the certificate inside");
      return NULL;
    }
  if (!kiosk_pki_chain (cert, NULL, anchors, at_ms, KIOSK_CHAIN_OURS, error))
    return NULL;
  if (ret_signer != NULL)
    *ret_signer = g_steal_pointer (&cert);
  return g_steal_pointer (&parts.payload);
}
