#include "messaging.h"

#include <openssl/crypto.h>
#include <string.h>

#include "formats/tlv.h"

#define TAG_CRYPTOGRAM_TLV 0x85 /* plain BER-TLV inside: odd INS */
#define TAG_CRYPTOGRAM     0x87 /* padding indicator, then the cryptogram */
#define TAG_EXPECTED       0x97
#define TAG_STATUS         0x99
#define TAG_MAC            0x8e
#define PADDING_INDICATOR  0x01

struct _KioskEmuMessaging
{
  KioskEmuCipher cipher;
  guint8 encryption[KIOSK_EMU_KEY_MAXIMUM];
  guint8 mac[KIOSK_EMU_KEY_MAXIMUM];
  guint8 counter[KIOSK_EMU_BLOCK_MAXIMUM];
  GByteArray *plain;
};

/* Data objects of one protected command. */
typedef struct
{
  KioskTlv cryptogram;
  KioskTlv expected;
  KioskTlv mac;
  gsize protected_length; /* of everything before the MAC's object */
} Objects;

KioskEmuMessaging *
kiosk_emu_messaging_new_keys (KioskEmuCipher cipher, const guint8 *encryption, const guint8 *mac,
                              const guint8 *counter)
{
  KioskEmuMessaging *self = g_new0 (KioskEmuMessaging, 1);

  self->cipher = cipher;
  memcpy (self->encryption, encryption, kiosk_emu_cipher_key_length (cipher));
  memcpy (self->mac, mac, kiosk_emu_cipher_key_length (cipher));
  if (counter != NULL)
    memcpy (self->counter, counter, kiosk_emu_cipher_block (cipher));
  self->plain = g_byte_array_new ();
  return self;
}

KioskEmuMessaging *
kiosk_emu_messaging_new (KioskEmuCipher cipher, const guint8 *secret, gsize length,
                         const guint8 *counter)
{
  guint8 encryption[KIOSK_EMU_KEY_MAXIMUM];
  guint8 mac[KIOSK_EMU_KEY_MAXIMUM];
  KioskEmuMessaging *self;

  kiosk_emu_cipher_kdf (cipher, secret, length, KIOSK_EMU_KDF_ENCRYPTION, encryption);
  kiosk_emu_cipher_kdf (cipher, secret, length, KIOSK_EMU_KDF_MAC, mac);
  self = kiosk_emu_messaging_new_keys (cipher, encryption, mac, counter);
  explicit_bzero (encryption, sizeof encryption);
  explicit_bzero (mac, sizeof mac);
  return self;
}

void
kiosk_emu_messaging_free (KioskEmuMessaging *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->plain);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

static void
count (KioskEmuMessaging *self)
{
  for (gsize i = kiosk_emu_cipher_block (self->cipher); i > 0; i--)
    if (++self->counter[i - 1] != 0)
      return;
}

/* AES chains from the encrypted counter, triple DES from zeros. */
static const guint8 *
initial_vector (KioskEmuMessaging *self, guint8 *scratch)
{
  if (self->cipher == KIOSK_EMU_CIPHER_3DES)
    return NULL;
  kiosk_emu_cipher_ecb (self->cipher, self->encryption, self->counter, scratch);
  return scratch;
}

static void
compute_mac (KioskEmuMessaging *self, const guint8 *header, const guint8 *objects, gsize length,
             guint8 *ret_mac)
{
  gsize block = kiosk_emu_cipher_block (self->cipher);
  g_autoptr (GByteArray) input = g_byte_array_new ();

  g_byte_array_append (input, self->counter, (guint)block);
  if (header != NULL)
    {
      g_byte_array_append (input, header, 4);
      kiosk_emu_pad (input, 0, block);
    }
  if (length > 0)
    {
      g_byte_array_append (input, objects, (guint)length);
      kiosk_emu_pad (input, 0, block);
    }
  kiosk_emu_cipher_mac (self->cipher, self->mac, input->data, input->len, ret_mac);
}

static gboolean
find_objects (const KioskEmuApdu *apdu, Objects *ret_objects)
{
  KioskTlvCursor cursor = { apdu->data, apdu->length };
  Objects objects = { 0 };
  guint32 cryptogram = (apdu->ins & 1) != 0 ? TAG_CRYPTOGRAM_TLV : TAG_CRYPTOGRAM;
  KioskTlv tlv;

  while (cursor.length > 0 && kiosk_tlv_next (&cursor, &tlv, NULL))
    {
      if (tlv.tag == cryptogram && objects.cryptogram.tag == 0)
        objects.cryptogram = tlv;
      else if (tlv.tag == TAG_EXPECTED && objects.expected.tag == 0)
        objects.expected = tlv;
      else if (tlv.tag == TAG_MAC)
        {
          objects.mac = tlv;
          objects.protected_length = (gsize)(tlv.start - apdu->data);
          *ret_objects = objects;
          return cursor.length == 0 && tlv.length == KIOSK_EMU_MAC_LENGTH;
        }
      else
        return FALSE;
    }
  return FALSE;
}

