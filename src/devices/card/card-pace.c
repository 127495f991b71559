/* PACE: ICAO Doc 9303-11, 4.4. */
#include <openssl/crypto.h>
#include <string.h>

#include "devices/card/card-access.h"
#include "devices/card/card-pace.h"

#define NONCE_MAX       64
#define TAG_DYNAMIC     0x7c
#define TAG_NONCE       0x80
#define TAG_TOKEN_INPUT 0x7f49
#define TAG_OID         0x06
#define TAG_NUMBER      0x84 /* of a finite field */
#define TAG_POINT       0x86
#define CLA_CHAINED     0x10
#define TOKEN           KIOSK_CARD_MAC_BYTES
#define VERSION         2
#define CHIP_DATA_MAX   128
#define ID_P224         10 /* a standardised curve whose prime is 1 mod 4 */

/* Data objects of GENERAL AUTHENTICATE: the terminal's, then the chip's. */
enum
{
  DO_MAPPING = 0x81,
  DO_MAPPING_CHIP = 0x82,
  DO_AGREEMENT = 0x83,
  DO_AGREEMENT_CHIP = 0x84,
  DO_TOKEN = 0x85,
  DO_TOKEN_CHIP = 0x86,
  DO_CHIP_DATA = 0x8a,
};

/* One run. */
typedef struct
{
  KioskCardSession *session;
  const KioskSecurityInfo *info;
  const KioskPaceChoices *choices; /* NULL: to be drawn */
  KioskCardGroup *group;
  KioskSecret *nonce;            /* the chip's, in clear */
  KioskCardElement *generator;   /* the mapped one */
  GBytes *own, *chip;            /* keys of the agreement, as they went over the air */
  KioskCardElement *mapping_key; /* the chip's, of chip authentication mapping */
  KioskPaceChip *proof;
  KioskCardSm *sm; /* what the tokens are keyed with, and the session after them */
  int tries_left;
} Pace;

static void
pace_clear (Pace *self)
{
  g_clear_pointer (&self->group, kiosk_card_group_free);
  g_clear_pointer (&self->nonce, kiosk_secret_unref);
  g_clear_pointer (&self->generator, kiosk_card_element_free);
  g_clear_pointer (&self->own, g_bytes_unref);
  g_clear_pointer (&self->chip, g_bytes_unref);
  g_clear_pointer (&self->mapping_key, kiosk_card_element_free);
  g_clear_pointer (&self->proof, kiosk_pace_chip_free);
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

/* Whether this program can do it: the integrated mapping has no formula for P-224. */
static gboolean
is_possible (const KioskSecurityInfo *info)
{
  g_autoptr (KioskCardGroup) group = NULL;

  if (!info->supported || info->version != VERSION)
    return FALSE;
  if (info->mapping == KIOSK_MAPPING_INTEGRATED && info->id == ID_P224)
    return FALSE;
  group = kiosk_card_group_new_standard (info->id);
  return group != NULL && info->is_ecdh == (group->curve != NULL);
}

static guint
rank (const KioskSecurityInfo *info)
{
  static const guint mappings[] = {
    [KIOSK_MAPPING_CHIP] = 3,
    [KIOSK_MAPPING_GENERIC] = 2,
    [KIOSK_MAPPING_INTEGRATED] = 1,
  };

  return mappings[info->mapping] * 100 + (info->is_ecdh ? 10 : 0) + (guint)info->cipher;
}

const KioskSecurityInfo *
kiosk_card_pace_choose (const KioskSecurityInfos *infos)
{
  const KioskSecurityInfo *best = NULL;

  for (guint i = 0; i < infos->pace->len; i++)
    {
      const KioskSecurityInfo *info = &g_array_index (infos->pace, KioskSecurityInfo, i);

      if (is_possible (info) && (best == NULL || rank (info) > rank (best)))
        best = info;
    }
  return best;
}

/* The parameters must be named only where the chip has more than one set for this protocol. */
static gboolean
is_ambiguous (const KioskSecurityInfos *infos, const KioskSecurityInfo *info)
{
  for (guint i = 0; i < infos->pace->len; i++)
    if (g_array_index (infos->pace, KioskSecurityInfo, i).id != info->id)
      return TRUE;
  return FALSE;
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

/* GENERAL AUTHENTICATE with one data object in 7C. @tag 0: none. @ret_answer: what 7C holds */
static gboolean
authenticate (Pace *self, guint8 cla, guint8 tag, GBytes *value, GByteArray *ret_answer,
              guint16 *ret_sw, GError **error)
{
  KioskApdu apdu = { cla, 0x86, 0x00, 0x00, NULL, 0, KIOSK_APDU_SHORT_LE_MAX };
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  KioskTlvCursor cursor;
  KioskTlv outer;

  if (tag != 0)
    kiosk_tlv_append (inner, tag, g_bytes_get_data (value, NULL), g_bytes_get_size (value));
  kiosk_tlv_append (body, TAG_DYNAMIC, inner->data, inner->len);
  apdu.data = body->data;
  apdu.length = body->len;
  if (body->len > KIOSK_APDU_SHORT_DATA_MAX) /* its answer is as long */
    apdu.le = KIOSK_APDU_LE_MAX;
  if (apdu.le > KIOSK_APDU_SHORT_LE_MAX && !kiosk_card_session_takes_extended (self->session))
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED,
                           "PACE: keys too long for this chip or reader");
      return FALSE;
    }
  if (!kiosk_card_session_send (self->session, &apdu, answer, ret_sw, error))
    return FALSE;
  if (*ret_sw != KIOSK_SW_OK)
    return protocol_error (error, "GENERAL AUTHENTICATE is refused", *ret_sw);
  g_byte_array_set_size (ret_answer, 0);
  cursor = (KioskTlvCursor){ answer->data, answer->len };
  if (answer->len == 0)
    return TRUE;
  if (!kiosk_tlv_expect (&cursor, TAG_DYNAMIC, &outer, NULL))
    return protocol_error (error, "the answer is no dynamic data", *ret_sw);
  g_byte_array_append (ret_answer, outer.value, (guint)outer.length);
  return TRUE;
}

