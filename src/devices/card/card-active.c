/* Active authentication: the chip signs a nonce of ours with the key of DG15. ICAO Doc 9303-11,
 * 6.1: RSA by ISO/IEC 9796-2, scheme 1; ECDSA by TR-03111. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "devices/card/card-access.h"
#include "trust/pki.h"

#define RSA_BITS_MIN      1024
#define RSA_BITS_MAX      4096
#define HEADER_PARTIAL    0x6a /* 01, part of the message to be recovered, then no padding */
#define HEADER_PADDED     0x6b /* 01, part …, then nibbles B up to one A */
#define TRAILER_IMPLICIT  0xbc /* SHA-1 */
#define TRAILER_EXPLICIT  0xcc /* a byte before it tells the hash */
#define TRAILER_NIBBLE    0x0c
#define ANSWER_LENGTH_MAX 600

static gboolean
unsupported (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED, "active authentication: %s",
               what);
  return FALSE;
}

static gboolean
wrong (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA, "active authentication: %s",
               what);
  return FALSE;
}

static const EVP_MD *
md_of (KioskLdsDigest digest)
{
  switch (digest)
    {
    case KIOSK_LDS_DIGEST_SHA1:
      return EVP_sha1 ();
    case KIOSK_LDS_DIGEST_SHA224:
      return EVP_sha224 ();
    case KIOSK_LDS_DIGEST_SHA256:
      return EVP_sha256 ();
    case KIOSK_LDS_DIGEST_SHA384:
      return EVP_sha384 ();
    case KIOSK_LDS_DIGEST_SHA512:
      return EVP_sha512 ();
    default:
      return NULL;
    }
}

/* The hash that a trailer field names, and how long the trailer is. */
static KioskLdsDigest
digest_in_trailer (const guint8 *end, gsize length, gsize *ret_trailer)
{
  static const struct
  {
    guint8 id;
    KioskLdsDigest digest;
  } explicit_digests[] = {
    { 0x33, KIOSK_LDS_DIGEST_SHA1 },   { 0x34, KIOSK_LDS_DIGEST_SHA256 },
    { 0x35, KIOSK_LDS_DIGEST_SHA512 }, { 0x36, KIOSK_LDS_DIGEST_SHA384 },
    { 0x38, KIOSK_LDS_DIGEST_SHA224 },
  };

  *ret_trailer = 1;
  if (end[-1] == TRAILER_IMPLICIT)
    return KIOSK_LDS_DIGEST_SHA1;
  *ret_trailer = 2;
  for (guint i = 0;
       end[-1] == TRAILER_EXPLICIT && length >= 2 && i < G_N_ELEMENTS (explicit_digests); i++)
    if (end[-2] == explicit_digests[i].id)
      return explicit_digests[i].digest;
  return KIOSK_LDS_DIGEST_NONE;
}

/* Bytes of header and padding; 0: no header of ours. Total recovery is none: our nonce must be the
 * part that is not recovered. */
static gsize
header_bytes (const guint8 *message, gsize length)
{
  gsize i = 1;

  if (message[0] == HEADER_PARTIAL)
    return 1;
  if (message[0] != HEADER_PADDED)
    return 0;
  while (i < length && message[i] == 0xbb)
    i++;
  return i < length && message[i] == 0xba ? i + 1 : 0;
}

gboolean
kiosk_card_active_check_representative (const guint8 *message, gsize length,
                                        const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
                                        GError **error)
{
  gsize header = length > 0 ? header_bytes (message, length) : 0, trailer, hash_bytes;
  const EVP_MD *md
    = header > 0 ? md_of (digest_in_trailer (message + length, length, &trailer)) : NULL;
  guint8 hash[EVP_MAX_MD_SIZE];
  EVP_MD_CTX *context;

  if (header == 0)
    return wrong (error, "the signature recovers no header");
  if (md == NULL)
    return wrong (error, "the signature recovers no trailer");
  hash_bytes = (gsize)EVP_MD_get_size (md);
  if (length < header + hash_bytes + trailer)
    return wrong (error, "the signature recovers too little");
  length -= header + hash_bytes + trailer; /* of M1 */
  context = EVP_MD_CTX_new ();
  kiosk_card_must (context != NULL && EVP_DigestInit_ex (context, md, NULL)
                   && EVP_DigestUpdate (context, message + header, length)
                   && EVP_DigestUpdate (context, nonce, KIOSK_ACTIVE_NONCE_BYTES)
                   && EVP_DigestFinal_ex (context, hash, NULL));
  EVP_MD_CTX_free (context);
  return memcmp (hash, message + header + length, hash_bytes) == 0
         || wrong (error, "the signature is not of our nonce");
}