static gboolean
decrypt (KioskEmuMessaging *self, const KioskTlv *object)
{
  gsize block = kiosk_emu_cipher_block (self->cipher);
  const guint8 *value = object->value;
  gsize length = object->length;
  guint8 scratch[KIOSK_EMU_BLOCK_MAXIMUM];
  gsize plain;

  if (object->tag == TAG_CRYPTOGRAM)
    {
      if (length == 0 || value[0] != PADDING_INDICATOR)
        return FALSE;
      value++;
      length--;
    }
  if (length == 0 || length % block != 0)
    return FALSE;
  g_byte_array_set_size (self->plain, (guint)length);
  kiosk_emu_cipher_decrypt (self->cipher, self->encryption, initial_vector (self, scratch), value,
                            length, self->plain->data);
  if (!kiosk_emu_unpad (self->plain->data, length, &plain))
    return FALSE;
  g_byte_array_set_size (self->plain, (guint)plain);
  return TRUE;
}

/* How much plain data fits in an answer of @expected bytes once it is padded and wrapped. */
static gsize
capacity (const KioskEmuMessaging *self, gsize expected)
{
  const gsize around = 4 + 4 + 10; /* 87 or 85 with its length; 99; 8E */
  gsize block = kiosk_emu_cipher_block (self->cipher);
  gsize room = expected > around + 1 ? expected - around - 1 : 0;

  return room < block ? 0 : room / block * block - 1;
}

static gboolean
read_expected (const KioskTlv *object, gsize *ret_expected)
{
  gsize value;

  if (object->tag == 0)
    {
      *ret_expected = 0;
      return TRUE;
    }
  if (object->length != 1 && object->length != 2)
    return FALSE;
  value = object->value[0];
  if (object->length == 2)
    value = value << 8 | object->value[1];
  if (value == 0)
    value = object->length == 1 ? 256 : 65536;
  *ret_expected = value;
  return TRUE;
}

gboolean
kiosk_emu_messaging_unwrap (KioskEmuMessaging *self, const KioskEmuApdu *apdu,
                            KioskEmuApdu *ret_plain, guint16 *ret_status)
{
  const guint8 header[4] = { apdu->cla, apdu->ins, apdu->p1, apdu->p2 };
  guint8 mac[KIOSK_EMU_MAC_LENGTH];
  KioskEmuApdu plain = *apdu;
  Objects objects;

  count (self);
  if (!find_objects (apdu, &objects))
    {
      *ret_status = KIOSK_EMU_SW_SM_MISSING;
      return FALSE;
    }
  *ret_status = KIOSK_EMU_SW_SM_INCORRECT;
  compute_mac (self, header, apdu->data, objects.protected_length, mac);
  if (CRYPTO_memcmp (mac, objects.mac.value, sizeof mac) != 0)
    return FALSE;
  g_byte_array_set_size (self->plain, 0);
  if (objects.cryptogram.tag != 0 && !decrypt (self, &objects.cryptogram))
    return FALSE;
  if (!read_expected (&objects.expected, &plain.expected))
    return FALSE;
  plain.expected = MIN (plain.expected, capacity (self, apdu->expected));
  plain.cla = (guint8)(apdu->cla & ~KIOSK_EMU_CLA_SECURE);
  plain.data = self->plain->data;
  plain.length = self->plain->len;
  *ret_plain = plain;
  return TRUE;
}

static void
append_cryptogram (KioskEmuMessaging *self, gboolean odd, const guint8 *data, gsize length,
                   GByteArray *to)
{
  gsize block = kiosk_emu_cipher_block (self->cipher);
  gsize before = odd ? 0 : 1;
  g_autoptr (GByteArray) padded = g_byte_array_new ();
  g_autofree guint8 *value = NULL;
  guint8 scratch[KIOSK_EMU_BLOCK_MAXIMUM];

  g_byte_array_append (padded, data, (guint)length);
  kiosk_emu_pad (padded, 0, block);
  value = g_malloc (padded->len + before);
  value[0] = PADDING_INDICATOR;
  kiosk_emu_cipher_encrypt (self->cipher, self->encryption, initial_vector (self, scratch),
                            padded->data, padded->len, value + before);
  kiosk_tlv_append (to, odd ? TAG_CRYPTOGRAM_TLV : TAG_CRYPTOGRAM, value, padded->len + before);
}

GByteArray *
kiosk_emu_messaging_wrap (KioskEmuMessaging *self, gboolean odd, const guint8 *data, gsize length,
                          guint16 status)
{
  const guint8 word[2] = { (guint8)(status >> 8), (guint8)status };
  GByteArray *answer = g_byte_array_new ();
  guint8 mac[KIOSK_EMU_MAC_LENGTH];

  count (self);
  if (length > 0)
    append_cryptogram (self, odd, data, length, answer);
  kiosk_tlv_append (answer, TAG_STATUS, word, sizeof word);
  compute_mac (self, NULL, answer->data, answer->len, mac);
  kiosk_tlv_append (answer, TAG_MAC, mac, sizeof mac);
  g_byte_array_append (answer, word, sizeof word);
  return answer;
}
