#include "chip-auth.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <string.h>

void
kiosk_emu_chip_auth_oid (EVP_PKEY *key, KioskEmuCipher cipher,
                         guint8 ret_oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH])
{
  static const guint8 start[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x03 };

  memcpy (ret_oid, start, sizeof start);
  ret_oid[8] = EVP_PKEY_is_a (key, "EC") ? 2 : 1;
  ret_oid[9] = (guint8)(cipher + 1);
}

KioskEmuMessaging *
kiosk_emu_chip_auth_agree (EVP_PKEY *key, KioskEmuCipher cipher, const guint8 *public_key,
                           gsize length)
{
  g_autoptr (KioskEmuDomain) domain = kiosk_emu_domain_of_key (key);
  g_autoptr (KioskEmuElement) reader = NULL;
  g_autoptr (KioskEmuElement) shared = NULL;
  g_autoptr (GByteArray) secret = NULL;
  g_autoptr (BIGNUM) scalar = NULL;
  BIGNUM *taken = NULL;

  if (domain == NULL || !EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_PRIV_KEY, &taken))
    return NULL;
  scalar = taken;
  reader = kiosk_emu_domain_read (domain, public_key, length);
  if (reader == NULL)
    return NULL;
  shared = kiosk_emu_domain_multiply (domain, reader, scalar);
  secret = kiosk_emu_domain_secret (domain, shared);
  return kiosk_emu_messaging_new (cipher, secret->data, secret->len, NULL);
}

/* The whole block, 6A ‖ M1 ‖ SHA-256 (M1 ‖ challenge) ‖ 34 CC, raised to the private exponent. */
static GByteArray *
sign_rsa (EVP_PKEY *key, const guint8 *challenge, KioskRandom *random)
{
  const gsize hash = 32;
  const gsize trailer = 2;
  gsize size = (gsize)EVP_PKEY_get_size (key);
  gsize own = size - 1 - hash - trailer; /* the message's part that is recovered */
  g_autofree guint8 *block = g_malloc (size);
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GByteArray *signature = g_byte_array_new ();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);

  block[0] = 0x6a;
  kiosk_random_fill (random, block + 1, own);
  g_byte_array_append (message, block + 1, (guint)own);
  g_byte_array_append (message, challenge, KIOSK_EMU_ACTIVE_CHALLENGE);
  block[size - 2] = 0x34;
  block[size - 1] = 0xcc;
  g_byte_array_set_size (signature, (guint)size);
  if (!EVP_Digest (message->data, message->len, block + 1 + own, NULL, EVP_sha256 (), NULL)
      || context == NULL || EVP_PKEY_sign_init (context) <= 0
      || EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) <= 0
      || EVP_PKEY_sign (context, signature->data, &size, block, size) <= 0)
    g_error ("OpenSSL: RSA");
  EVP_PKEY_CTX_free (context);
  return signature;
}

static GByteArray *
sign_ec (EVP_PKEY *key, const guint8 *challenge)
{
  int half = (EVP_PKEY_get_bits (key) + 7) / 8;
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gsize length = (gsize)EVP_PKEY_get_size (key);
  g_autofree guint8 *der = g_malloc (length);
  const guint8 *at = der;
  GByteArray *signature = g_byte_array_new ();
  ECDSA_SIG *numbers;

  if (context == NULL || EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key) <= 0
      || EVP_DigestSign (context, der, &length, challenge, KIOSK_EMU_ACTIVE_CHALLENGE) <= 0)
    g_error ("OpenSSL: ECDSA");
  numbers = d2i_ECDSA_SIG (NULL, &at, (long)length);
  g_byte_array_set_size (signature, (guint)half * 2);
  BN_bn2binpad (ECDSA_SIG_get0_r (numbers), signature->data, half);
  BN_bn2binpad (ECDSA_SIG_get0_s (numbers), signature->data + half, half);
  ECDSA_SIG_free (numbers);
  EVP_MD_CTX_free (context);
  return signature;
}

GByteArray *
kiosk_emu_active_auth_sign (EVP_PKEY *key, const guint8 challenge[KIOSK_EMU_ACTIVE_CHALLENGE],
                            KioskRandom *random)
{
  if (EVP_PKEY_is_a (key, "RSA"))
    return sign_rsa (key, challenge, random);
  return sign_ec (key, challenge);
}
