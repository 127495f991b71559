/* Chip authentication with keys of every form, the chip's side reckoned by OpenSSL's own key
 * agreement; active authentication with keys made on the spot; and keys that are refused. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "devices/card/card-access.h"
#include "trust/pki.h"

static EVP_PKEY *
key_new (const char *type, const char *group, const char *encoding)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, type, NULL);
  EVP_PKEY *key = NULL;
  OSSL_PARAM params[3];
  guint n = 0;

  params[n++] = OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0);
  if (encoding != NULL)
    params[n++]
      = OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_EC_ENCODING, (char *)encoding, 0);
  params[n] = OSSL_PARAM_construct_end ();
  g_assert_cmpint (EVP_PKEY_keygen_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_params (context, params), ==, 1);
  g_assert_cmpint (EVP_PKEY_generate (context, &key), ==, 1);
  EVP_PKEY_CTX_free (context);
  return key;
}

static GBytes *
spki_of (EVP_PKEY *key)
{
  unsigned char *der = NULL;
  int n = i2d_PUBKEY (key, &der);
  GBytes *spki;

  g_assert_cmpint (n, >, 0);
  spki = g_bytes_new (der, (gsize)n);
  OPENSSL_free (der);
  return spki;
}

/* A chip that takes our key and agrees with it. */
typedef struct
{
  KioskCardChannel channel;
  EVP_PKEY *key;
  gboolean first_edition; /* MSE:Set KAT only */
  GBytes *secret;
  guint commands;
} Chip;

static EVP_PKEY *
peer_of (EVP_PKEY *key, const guint8 *data, gsize length)
{
  EVP_PKEY *peer = EVP_PKEY_new ();
  g_autofree guint8 *padded = g_malloc0 ((gsize)EVP_PKEY_get_size (key));

  g_assert_cmpint (EVP_PKEY_copy_parameters (peer, key), ==, 1);
  if (EVP_PKEY_is_a (key, "EC"))
    g_assert_cmpint (EVP_PKEY_set1_encoded_public_key (peer, data, length), ==, 1);
  else
    {
      gsize size = (gsize)EVP_PKEY_get_size (key);

      memcpy (padded + size - length, data, length);
      g_assert_cmpint (EVP_PKEY_set1_encoded_public_key (peer, padded, size), ==, 1);
    }
  return peer;
}

static void
agree (Chip *self, const KioskTlv *theirs)
{
  g_autoptr (EVP_PKEY) peer = peer_of (self->key, theirs->value, theirs->length);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, self->key, NULL);
  guint pad = 1;
  OSSL_PARAM params[]
    = { OSSL_PARAM_construct_uint (OSSL_EXCHANGE_PARAM_PAD, &pad), OSSL_PARAM_END };
  gsize length;
  g_autofree guint8 *secret = NULL;

  g_assert_cmpint (
    EVP_PKEY_derive_init_ex (context, EVP_PKEY_is_a (self->key, "EC") ? NULL : params), ==, 1);
  g_assert_cmpint (EVP_PKEY_derive_set_peer (context, peer), ==, 1);
  g_assert_cmpint (EVP_PKEY_derive (context, NULL, &length), ==, 1);
  secret = g_malloc (length);
  g_assert_cmpint (EVP_PKEY_derive (context, secret, &length), ==, 1);
  self->secret = g_bytes_new (secret, length);
  EVP_PKEY_CTX_free (context);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Chip *self = (Chip *)channel;
  KioskTlvCursor body = { command + 5, command[4] };
  KioskTlv outer, key;
  guint16 sw = 0x9000;

  self->commands++;
  if (command[4] == 0 && length > 7)
    body = (KioskTlvCursor){ command + 7, (gsize)command[5] << 8 | command[6] };
  if (command[1] == 0x22 && command[3] == 0xa4)
    sw = self->first_edition ? 0x6a80 : 0x9000;
  else if (command[1] == 0x22)
    {
      g_assert_true (kiosk_tlv_find (body.data, body.length, 0x91, &key, NULL));
      agree (self, &key);
    }
  else
    {
      g_assert_true (kiosk_tlv_expect (&body, 0x7c, &outer, NULL));
      g_assert_true (kiosk_tlv_find (outer.value, outer.length, 0x80, &key, NULL));
      agree (self, &key);
      g_byte_array_append (response, (const guint8 *)"\x7c\x00", 2);
    }
  g_byte_array_append (response, (const guint8[]){ (guint8)(sw >> 8), (guint8)sw }, 2);
  return TRUE;
}

