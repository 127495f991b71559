/* How the chip proves itself, checked with OpenSSL as a reader would. */
#include "chip-auth.h"
#include "vectors.h"

#include <openssl/dh.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <string.h>

static const guint8 challenge[KIOSK_EMU_ACTIVE_CHALLENGE]
  = { 0x78, 0x23, 0x4b, 0x0c, 0xa2, 0x5d, 0x37, 0x1e };

/* ISO/IEC 9796-2, scheme 1, 34 CC: what the public exponent brings back. */
static void
assert_recovers (gsize bits)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (5);
  EVP_PKEY *key = EVP_RSA_gen (bits);
  g_autoptr (GByteArray) signature = kiosk_emu_active_auth_sign (key, challenge, random);
  g_autoptr (GByteArray) message = g_byte_array_new ();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);
  guint8 block[512];
  guint8 digest[32];
  gsize length = sizeof block;

  g_assert_cmpuint (signature->len, ==, bits / 8);
  g_assert_cmpint (EVP_PKEY_verify_recover_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING), ==, 1);
  g_assert_cmpint (
    EVP_PKEY_verify_recover (context, block, &length, signature->data, signature->len), ==, 1);
  g_assert_cmpuint (length, ==, bits / 8);
  g_assert_cmphex (block[0], ==, 0x6a);
  assert_hex (block + length - 2, 2, "34CC");
  g_byte_array_append (message, block + 1, (guint)length - 35);
  g_byte_array_append (message, challenge, sizeof challenge);
  g_assert_cmpint (EVP_Digest (message->data, message->len, digest, NULL, EVP_sha256 (), NULL), ==,
                   1);
  g_assert_cmpmem (digest, sizeof digest, block + length - 34, sizeof digest);
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
}

static void
test_rsa (void)
{
  assert_recovers (1024);
  assert_recovers (2048);
}

static void
test_ec (void)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (5);
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  g_autoptr (GByteArray) signature = kiosk_emu_active_auth_sign (key, challenge, random);
  ECDSA_SIG *numbers = ECDSA_SIG_new ();
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 *der = NULL;
  int length;

  g_assert_cmpuint (signature->len, ==, 64);
  ECDSA_SIG_set0 (numbers, BN_bin2bn (signature->data, 32, NULL),
                  BN_bin2bn (signature->data + 32, 32, NULL));
  length = i2d_ECDSA_SIG (numbers, &der);
  g_assert_cmpint (EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestVerify (context, der, (gsize)length, challenge, sizeof challenge), ==,
                   1);
  OPENSSL_free (der);
  ECDSA_SIG_free (numbers);
  EVP_MD_CTX_free (context);
  EVP_PKEY_free (key);
}

/* The secret that a reader with OpenSSL's key agreement has. */
static GByteArray *
derive (EVP_PKEY *own, EVP_PKEY *peer)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (own, NULL);
  GByteArray *secret = g_byte_array_new ();
  gsize length = 0;

  g_assert_cmpint (EVP_PKEY_derive_init (context), ==, 1);
  if (!EVP_PKEY_is_a (own, "EC"))
    g_assert_cmpint (EVP_PKEY_CTX_set_dh_pad (context, 1), ==, 1);
  g_assert_cmpint (EVP_PKEY_derive_set_peer (context, peer), ==, 1);
  g_assert_cmpint (EVP_PKEY_derive (context, NULL, &length), ==, 1);
  g_byte_array_set_size (secret, (guint)length);
  g_assert_cmpint (EVP_PKEY_derive (context, secret->data, &length), ==, 1);
  g_byte_array_set_size (secret, (guint)length);
  EVP_PKEY_CTX_free (context);
  return secret;
}

static GByteArray *
public_key (EVP_PKEY *key)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 *encoded = NULL;
  gsize length = EVP_PKEY_get1_encoded_public_key (key, &encoded);

  g_byte_array_append (bytes, encoded, (guint)length);
  OPENSSL_free (encoded);
  return bytes;
}

/* Both sides protect the same answer alike. */
static void
assert_agree (EVP_PKEY *chip, EVP_PKEY *reader, KioskEmuCipher cipher)
{
  g_autoptr (GByteArray) secret = derive (reader, chip);
  g_autoptr (GByteArray) sent = public_key (reader);
  g_autoptr (KioskEmuMessaging) on_chip
    = kiosk_emu_chip_auth_agree (chip, cipher, sent->data, sent->len);
  g_autoptr (KioskEmuMessaging) on_reader
    = kiosk_emu_messaging_new (cipher, secret->data, secret->len, NULL);
  g_autoptr (GByteArray) from_chip = NULL;
  g_autoptr (GByteArray) from_reader = NULL;

  g_assert_nonnull (on_chip);
  from_chip = kiosk_emu_messaging_wrap (on_chip, FALSE, challenge, sizeof challenge, 0x9000);
  from_reader = kiosk_emu_messaging_wrap (on_reader, FALSE, challenge, sizeof challenge, 0x9000);
  g_assert_cmpmem (from_chip->data, from_chip->len, from_reader->data, from_reader->len);
  g_assert_null (kiosk_emu_chip_auth_agree (chip, cipher, sent->data, sent->len - 1));
  EVP_PKEY_free (chip);
  EVP_PKEY_free (reader);
}

static void
test_chip_authentication (void)
{
  assert_agree (EVP_EC_gen ("P-256"), EVP_EC_gen ("P-256"), KIOSK_EMU_CIPHER_3DES);
  assert_agree (EVP_EC_gen ("brainpoolP384r1"), EVP_EC_gen ("brainpoolP384r1"),
                KIOSK_EMU_CIPHER_AES_192);
  assert_agree (EVP_EC_gen ("P-521"), EVP_EC_gen ("P-521"), KIOSK_EMU_CIPHER_AES_256);
  assert_agree (kiosk_emu_modp_key_new (2), kiosk_emu_modp_key_new (2), KIOSK_EMU_CIPHER_AES_128);
}

static void
test_names (void)
{
  EVP_PKEY *elliptic = EVP_EC_gen ("P-256");
  EVP_PKEY *modular = kiosk_emu_modp_key_new (0);
  guint8 oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH];

  kiosk_emu_chip_auth_oid (elliptic, KIOSK_EMU_CIPHER_AES_256, oid);
  assert_hex (oid, sizeof oid, "04007F00070202030204");
  kiosk_emu_chip_auth_oid (modular, KIOSK_EMU_CIPHER_3DES, oid);
  assert_hex (oid, sizeof oid, "04007F00070202030101");
  EVP_PKEY_free (elliptic);
  EVP_PKEY_free (modular);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/proof/an-rsa-answer-recovers", test_rsa);
  g_test_add_func ("/emulator/proof/an-elliptic-answer-verifies", test_ec);
  g_test_add_func ("/emulator/proof/agrees-with-openssl", test_chip_authentication);
  g_test_add_func ("/emulator/proof/names-its-protocol", test_names);
  return g_test_run ();
}
