#include <openssl/crypto.h>
#include <string.h>

#include "devices/card/card-access.h"

#define NONCE      8
#define KEY        16
#define CRYPTOGRAM (2 * NONCE + KEY)

typedef struct
{
  guint8 encryption[KEY], mac[KEY];
} AccessKeys;

static void
derive_access_keys (KioskSecret *access_info, AccessKeys *ret_keys)
{
  guint8 digest[20];

  kiosk_card_sha1 (kiosk_secret_data (access_info), kiosk_secret_length (access_info), digest);
  kiosk_card_kdf (digest, KEY, KIOSK_KDF_ENCRYPTION, KIOSK_CIPHER_3DES, ret_keys->encryption);
  kiosk_card_kdf (digest, KEY, KIOSK_KDF_MAC, KIOSK_CIPHER_3DES, ret_keys->mac);
  explicit_bzero (digest, sizeof digest);
}

static gboolean
protocol_error (GError **error, const char *what, guint16 sw)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL, "BAC: %s (SW %04X)", what,
               sw);
  return FALSE;
}

static gboolean
get_challenge (KioskCardSession *session, guint8 ret_challenge[NONCE], GError **error)
{
  const KioskApdu apdu = { 0x00, 0x84, 0x00, 0x00, NULL, 0, NONCE };
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint16 sw;

  if (!kiosk_card_session_send (session, &apdu, data, &sw, error))
    return FALSE;
  if (sw != KIOSK_SW_OK || data->len != NONCE)
    return protocol_error (error, "no challenge", sw);
  memcpy (ret_challenge, data->data, NONCE);
  return TRUE;
}

static gboolean
external_authenticate (KioskCardSession *session, const AccessKeys *keys,
                       const guint8 plain[CRYPTOGRAM], GByteArray *answer, GError **error)
{
  guint8 command[CRYPTOGRAM + KIOSK_CARD_MAC_BYTES];
  const KioskApdu apdu = { 0x00, 0x82, 0x00, 0x00, command, sizeof command, sizeof command };
  guint16 sw;

  kiosk_card_encrypt (KIOSK_CIPHER_3DES, keys->encryption, NULL, plain, CRYPTOGRAM, command);
  kiosk_card_mac (KIOSK_CIPHER_3DES, keys->mac, command, CRYPTOGRAM, command + CRYPTOGRAM);
  if (!kiosk_card_session_send (session, &apdu, answer, &sw, error))
    return FALSE;
  if (sw != KIOSK_SW_OK)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED, "BAC: SW %04X", sw);
      return FALSE;
    }
  if (answer->len != sizeof command)
    return protocol_error (error, "an answer of another length", sw);
  return TRUE;
}

/* The chip's answer repeats both nonces the other way round, then gives its half of the key. */
static gboolean
open_answer (const AccessKeys *keys, const GByteArray *answer, const guint8 sent[CRYPTOGRAM],
             guint8 ret_key[KEY], GError **error)
{
  guint8 mac[KIOSK_CARD_MAC_BYTES], plain[CRYPTOGRAM];
  gboolean nonces_match;

  kiosk_card_mac (KIOSK_CIPHER_3DES, keys->mac, answer->data, CRYPTOGRAM, mac);
  if (CRYPTO_memcmp (mac, answer->data + CRYPTOGRAM, sizeof mac) != 0)
    return protocol_error (error, "the answer's MAC is wrong", KIOSK_SW_OK);
  kiosk_card_decrypt (KIOSK_CIPHER_3DES, keys->encryption, NULL, answer->data, CRYPTOGRAM, plain);
  nonces_match
    = memcmp (plain, sent + NONCE, NONCE) == 0 && memcmp (plain + NONCE, sent, NONCE) == 0;
  memcpy (ret_key, plain + 2 * NONCE, KEY);
  explicit_bzero (plain, sizeof plain);
  return nonces_match || protocol_error (error, "the answer is another's", KIOSK_SW_OK);
}

static KioskCardSm *
start_session (const guint8 sent[CRYPTOGRAM], const guint8 chip_key[KEY])
{
  guint8 seed[KEY];
  KioskCardSm *sm;

  for (guint i = 0; i < KEY; i++)
    seed[i] = sent[2 * NONCE + i] ^ chip_key[i];
  sm = kiosk_card_sm_new (KIOSK_CIPHER_3DES, seed, KEY);
  memcpy (sm->counter, sent + NONCE + 4, 4); /* the chip's nonce, low half, then ours */
  memcpy (sm->counter + 4, sent + 4, 4);
  explicit_bzero (seed, sizeof seed);
  return sm;
}

gboolean
kiosk_card_bac_with_nonces (KioskCardSession *session, KioskSecret *access_info,
                            const guint8 challenge[8], const guint8 key[16], GError **error)
{
  AccessKeys keys;
  guint8 plain[CRYPTOGRAM], chip_key[KEY];
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  gboolean opened;

  memcpy (plain, challenge, NONCE);
  memcpy (plain + 2 * NONCE, key, KEY);
  derive_access_keys (access_info, &keys);
  opened = get_challenge (session, plain + NONCE, error)
           && external_authenticate (session, &keys, plain, answer, error)
           && open_answer (&keys, answer, plain, chip_key, error);
  if (opened)
    kiosk_card_session_secure (session, start_session (plain, chip_key));
  explicit_bzero (&keys, sizeof keys);
  explicit_bzero (plain, sizeof plain);
  explicit_bzero (chip_key, sizeof chip_key);
  return opened;
}

gboolean
kiosk_card_bac (KioskCardSession *session, KioskSecret *access_info, GError **error)
{
  guint8 challenge[NONCE], key[KEY];
  gboolean opened;

  kiosk_random_fill (session->random, challenge, sizeof challenge);
  kiosk_random_fill (session->random, key, sizeof key);
  opened = kiosk_card_bac_with_nonces (session, access_info, challenge, key, error);
  explicit_bzero (key, sizeof key);
  return opened;
}