static KioskSecurityInfos *
infos_with (GBytes *spki, gboolean is_ecdh, guint8 cipher)
{
  const guint8 pk[] = { 0x04, 0, 0x7f, 0, 7, 2, 2, 1, is_ecdh ? 2 : 1 };
  const guint8 ca[] = { 0x04, 0, 0x7f, 0, 7, 2, 2, 3, is_ecdh ? 2 : 1, cipher };
  const guint8 one = 1;
  g_autoptr (GByteArray) key = g_byte_array_new ();
  g_autoptr (GByteArray) protocol = g_byte_array_new ();
  g_autoptr (GByteArray) set = g_byte_array_new ();
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  kiosk_tlv_append (key, 0x06, pk, sizeof pk);
  g_byte_array_append (key, g_bytes_get_data (spki, NULL), (guint)g_bytes_get_size (spki));
  kiosk_tlv_append (protocol, 0x06, ca, sizeof ca);
  kiosk_tlv_append (protocol, 0x02, &one, 1);
  kiosk_tlv_append (set, 0x30, key->data, key->len);
  kiosk_tlv_append (set, 0x30, protocol->data, protocol->len);
  kiosk_tlv_append (file, 0x31, set->data, set->len);
  bytes = g_bytes_new (file->data, file->len);
  return kiosk_lds_parse_card_access (bytes, NULL);
}

/* A kind of key that chips hold. */
typedef struct
{
  const char *path, *type, *group, *encoding;
} Kind;

static void
test_agreement (gconstpointer data)
{
  const Kind *kind = data;
  gboolean is_ecdh = strcmp (kind->type, "EC") == 0;

  for (guint i = 0; i < 5; i++)
    {
      /* Four ciphers, and 3DES once more with a chip of the first edition. */
      const KioskCipher cipher = (KioskCipher)(i % 4);
      Chip chip = { .channel = { .transmit = transmit }, .first_edition = i == 4 };
      g_autoptr (EVP_PKEY) key = key_new (kind->type, kind->group, kind->encoding);
      g_autoptr (GBytes) spki = spki_of (key);
      g_autoptr (KioskSecurityInfos) infos = infos_with (spki, is_ecdh, (guint8)(cipher + 1));
      g_autoptr (KioskRandom) random = kiosk_random_new_seeded (i);
      g_autoptr (KioskCardSm) theirs = NULL;
      g_autoptr (GError) error = NULL;
      KioskCardSession session;

      chip.key = key;
      kiosk_card_session_init (&session, &chip.channel, random);
      session.extended = TRUE;
      session.command_max = 4096;
      g_assert_true (kiosk_card_chip_authenticate (&session, infos, &error));
      g_assert_no_error (error);
      g_assert_cmpint (session.sm->cipher, ==, cipher);
      theirs = kiosk_card_sm_new (cipher, g_bytes_get_data (chip.secret, NULL),
                                  g_bytes_get_size (chip.secret));
      g_assert_cmpmem (session.sm, sizeof *session.sm, theirs, sizeof *theirs);
      g_assert_cmpuint (chip.commands, ==, 2);
      g_bytes_unref (chip.secret);
      kiosk_card_session_clear (&session);
    }
}

static void
assert_unsupported (GBytes *spki, gboolean is_ecdh)
{
  g_autoptr (KioskSecurityInfos) infos = infos_with (spki, is_ecdh, 2);
  g_auto (KioskChipChoice) choice = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_card_chip_choose (infos, &choice, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED);
}

