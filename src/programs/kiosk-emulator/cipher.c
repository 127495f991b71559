#include "cipher.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

/* With arguments that this file chose, OpenSSL fails only without memory, and then GLib would end
 * the program as well. */
#define MUST(call)                                                                                 \
  do                                                                                               \
    if (!(call))                                                                                   \
      g_error ("OpenSSL: %s", #call);                                                              \
  while (0)

static const char *const names[] = { "3des", "aes-128", "aes-192", "aes-256" };

const char *
kiosk_emu_cipher_name (KioskEmuCipher cipher)
{
  return names[cipher];
}

gboolean
kiosk_emu_cipher_from_name (const char *name, KioskEmuCipher *ret_cipher)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      {
        *ret_cipher = (KioskEmuCipher)i;
        return TRUE;
      }
  return FALSE;
}

gsize
kiosk_emu_cipher_block (KioskEmuCipher cipher)
{
  return cipher == KIOSK_EMU_CIPHER_3DES ? 8 : 16;
}

gsize
kiosk_emu_cipher_key_length (KioskEmuCipher cipher)
{
  switch (cipher)
    {
    case KIOSK_EMU_CIPHER_AES_192:
      return 24;
    case KIOSK_EMU_CIPHER_AES_256:
      return 32;
    default:
      return 16;
    }
}

static const EVP_CIPHER *
aes_cbc (KioskEmuCipher cipher)
{
  switch (cipher)
    {
    case KIOSK_EMU_CIPHER_AES_192:
      return EVP_aes_192_cbc ();
    case KIOSK_EMU_CIPHER_AES_256:
      return EVP_aes_256_cbc ();
    default:
      return EVP_aes_128_cbc ();
    }
}

static void
run (const EVP_CIPHER *algorithm, gboolean encrypt, const guint8 *key, const guint8 *iv,
     const guint8 *input, gsize length, guint8 *ret_output)
{
  static const guint8 zeros[16] = { 0 };
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int done = 0;

  MUST (context != NULL);
  MUST (EVP_CipherInit_ex (context, algorithm, NULL, key, iv != NULL ? iv : zeros, encrypt));
  MUST (EVP_CIPHER_CTX_set_padding (context, 0));
  MUST (EVP_CipherUpdate (context, ret_output, &done, input, (int)length));
  g_assert ((gsize)done == length);
  EVP_CIPHER_CTX_free (context);
}

/* OpenSSL's triple DES takes three keys. */
static void
widen (const guint8 *key, guint8 ret_wide[24])
{
  memcpy (ret_wide, key, 16);
  memcpy (ret_wide + 16, key, 8);
}

static void
transform (KioskEmuCipher cipher, gboolean encrypt, const guint8 *key, const guint8 *iv,
           const guint8 *input, gsize length, guint8 *ret_output)
{
  guint8 wide[24];

  if (cipher != KIOSK_EMU_CIPHER_3DES)
    {
      run (aes_cbc (cipher), encrypt, key, iv, input, length, ret_output);
      return;
    }
  widen (key, wide);
  run (EVP_des_ede3_cbc (), encrypt, wide, iv, input, length, ret_output);
  explicit_bzero (wide, sizeof wide);
}

void
kiosk_emu_cipher_encrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                          const guint8 *input, gsize length, guint8 *ret_output)
{
  transform (cipher, TRUE, key, iv, input, length, ret_output);
}

void
kiosk_emu_cipher_decrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                          const guint8 *input, gsize length, guint8 *ret_output)
{
  transform (cipher, FALSE, key, iv, input, length, ret_output);
}

void
kiosk_emu_cipher_ecb (KioskEmuCipher cipher, const guint8 *key, const guint8 *block,
                      guint8 *ret_block)
{
  run (aes_cbc (cipher), TRUE, key, NULL, block, 16, ret_block); /* one block: no chain */
}

/* Single DES over all blocks, triple DES over the last. Single DES is triple DES with one key three
 * times, which needs no legacy provider. */
