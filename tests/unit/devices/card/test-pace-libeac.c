/* PACE, generic mapping, with every cipher over curves and finite fields against a chip that others
 * wrote: libeac plays it. ICAO's worked example covers AES-128 on one curve; this covers the rest.
 */
#include <eac/eac.h>
#include <eac/pace.h>
#include <openssl/provider.h>
#include <string.h>

#include "base/file.h"
#include "devices/card/card-access.h"

#define CAN "482019"

#ifdef __SANITIZE_ADDRESS__
/* libeac keeps much of what it allocates, and its stacks cannot be told from ours. What our side
 * allocates is watched by the other tests of this room. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

typedef struct
{
  KioskCardChannel channel;
  EAC_CTX *chip;
  PACE_SEC *secret;
  GBytes *terminal_point; /* of the agreement */
} Chip;

static BUF_MEM *
buffer (const guint8 *data, gsize length)
{
  BUF_MEM *memory = BUF_MEM_new ();

  g_assert_cmpuint (BUF_MEM_grow (memory, length), ==, length);
  memcpy (memory->data, data, length);
  return memory;
}

/* Takes @value. */
static void
answer (GByteArray *response, guint8 tag, BUF_MEM *value)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();

  g_assert_nonnull (value);
  kiosk_tlv_append (inner, tag, value->data, value->length);
  kiosk_tlv_append (response, 0x7c, inner->data, inner->len);
  g_byte_array_append (response, (const guint8 *)"\x90\x00", 2);
  BUF_MEM_free (value);
}

static void
answer_agreement (Chip *self, BUF_MEM *point, GByteArray *response)
{
  BUF_MEM *own = PACE_STEP3B_generate_ephemeral_key (self->chip);

  g_assert_cmpint (PACE_STEP3B_compute_shared_secret (self->chip, point), ==, 1);
  g_assert_cmpint (PACE_STEP3C_derive_keys (self->chip), ==, 1);
  self->terminal_point = g_bytes_new (point->data, point->length);
  answer (response, 0x84, own);
}

static void
answer_token (Chip *self, BUF_MEM *token, GByteArray *response)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (self->terminal_point, &length);
  BUF_MEM *point = buffer (bytes, length);

  if (PACE_STEP3D_verify_authentication_token (self->chip, token) == 1)
    answer (response, 0x86, PACE_STEP3D_compute_authentication_token (self->chip, point));
  else
    g_byte_array_append (response, (const guint8 *)"\x63\xc2", 2);
  BUF_MEM_free (point);
}

static void
answer_data (Chip *self, const KioskTlv *data, GByteArray *response)
{
  BUF_MEM *value = buffer (data->value, data->length);

  switch (data->tag)
    {
    case 0x81:
      {
        BUF_MEM *own = PACE_STEP3A_generate_mapping_data (self->chip);

        g_assert_cmpint (PACE_STEP3A_map_generator (self->chip, value), ==, 1);
        answer (response, 0x82, own);
        break;
      }
    case 0x83:
      answer_agreement (self, value, response);
      break;
    case 0x85:
      answer_token (self, value, response);
      break;
    default:
      g_assert_not_reached ();
    }
  BUF_MEM_free (value);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Chip *self = (Chip *)channel;
  KioskTlvCursor cursor = { command + 5, command[4] };
  KioskTlv dynamic, data;

  if (length > 7 && command[4] == 0) /* extended form */
    cursor = (KioskTlvCursor){ command + 7, (gsize)command[5] << 8 | command[6] };
  if (command[1] == 0x22)
    {
      g_byte_array_append (response, (const guint8 *)"\x90\x00", 2);
      return TRUE;
    }
  g_assert_cmphex (command[1], ==, 0x86);
  g_assert_true (kiosk_tlv_expect (&cursor, 0x7c, &dynamic, NULL));
  cursor = kiosk_tlv_inside (&dynamic);
  if (cursor.length == 0)
    answer (response, 0x80, PACE_STEP1_enc_nonce (self->chip, self->secret));
  else
    {
      g_assert_true (kiosk_tlv_next (&cursor, &data, NULL));
      answer_data (self, &data, response);
    }
  return TRUE;
}

static void
assert_key (const guint8 *ours, gsize length, const BUF_MEM *theirs)
{
  g_autofree char *a = kiosk_hex_encode (ours, length);
  g_autofree char *b = kiosk_hex_encode (theirs->data, length);

  g_assert_cmpuint (theirs->length, >=, length);
  g_assert_cmpstr (a, ==, b);
}

typedef struct
{
  KioskCipher cipher;
  guint8 parameters;
  const char *password;
} Case;

