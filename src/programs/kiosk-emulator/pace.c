#include "pace.h"

#include <openssl/core_names.h>
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
#define TAG_CHIP_DATA         0x8a
#define TAG_OID               0x06
#define TAG_PUBLIC_NUMBER     0x84
#define TAG_PUBLIC_POINT      0x86
#define TAG_PUBLIC_KEY_OBJECT 0x7f49
#define SHORT_NONCE           16

struct _KioskEmuPace
{
  KioskEmuPaceProtocol protocol;
  KioskEmuDomain *domain;
  guint8 password_key[KIOSK_EMU_KEY_MAXIMUM];
  KioskEmuPaceSecrets secrets;
  EVP_PKEY *chip_key;
  KioskEmuElement *generator; /* after the mapping */
  GByteArray *own_key;        /* the card's ephemeral public key */
  GByteArray *reader_key;     /* and the reader's */
  GByteArray *secret;
  guint32 next_tag;
  gboolean done;
};

KioskEmuPace *
kiosk_emu_pace_new_chosen (const KioskEmuPaceProtocol *protocol, const guint8 *password,
                           gsize length, EVP_PKEY *chip_key, const KioskEmuPaceSecrets *secrets)
{
  KioskEmuPace *self = g_new0 (KioskEmuPace, 1);

  self->protocol = *protocol;
  self->domain = kiosk_emu_domain_standardised (protocol->parameter);
  self->secrets = *secrets;
  if (chip_key != NULL && EVP_PKEY_up_ref (chip_key))
    self->chip_key = chip_key;
  kiosk_emu_cipher_kdf (protocol->cipher, password, length, KIOSK_EMU_KDF_PASSWORD,
                        self->password_key);
  return self;
}

/* Integrated mapping takes a longer nonce with longer keys, 4.4.3.3.2. */
static gsize
nonce_length (const KioskEmuPaceProtocol *protocol)
{
  gboolean is_long = protocol->mapping == KIOSK_EMU_MAPPING_INTEGRATED
                     && kiosk_emu_cipher_key_length (protocol->cipher) > 16;

  return is_long ? KIOSK_EMU_PACE_NONCE_MAXIMUM : SHORT_NONCE;
}

