#include "devices/card/card-sm.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/secret.h"
#include "devices/card/card-port.h"

#define TAG_ENCRYPTED_PLAIN_INDICATOR 0x87 /* even instructions: a padding indicator, then data */
#define TAG_ENCRYPTED                 0x85 /* odd instructions */
#define TAG_LE                        0x97
#define TAG_STATUS                    0x99
#define TAG_MAC                       0x8e
#define PADDING_INDICATOR             0x01
#define CLA_SECURE                    0x0c

KioskCardSm *
kiosk_card_sm_new (KioskCipher cipher, const guint8 *secret, gsize length)
{
  KioskCardSm *self = g_new0 (KioskCardSm, 1);

  self->cipher = cipher;
  kiosk_card_kdf (secret, length, KIOSK_KDF_ENCRYPTION, cipher, self->encryption_key);
  kiosk_card_kdf (secret, length, KIOSK_KDF_MAC, cipher, self->mac_key);
  return self;
}

void
kiosk_card_sm_free (KioskCardSm *self)
{
  kiosk_wipe_free (self, sizeof *self);
}

/* Measured: libnfc's easy framing yields at most 263 bytes. Of these, secure messaging takes 87 81
 * L 01, padding to a block, 99 02 SW, 8E 08 MAC and the status word. */
guint
kiosk_card_sm_safe_le (const KioskCardSm *self)
{
  if (self == NULL)
    return 256;
  return self->cipher == KIOSK_CIPHER_3DES ? 231 : 223;
}

static void
count (KioskCardSm *self)
{
  for (gsize i = kiosk_cipher_block_bytes (self->cipher); i-- > 0;)
    if (++self->counter[i] != 0)
      return;
}

/* AES takes the encrypted counter as initialisation vector, 3DES zeros. */
static const guint8 *
initialisation_vector (const KioskCardSm *self, guint8 buffer[KIOSK_CARD_BLOCK_MAX])
{
  if (self->cipher == KIOSK_CIPHER_3DES)
    return NULL;
  kiosk_card_encrypt_block (self->cipher, self->encryption_key, self->counter, buffer);
  return buffer;
}

/* Over counter and @input. The retail MAC pads by itself. */
static void
authenticate (const KioskCardSm *self, const guint8 *input, gsize length,
              guint8 ret_mac[KIOSK_CARD_MAC_BYTES])
{
  gsize block = kiosk_cipher_block_bytes (self->cipher);
  g_autoptr (GByteArray) message = g_byte_array_new ();

  g_byte_array_append (message, self->counter, (guint)block);
  g_byte_array_append (message, input, (guint)length);
  if (self->cipher != KIOSK_CIPHER_3DES)
    kiosk_card_pad (message, block);
  kiosk_card_mac (self->cipher, self->mac_key, message->data, message->len, ret_mac);
}

static void
append_encrypted (const KioskCardSm *self, const KioskApdu *apdu, GByteArray *body)
{
  guint8 iv[KIOSK_CARD_BLOCK_MAX];
  gboolean is_odd = (apdu->ins & 1) != 0;
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) value = g_byte_array_new ();

  g_byte_array_append (plain, apdu->data, (guint)apdu->length);
  kiosk_card_pad (plain, kiosk_cipher_block_bytes (self->cipher));
  g_byte_array_set_size (value, plain->len + (is_odd ? 0 : 1));
  value->data[0] = PADDING_INDICATOR;
  kiosk_card_encrypt (self->cipher, self->encryption_key, initialisation_vector (self, iv),
                      plain->data, plain->len, value->data + (is_odd ? 0 : 1));
  kiosk_tlv_append (body, is_odd ? TAG_ENCRYPTED : TAG_ENCRYPTED_PLAIN_INDICATOR, value->data,
                    value->len);
}

static void
append_mac (const KioskCardSm *self, const KioskApdu *apdu, GByteArray *body)
{
  const guint8 header[] = { apdu->cla | CLA_SECURE, apdu->ins, apdu->p1, apdu->p2 };
  guint8 mac[KIOSK_CARD_MAC_BYTES];
  g_autoptr (GByteArray) message = g_byte_array_new ();

  g_byte_array_append (message, header, sizeof header);
  if (body->len > 0)
    {
      kiosk_card_pad (message, kiosk_cipher_block_bytes (self->cipher));
      g_byte_array_append (message, body->data, body->len);
    }
  authenticate (self, message->data, message->len, mac);
  kiosk_tlv_append (body, TAG_MAC, mac, sizeof mac);
}