static gboolean
find (const GByteArray *answer, guint8 tag, KioskTlv *ret_found, GError **error)
{
  return kiosk_tlv_find (answer->data, answer->len, tag, ret_found, NULL)
         || protocol_error (error, "the answer lacks its data object", KIOSK_SW_OK);
}

/* The key that the chip's nonce is encrypted with. */
static KioskSecret *
password_key (const Pace *self, KioskPacePassword kind, KioskSecret *password)
{
  KioskSecret *key = kiosk_secret_new (KIOSK_CARD_KEY_MAX);
  guint8 digest[20];
  const guint8 *secret = kiosk_secret_data (password);
  gsize length = kiosk_secret_length (password);

  if (kind == KIOSK_PACE_MRZ)
    {
      kiosk_card_sha1 (secret, length, digest);
      secret = digest;
      length = sizeof digest;
    }
  kiosk_card_kdf (secret, length, KIOSK_KDF_PASSWORD, self->info->cipher, kiosk_secret_data (key));
  explicit_bzero (digest, sizeof digest);
  return key;
}

/* The chip chooses how long, in blocks; the integrated mapping tells it. */
static gboolean
has_nonce_length (const Pace *self, gsize length)
{
  if (self->info->mapping == KIOSK_MAPPING_INTEGRATED)
    return length == kiosk_pace_integrated_nonce_bytes (self->info->cipher);
  return length > 0 && length <= NONCE_MAX
         && length % kiosk_cipher_block_bytes (self->info->cipher) == 0;
}

static gboolean
get_nonce (Pace *self, KioskPacePassword kind, KioskSecret *password, GError **error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (KioskSecret) key = password_key (self, kind, password);
  KioskTlv encrypted;
  guint16 sw;

  if (!authenticate (self, CLA_CHAINED, 0, NULL, answer, &sw, error)
      || !find (answer, TAG_NONCE, &encrypted, error))
    return FALSE;
  if (!has_nonce_length (self, encrypted.length))
    return protocol_error (error, "a nonce of another length", sw);
  self->nonce = kiosk_secret_new (encrypted.length);
  kiosk_card_decrypt (self->info->cipher, kiosk_secret_data (key), NULL, encrypted.value,
                      encrypted.length, kiosk_secret_data (self->nonce));
  return TRUE;
}

/* A key of ours on @generator (NULL: the group's own). A number that lost a leading zero is drawn
 * again: chips differ in whether they put it back, and the tokens are made of it. */
static BIGNUM *
draw_key (const Pace *self, const KioskCardElement *generator, const BIGNUM *given,
          GBytes **ret_public)
{
  g_autoptr (BIGNUM) scalar = NULL;
  g_autoptr (GBytes) public_key = NULL;

  do
    {
      g_autoptr (KioskCardElement) element = NULL;

      g_clear_pointer (&scalar, BN_clear_free);
      g_clear_pointer (&public_key, g_bytes_unref);
      scalar = given != NULL ? BN_dup (given)
                             : kiosk_card_group_scalar (self->group, self->session->random);
      element = kiosk_card_group_multiply (self->group, generator, scalar);
      if (element != NULL)
        public_key = kiosk_card_group_encode (self->group, element);
    }
  while (given == NULL
         && (public_key == NULL
             || g_bytes_get_size (public_key) != kiosk_card_group_element_bytes (self->group)));
  *ret_public = g_steal_pointer (&public_key);
  return g_steal_pointer (&scalar);
}