/* 9796-2 lets a signer give n − s for s, which shows in the last nibble: B.4. */
static void
undo_shorter_form (const EVP_PKEY *key, guint8 *message, gsize length)
{
  g_autoptr (BIGNUM) modulus = NULL;
  g_autoptr (BIGNUM) number = BN_new ();

  if ((message[length - 1] & 0x0f) == TRAILER_NIBBLE)
    return;
  kiosk_card_must (EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_RSA_N, &modulus) && number != NULL
                   && BN_bin2bn (message, (int)length, number) != NULL
                   && BN_sub (number, modulus, number)
                   && BN_bn2binpad (number, message, (int)length) == (int)length);
}

static gboolean
verify_rsa (EVP_PKEY *key, const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES], const guint8 *signature,
            gsize length, GError **error)
{
  EVP_PKEY_CTX *context = NULL;
  guint8 message[RSA_BITS_MAX / 8];
  gsize n = sizeof message;
  gboolean recovered;

  if (EVP_PKEY_get_bits (key) < RSA_BITS_MIN || EVP_PKEY_get_bits (key) > RSA_BITS_MAX
      || EVP_PKEY_get_bits (key) % 8 != 0)
    return unsupported (error, "a key of that size");
  if (length != (gsize)EVP_PKEY_get_size (key))
    return wrong (error, "a signature of another length than its key");
  context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  recovered = context != NULL && EVP_PKEY_verify_recover_init (context) == 1
              && EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) == 1
              && EVP_PKEY_verify_recover (context, message, &n, signature, length) == 1
              && n == length;
  EVP_PKEY_CTX_free (context);
  if (!recovered)
    return wrong (error, "the signature is no number of its key");
  undo_shorter_form (key, message, n);
  return kiosk_card_active_check_representative (message, n, nonce, error);
}

/* r ‖ s, each as long as the order → DER; some national cards give DER at once. */
static GBytes *
signature_der (const guint8 *signature, gsize length, gsize order_bytes)
{
  ECDSA_SIG *parts;
  BIGNUM *r, *s;
  unsigned char *der = NULL;
  GBytes *encoded;
  int n;

  if (length != 2 * order_bytes)
    return g_bytes_new (signature, length);
  parts = ECDSA_SIG_new ();
  r = BN_bin2bn (signature, (int)order_bytes, NULL);
  s = BN_bin2bn (signature + order_bytes, (int)order_bytes, NULL);
  kiosk_card_must (parts != NULL && r != NULL && s != NULL && ECDSA_SIG_set0 (parts, r, s));
  n = i2d_ECDSA_SIG (parts, &der);
  kiosk_card_must (n > 0);
  encoded = g_bytes_new (der, (gsize)n);
  OPENSSL_free (der);
  ECDSA_SIG_free (parts);
  return encoded;
}

/* Where DG14 does not name it: the longest hash that the curve holds. */
static KioskLdsDigest
digest_for (gsize order_bits)
{
  return order_bits >= 512   ? KIOSK_LDS_DIGEST_SHA512
         : order_bits >= 384 ? KIOSK_LDS_DIGEST_SHA384
         : order_bits >= 256 ? KIOSK_LDS_DIGEST_SHA256
         : order_bits >= 224 ? KIOSK_LDS_DIGEST_SHA224
                             : KIOSK_LDS_DIGEST_SHA1;
}

