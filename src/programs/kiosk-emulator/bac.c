#include "bac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define SECRET 32 /* two nonces of eight bytes and half a key of sixteen */

typedef struct
{
  guint8 encryption[KIOSK_EMU_KEY_MAXIMUM];
  guint8 mac[KIOSK_EMU_KEY_MAXIMUM];
} Keys;

void
kiosk_emu_bac_choose (KioskRandom *random, KioskEmuBacChoice *ret_choice)
{
  kiosk_random_fill (random, ret_choice->challenge, sizeof ret_choice->challenge);
  kiosk_random_fill (random, ret_choice->key_seed, sizeof ret_choice->key_seed);
}

static void
derive (const char *mrz_key, Keys *ret_keys)
{
  guint8 digest[EVP_MAX_MD_SIZE];

  if (!EVP_Digest (mrz_key, strlen (mrz_key), digest, NULL, EVP_sha1 (), NULL))
    g_error ("OpenSSL: no SHA-1");
  kiosk_emu_cipher_kdf (KIOSK_EMU_CIPHER_3DES, digest, 16, KIOSK_EMU_KDF_ENCRYPTION,
                        ret_keys->encryption);
  kiosk_emu_cipher_kdf (KIOSK_EMU_CIPHER_3DES, digest, 16, KIOSK_EMU_KDF_MAC, ret_keys->mac);
  explicit_bzero (digest, sizeof digest);
}

static void
seal_mac (const Keys *keys, const guint8 *cryptogram, guint8 *ret_mac)
{
  g_autoptr (GByteArray) padded = g_byte_array_new ();

  g_byte_array_append (padded, cryptogram, SECRET);
  kiosk_emu_pad (padded, 0, 8);
  kiosk_emu_cipher_mac (KIOSK_EMU_CIPHER_3DES, keys->mac, padded->data, padded->len, ret_mac);
}

/* RND.IFD ‖ RND.IC ‖ K.IFD, when the reader has the right keys and our challenge. */
static gboolean
open_message (const Keys *keys, const KioskEmuBacChoice *choice, const guint8 *message,
              guint8 *ret_secret)
{
  guint8 mac[KIOSK_EMU_MAC_LENGTH];

  seal_mac (keys, message, mac);
  if (CRYPTO_memcmp (mac, message + SECRET, sizeof mac) != 0)
    return FALSE;
  kiosk_emu_cipher_decrypt (KIOSK_EMU_CIPHER_3DES, keys->encryption, NULL, message, SECRET,
                            ret_secret);
  return CRYPTO_memcmp (ret_secret + 8, choice->challenge, sizeof choice->challenge) == 0;
}

static void
write_answer (const Keys *keys, const KioskEmuBacChoice *choice, const guint8 *secret,
              guint8 *ret_answer)
{
  guint8 own[SECRET];

  memcpy (own, choice->challenge, 8);
  memcpy (own + 8, secret, 8);
  memcpy (own + 16, choice->key_seed, 16);
  kiosk_emu_cipher_encrypt (KIOSK_EMU_CIPHER_3DES, keys->encryption, NULL, own, SECRET, ret_answer);
  seal_mac (keys, ret_answer, ret_answer + SECRET);
  explicit_bzero (own, sizeof own);
}

KioskEmuMessaging *
kiosk_emu_bac_authenticate (const char *mrz_key, const KioskEmuBacChoice *choice,
                            const guint8 message[KIOSK_EMU_BAC_MESSAGE],
                            guint8 ret_answer[KIOSK_EMU_BAC_MESSAGE])
{
  KioskEmuMessaging *session = NULL;
  guint8 secret[SECRET];
  guint8 seed[16];
  guint8 counter[8];
  Keys keys;

  derive (mrz_key, &keys);
  if (open_message (&keys, choice, message, secret))
    {
      write_answer (&keys, choice, secret, ret_answer);
      for (int i = 0; i < 16; i++)
        seed[i] = secret[16 + i] ^ choice->key_seed[i];
      memcpy (counter, choice->challenge + 4, 4);
      memcpy (counter + 4, secret + 4, 4);
      session = kiosk_emu_messaging_new (KIOSK_EMU_CIPHER_3DES, seed, sizeof seed, counter);
      explicit_bzero (seed, sizeof seed);
    }
  explicit_bzero (secret, sizeof secret);
  explicit_bzero (&keys, sizeof keys);
  return session;
}
