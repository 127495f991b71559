#include "pace.h"

#include <openssl/crypto.h>
#include <string.h>

#include "formats/tlv.h"

#define TAG_NONCE             0x80
#define TAG_MAPPING_READER    0x81
#define TAG_MAPPING_CARD      0x82
#define TAG_KEY_READER        0x83
#define TAG_KEY_CARD          0x84
#define TAG_TOKEN_READER      0x85
#define TAG_TOKEN_CARD        0x86
#define TAG_OID               0x06
#define TAG_PUBLIC_POINT      0x86
#define TAG_PUBLIC_KEY_OBJECT 0x7f49

const guint8 kiosk_emu_pace_oid[KIOSK_EMU_PACE_OID_LENGTH]
  = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02 };

struct _KioskEmuPace
{
  EC_GROUP *curve;
  guint8 password_key[KIOSK_EMU_KEY_LENGTH];
  guint8 nonce[KIOSK_EMU_PACE_NONCE];
  BIGNUM *mapping;
  BIGNUM *ephemeral;
  EC_POINT *generator;    /* after the mapping */
  GByteArray *own_key;    /* the card's ephemeral public key */
  GByteArray *reader_key; /* and the reader's */
  GByteArray *secret;
  guint32 next_tag;
  gboolean done;
};

KioskEmuPace *
kiosk_emu_pace_new_chosen (int parameter, const guint8 *password, gsize length,
                           const guint8 nonce[KIOSK_EMU_PACE_NONCE], BIGNUM *mapping,
                           BIGNUM *ephemeral)
{
  KioskEmuPace *self = g_new0 (KioskEmuPace, 1);

  self->curve = kiosk_emu_curve_standardised (parameter);
  self->mapping = mapping;
  self->ephemeral = ephemeral;
  memcpy (self->nonce, nonce, sizeof self->nonce);
  kiosk_emu_cipher_kdf (password, length, KIOSK_EMU_KDF_PASSWORD, self->password_key);
  return self;
}

KioskEmuPace *
kiosk_emu_pace_new (int parameter, const guint8 *password, gsize length, KioskRandom *random)
{
  g_autoptr (EC_GROUP) curve = kiosk_emu_curve_standardised (parameter);
  guint8 nonce[KIOSK_EMU_PACE_NONCE];

  if (curve == NULL)
    return NULL;
  kiosk_random_fill (random, nonce, sizeof nonce);
  return kiosk_emu_pace_new_chosen (parameter, password, length, nonce,
                                    kiosk_emu_curve_scalar (curve, random),
                                    kiosk_emu_curve_scalar (curve, random));
}