/* Sends our key on @generator and takes the chip's. */
static KioskCardElement *
swap_keys (Pace *self, const KioskCardElement *generator, const BIGNUM *given, guint8 tag,
           BIGNUM **ret_scalar, GBytes **ret_own, GBytes **ret_chip, GError **error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (KioskCardElement) chip = NULL;
  KioskTlv found;
  guint16 sw;

  *ret_scalar = draw_key (self, generator, given, ret_own);
  if (*ret_own == NULL)
    {
      protocol_error (error, "the mapped generator generates nothing", KIOSK_SW_OK);
      return NULL;
    }
  if (!authenticate (self, CLA_CHAINED, tag, *ret_own, answer, &sw, error)
      || !find (answer, tag + 1, &found, error))
    return NULL;
  chip = kiosk_card_group_decode (self->group, found.value, found.length);
  *ret_chip = g_bytes_new (found.value, found.length);
  if (chip == NULL || g_bytes_equal (*ret_chip, *ret_own))
    {
      protocol_error (error, "the chip's key is not of the group, or ours", sw);
      return NULL;
    }
  return g_steal_pointer (&chip);
}

/* nonce × G + H, where H is agreed without authentication. */
static gboolean
map_generic (Pace *self, GError **error)
{
  g_autoptr (BIGNUM) scalar = NULL;
  g_autoptr (BIGNUM) nonce = BN_secure_new ();
  g_autoptr (GBytes) own = NULL;
  g_autoptr (GBytes) theirs = NULL;
  g_autoptr (KioskCardElement) shared = NULL;
  g_autoptr (KioskCardElement) chip
    = swap_keys (self, NULL, self->choices != NULL ? self->choices->mapping_key : NULL, DO_MAPPING,
                 &scalar, &own, &theirs, error);

  if (chip == NULL)
    return FALSE;
  kiosk_card_must (
    BN_bin2bn (kiosk_secret_data (self->nonce), (int)kiosk_secret_length (self->nonce), nonce)
    != NULL);
  shared = kiosk_card_group_multiply (self->group, chip, scalar);
  if (shared != NULL)
    self->generator = kiosk_pace_map_generic (self->group, nonce, shared);
  if (self->info->mapping == KIOSK_MAPPING_CHIP)
    self->mapping_key = g_steal_pointer (&chip);
  return self->generator != NULL
         || protocol_error (error, "the mapping ends at the neutral element", KIOSK_SW_OK);
}

/* The terminal adds a nonce in clear; the chip has nothing to say to it. */
static gboolean
map_integrated (Pace *self, GError **error)
{
  guint8 nonce[KIOSK_CARD_KEY_MAX];
  gsize length = kiosk_pace_integrated_terminal_bytes (self->info->cipher);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GBytes) value = NULL;
  guint16 sw;

  if (self->choices != NULL)
    memcpy (nonce, self->choices->mapping_nonce, length);
  else
    kiosk_random_fill (self->session->random, nonce, length);
  value = g_bytes_new (nonce, length);
  if (!authenticate (self, CLA_CHAINED, DO_MAPPING, value, answer, &sw, error))
    return FALSE;
  self->generator = kiosk_pace_map_integrated (self->group, self->info->cipher,
                                               kiosk_secret_data (self->nonce), nonce);
  return self->generator != NULL
         || protocol_error (error, "the mapping ends at the neutral element", KIOSK_SW_OK);
}

static gboolean
map_nonce (Pace *self, GError **error)
{
  return self->info->mapping == KIOSK_MAPPING_INTEGRATED ? map_integrated (self, error)
                                                         : map_generic (self, error);
}

static gboolean
agree (Pace *self, GError **error)
{
  g_autoptr (BIGNUM) scalar = NULL;
  g_autoptr (KioskCardElement) chip
    = swap_keys (self, self->generator, self->choices != NULL ? self->choices->agreement_key : NULL,
                 DO_AGREEMENT, &scalar, &self->own, &self->chip, error);
  g_autoptr (KioskSecret) shared = NULL;

  if (chip == NULL)
    return FALSE;
  shared = kiosk_card_group_agree (self->group, scalar, chip);
  if (shared == NULL)
    return protocol_error (error, "the agreement ends at the neutral element", KIOSK_SW_OK);
  self->sm = kiosk_card_sm_new (self->info->cipher, kiosk_secret_data (shared),
                                kiosk_secret_length (shared));
  return TRUE;
}

