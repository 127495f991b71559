/* PACE with ECDH and generic mapping. */
#include <openssl/crypto.h>
#include <string.h>

#include "devices/card/card-access.h"

#define NONCE_MAX       64
#define TAG_DYNAMIC     0x7c
#define TAG_NONCE       0x80
#define TAG_TOKEN_INPUT 0x7f49
#define TAG_OID         0x06
#define TAG_POINT       0x86
#define CLA_CHAINED     0x10
#define TOKEN           KIOSK_CARD_MAC_BYTES

/* Data objects of GENERAL AUTHENTICATE: the terminal's, then the chip's. */
enum
{
  DO_MAPPING = 0x81,
  DO_MAPPING_CHIP = 0x82,
  DO_AGREEMENT = 0x83,
  DO_AGREEMENT_CHIP = 0x84,
  DO_TOKEN = 0x85,
  DO_TOKEN_CHIP = 0x86,
};

typedef struct
{
  guint8 bytes[KIOSK_CARD_POINT_MAX];
  gsize length;
} Point;

/* One run. */
typedef struct
{
  KioskCardSession *session;
  const KioskSecurityInfo *info;
  EC_GROUP *group;
  const BIGNUM *mapping_key, *agreement_key;
  EC_POINT *generator; /* the mapped one */
  Point own, chip;     /* of the agreement */
  KioskCardSm *sm;     /* what the tokens are keyed with, and the session after them */
  int tries_left;
} Pace;

static void
pace_clear (Pace *self)
{
  g_clear_pointer (&self->group, EC_GROUP_free);
  g_clear_pointer (&self->generator, EC_POINT_clear_free);
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pace, pace_clear)

static gboolean
protocol_error (GError **error, const char *what, guint16 sw)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL, "PACE: %s (SW %04X)",
               what, sw);
  return FALSE;
}

const KioskSecurityInfo *
kiosk_card_pace_choose (const KioskSecurityInfos *infos)
{
  for (guint i = 0; i < infos->pace->len; i++)
    {
      const KioskSecurityInfo *info = &g_array_index (infos->pace, KioskSecurityInfo, i);
      g_autoptr (EC_GROUP) group = kiosk_card_group_by_id (info->id);

      if (info->supported && info->version == 2 && group != NULL)
        return info;
    }
  return NULL;
}

/* The parameters must be named only where the protocol alone does not tell. */
static gboolean
is_ambiguous (const KioskSecurityInfos *infos, const KioskSecurityInfo *info)
{
  guint same = 0;

  for (guint i = 0; i < infos->pace->len; i++)
    {
      const KioskSecurityInfo *other = &g_array_index (infos->pace, KioskSecurityInfo, i);

      if (other->oid_length == info->oid_length
          && memcmp (other->oid, info->oid, info->oid_length) == 0)
        same++;
    }
  return same > 1;
}

/* 63Cx: the chip counts tries. */
static int
tries_in (guint16 sw)
{
  return (sw & 0xfff0) == 0x63c0 ? sw & 0x0f : -1;
}