/* y = 2, which does not lie in a subgroup of RFC 5114's. */
static GBytes *
outside_subgroup (void)
{
  g_autoptr (EVP_PKEY) good = key_new ("DHX", "dh_2048_256", NULL);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "DHX", NULL);
  EVP_PKEY *bad = NULL;
  guint8 two[] = { 2 };
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)"dh_2048_256", 0),
    OSSL_PARAM_construct_BN (OSSL_PKEY_PARAM_PUB_KEY, two, sizeof two),
    OSSL_PARAM_END,
  };
  GBytes *spki;

  g_assert_cmpint (EVP_PKEY_fromdata_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (context, &bad, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  spki = spki_of (bad);
  EVP_PKEY_free (bad);
  EVP_PKEY_CTX_free (context);
  return spki;
}

static void
test_refused_keys (void)
{
  static const char *const curves[] = { "secp160r1", "sect283r1", "secp112r2" };
  g_autoptr (EVP_PKEY) curve = key_new ("EC", "brainpoolP256r1", NULL);
  g_autoptr (EVP_PKEY) rsa = EVP_RSA_gen (1024);
  g_autoptr (GBytes) of_curve = spki_of (curve);
  g_autoptr (GBytes) of_rsa = spki_of (rsa);
  g_autoptr (GBytes) outside = outside_subgroup ();
  g_autoptr (GBytes) nothing = g_bytes_new_static ("\x30\x02\x05\x00", 4);
  g_autofree guint8 *off
    = g_memdup2 (g_bytes_get_data (of_curve, NULL), g_bytes_get_size (of_curve));
  g_autoptr (GBytes) off_curve = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    {
      g_autoptr (EVP_PKEY) key = key_new ("EC", curves[i], NULL);
      g_autoptr (GBytes) spki = spki_of (key);

      assert_unsupported (spki, TRUE);
    }
  off[g_bytes_get_size (of_curve) - 1] ^= 1;
  off_curve = g_bytes_new (off, g_bytes_get_size (of_curve));
  assert_unsupported (off_curve, TRUE);
  assert_unsupported (of_curve, FALSE); /* a curve's key for the other protocol */
  assert_unsupported (of_rsa, TRUE);
  assert_unsupported (outside, FALSE);
  assert_unsupported (nothing, TRUE);
}

/* The protocol of the second edition proves the terminal first; it is not ours to begin. */
static void
test_other_version (void)
{
  g_autoptr (EVP_PKEY) key = key_new ("EC", "brainpoolP256r1", NULL);
  g_autoptr (GBytes) spki = spki_of (key);
  g_autoptr (KioskSecurityInfos) infos = infos_with (spki, TRUE, 2);
  g_auto (KioskChipChoice) choice = { 0 };

  g_array_index (infos->chip, KioskSecurityInfo, 0).version = 2;
  g_assert_false (kiosk_card_chip_choose (infos, &choice, NULL));
}

/* A chip that answers INTERNAL AUTHENTICATE with a signature by OpenSSL. */
typedef struct
{
  KioskCardChannel channel;
  EVP_PKEY *key;
  const EVP_MD *md;
  gboolean der;
  guint16 sw;
} Signer;

static void
sign_plain (const Signer *self, const guint8 *nonce, GByteArray *response)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 der[160], plain[132];
  gsize n = sizeof der;
  const unsigned char *at = der;
  ECDSA_SIG *signature;
  int half = (EVP_PKEY_get_bits (self->key) + 7) / 8;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, self->md, NULL, self->key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, der, &n, nonce, 8), ==, 1);
  EVP_MD_CTX_free (context);
  signature = d2i_ECDSA_SIG (NULL, &at, (long)n);
  g_assert_cmpint (BN_bn2binpad (ECDSA_SIG_get0_r (signature), plain, half), ==, half);
  g_assert_cmpint (BN_bn2binpad (ECDSA_SIG_get0_s (signature), plain + half, half), ==, half);
  ECDSA_SIG_free (signature);
  if (self->der)
    g_byte_array_append (response, der, (guint)n);
  else
    g_byte_array_append (response, plain, 2 * (guint)half);
}