KioskEmuPace *
kiosk_emu_pace_new (const KioskEmuPaceProtocol *protocol, const guint8 *password, gsize length,
                    EVP_PKEY *chip_key, KioskRandom *random)
{
  g_autoptr (KioskEmuDomain) domain = kiosk_emu_domain_standardised (protocol->parameter);
  KioskEmuPaceSecrets secrets = { .nonce_length = nonce_length (protocol) };
  KioskEmuPace *self;

  kiosk_random_fill (random, secrets.nonce, secrets.nonce_length);
  secrets.mapping = kiosk_emu_curve_scalar (kiosk_emu_domain_order (domain), random);
  secrets.ephemeral = kiosk_emu_curve_scalar (kiosk_emu_domain_order (domain), random);
  self = kiosk_emu_pace_new_chosen (protocol, password, length, chip_key, &secrets);
  explicit_bzero (&secrets, sizeof secrets);
  return self;
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
  kiosk_emu_element_free (self->generator);
  BN_clear_free (self->secrets.mapping);
  BN_clear_free (self->secrets.ephemeral);
  EVP_PKEY_free (self->chip_key);
  kiosk_emu_domain_free (self->domain);
  clear_bytes (self->own_key);
  clear_bytes (self->reader_key);
  clear_bytes (self->secret);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

static guint16
send_nonce (KioskEmuPace *self, GByteArray *ret_answer)
{
  guint8 encrypted[KIOSK_EMU_PACE_NONCE_MAXIMUM];
  gsize length = self->secrets.nonce_length;

  kiosk_emu_cipher_encrypt (self->protocol.cipher, self->password_key, NULL, self->secrets.nonce,
                            length, encrypted);
  kiosk_tlv_append (ret_answer, TAG_NONCE, encrypted, length);
  self->next_tag = TAG_MAPPING_READER;
  return KIOSK_EMU_SW_OK;
}

/* Generic mapping, 4.4.3.3.1: the new generator is nonce × G + the shared element. */
static guint16
map_generic (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  const BIGNUM *scalar = self->secrets.mapping;
  g_autoptr (KioskEmuElement) reader = kiosk_emu_domain_read (self->domain, data, length);
  g_autoptr (KioskEmuElement) own = kiosk_emu_domain_multiply (self->domain, NULL, scalar);
  g_autoptr (GByteArray) own_bytes = kiosk_emu_domain_write (self->domain, own);
  g_autoptr (BIGNUM) nonce = BN_bin2bn (self->secrets.nonce, (int)self->secrets.nonce_length, NULL);
  g_autoptr (KioskEmuElement) from_nonce = kiosk_emu_domain_multiply (self->domain, NULL, nonce);
  g_autoptr (KioskEmuElement) shared = NULL;

  if (reader == NULL)
    return KIOSK_EMU_SW_WRONG_DATA;
  shared = kiosk_emu_domain_multiply (self->domain, reader, scalar);
  self->generator = kiosk_emu_domain_add (self->domain, from_nonce, shared);
  kiosk_tlv_append (ret_answer, TAG_MAPPING_CARD, own_bytes->data, own_bytes->len);
  return self->generator == NULL ? KIOSK_EMU_SW_WRONG_DATA : KIOSK_EMU_SW_OK;
}

/* Integrated mapping, 4.4.3.3.2: the new generator is a number made of both nonces. */
static guint16
map_integrated (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  g_autoptr (GByteArray) spread = NULL;

  if (length != kiosk_emu_cipher_key_length (self->protocol.cipher))
    return KIOSK_EMU_SW_WRONG_DATA;
  spread
    = kiosk_emu_pace_spread (self->protocol.cipher, self->secrets.nonce, self->secrets.nonce_length,
                             data, kiosk_emu_domain_prime_bits (self->domain));
  self->generator = kiosk_emu_domain_map (self->domain, spread->data, spread->len);
  kiosk_tlv_append (ret_answer, TAG_MAPPING_CARD, NULL, 0);
  return self->generator == NULL ? KIOSK_EMU_SW_WRONG_DATA : KIOSK_EMU_SW_OK;
}

static guint16
map_nonce (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  self->next_tag = TAG_KEY_READER;
  if (self->protocol.mapping == KIOSK_EMU_MAPPING_INTEGRATED)
    return map_integrated (self, data, length, ret_answer);
  return map_generic (self, data, length, ret_answer);
}

static guint16
agree (KioskEmuPace *self, const guint8 *data, gsize length, GByteArray *ret_answer)
{
  const BIGNUM *scalar = self->secrets.ephemeral;
  g_autoptr (KioskEmuElement) reader = kiosk_emu_domain_read (self->domain, data, length);
  g_autoptr (KioskEmuElement) own
    = kiosk_emu_domain_multiply (self->domain, self->generator, scalar);
  g_autoptr (KioskEmuElement) shared = NULL;

  self->own_key = kiosk_emu_domain_write (self->domain, own);
  self->reader_key = g_byte_array_new ();
  g_byte_array_append (self->reader_key, data, (guint)length);
  if (reader == NULL
      || (length == self->own_key->len && memcmp (self->own_key->data, data, length) == 0))
    return KIOSK_EMU_SW_WRONG_DATA;
  shared = kiosk_emu_domain_multiply (self->domain, reader, scalar);
  self->secret = kiosk_emu_domain_secret (self->domain, shared);
  kiosk_tlv_append (ret_answer, TAG_KEY_CARD, self->own_key->data, self->own_key->len);
  self->next_tag = TAG_TOKEN_READER;
  return KIOSK_EMU_SW_OK;
}

/* 9.7.3 with 4.4.3.4: a MAC over the other side's public key. */
static void
token (KioskEmuPace *self, const GByteArray *public_key, guint8 *ret_mac)
{
  KioskEmuCipher cipher = self->protocol.cipher;
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  g_autoptr (GByteArray) object = g_byte_array_new ();
  guint8 oid[KIOSK_EMU_PACE_OID_LENGTH];
  guint8 key[KIOSK_EMU_KEY_MAXIMUM];

  kiosk_emu_pace_protocol_oid (&self->protocol, oid);
  kiosk_tlv_append (inside, TAG_OID, oid, sizeof oid);
  kiosk_tlv_append (inside, self->domain->curve != NULL ? TAG_PUBLIC_POINT : TAG_PUBLIC_NUMBER,
                    public_key->data, public_key->len);
  kiosk_tlv_append (object, TAG_PUBLIC_KEY_OBJECT, inside->data, inside->len);
  if (cipher == KIOSK_EMU_CIPHER_3DES)
    kiosk_emu_pad (object, 0, kiosk_emu_cipher_block (cipher));
  kiosk_emu_cipher_kdf (cipher, self->secret->data, self->secret->len, KIOSK_EMU_KDF_MAC, key);
  kiosk_emu_cipher_mac (cipher, key, object->data, object->len, ret_mac);
  explicit_bzero (key, sizeof key);
}

/* mapping / static key, modulo the order; a length of the order, leading zeros and all. */
static GByteArray *
chip_data (KioskEmuPace *self)
{
  const BIGNUM *order = kiosk_emu_domain_order (self->domain);
  BN_CTX *context = BN_CTX_new ();
  g_autoptr (BIGNUM) quotient = BN_new ();
  g_autoptr (BIGNUM) static_key = NULL;
  BIGNUM *taken = NULL;
  GByteArray *bytes = g_byte_array_new ();
  int length = BN_num_bytes (order);

  if (!EVP_PKEY_get_bn_param (self->chip_key, OSSL_PKEY_PARAM_PRIV_KEY, &taken))
    g_error ("OpenSSL: EVP_PKEY_get_bn_param");
  static_key = taken;
  g_byte_array_set_size (bytes, (guint)length);
  if (context == NULL || !BN_mod_inverse (quotient, static_key, order, context)
      || !BN_mod_mul (quotient, quotient, self->secrets.mapping, order, context)
      || BN_bn2binpad (quotient, bytes->data, length) != length)
    g_error ("OpenSSL: BN_mod_inverse");
  BN_CTX_free (context);
  return bytes;
}

static void
append_chip_data (KioskEmuPace *self, GByteArray *answer)
{
  g_autoptr (GByteArray) cryptogram = g_byte_array_new ();
  GByteArray *plain = chip_data (self);
  guint8 key[KIOSK_EMU_KEY_MAXIMUM];

  kiosk_emu_cipher_kdf (self->protocol.cipher, self->secret->data, self->secret->len,
                        KIOSK_EMU_KDF_ENCRYPTION, key);
  kiosk_emu_pace_encrypt_chip_data (self->protocol.cipher, key, plain->data, plain->len,
                                    cryptogram);
  kiosk_tlv_append (answer, TAG_CHIP_DATA, cryptogram->data, cryptogram->len);
  clear_bytes (plain);
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
  if (self->protocol.mapping == KIOSK_EMU_MAPPING_CHIP && self->chip_key != NULL)
    append_chip_data (self, ret_answer);
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
  return kiosk_emu_messaging_new (self->protocol.cipher, self->secret->data, self->secret->len,
                                  NULL);
}