static gboolean
set_template (Pace *self, const KioskSecurityInfos *infos, KioskPacePassword kind, GError **error)
{
  const guint8 password = (guint8)kind, parameters = (guint8)self->info->id;
  KioskApdu apdu = { 0x00, 0x22, 0xc1, 0xa4, NULL, 0, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  kiosk_tlv_append (body, 0x80, self->info->oid, self->info->oid_length);
  kiosk_tlv_append (body, 0x83, &password, 1);
  if (is_ambiguous (infos, self->info))
    kiosk_tlv_append (body, 0x84, &parameters, 1);
  apdu.data = body->data;
  apdu.length = body->len;
  if (!kiosk_card_session_send (self->session, &apdu, answer, &sw, error))
    return FALSE;
  /* 63Cx here only tells how many tries are left; the chip goes on. */
  return sw == KIOSK_SW_OK || tries_in (sw) >= 0
         || protocol_error (error, "the chip refuses its own protocol", sw);
}

/* GENERAL AUTHENTICATE with one data object in 7C; the answer must hold @want. @tag 0: none. */
static gboolean
authenticate (Pace *self, guint8 cla, guint8 tag, const guint8 *value, gsize length, guint8 want,
              GByteArray *ret_value, guint16 *ret_sw, GError **error)
{
  KioskApdu apdu = { cla, 0x86, 0x00, 0x00, NULL, 0, 256 };
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  KioskTlvCursor cursor;
  KioskTlv outer, found;

  if (tag != 0)
    kiosk_tlv_append (inner, tag, value, length);
  kiosk_tlv_append (body, TAG_DYNAMIC, inner->data, inner->len);
  apdu.data = body->data;
  apdu.length = body->len;
  if (!kiosk_card_session_send (self->session, &apdu, answer, ret_sw, error))
    return FALSE;
  if (*ret_sw != KIOSK_SW_OK)
    return protocol_error (error, "GENERAL AUTHENTICATE is refused", *ret_sw);
  cursor = (KioskTlvCursor){ answer->data, answer->len };
  if (!kiosk_tlv_expect (&cursor, TAG_DYNAMIC, &outer, NULL)
      || !kiosk_tlv_find (outer.value, outer.length, want, &found, NULL))
    return protocol_error (error, "the answer lacks its data object", *ret_sw);
  g_byte_array_set_size (ret_value, 0);
  g_byte_array_append (ret_value, found.value, (guint)found.length);
  return TRUE;
}

static gboolean
get_nonce (Pace *self, KioskPacePassword kind, KioskSecret *password, BIGNUM *ret_nonce,
           GError **error)
{
  g_autoptr (GByteArray) encrypted = g_byte_array_new ();
  g_autoptr (KioskSecret) key = kiosk_secret_new (KIOSK_CARD_KEY_MAX);
  guint8 digest[20], nonce[NONCE_MAX];
  const guint8 *secret = kiosk_secret_data (password);
  gsize length = kiosk_secret_length (password);
  guint16 sw;

  if (!authenticate (self, CLA_CHAINED, 0, NULL, 0, TAG_NONCE, encrypted, &sw, error))
    return FALSE;
  /* The chip chooses how long, in blocks. */
  if (encrypted->len == 0 || encrypted->len > NONCE_MAX
      || encrypted->len % kiosk_cipher_block_bytes (self->info->cipher) != 0)
    return protocol_error (error, "a nonce of no whole blocks", sw);
  if (kind == KIOSK_PACE_MRZ)
    {
      kiosk_card_sha1 (secret, length, digest);
      secret = digest;
      length = sizeof digest;
    }
  kiosk_card_kdf (secret, length, KIOSK_KDF_PASSWORD, self->info->cipher, kiosk_secret_data (key));
  kiosk_card_decrypt (self->info->cipher, kiosk_secret_data (key), NULL, encrypted->data,
                      encrypted->len, nonce);
  BN_bin2bn (nonce, (int)encrypted->len, ret_nonce);
  explicit_bzero (digest, sizeof digest);
  explicit_bzero (nonce, sizeof nonce);
  return TRUE;
}

/* Sends scalar × generator (NULL: the group's own) and takes the chip's point. */
static EC_POINT *
swap_points (Pace *self, const BIGNUM *scalar, const EC_POINT *generator, guint8 tag,
             Point *ret_own, Point *ret_chip, GError **error)
{
  g_autoptr (EC_POINT) own = EC_POINT_new (self->group);
  g_autoptr (EC_POINT) chip = NULL;
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;
  int ok = generator == NULL ? EC_POINT_mul (self->group, own, scalar, NULL, NULL, NULL)
                             : EC_POINT_mul (self->group, own, NULL, generator, scalar, NULL);

  if (!ok)
    {
      protocol_error (error, "the mapped generator is no point", KIOSK_SW_OK);
      return NULL;
    }
  ret_own->length = kiosk_card_point_encode (self->group, own, ret_own->bytes);
  if (!authenticate (self, CLA_CHAINED, tag, ret_own->bytes, ret_own->length, tag + 1, answer, &sw,
                     error))
    return NULL;
  chip = kiosk_card_point_decode (self->group, answer->data, answer->len);
  if (chip == NULL || answer->len != ret_own->length
      || memcmp (answer->data, ret_own->bytes, answer->len) == 0)
    {
      protocol_error (error, "the chip's point is not of the curve, or ours", sw);
      return NULL;
    }
  memcpy (ret_chip->bytes, answer->data, answer->len);
  ret_chip->length = answer->len;
  return g_steal_pointer (&chip);
}

/* The generic mapping: nonce × G + H, where H is agreed without authentication. */
static gboolean
map_generator (Pace *self, const BIGNUM *nonce, GError **error)
{
  Point own, theirs;
  g_autoptr (EC_POINT) chip
    = swap_points (self, self->mapping_key, NULL, DO_MAPPING, &own, &theirs, error);
  g_autoptr (EC_POINT) shared = EC_POINT_new (self->group);

  if (chip == NULL)
    return FALSE;
  self->generator = EC_POINT_new (self->group);
  if (!EC_POINT_mul (self->group, shared, NULL, chip, self->mapping_key, NULL)
      || !EC_POINT_mul (self->group, self->generator, nonce, shared, BN_value_one (), NULL)
      || EC_POINT_is_at_infinity (self->group, shared)
      || EC_POINT_is_at_infinity (self->group, self->generator))
    return protocol_error (error, "the mapping ends at infinity", KIOSK_SW_OK);
  return TRUE;
}

static gboolean
agree (Pace *self, GError **error)
{
  g_autoptr (EC_POINT) chip = swap_points (self, self->agreement_key, self->generator, DO_AGREEMENT,
                                           &self->own, &self->chip, error);
  g_autoptr (KioskSecret) shared = NULL;

  if (chip == NULL)
    return FALSE;
  shared = kiosk_card_agree (self->group, self->agreement_key, chip);
  if (shared == NULL)
    return protocol_error (error, "the agreement ends at infinity", KIOSK_SW_OK);
  self->sm = kiosk_card_sm_new (self->info->cipher, kiosk_secret_data (shared),
                                kiosk_secret_length (shared));
  return TRUE;
}

static void
make_token (const Pace *self, const Point *point, guint8 ret_token[TOKEN])
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) input = g_byte_array_new ();

  kiosk_tlv_append (inner, TAG_OID, self->info->oid, self->info->oid_length);
  kiosk_tlv_append (inner, TAG_POINT, point->bytes, point->length);
  kiosk_tlv_append (input, TAG_TOKEN_INPUT, inner->data, inner->len);
  kiosk_card_mac (self->info->cipher, self->sm->mac_key, input->data, input->len, ret_token);
}