GByteArray *
kiosk_card_sm_wrap (KioskCardSm *self, const KioskApdu *apdu, GError **error)
{
  const guint8 le[] = { (guint8)(apdu->le >> 8), (guint8)apdu->le };
  gboolean extended = kiosk_apdu_is_extended (apdu);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  KioskApdu protected_apdu = *apdu;

  count (self);
  if (apdu->length > 0)
    append_encrypted (self, apdu, body);
  if (apdu->le != KIOSK_APDU_NO_LE)
    kiosk_tlv_append (body, TAG_LE, extended ? le : le + 1, extended ? 2 : 1);
  append_mac (self, apdu, body);
  if (body->len > KIOSK_APDU_DATA_MAX)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_INTERNAL,
                   "a protected command of %u bytes", body->len);
      return NULL;
    }
  protected_apdu.cla |= CLA_SECURE;
  protected_apdu.data = body->data;
  protected_apdu.length = body->len;
  protected_apdu.le = extended || body->len > KIOSK_APDU_SHORT_DATA_MAX ? KIOSK_APDU_LE_MAX
                                                                        : KIOSK_APDU_SHORT_LE_MAX;
  return kiosk_apdu_encode (&protected_apdu);
}

typedef struct
{
  KioskTlv encrypted, status, mac;
} Answer;

static gboolean
broken (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN, what);
  return FALSE;
}

/* The data object, the status, the MAC, in this order; the first may be absent. */
static gboolean
split (KioskTlvCursor cursor, Answer *ret_answer, GError **error)
{
  Answer answer = { 0 };
  KioskTlvCursor ahead = cursor;
  KioskTlv first;

  if (!kiosk_tlv_next (&ahead, &first, NULL))
    return broken (error, "the answer is not protected");
  if (first.tag == TAG_ENCRYPTED_PLAIN_INDICATOR || first.tag == TAG_ENCRYPTED)
    {
      answer.encrypted = first;
      cursor = ahead;
    }
  if (!kiosk_tlv_expect (&cursor, TAG_STATUS, &answer.status, NULL) || answer.status.length != 2)
    return broken (error, "the protected answer has no status");
  if (!kiosk_tlv_expect (&cursor, TAG_MAC, &answer.mac, NULL)
      || answer.mac.length != KIOSK_CARD_MAC_BYTES || cursor.length > 0)
    return broken (error, "the protected answer has no MAC at its end");
  *ret_answer = answer;
  return TRUE;
}

static gboolean
decrypt (const KioskCardSm *self, const KioskTlv *encrypted, GByteArray *ret_data, GError **error)
{
  guint8 iv[KIOSK_CARD_BLOCK_MAX];
  gsize skip = encrypted->tag == TAG_ENCRYPTED_PLAIN_INDICATOR ? 1 : 0;
  gsize length = encrypted->length - MIN (skip, encrypted->length);
  g_autoptr (KioskSecret) plain = NULL;
  gssize plain_length;

  if (length == 0 || length % kiosk_cipher_block_bytes (self->cipher) != 0
      || (skip == 1 && encrypted->value[0] != PADDING_INDICATOR))
    return broken (error, "the protected data are out of form");
  plain = kiosk_secret_new (length);
  kiosk_card_decrypt (self->cipher, self->encryption_key, initialisation_vector (self, iv),
                      encrypted->value + skip, length, kiosk_secret_data (plain));
  plain_length = kiosk_card_unpadded_length (kiosk_secret_data (plain), length);
  if (plain_length < 0)
    return broken (error, "the protected data have no padding");
  g_byte_array_append (ret_data, kiosk_secret_data (plain), (guint)plain_length);
  return TRUE;
}

gboolean
kiosk_card_sm_unwrap (KioskCardSm *self, const guint8 *response, gsize length, GByteArray *ret_data,
                      guint16 *ret_sw, GError **error)
{
  Answer answer;
  guint8 mac[KIOSK_CARD_MAC_BYTES];

  count (self);
  if (length < 2)
    return broken (error, "an answer without a status");
  if (!split ((KioskTlvCursor){ response, length - 2 }, &answer, error))
    {
      g_prefix_error (error, "SW %02X%02X: ", response[length - 2], response[length - 1]);
      return FALSE;
    }
  authenticate (self, response, (gsize)(answer.mac.start - response), mac);
  if (CRYPTO_memcmp (mac, answer.mac.value, sizeof mac) != 0)
    return broken (error, "the answer's MAC is wrong");
  if (memcmp (answer.status.value, response + length - 2, 2) != 0)
    return broken (error, "the protected status is another than the plain one");
  if (answer.encrypted.start != NULL && !decrypt (self, &answer.encrypted, ret_data, error))
    return FALSE;
  *ret_sw = (guint16)(answer.status.value[0] << 8 | answer.status.value[1]);
  return TRUE;
}