/* ISO/IEC 9796-2, scheme 1: 6A, M1, H(M1 ‖ nonce), trailer; to the power of the private key. */
static void
sign_rsa (const Signer *self, const guint8 *nonce, GByteArray *response)
{
  gsize size = (gsize)EVP_PKEY_get_size (self->key), n = size;
  gsize hash = (gsize)EVP_MD_get_size (self->md);
  g_autofree guint8 *message = g_malloc (size);
  g_autofree guint8 *signed_message = g_malloc (size);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, self->key, NULL);
  EVP_MD_CTX *digest = EVP_MD_CTX_new ();

  memset (message, 0x5a, size);
  message[0] = 0x6a;
  message[size - 2] = 0x34;
  message[size - 1] = 0xcc;
  g_assert_true (EVP_DigestInit_ex (digest, self->md, NULL)
                 && EVP_DigestUpdate (digest, message + 1, size - 3 - hash)
                 && EVP_DigestUpdate (digest, nonce, 8)
                 && EVP_DigestFinal_ex (digest, message + size - 2 - hash, NULL));
  EVP_MD_CTX_free (digest);
  g_assert_cmpint (EVP_PKEY_decrypt_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING), ==, 1);
  g_assert_cmpint (EVP_PKEY_decrypt (context, signed_message, &n, message, size), ==, 1);
  EVP_PKEY_CTX_free (context);
  g_byte_array_append (response, signed_message, (guint)n);
}

static gboolean
sign (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
      guint timeout_ms, GError **error)
{
  Signer *self = (Signer *)channel;
  const guint8 *nonce = command + (command[4] == 0 ? 7 : 5);

  g_assert_cmphex (command[1], ==, 0x88);
  if (self->sw == 0x9000 && EVP_PKEY_is_a (self->key, "RSA"))
    sign_rsa (self, nonce, response);
  else if (self->sw == 0x9000)
    sign_plain (self, nonce, response);
  g_byte_array_append (response, (const guint8[]){ (guint8)(self->sw >> 8), (guint8)self->sw }, 2);
  return TRUE;
}

static gboolean
run_active (Signer *signer, EVP_PKEY *listed, KioskLdsDigest digest, gboolean extended,
            GError **error)
{
  g_autoptr (GBytes) spki = spki_of (listed);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) dg15 = NULL;
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (3);
  KioskCardSession session;

  kiosk_tlv_append (file, 0x6f, g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  dg15 = g_bytes_new (file->data, file->len);
  signer->channel.transmit = sign;
  kiosk_card_session_init (&session, &signer->channel, random);
  session.extended = extended;
  session.command_max = 4096;
  return kiosk_card_active_authenticate (&session, dg15, digest, error);
}