/* Only here does the chip learn whether the password was right, and we whether the chip knows it.
 */
static gboolean
swap_tokens (Pace *self, GError **error)
{
  guint8 token[TOKEN], expected[TOKEN];
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw = KIOSK_SW_OK;

  make_token (self, &self->chip, token);
  make_token (self, &self->own, expected);
  if (!authenticate (self, 0x00, DO_TOKEN, token, sizeof token, DO_TOKEN_CHIP, answer, &sw, error))
    {
      if (sw == KIOSK_SW_OK)
        return FALSE;
      self->tries_left = tries_in (sw);
      g_clear_error (error);
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED, "PACE: SW %04X", sw);
      return FALSE;
    }
  if (answer->len != sizeof expected
      || CRYPTO_memcmp (answer->data, expected, sizeof expected) != 0)
    return protocol_error (error, "the chip's token is wrong", sw);
  return TRUE;
}

gboolean
kiosk_card_pace_with_keys (KioskCardSession *session, const KioskSecurityInfos *infos,
                           const KioskSecurityInfo *info, KioskPacePassword kind,
                           KioskSecret *password, const BIGNUM *mapping_key,
                           const BIGNUM *agreement_key, int *ret_tries_left, GError **error)
{
  g_auto (Pace) self = { .session = session,
                         .info = info,
                         .group = kiosk_card_group_by_id (info->id),
                         .mapping_key = mapping_key,
                         .agreement_key = agreement_key,
                         .tries_left = -1 };
  g_autoptr (BIGNUM) nonce = BN_secure_new ();
  gboolean opened;

  opened = set_template (&self, infos, kind, error)
           && get_nonce (&self, kind, password, nonce, error) && map_generator (&self, nonce, error)
           && agree (&self, error) && swap_tokens (&self, error);
  if (opened)
    kiosk_card_session_secure (session, g_steal_pointer (&self.sm));
  *ret_tries_left = self.tries_left;
  return opened;
}

gboolean
kiosk_card_pace (KioskCardSession *session, const KioskSecurityInfos *infos,
                 const KioskSecurityInfo *info, KioskPacePassword kind, KioskSecret *password,
                 int *ret_tries_left, GError **error)
{
  g_autoptr (EC_GROUP) group = kiosk_card_group_by_id (info->id);
  g_autoptr (BIGNUM) mapping_key = kiosk_card_scalar (group, session->random);
  g_autoptr (BIGNUM) agreement_key = kiosk_card_scalar (group, session->random);

  return kiosk_card_pace_with_keys (session, infos, info, kind, password, mapping_key,
                                    agreement_key, ret_tries_left, error);
}
