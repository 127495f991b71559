#include "devices/card/card-crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

#define DES_BLOCK 8

void
kiosk_card_must (gboolean ok)
{
  if (!ok)
    g_error ("OpenSSL failed in a primitive");
}

gsize
kiosk_cipher_key_bytes (KioskCipher cipher)
{
  return cipher == KIOSK_CIPHER_AES_256 ? 32 : cipher == KIOSK_CIPHER_AES_192 ? 24 : 16;
}

gsize
kiosk_cipher_block_bytes (KioskCipher cipher)
{
  return cipher == KIOSK_CIPHER_3DES ? DES_BLOCK : 16;
}

static void
digest (const EVP_MD *md, const guint8 *data, gsize length, const guint8 *more, gsize more_length,
        guint8 *ret_digest)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();

  kiosk_card_must (context != NULL && EVP_DigestInit_ex (context, md, NULL)
                   && EVP_DigestUpdate (context, data, length)
                   && EVP_DigestUpdate (context, more, more_length)
                   && EVP_DigestFinal_ex (context, ret_digest, NULL));
  EVP_MD_CTX_free (context);
}

void
kiosk_card_sha1 (const guint8 *data, gsize length, guint8 ret_digest[20])
{
  digest (EVP_sha1 (), data, length, NULL, 0, ret_digest);
}

void
kiosk_card_kdf (const guint8 *secret, gsize length, KioskKdfCounter counter, KioskCipher cipher,
                guint8 *ret_key)
{
  const guint8 suffix[4] = { 0, 0, 0, (guint8)counter };
  guint8 hash[32];
  gsize key_bytes = kiosk_cipher_key_bytes (cipher);

  digest (key_bytes > 16 ? EVP_sha256 () : EVP_sha1 (), secret, length, suffix, sizeof suffix,
          hash);
  memcpy (ret_key, hash, key_bytes);
  explicit_bzero (hash, sizeof hash);
}

static void
run_cipher (const EVP_CIPHER *cipher, gboolean encrypt, const guint8 *key, const guint8 *iv,
            const guint8 *in, gsize length, guint8 *ret_out)
{
  static const guint8 zeros[EVP_MAX_IV_LENGTH];
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int n, last;

  kiosk_card_must (
    context != NULL && length <= G_MAXINT
    && EVP_CipherInit_ex (context, cipher, NULL, key, iv != NULL ? iv : zeros, encrypt)
    && EVP_CIPHER_CTX_set_padding (context, 0)
    && EVP_CipherUpdate (context, ret_out, &n, in, (int)length)
    && EVP_CipherFinal_ex (context, ret_out + n, &last));
  EVP_CIPHER_CTX_free (context);
}

static const EVP_CIPHER *
cbc_of (KioskCipher cipher)
{
  switch (cipher)
    {
    case KIOSK_CIPHER_AES_128:
      return EVP_aes_128_cbc ();
    case KIOSK_CIPHER_AES_192:
      return EVP_aes_192_cbc ();
    case KIOSK_CIPHER_AES_256:
      return EVP_aes_256_cbc ();
    default:
      return EVP_des_ede3_cbc ();
    }
}

static void
cbc (KioskCipher cipher, gboolean encrypt, const guint8 *key, const guint8 *iv, const guint8 *in,
     gsize length, guint8 *ret_out)
{
  guint8 wide[3 * DES_BLOCK];

  if (cipher != KIOSK_CIPHER_3DES)
    {
      run_cipher (cbc_of (cipher), encrypt, key, iv, in, length, ret_out);
      return;
    }
  memcpy (wide, key, 2 * DES_BLOCK);
  memcpy (wide + 2 * DES_BLOCK, key, DES_BLOCK);
  run_cipher (cbc_of (cipher), encrypt, wide, iv, in, length, ret_out);
  explicit_bzero (wide, sizeof wide);
}

void
kiosk_card_encrypt (KioskCipher cipher, const guint8 *key, const guint8 *iv, const guint8 *in,
                    gsize length, guint8 *ret_out)
{
  cbc (cipher, TRUE, key, iv, in, length, ret_out);
}

void
kiosk_card_decrypt (KioskCipher cipher, const guint8 *key, const guint8 *iv, const guint8 *in,
                    gsize length, guint8 *ret_out)
{
  cbc (cipher, FALSE, key, iv, in, length, ret_out);
}

void
kiosk_card_encrypt_block (KioskCipher cipher, const guint8 *key, const guint8 *in, guint8 *ret_out)
{
  /* CBC of one block under a zero IV is ECB of that block. */
  cbc (cipher, TRUE, key, NULL, in, kiosk_cipher_block_bytes (cipher), ret_out);
}

void
kiosk_card_pad (GByteArray *array, gsize block)
{
  static const guint8 zeros[KIOSK_CARD_BLOCK_MAX];

  g_byte_array_append (array, (const guint8 *)"\x80", 1);
  if (array->len % block != 0)
    g_byte_array_append (array, zeros, (guint)(block - array->len % block));
}

gssize
kiosk_card_unpadded_length (const guint8 *data, gsize length)
{
  while (length > 0 && data[length - 1] == 0)
    length--;
  return length > 0 && data[length - 1] == 0x80 ? (gssize)length - 1 : -1;
}

/* Single DES, which only OpenSSL's legacy provider has by name, is triple DES with one key thrice.
 */
static void
retail_mac (const guint8 *key, const guint8 *in, gsize length, guint8 *ret_mac)
{
  g_autoptr (GByteArray) padded = g_byte_array_sized_new ((guint)length + DES_BLOCK);
  guint8 single[2 * DES_BLOCK], chain[DES_BLOCK] = { 0 };
  gsize at;

  g_byte_array_append (padded, in, (guint)length);
  kiosk_card_pad (padded, DES_BLOCK);
  memcpy (single, key, DES_BLOCK);
  memcpy (single + DES_BLOCK, key, DES_BLOCK);
  for (at = 0; at + DES_BLOCK < padded->len; at += DES_BLOCK)
    cbc (KIOSK_CIPHER_3DES, TRUE, single, chain, padded->data + at, DES_BLOCK, chain);
  cbc (KIOSK_CIPHER_3DES, TRUE, key, chain, padded->data + at, DES_BLOCK, ret_mac);
  explicit_bzero (single, sizeof single);
}

static void
cmac (KioskCipher cipher, const guint8 *key, const guint8 *in, gsize length, guint8 *ret_mac)
{
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "CMAC", NULL);
  EVP_MAC_CTX *context = EVP_MAC_CTX_new (mac);
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_CIPHER,
                                      (char *)EVP_CIPHER_get0_name (cbc_of (cipher)), 0),
    OSSL_PARAM_END,
  };
  guint8 full[16];

  kiosk_card_must (
    context != NULL && EVP_MAC_init (context, key, kiosk_cipher_key_bytes (cipher), params)
    && EVP_MAC_update (context, in, length) && EVP_MAC_final (context, full, NULL, sizeof full));
  memcpy (ret_mac, full, KIOSK_CARD_MAC_BYTES);
  EVP_MAC_CTX_free (context);
  EVP_MAC_free (mac);
}

void
kiosk_card_mac (KioskCipher cipher, const guint8 *key, const guint8 *in, gsize length,
                guint8 ret_mac[KIOSK_CARD_MAC_BYTES])
{
  if (cipher == KIOSK_CIPHER_3DES)
    retail_mac (key, in, length, ret_mac);
  else
    cmac (cipher, key, in, length, ret_mac);
}