static void
clear_bytes (GByteArray *bytes)
{
  if (bytes == NULL)
    return;
  explicit_bzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

void
kiosk_emu_pace_free (KioskEmuPace *self)
{
  EC_POINT_free (self->generator);
  BN_clear_free (self->mapping);
  BN_clear_free (self->ephemeral);
  EC_GROUP_free (self->curve);
  clear_bytes (self->own_key);
  clear_bytes (self->reader_key);
  clear_bytes (self->secret);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

static guint16
send_nonce (KioskEmuPace *self, GByteArray *ret_answer)
{
  guint8 encrypted[KIOSK_EMU_PACE_NONCE];

  kiosk_emu_cipher_encrypt (KIOSK_EMU_CIPHER_AES, self->password_key, NULL, self->nonce,
                            sizeof self->nonce, encrypted);
  kiosk_tlv_append (ret_answer, TAG_NONCE, encrypted, sizeof encrypted);
  self->next_tag = TAG_MAPPING_READER;
  return KIOSK_EMU_SW_OK;
}

/* Generic mapping, 4.4.3.3.1: the new generator is nonce × G + the shared point. */
static guint16
map_nonce (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  g_autoptr (EC_POINT) reader = kiosk_emu_curve_read (self->curve, data, length);
  g_autoptr (EC_POINT) own = kiosk_emu_curve_multiply (self->curve, NULL, self->mapping);
  g_autoptr (GByteArray) own_bytes = kiosk_emu_curve_write (self->curve, own);
  g_autoptr (BIGNUM) nonce = BN_bin2bn (self->nonce, sizeof self->nonce, NULL);
  g_autoptr (EC_POINT) from_nonce = kiosk_emu_curve_multiply (self->curve, NULL, nonce);
  g_autoptr (EC_POINT) shared = NULL;

  if (reader == NULL)
    return KIOSK_EMU_SW_WRONG_DATA;
  shared = kiosk_emu_curve_multiply (self->curve, reader, self->mapping);
  self->generator = EC_POINT_new (self->curve);
  if (!EC_POINT_add (self->curve, self->generator, from_nonce, shared, NULL)
      || EC_POINT_is_at_infinity (self->curve, self->generator))
    return KIOSK_EMU_SW_WRONG_DATA;
  kiosk_tlv_append (ret_answer, TAG_MAPPING_CARD, own_bytes->data, own_bytes->len);
  self->next_tag = TAG_KEY_READER;
  return KIOSK_EMU_SW_OK;
}

static guint16
agree (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  g_autoptr (EC_POINT) reader = kiosk_emu_curve_read (self->curve, data, length);
  g_autoptr (EC_POINT) own
    = kiosk_emu_curve_multiply (self->curve, self->generator, self->ephemeral);
  g_autoptr (EC_POINT) shared = NULL;

  self->own_key = kiosk_emu_curve_write (self->curve, own);
  if (reader == NULL || EC_POINT_cmp (self->curve, reader, own, NULL) == 0)
    return KIOSK_EMU_SW_WRONG_DATA;
  shared = kiosk_emu_curve_multiply (self->curve, reader, self->ephemeral);
  self->reader_key = kiosk_emu_curve_write (self->curve, reader);
  self->secret = kiosk_emu_curve_x (self->curve, shared);
  kiosk_tlv_append (ret_answer, TAG_KEY_CARD, self->own_key->data, self->own_key->len);
  self->next_tag = TAG_TOKEN_READER;
  return KIOSK_EMU_SW_OK;
}

/* 9.7.3 with 4.4.3.4: a MAC over the other side's public key. */
static void
token (KioskEmuPace *self, const GByteArray *public_key, guint8 *ret_mac)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  g_autoptr (GByteArray) object = g_byte_array_new ();
  guint8 key[KIOSK_EMU_KEY_LENGTH];

  kiosk_tlv_append (inside, TAG_OID, kiosk_emu_pace_oid, sizeof kiosk_emu_pace_oid);
  kiosk_tlv_append (inside, TAG_PUBLIC_POINT, public_key->data, public_key->len);
  kiosk_tlv_append (object, TAG_PUBLIC_KEY_OBJECT, inside->data, inside->len);
  kiosk_emu_cipher_kdf (self->secret->data, self->secret->len, KIOSK_EMU_KDF_MAC, key);
  kiosk_emu_cipher_mac (KIOSK_EMU_CIPHER_AES, key, object->data, object->len, ret_mac);
  explicit_bzero (key, sizeof key);
}

static guint16
check_token (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  guint8 mac[KIOSK_EMU_MAC_LENGTH];

  token (self, self->own_key, mac);
  if (length != sizeof mac || CRYPTO_memcmp (mac, data, sizeof mac) != 0)
    return KIOSK_EMU_SW_FAILED;
  token (self, self->reader_key, mac);
  kiosk_tlv_append (ret_answer, TAG_TOKEN_CARD, mac, sizeof mac);
  self->next_tag = 0;
  self->done = TRUE;
  return KIOSK_EMU_SW_OK;
}

guint16
kiosk_emu_pace_step (KioskEmuPace *self, guint32 tag, const guint8 *data, gsize length,
                     GByteArray *ret_answer)
{
  if (tag != self->next_tag || self->done)
    return KIOSK_EMU_SW_WRONG_DATA;
  switch (tag)
    {
    case 0:
      return send_nonce (self, ret_answer);
    case TAG_MAPPING_READER:
      return map_nonce (self, data, length, ret_answer);
    case TAG_KEY_READER:
      return agree (self, data, length, ret_answer);
    default:
      return check_token (self, data, length, ret_answer);
    }
}

gboolean
kiosk_emu_pace_is_done (const KioskEmuPace *self)
{
  return self->done;
}

KioskEmuMessaging *
kiosk_emu_pace_session (KioskEmuPace *self)
{
  g_return_val_if_fail (self->done, NULL);
  return kiosk_emu_messaging_new (KIOSK_EMU_CIPHER_AES, self->secret->data, self->secret->len,
                                  NULL);
}