static void
make_token (const Pace *self, GBytes *key, guint8 ret_token[TOKEN])
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) input = g_byte_array_new ();

  kiosk_tlv_append (inner, TAG_OID, self->info->oid, self->info->oid_length);
  kiosk_tlv_append (inner, self->info->is_ecdh ? TAG_POINT : TAG_NUMBER,
                    g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  kiosk_tlv_append (input, TAG_TOKEN_INPUT, inner->data, inner->len);
  kiosk_card_mac (self->info->cipher, self->sm->mac_key, input->data, input->len, ret_token);
}

/* CBC under the encrypted block of ones, 4.4.3.5.4. */
static gboolean
take_chip_data (Pace *self, const GByteArray *answer, GError **error)
{
  guint8 ones[KIOSK_CARD_BLOCK_MAX], iv[KIOSK_CARD_BLOCK_MAX];
  g_autoptr (KioskSecret) plain = NULL;
  KioskTlv found;
  gssize length;

  if (!find (answer, DO_CHIP_DATA, &found, error))
    return FALSE;
  if (found.length == 0 || found.length > CHIP_DATA_MAX || found.length % sizeof iv != 0)
    return protocol_error (error, "chip authentication data of no whole blocks", KIOSK_SW_OK);
  memset (ones, 0xff, sizeof ones);
  kiosk_card_encrypt_block (self->info->cipher, self->sm->encryption_key, ones, iv);
  plain = kiosk_secret_new (found.length);
  kiosk_card_decrypt (self->info->cipher, self->sm->encryption_key, iv, found.value, found.length,
                      kiosk_secret_data (plain));
  length = kiosk_card_unpadded_length (kiosk_secret_data (plain), found.length);
  if (length <= 0)
    return protocol_error (error, "chip authentication data without padding", KIOSK_SW_OK);
  self->proof = g_new0 (KioskPaceChip, 1);
  self->proof->group = kiosk_card_group_new_standard (self->info->id);
  self->proof->mapping_key = g_steal_pointer (&self->mapping_key);
  self->proof->data = kiosk_secret_new_copy (kiosk_secret_data (plain), (gsize)length);
  return TRUE;
}

/* Only here does the chip learn whether the password was right, and we whether the chip knows it.
 */
static gboolean
swap_tokens (Pace *self, GError **error)
{
  guint8 token[TOKEN], expected[TOKEN];
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GBytes) value = NULL;
  KioskTlv found;
  guint16 sw = KIOSK_SW_OK;

  make_token (self, self->chip, token);
  make_token (self, self->own, expected);
  value = g_bytes_new (token, sizeof token);
  if (!authenticate (self, 0x00, DO_TOKEN, value, answer, &sw, error))
    {
      if (sw == KIOSK_SW_OK)
        return FALSE;
      self->tries_left = tries_in (sw);
      g_clear_error (error);
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED, "PACE: SW %04X", sw);
      return FALSE;
    }
  if (!find (answer, DO_TOKEN_CHIP, &found, error))
    return FALSE;
  if (found.length != sizeof expected || CRYPTO_memcmp (found.value, expected, found.length) != 0)
    return protocol_error (error, "the chip's token is wrong", sw);
  return self->info->mapping != KIOSK_MAPPING_CHIP || take_chip_data (self, answer, error);
}

gboolean
kiosk_card_pace_with_choices (KioskCardSession *session, const KioskSecurityInfos *infos,
                              const KioskSecurityInfo *info, KioskPacePassword kind,
                              KioskSecret *password, const KioskPaceChoices *choices,
                              int *ret_tries_left, KioskPaceChip **ret_chip, GError **error)
{
  g_auto (Pace) self = { .session = session,
                         .info = info,
                         .choices = choices,
                         .group = kiosk_card_group_new_standard (info->id),
                         .tries_left = -1 };
  gboolean opened;

  opened = set_template (&self, infos, kind, error) && get_nonce (&self, kind, password, error)
           && map_nonce (&self, error) && agree (&self, error) && swap_tokens (&self, error);
  *ret_tries_left = self.tries_left;
  if (!opened)
    return FALSE;
  kiosk_card_session_secure (session, g_steal_pointer (&self.sm));
  if (ret_chip != NULL)
    *ret_chip = g_steal_pointer (&self.proof);
  return TRUE;
}

gboolean
kiosk_card_pace (KioskCardSession *session, const KioskSecurityInfos *infos,
                 const KioskSecurityInfo *info, KioskPacePassword kind, KioskSecret *password,
                 int *ret_tries_left, KioskPaceChip **ret_chip, GError **error)
{
  return kiosk_card_pace_with_choices (session, infos, info, kind, password, NULL, ret_tries_left,
                                       ret_chip, error);
}