static void
test_active_ecdsa (void)
{
  static const struct
  {
    const char *curve, *encoding, *md;
    KioskLdsDigest digest;
    gboolean der;
  } cases[] = {
    { "P-256", NULL, "SHA256", KIOSK_LDS_DIGEST_SHA256, FALSE },
    { "P-256", NULL, "SHA256", KIOSK_LDS_DIGEST_NONE, TRUE },
    { "brainpoolP256r1", "explicit", "SHA224", KIOSK_LDS_DIGEST_SHA224, FALSE },
    { "P-384", NULL, "SHA384", KIOSK_LDS_DIGEST_NONE, FALSE },
    { "P-521", "explicit", "SHA512", KIOSK_LDS_DIGEST_NONE, FALSE },
    { "P-521", NULL, "SHA512", KIOSK_LDS_DIGEST_SHA512, TRUE },
    { "brainpoolP320r1", NULL, "SHA256", KIOSK_LDS_DIGEST_NONE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EVP_PKEY) key = key_new ("EC", cases[i].curve, cases[i].encoding);
      g_autoptr (EVP_PKEY) another = key_new ("EC", cases[i].curve, cases[i].encoding);
      g_autoptr (GError) error = NULL;
      Signer signer = {
        .key = key, .md = EVP_get_digestbyname (cases[i].md), .der = cases[i].der, .sw = 0x9000
      };

      g_assert_true (run_active (&signer, key, cases[i].digest, FALSE, &error));
      g_assert_no_error (error);
      g_assert_false (run_active (&signer, another, cases[i].digest, FALSE, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA);
    }
}

static void
test_active_rsa (void)
{
  g_autoptr (EVP_PKEY) key = EVP_RSA_gen (2048);
  g_autoptr (EVP_PKEY) another = EVP_RSA_gen (2048);
  g_autoptr (EVP_PKEY) odd = EVP_RSA_gen (1031);
  g_autoptr (GBytes) of_odd = spki_of (odd);
  static const guint8 zeros[129];
  g_autoptr (GError) error = NULL;
  Signer signer = { .key = key, .md = EVP_sha256 (), .sw = 0x9000 };

  g_assert_true (run_active (&signer, key, KIOSK_LDS_DIGEST_NONE, TRUE, &error));
  g_assert_no_error (error);
  g_assert_false (run_active (&signer, another, KIOSK_LDS_DIGEST_NONE, TRUE, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA);
  g_clear_error (&error);
  /* Plain, 256 bytes fit a short answer. */
  g_assert_true (run_active (&signer, key, KIOSK_LDS_DIGEST_NONE, FALSE, &error));
  signer.sw = 0x6a88;
  g_assert_false (run_active (&signer, key, KIOSK_LDS_DIGEST_NONE, TRUE, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA);
  g_clear_error (&error);
  g_assert_false (
    kiosk_card_active_verify (of_odd, KIOSK_LDS_DIGEST_NONE, zeros, zeros, sizeof zeros, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED);
}

/* Under AES the answer of a 2,048-bit key is 285 bytes: without extended form it cannot come. */
static void
test_active_too_long (void)
{
  g_autoptr (EVP_PKEY) key = EVP_RSA_gen (2048);
  g_autoptr (GBytes) spki = spki_of (key);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) dg15 = NULL;
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (3);
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  kiosk_tlv_append (file, 0x6f, g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  dg15 = g_bytes_new (file->data, file->len);
  kiosk_card_session_init (&session, NULL, random);
  kiosk_card_session_secure (&session,
                             kiosk_card_sm_new (KIOSK_CIPHER_AES_128, (const guint8 *)"x", 1));
  g_assert_false (kiosk_card_active_authenticate (&session, dg15, KIOSK_LDS_DIGEST_NONE, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED);
  kiosk_card_session_clear (&session);
}

int
main (int argc, char **argv)
{
  static const Kind kinds[] = {
    { "curve-by-name", "EC", "brainpoolP384r1", NULL },
    { "curve-by-its-parameters", "EC", "P-256", "explicit" },
    { "field-of-1024-bits", "DHX", "dh_1024_160", NULL },
    { "field-of-2048-bits", "DHX", "dh_2048_256", NULL },
    { "field-without-an-order", "DH", "ffdhe2048", NULL },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path
        = g_strconcat ("/card/chip/agrees-as-openssl-does/", kinds[i].path, NULL);

      g_test_add_data_func (path, &kinds[i], test_agreement);
    }
  g_test_add_func ("/card/chip/keys-of-no-use-are-refused", test_refused_keys);
  g_test_add_func ("/card/chip/the-second-edition-is-not-begun", test_other_version);
  g_test_add_func ("/card/active/ecdsa-proves-and-refuses", test_active_ecdsa);
  g_test_add_func ("/card/active/rsa-proves-and-refuses", test_active_rsa);
  g_test_add_func ("/card/active/an-answer-too-long-is-not-asked-for", test_active_too_long);
  return g_test_run ();
}