static gboolean
verify_ecdsa (EVP_PKEY *key, GBytes *spki, KioskLdsDigest digest,
              const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES], const guint8 *signature, gsize length,
              GError **error)
{
  g_autoptr (KioskCardGroup) group = NULL;
  g_autoptr (KioskCardElement) point = NULL;
  g_autoptr (GBytes) der = NULL;
  guint8 hash[EVP_MAX_MD_SIZE];
  unsigned int hash_bytes;
  EVP_PKEY_CTX *context;
  int order_bits;
  gboolean verified;

  if (!kiosk_card_group_open_key (spki, &group, &point, error))
    return FALSE;
  order_bits = EC_GROUP_order_bits (group->curve);
  if (digest == KIOSK_LDS_DIGEST_NONE)
    digest = digest_for ((gsize)order_bits);
  der = signature_der (signature, length, (gsize)(order_bits + 7) / 8);
  kiosk_card_must (
    EVP_Digest (nonce, KIOSK_ACTIVE_NONCE_BYTES, hash, &hash_bytes, md_of (digest), NULL));
  context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  verified = context != NULL && EVP_PKEY_verify_init (context) == 1
             && EVP_PKEY_verify (context, g_bytes_get_data (der, NULL), g_bytes_get_size (der),
                                 hash, hash_bytes)
                  == 1;
  EVP_PKEY_CTX_free (context);
  return verified || wrong (error, "the signature is not of our nonce");
}

gboolean
kiosk_card_active_verify (GBytes *spki, KioskLdsDigest digest,
                          const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES], const guint8 *signature,
                          gsize length, GError **error)
{
  gsize spki_length;
  const guint8 *bytes = g_bytes_get_data (spki, &spki_length);
  g_autoptr (EVP_PKEY) key = d2i_PUBKEY (NULL, &bytes, (long)spki_length);

  if (length == 0 || length > ANSWER_LENGTH_MAX)
    return wrong (error, "no signature");
  if (key != NULL && EVP_PKEY_is_a (key, "RSA"))
    return verify_rsa (key, nonce, signature, length, error);
  if (key != NULL && EVP_PKEY_is_a (key, "EC"))
    return verify_ecdsa (key, spki, digest, nonce, signature, length, error);
  return unsupported (error, "a key that is neither RSA nor of an elliptic curve");
}

/* How long the chip's answer will be: a key tells it. 0: no such key. */
static gsize
answer_bytes (GBytes *spki)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (spki, &length);
  g_autoptr (EVP_PKEY) key = d2i_PUBKEY (NULL, &bytes, (long)length);

  return key != NULL && EVP_PKEY_get_size (key) > 0 ? (gsize)EVP_PKEY_get_size (key) : 0;
}

/* INTERNAL AUTHENTICATE. An answer that does not fit a short one is asked for in extended form:
 * RSA keys of more than 1,848 bits under 3DES, 1,792 under AES (9303-11, 6.1.4). */
static gboolean
ask (KioskCardSession *session, GBytes *spki, const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
     GByteArray *ret_signature, GError **error)
{
  KioskApdu apdu
    = { 0x00, 0x88, 0x00, 0x00, nonce, KIOSK_ACTIVE_NONCE_BYTES, KIOSK_APDU_SHORT_LE_MAX };
  guint16 sw;

  if (answer_bytes (spki) > kiosk_card_sm_safe_le (session->sm))
    apdu.le = KIOSK_APDU_LE_MAX;
  if (apdu.le > KIOSK_APDU_SHORT_LE_MAX && !kiosk_card_session_takes_extended (session))
    return unsupported (error, "an answer too long for this chip or reader");
  if (!kiosk_card_session_send (session, &apdu, ret_signature, &sw, error))
    return FALSE;
  if (sw == KIOSK_SW_OK)
    return TRUE;
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA,
               "the chip refuses active authentication: SW %04X", sw);
  return FALSE;
}

gboolean
kiosk_card_active_authenticate_with_nonce (KioskCardSession *session, GBytes *dg15,
                                           KioskLdsDigest digest,
                                           const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
                                           GError **error)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (GBytes) spki = kiosk_lds_parse_dg15 (dg15, &damage);
  g_autoptr (GByteArray) signature = g_byte_array_new ();

  if (spki == NULL)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED,
                           damage->message);
      return FALSE;
    }
  return ask (session, spki, nonce, signature, error)
         && kiosk_card_active_verify (spki, digest, nonce, signature->data, signature->len, error);
}

gboolean
kiosk_card_active_authenticate (KioskCardSession *session, GBytes *dg15, KioskLdsDigest digest,
                                GError **error)
{
  guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES];

  kiosk_random_fill (session->random, nonce, sizeof nonce);
  return kiosk_card_active_authenticate_with_nonce (session, dg15, digest, nonce, error);
}
