/* Staff cards: the commands as others' readers and cards were seen to exchange them, and keys that
 * sign or do not. */
#include <openssl/rsa.h>
#include <string.h>

#include "base/file.h"
#include "devices/card/card-apdu.h"
#include "devices/card/piv.h"
#include "formats/tlv.h"
#include "replay-channel.h"
#include "trust/pki.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

static const guint8 challenge[KIOSK_PIV_CHALLENGE] = "a challenge that is not random..";

/* A card by the standard's rules, with a key of the test's. */
typedef struct
{
  KioskCardChannel channel;
  EVP_PKEY *key;       /* signs */
  GBytes *certificate; /* shown in the place of 9E */
  GByteArray *chained;
  GByteArray *rest;
  guint16 refusal; /* of GENERAL AUTHENTICATE; 0: none */
  guint8 packed;
} Card;

static void
answer (Card *self, GByteArray *response)
{
  gsize given = MIN (self->rest->len, 256u);
  guint left = self->rest->len - (guint)given;
  const guint8 status[] = { left > 0 ? 0x61 : 0x90, (guint8)(left > 255 ? 0 : left) };

  g_byte_array_append (response, self->rest->data, (guint)given);
  g_byte_array_remove_range (self->rest, 0, (guint)given);
  g_byte_array_append (response, status, sizeof status);
}

static void
refuse (GByteArray *response, guint16 sw)
{
  const guint8 status[] = { (guint8)(sw >> 8), (guint8)sw };

  g_byte_array_append (response, status, sizeof status);
}

static void
show_certificate (Card *self)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  kiosk_tlv_append (inside, 0x70, g_bytes_get_data (self->certificate, NULL),
                    g_bytes_get_size (self->certificate));
  kiosk_tlv_append (inside, 0x71, &self->packed, 1);
  kiosk_tlv_append (inside, 0xfe, NULL, 0);
  kiosk_tlv_append (self->rest, 0x53, inside->data, inside->len);
}

static void
sign (Card *self)
{
  KioskTlv template, asked;
  KioskTlvCursor cursor = { self->chained->data, self->chained->len };
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (self->key, NULL);
  guint8 signature[256];
  gsize length = sizeof signature;

  kiosk_tlv_expect (&cursor, 0x7c, &template, &error);
  g_assert_no_error (error);
  kiosk_tlv_find (template.value, template.length, 0x81, &asked, &error);
  g_assert_no_error (error);
  g_assert_cmpint (EVP_PKEY_sign_init (context), ==, 1);
  if (EVP_PKEY_get_base_id (self->key) == EVP_PKEY_RSA)
    g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING), ==, 1);
  g_assert_cmpint (EVP_PKEY_sign (context, signature, &length, asked.value, asked.length), ==, 1);
  EVP_PKEY_CTX_free (context);
  kiosk_tlv_append (inside, 0x82, signature, length);
  kiosk_tlv_append (self->rest, 0x7c, inside->data, inside->len);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  static const guint8 object_9e[] = { 0x5c, 0x03, 0x5f, 0xc1, 0x01 };
  Card *self = (Card *)channel;

  g_assert_cmpuint (length, <=, KIOSK_APDU_SHORT_COMMAND_MAX);
  switch (command[1])
    {
    case 0xa4:
      refuse (response, 0x9000);
      return TRUE;
    case 0xcb:
      if (self->certificate == NULL || memcmp (command + 5, object_9e, sizeof object_9e) != 0)
        {
          refuse (response, 0x6a82);
          return TRUE;
        }
      show_certificate (self);
      break;
    case 0x87:
      g_assert_cmphex (command[3], ==, 0x9e);
      g_byte_array_append (self->chained, command + 5, command[4]);
      if (self->refusal != 0 || command[0] == 0x10)
        {
          refuse (response, self->refusal != 0 ? self->refusal : 0x9000);
          return TRUE;
        }
      sign (self);
      break;
    default:
      g_assert_cmphex (command[1], ==, 0xc0);
      break;
    }
  answer (self, response);
  return TRUE;
}

static GBytes *
certify (EVP_PKEY *key)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_STAFF,
    .common_name = "S-1",
    .not_before_ms = DAY_MS,
    .not_after_ms = 2 * DAY_MS,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, NULL, key, &error);

  g_assert_no_error (error);
  return kiosk_pki_cert_to_der (cert);
}

static void
card_init (Card *self, EVP_PKEY *key)
{
  *self = (Card){ .channel = { .transmit = transmit },
                  .key = key,
                  .certificate = certify (key),
                  .chained = g_byte_array_new (),
                  .rest = g_byte_array_new () };
}

static void
card_clear (Card *self)
{
  EVP_PKEY_free (self->key);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_byte_array_unref (self->chained);
  g_byte_array_unref (self->rest);
}

static KioskPivProof *
prove (Card *self, GError **error)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  KioskCardSession session;
  KioskPivProof *proof;

  kiosk_card_session_init (&session, &self->channel, random);
  proof = kiosk_piv_prove (&session, challenge, error);
  kiosk_card_session_clear (&session);
  return proof;
}

static void
assert_proves (EVP_PKEY *key)
{
  guint8 other[KIOSK_PIV_CHALLENGE];
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPivProof) proof = NULL;
  Card card;

  card_init (&card, key);
  proof = prove (&card, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (proof->certificate, card.certificate));
  g_assert_true (kiosk_piv_proof_check (proof, challenge, NULL));
  memcpy (other, challenge, sizeof other);
  other[31] ^= 1;
  g_assert_false (kiosk_piv_proof_check (proof, other, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE);
  card_clear (&card);
}

