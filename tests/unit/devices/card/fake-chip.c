#include "fake-chip.h"

#include <string.h>

#include "devices/card/card-pace.h"

static void
status (GByteArray *response, guint16 sw)
{
  const guint8 bytes[] = { (guint8)(sw >> 8), (guint8)sw };

  g_byte_array_append (response, bytes, sizeof bytes);
}

/* 7C { tag value } and more; NULL: nothing inside. */
static void
answer (GByteArray *response, const GByteArray *inner)
{
  kiosk_tlv_append (response, 0x7c, inner->data, inner->len);
  status (response, KIOSK_SW_OK);
}

static void
answer_one (GByteArray *response, guint8 tag, GBytes *value)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();

  kiosk_tlv_append (inner, tag, g_bytes_get_data (value, NULL), g_bytes_get_size (value));
  answer (response, inner);
}

static void
answer_nonce (FakeChip *self, GByteArray *response)
{
  gsize length = kiosk_pace_integrated_nonce_bytes (self->info.cipher);
  guint8 key[KIOSK_CARD_KEY_MAX];
  g_autofree guint8 *encrypted = g_malloc (length);
  g_autoptr (GBytes) value = NULL;

  self->nonce = kiosk_secret_new (length);
  kiosk_random_fill (self->random, kiosk_secret_data (self->nonce), length);
  kiosk_card_kdf ((const guint8 *)self->can, strlen (self->can), KIOSK_KDF_PASSWORD,
                  self->info.cipher, key);
  kiosk_card_encrypt (self->info.cipher, key, NULL, kiosk_secret_data (self->nonce), length,
                      encrypted);
  value = g_bytes_new (encrypted, length);
  answer_one (response, 0x80, value);
}

/* Our key on @base; the scalar comes back. */
static GBytes *
make_key (FakeChip *self, const KioskCardElement *base, BIGNUM **ret_scalar)
{
  g_autoptr (KioskCardElement) element = NULL;

  *ret_scalar = kiosk_card_group_scalar (self->group, self->random);
  element = kiosk_card_group_multiply (self->group, base, *ret_scalar);
  return kiosk_card_group_encode (self->group, element);
}

static void
answer_mapping (FakeChip *self, const KioskTlv *data, GByteArray *response)
{
  g_autoptr (GBytes) own = NULL;
  g_autoptr (GBytes) theirs = g_bytes_new (data->value, data->length);
  g_autoptr (KioskCardElement) terminal = NULL;
  g_autoptr (KioskCardElement) shared = NULL;
  g_autoptr (BIGNUM) nonce = NULL;
  g_autoptr (GByteArray) nothing = g_byte_array_new ();

  if (self->info.mapping == KIOSK_MAPPING_INTEGRATED)
    {
      g_assert_cmpuint (data->length, ==, kiosk_pace_integrated_terminal_bytes (self->info.cipher));
      self->generator = kiosk_pace_map_integrated (self->group, self->info.cipher,
                                                   kiosk_secret_data (self->nonce), data->value);
      answer (response, nothing);
      return;
    }
  own = make_key (self, NULL, &self->mapping_key);
  terminal = kiosk_card_group_decode (self->group, data->value, data->length);
  g_assert_nonnull (terminal);
  shared = kiosk_card_group_multiply (self->group, terminal, self->mapping_key);
  nonce = BN_bin2bn (kiosk_secret_data (self->nonce), (int)kiosk_secret_length (self->nonce), NULL);
  self->generator = kiosk_pace_map_generic (self->group, nonce, shared);
  answer_one (response, 0x82, self->echoes ? theirs : own);
}

static void
answer_agreement (FakeChip *self, const KioskTlv *data, GByteArray *response)
{
  g_autoptr (BIGNUM) scalar = NULL;
  g_autoptr (KioskCardElement) terminal
    = kiosk_card_group_decode (self->group, data->value, data->length);
  g_autoptr (KioskSecret) shared = NULL;

  g_assert_nonnull (terminal);
  self->theirs = g_bytes_new (data->value, data->length);
  self->own = make_key (self, self->generator, &scalar);
  shared = kiosk_card_group_agree (self->group, scalar, terminal);
  self->sm = kiosk_card_sm_new (self->info.cipher, kiosk_secret_data (shared),
                                kiosk_secret_length (shared));
  answer_one (response, 0x84, self->own);
}

static void
token (const FakeChip *self, GBytes *key, guint8 ret[8])
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) input = g_byte_array_new ();

  kiosk_tlv_append (inner, 0x06, self->info.oid, self->info.oid_length);
  kiosk_tlv_append (inner, self->info.is_ecdh ? 0x86 : 0x84, g_bytes_get_data (key, NULL),
                    g_bytes_get_size (key));
  kiosk_tlv_append (input, 0x7f49, inner->data, inner->len);
  kiosk_card_mac (self->info.cipher, self->sm->mac_key, input->data, input->len, ret);
}

/* (SK⁻¹ × SK of the mapping) mod n, encrypted. */
static void
append_chip_data (FakeChip *self, GByteArray *inner)
{
  const BIGNUM *order = EC_GROUP_get0_order (self->group->curve);
  int length = BN_num_bytes (order);
  g_autoptr (BN_CTX) context = BN_CTX_new ();
  g_autoptr (BIGNUM) data = BN_mod_inverse (NULL, self->static_key, order, context);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autofree guint8 *encrypted = NULL;
  guint8 ones[16], iv[16];

  g_assert_true (BN_mod_mul (data, data, self->mapping_key, order, context));
  g_byte_array_set_size (plain, (guint)length);
  BN_bn2binpad (data, plain->data, length);
  kiosk_card_pad (plain, sizeof iv);
  encrypted = g_malloc (plain->len);
  memset (ones, 0xff, sizeof ones);
  kiosk_card_encrypt_block (self->info.cipher, self->sm->encryption_key, ones, iv);
  kiosk_card_encrypt (self->info.cipher, self->sm->encryption_key, iv, plain->data, plain->len,
                      encrypted);
  kiosk_tlv_append (inner, 0x8a, encrypted, plain->len);
}