static void
retail_mac (const guint8 *key, const guint8 *input, gsize length, guint8 *ret_mac)
{
  guint8 single[24];
  guint8 wide[24];
  guint8 block[8] = { 0 };
  gsize before = length - 8;

  g_assert (length >= 8 && length % 8 == 0);
  for (int i = 0; i < 3; i++)
    memcpy (single + i * 8, key, 8);
  widen (key, wide);
  if (before > 0)
    {
      g_autofree guint8 *chain = g_malloc (before);

      run (EVP_des_ede3_cbc (), TRUE, single, NULL, input, before, chain);
      memcpy (block, chain + before - 8, 8);
    }
  for (int i = 0; i < 8; i++)
    block[i] ^= input[before + i];
  run (EVP_des_ede3_cbc (), TRUE, wide, NULL, block, 8, ret_mac);
  explicit_bzero (single, sizeof single);
  explicit_bzero (wide, sizeof wide);
}

static void
cmac (KioskEmuCipher cipher, const guint8 *key, const guint8 *input, gsize length, guint8 *ret_mac)
{
  EVP_MAC *algorithm = EVP_MAC_fetch (NULL, "CMAC", NULL);
  EVP_MAC_CTX *context = EVP_MAC_CTX_new (algorithm);
  const char *name = EVP_CIPHER_get0_name (aes_cbc (cipher));
  const OSSL_PARAM parameters[]
    = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_CIPHER, (char *)name, 0), OSSL_PARAM_END };
  guint8 whole[16];
  gsize done = 0;

  MUST (context != NULL);
  MUST (EVP_MAC_init (context, key, kiosk_emu_cipher_key_length (cipher), parameters));
  MUST (EVP_MAC_update (context, input, length));
  MUST (EVP_MAC_final (context, whole, &done, sizeof whole));
  memcpy (ret_mac, whole, KIOSK_EMU_MAC_LENGTH);
  EVP_MAC_CTX_free (context);
  EVP_MAC_free (algorithm);
}

void
kiosk_emu_cipher_mac (KioskEmuCipher cipher, const guint8 *key, const guint8 *input, gsize length,
                      guint8 ret_mac[KIOSK_EMU_MAC_LENGTH])
{
  if (cipher == KIOSK_EMU_CIPHER_3DES)
    retail_mac (key, input, length, ret_mac);
  else
    cmac (cipher, key, input, length, ret_mac);
}

void
kiosk_emu_cipher_kdf (KioskEmuCipher cipher, const guint8 *secret, gsize length, guint8 counter,
                      guint8 ret_key[KIOSK_EMU_KEY_MAXIMUM])
{
  gsize key_length = kiosk_emu_cipher_key_length (cipher);
  const guint8 wide[4] = { 0, 0, 0, counter };
  GByteArray *input = g_byte_array_new ();
  guint8 digest[EVP_MAX_MD_SIZE];

  g_byte_array_append (input, secret, (guint)length);
  g_byte_array_append (input, wide, sizeof wide);
  MUST (EVP_Digest (input->data, input->len, digest, NULL,
                    key_length > 16 ? EVP_sha256 () : EVP_sha1 (), NULL));
  memcpy (ret_key, digest, key_length);
  explicit_bzero (digest, sizeof digest);
  explicit_bzero (input->data, input->len);
  g_byte_array_unref (input);
}

void
kiosk_emu_pad (GByteArray *bytes, gsize from, gsize block)
{
  static const guint8 mark = 0x80;
  static const guint8 zero = 0x00;

  g_byte_array_append (bytes, &mark, 1);
  while ((bytes->len - from) % block != 0)
    g_byte_array_append (bytes, &zero, 1);
}

gboolean
kiosk_emu_unpad (const guint8 *bytes, gsize length, gsize *ret_length)
{
  while (length > 0 && bytes[length - 1] == 0x00)
    length--;
  if (length == 0 || bytes[length - 1] != 0x80)
    return FALSE;
  *ret_length = length - 1;
  return TRUE;
}