static void
test_p256 (void)
{
  assert_proves (kiosk_pki_key_new (NULL));
}

static void
test_rsa (void)
{
  assert_proves (EVP_RSA_gen (2048));
}

static void
assert_fails (Card *card, KioskCardError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPivProof) proof = prove (card, &error);

  g_assert_error (error, KIOSK_CARD_ERROR, (int)code);
  g_assert_null (proof);
  card_clear (card);
}

static void
test_copy (void)
{
  Card card;

  card_init (&card, kiosk_pki_key_new (NULL));
  EVP_PKEY_free (card.key);
  card.key = kiosk_pki_key_new (NULL);
  assert_fails (&card, KIOSK_CARD_ERROR_CLONE);
}

static void
test_refusals (void)
{
  Card card;

  card_init (&card, kiosk_pki_key_new (NULL));
  card.refusal = 0x6982;
  assert_fails (&card, KIOSK_CARD_ERROR_UNSUPPORTED);
  card_init (&card, kiosk_pki_key_new (NULL));
  card.refusal = 0x6f00;
  assert_fails (&card, KIOSK_CARD_ERROR_ACCESS_PROTOCOL);
  card_init (&card, kiosk_pki_key_new (NULL));
  card.packed = 1;
  assert_fails (&card, KIOSK_CARD_ERROR_UNSUPPORTED);
  card_init (&card, EVP_EC_gen ("P-384"));
  assert_fails (&card, KIOSK_CARD_ERROR_UNSUPPORTED);
  card_init (&card, EVP_RSA_gen (3072));
  assert_fails (&card, KIOSK_CARD_ERROR_UNSUPPORTED);
  card_init (&card, kiosk_pki_key_new (NULL));
  g_clear_pointer (&card.certificate, g_bytes_unref);
  assert_fails (&card, KIOSK_CARD_ERROR_WRONG_CARD);
}

/* SP 800-73-4, part 2, A.4.1: what PIV readers send ahead of 256 padded bytes: 7C 82 01 06, an
 * empty place for the answer (82 00), the challenge (81 82 01 00); part 2, 3.2.4, table 7. The same
 * bytes stand in the logs of PIV readers and of cards by others (CanoKey, YubiKey). */
static void
test_question (void)
{
  static const guint8 rsa_head[]
    = { 0x7c, 0x82, 0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00, 0x00, 0x01, 0xff };
  static const guint8 p256_head[] = { 0x7c, 0x24, 0x82, 0x00, 0x81, 0x20 };
  g_autoptr (EVP_PKEY) rsa = EVP_RSA_gen (2048);
  g_autoptr (EVP_PKEY) p256 = kiosk_pki_key_new (NULL);
  guint8 algorithm = 0;
  g_autoptr (GByteArray) of_rsa = kiosk_piv_question (rsa, challenge, &algorithm, NULL);
  g_autoptr (GByteArray) of_p256 = NULL;

  g_assert_cmphex (algorithm, ==, 0x07);
  g_assert_cmpuint (of_rsa->len, ==, 10 + 256);
  g_assert_cmpmem (of_rsa->data, sizeof rsa_head, rsa_head, sizeof rsa_head);
  of_p256 = kiosk_piv_question (p256, challenge, &algorithm, NULL);
  g_assert_cmphex (algorithm, ==, 0x11);
  g_assert_cmpuint (of_p256->len, ==, 6 + 32);
  g_assert_cmpmem (of_p256->data, sizeof p256_head, p256_head, sizeof p256_head);
}

/* What a CanoKey answered to SELECT, and to GET DATA for a place that is empty (its issue tracker).
 */
static void
test_recorded (void)
{
  static const ReplayLine lines[] = {
    { "00a4040009a0000003080000100000", "61114f0600001000010079074f05a0000003089000" },
    { "00cb3fff055c035fc10100", "6a82" },
    { "00cb3fff055c035fc10500", "6a82" },
  };
  KioskCardChannel *channel = replay_channel_new (lines, G_N_ELEMENTS (lines));
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  kiosk_card_session_init (&session, channel, random);
  g_assert_null (kiosk_piv_prove (&session, challenge, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_WRONG_CARD);
  replay_channel_assert_finished (channel);
  kiosk_card_session_clear (&session);
  kiosk_card_channel_free (channel);
}

static void
test_damage (void)
{
  static const char *const certificates[] = {
    "",
    "53",
    "5300",
    "530570013071",
    "5306700130710100ff",
    "53087001307103000000",
    "530571010070 00",
    "5305700071010 0",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      g_autoptr (GBytes) bytes = kiosk_hex_decode (certificates[i]);
      gsize length = 0;
      const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

      g_assert_null (kiosk_piv_parse_certificate (data, length, NULL));
      g_assert_null (kiosk_piv_parse_signature (data, length, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piv/question/is-as-the-standard-has-it", test_question);
  g_test_add_func ("/piv/recorded/empty-card-is-no-staff-card", test_recorded);
  g_test_add_func ("/piv/p256/proves-its-key", test_p256);
  g_test_add_func ("/piv/rsa/proves-its-key-in-chained-commands", test_rsa);
  g_test_add_func ("/piv/copy/is-told", test_copy);
  g_test_add_func ("/piv/refusals/each-have-their-code", test_refusals);
  g_test_add_func ("/piv/damage/is-refused", test_damage);
  return g_test_run ();
}