static void
answer_token (FakeChip *self, const KioskTlv *data, GByteArray *response)
{
  guint8 expected[8], own[8];
  g_autoptr (GByteArray) inner = g_byte_array_new ();

  token (self, self->own, expected);
  token (self, self->theirs, own);
  if (data->length != sizeof expected || memcmp (data->value, expected, sizeof expected) != 0)
    {
      status (response, 0x63c2);
      return;
    }
  if (self->wrong_token)
    own[7] ^= 1;
  kiosk_tlv_append (inner, 0x86, own, sizeof own);
  if (self->info.mapping == KIOSK_MAPPING_CHIP)
    append_chip_data (self, inner);
  answer (response, inner);
}

static void
answer_authenticate (FakeChip *self, KioskTlvCursor body, GByteArray *response)
{
  KioskTlv dynamic, data;

  g_assert_true (kiosk_tlv_expect (&body, 0x7c, &dynamic, NULL));
  body = kiosk_tlv_inside (&dynamic);
  if (body.length == 0)
    {
      answer_nonce (self, response);
      return;
    }
  g_assert_true (kiosk_tlv_next (&body, &data, NULL));
  if (data.tag == 0x81)
    answer_mapping (self, &data, response);
  else if (data.tag == 0x83)
    answer_agreement (self, &data, response);
  else
    answer_token (self, &data, response);
}

static void
take_template (FakeChip *self, KioskTlvCursor body, GByteArray *response)
{
  KioskTlv found;

  g_assert_true (kiosk_tlv_find (body.data, body.length, 0x80, &found, NULL));
  g_assert_cmpmem (found.value, (int)found.length, self->info.oid, (int)self->info.oid_length);
  self->named = kiosk_tlv_find (body.data, body.length, 0x84, &found, NULL) ? found.value[0] : -1;
  status (response, KIOSK_SW_OK);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  FakeChip *self = (FakeChip *)channel;
  KioskTlvCursor body = { command + 5, length > 5 ? command[4] : 0 };

  if (length > 7 && command[4] == 0)
    body = (KioskTlvCursor){ command + 7, (gsize)command[5] << 8 | command[6] };
  if (command[1] == 0x22)
    take_template (self, body, response);
  else if (command[1] == 0x86)
    answer_authenticate (self, body, response);
  else
    {
      self->others++;
      if (command[1] == 0x84)
        g_byte_array_append (response, (const guint8 *)"\1\2\3\4\5\6\7", 8);
      status (response, command[1] == 0x82 ? 0x6300 : KIOSK_SW_OK);
    }
  return TRUE;
}

FakeChip *
fake_chip_new (const KioskSecurityInfo *info, const char *can)
{
  FakeChip *self = g_new0 (FakeChip, 1);

  self->channel.transmit = transmit;
  self->random = kiosk_random_new_seeded (7);
  self->info = *info;
  self->can = can;
  self->group = kiosk_card_group_new_standard (info->id);
  self->static_key = kiosk_card_group_scalar (self->group, self->random);
  return self;
}

void
fake_chip_free (FakeChip *self)
{
  kiosk_random_unref (self->random);
  BN_free (self->static_key);
  BN_free (self->mapping_key);
  kiosk_card_group_free (self->group);
  kiosk_card_element_free (self->generator);
  g_clear_pointer (&self->nonce, kiosk_secret_unref);
  g_clear_pointer (&self->own, g_bytes_unref);
  g_clear_pointer (&self->theirs, g_bytes_unref);
  kiosk_card_sm_free (self->sm);
  g_free (self);
}

/* SET { SEQUENCE { id-PK-ECDH, SEQUENCE { SEQUENCE { standardizedDomainParameters, id }, key } } }
 */
KioskSecurityInfos *
fake_chip_security (const FakeChip *self)
{
  static const guint8 pk[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02 };
  static const guint8 standard[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x02 };
  const guint8 id = (guint8)self->info.id, no_bits = 0;
  g_autoptr (KioskCardElement) point
    = kiosk_card_group_multiply (self->group, NULL, self->static_key);
  g_autoptr (GBytes) key = kiosk_card_group_encode (self->group, point);
  g_autoptr (GByteArray) algorithm = g_byte_array_new ();
  g_autoptr (GByteArray) bits = g_byte_array_new ();
  g_autoptr (GByteArray) spki = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_autoptr (GByteArray) set = g_byte_array_new ();
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  kiosk_tlv_append (algorithm, 0x06, standard, sizeof standard);
  kiosk_tlv_append (algorithm, 0x02, &id, 1);
  g_byte_array_append (bits, &no_bits, 1);
  g_byte_array_append (bits, g_bytes_get_data (key, NULL), (guint)g_bytes_get_size (key));
  kiosk_tlv_append (spki, 0x30, algorithm->data, algorithm->len);
  kiosk_tlv_append (spki, 0x03, bits->data, bits->len);
  kiosk_tlv_append (info, 0x06, pk, sizeof pk);
  kiosk_tlv_append (info, 0x30, spki->data, spki->len);
  kiosk_tlv_append (set, 0x30, info->data, info->len);
  kiosk_tlv_append (file, 0x31, set->data, set->len);
  bytes = g_bytes_new (file->data, file->len);
  return kiosk_lds_parse_card_access (bytes, NULL);
}