static void
run (gconstpointer data)
{
  const Case *one = data;
  guint8 card_access[] = { 0x31, 0x14, 0x30, 0x12, 0x06, 0x0a, 0x04, 0x00, 0x7f, 0x00, 0x07,
                           0x02, 0x02, 0x04, 0x02, 0x00, 0x02, 0x01, 0x02, 0x02, 0x01, 0x00 };
  Chip chip = { .channel = { .transmit = transmit }, .chip = EAC_CTX_new () };
  g_autoptr (KioskSecret) can = kiosk_secret_new_copy (one->password, strlen (one->password));
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (one->parameters);
  g_autoptr (KioskSecurityInfos) infos = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_right = strcmp (one->password, CAN) == 0, opened;
  KioskCardSession session;
  int tries;

  card_access[14] = one->parameters <= 2 ? 1 : 2; /* a finite field, or a curve */
  card_access[15] = (guint8)(1 + one->cipher);
  card_access[21] = one->parameters;
  g_assert_cmpint (EAC_CTX_init_ef_cardaccess (card_access, sizeof card_access, chip.chip), ==, 1);
  chip.secret = PACE_SEC_new (CAN, strlen (CAN), PACE_CAN);
  file = g_bytes_new (card_access, sizeof card_access);
  infos = kiosk_lds_parse_card_access (file, &error);
  g_assert_no_error (error);
  kiosk_card_session_init (&session, &chip.channel, random);
  session.extended = TRUE;
  session.command_max = 4096;
  g_assert_nonnull (kiosk_card_pace_choose (infos));
  opened = kiosk_card_pace (&session, infos, kiosk_card_pace_choose (infos), KIOSK_PACE_CAN, can,
                            &tries, NULL, &error);
  if (is_right)
    {
      g_assert_no_error (error);
      g_assert_true (opened);
      assert_key (session.sm->encryption_key, kiosk_cipher_key_bytes (one->cipher),
                  chip.chip->pace_ctx->ka_ctx->k_enc);
      assert_key (session.sm->mac_key, kiosk_cipher_key_bytes (one->cipher),
                  chip.chip->pace_ctx->ka_ctx->k_mac);
    }
  else
    {
      g_assert_false (opened);
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED);
      g_assert_cmpint (tries, ==, 2);
    }
  kiosk_card_session_clear (&session);
  g_bytes_unref (chip.terminal_point);
  PACE_SEC_clear_free (chip.secret);
  EAC_CTX_clear_free (chip.chip);
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { KIOSK_CIPHER_3DES, 12, CAN },        { KIOSK_CIPHER_3DES, 13, CAN },
    { KIOSK_CIPHER_AES_128, 12, CAN },     { KIOSK_CIPHER_AES_128, 13, CAN },
    { KIOSK_CIPHER_AES_192, 13, CAN },     { KIOSK_CIPHER_AES_192, 15, CAN },
    { KIOSK_CIPHER_AES_256, 16, CAN },     { KIOSK_CIPHER_AES_256, 17, CAN },
    { KIOSK_CIPHER_AES_256, 18, CAN },     { KIOSK_CIPHER_3DES, 0, CAN },
    { KIOSK_CIPHER_AES_128, 0, CAN },      { KIOSK_CIPHER_AES_192, 1, CAN },
    { KIOSK_CIPHER_AES_256, 2, CAN },      { KIOSK_CIPHER_3DES, 13, "482018" },
    { KIOSK_CIPHER_AES_128, 0, "482018" }, { KIOSK_CIPHER_AES_128, 8, CAN },
    { KIOSK_CIPHER_AES_128, 9, CAN },      { KIOSK_CIPHER_AES_128, 10, CAN },
    { KIOSK_CIPHER_AES_128, 11, CAN },     { KIOSK_CIPHER_AES_192, 14, CAN },
    { KIOSK_CIPHER_AES_256, 17, "" },
  };
  int result;

  g_test_init (&argc, &argv, NULL);
  /* libeac's retail MAC is made of single DES, which lives there; ours is not. */
  g_assert_nonnull (OSSL_PROVIDER_load (NULL, "legacy"));
  g_assert_nonnull (OSSL_PROVIDER_load (NULL, "default"));
  EAC_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      static const char *const ciphers[] = { "3des", "aes-128", "aes-192", "aes-256" };
      g_autofree char *path = g_strdup_printf (
        "/card/pace/libeac/%s-parameters-%u-%s", ciphers[cases[i].cipher], cases[i].parameters,
        strcmp (cases[i].password, CAN) == 0 ? "opens" : "does-not-open");

      g_test_add_data_func (path, &cases[i], run);
    }
  result = g_test_run ();
  EAC_cleanup ();
  return result;
}
