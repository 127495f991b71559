/* Access and the chip's proofs when something is wrong: each refusal is told apart. The vectors
 * that pass are in test-vectors.c. */
#include <string.h>

#include "base/file.h"
#include "devices/card/card-access.h"
#include "vectors.h"

static KioskCardChannel *
whole_channel (const Vector *vector)
{
  return vector_channel (vector, 0, vector->commands->len);
}

static gboolean
run_bac (const Vector *vector, KioskCardChannel *channel, KioskCardSession *session, GError **error)
{
  g_autoptr (KioskSecret) info = vector_zone_key (vector);
  guint8 challenge[8], key[16];

  vector_copy (vector, "challenge", challenge, sizeof challenge);
  vector_copy (vector, "key", key, sizeof key);
  kiosk_card_session_init (session, channel, NULL);
  return kiosk_card_bac_with_nonces (session, info, challenge, key, error);
}

static void
test_bac_refused (void)
{
  static const struct
  {
    gsize line;
    const char *response;
    KioskCardError code;
  } cases[] = {
    { 0, "6A88", KIOSK_CARD_ERROR_ACCESS_PROTOCOL },
    { 1, "6300", KIOSK_CARD_ERROR_ACCESS_DENIED },
    { 1, "9000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL },
    /* One bit of the answer's MAC. */
    { 1, "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74489000",
      KIOSK_CARD_ERROR_ACCESS_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Vector) vector = vector_load ("bac-d");
      g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, 2);
      g_autoptr (GError) error = NULL;
      KioskCardSession session;

      replay_channel_alter (channel, cases[i].line, cases[i].response);
      g_assert_false (run_bac (vector, channel, &session, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)cases[i].code);
      g_assert_null (session.sm);
    }
}

/* Every bit of a protected answer flipped, and every shortening of it: none may pass. */
static void
test_broken_messaging (void)
{
  g_autoptr (Vector) vector = vector_load ("bac-d");
  g_autoptr (GBytes) good
    = kiosk_hex_decode ("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
  gsize length;
  const guint8 *bytes = g_bytes_get_data (good, &length);

  for (gsize i = 0; i < 8 * length + length; i++)
    {
      g_autoptr (KioskCardSm) sm = vector_sm (vector, "", KIOSK_CIPHER_3DES);
      g_autofree guint8 *bad = g_memdup2 (bytes, length);
      g_autoptr (GByteArray) data = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      gsize bad_length = i < 8 * length ? length : i - 8 * length;
      guint16 sw = 0;

      sm->counter[7] = 0x29;
      if (i < 8 * length)
        bad[i / 8] ^= (guint8)(1u << i % 8);
      g_assert_false (kiosk_card_sm_unwrap (sm, bad, bad_length, data, &sw, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN);
      g_assert_cmpuint (sw, ==, 0);
    }
}

static gboolean
run_pace (const Vector *vector, KioskCardChannel *channel, KioskCardSession *session,
          int *ret_tries, GError **error)
{
  g_autoptr (GBytes) file = vector_bytes (vector, "card-access");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
  g_autoptr (KioskSecret) password = vector_zone_key (vector);
  g_autoptr (BIGNUM) mapping = vector_number (vector, "mapping-key");
  g_autoptr (BIGNUM) agreement = vector_number (vector, "agreement-key");
  const KioskPaceChoices choices = { mapping, agreement, NULL };

  kiosk_card_session_init (session, channel, NULL);
  return kiosk_card_pace_with_choices (session, infos, kiosk_card_pace_choose (infos),
                                       KIOSK_PACE_MRZ, password, &choices, ret_tries, NULL, error);
}

typedef struct
{
  gsize line;
  const char *response;
  KioskCardError code;
  int tries;
} Refusal;

static void
assert_refusals (const char *name, const Refusal *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (Vector) vector = vector_load (name);
      g_autoptr (KioskCardChannel) channel = whole_channel (vector);
      g_autoptr (GError) error = NULL;
      KioskCardSession session;
      int tries = 0;

      replay_channel_alter (channel, cases[i].line, cases[i].response);
      g_assert_false (run_pace (vector, channel, &session, &tries, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)cases[i].code);
      g_assert_cmpint (tries, ==, cases[i].tries);
      g_assert_null (session.sm);
    }
}

static void
test_pace_refused (void)
{
  static const Refusal cases[] = {
    { 0, "6A80", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 1, "7C0280009000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    /* Our own point back. */
    { 2,
      "7C438241047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
      "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D9000",
      KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    /* A point off the curve. */
    { 2,
      "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
      "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C559000",
      KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 4, "63C2", KIOSK_CARD_ERROR_ACCESS_DENIED, 2 },
    { 4, "6300", KIOSK_CARD_ERROR_ACCESS_DENIED, -1 },
    { 4, "7C0A86083ABB9674BCE93C099000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
  };

  assert_refusals ("pace-g1-ecdh-gm", cases, G_N_ELEMENTS (cases));
}

static void
test_pace_field_refused (void)
{
  g_autofree char *zeros = g_strnfill (256, '0');
  g_autofree char *too_long = g_strconcat ("7C8184828181", zeros, "029000", NULL);
  const Refusal cases[] = {
    /* The key 1; the key p − 1, of order two; one outside the subgroup of order q: 2. */
    { 2, "7C038201019000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 2,
      "7C8183828180B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A2"
      "3D189838EF1E2EE652C013ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFF"
      "D6FAE5644738FAA31A4FF55BCCC0A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A"
      "43709000",
      KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 2, "7C038201029000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    /* Longer than the field; nothing at all. */
    { 2, too_long, KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 2, "7C0282009000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 4, "63C0", KIOSK_CARD_ERROR_ACCESS_DENIED, 0 },
  };

  assert_refusals ("pace-g2-dh-gm", cases, G_N_ELEMENTS (cases));
}

static void
test_pace_chip_refused (void)
{
  static const Refusal cases[] = {
    /* No chip authentication data; none of whole blocks; not the padding's. */
    { 4, "7C0A86088596CF055C67C1A39000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 4, "7C0D86088596CF055C67C1A38A011E9000", KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
    { 4,
      "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD"
      "10CBA372B42BE0B9B5F28AA8DE2F4F939000",
      KIOSK_CARD_ERROR_ACCESS_PROTOCOL, -1 },
  };

  assert_refusals ("pace-i-ecdh-cam", cases, G_N_ELEMENTS (cases));
}

static gboolean
run_chip (const Vector *vector, KioskCardChannel *channel, KioskCardSession *session,
          GError **error)
{
  g_autoptr (GBytes) file = vector_bytes (vector, "dg14");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (BIGNUM) ephemeral = vector_number (vector, "ephemeral-key");
  g_auto (KioskChipChoice) choice = { 0 };

  kiosk_card_session_init (session, channel, NULL);
  kiosk_card_session_secure (session, vector_sm (vector, "before-", KIOSK_CIPHER_AES_128));
  g_assert_true (kiosk_card_chip_choose (infos, &choice, NULL));
  return kiosk_card_chip_authenticate_with_key (session, &choice, ephemeral, error);
}

/* A chip of the first edition knows MSE:Set KAT alone and refuses MSE:Set AT. */
static void
test_chip_of_the_first_edition (void)
{
  static const ReplayLine lines[] = { { "002241A40C800A04007F00070202030201", "6A80" } };
  g_autoptr (Vector) vector = vector_load ("chip-my-3des");
  g_autoptr (GBytes) file = vector_bytes (vector, "dg14");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (KioskCardChannel) channel = replay_channel_new (lines, 1);
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  /* The second command is any point of ours: after the altered answer, 6F00 ends it. */
  replay_channel_alter (channel, 0, "6A80");
  kiosk_card_session_init (&session, channel, random);
  g_assert_false (kiosk_card_chip_authenticate (&session, infos, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE);
  g_assert_cmpuint (session.apdus, ==, 2);
  kiosk_card_session_clear (&session);
}

static gboolean
run_exchange (const Vector *vector, guint which, KioskCardChannel *channel,
              KioskCardSession *session, GError **error)
{
  int tries;

  switch (which)
    {
    case 0:
      return run_bac (vector, channel, session, error);
    case 1:
      return run_pace (vector, channel, session, &tries, error);
    default:
      return run_chip (vector, channel, session, error);
    }
}

static void
test_pulled_out (void)
{
  /* Commands of the exchange itself; what the file holds after them is the test's. */
  static const struct
  {
    const char *name;
    guint n;
  } exchanges[] = { { "bac-d", 2 }, { "pace-g1-ecdh-gm", 5 }, { "chip-at-aes", 2 } };

  for (guint which = 0; which < G_N_ELEMENTS (exchanges); which++)
    for (gsize n = 0; n < exchanges[which].n; n++)
      {
        g_autoptr (Vector) vector = vector_load (exchanges[which].name);
        g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, exchanges[which].n);
        g_autoptr (GError) error = NULL;
        KioskCardSession session;

        replay_channel_leave_before (channel, n);
        g_assert_false (run_exchange (vector, which, channel, &session, &error));
        g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST);
        kiosk_card_session_clear (&session);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/bac/refusals-are-told-apart", test_bac_refused);
  g_test_add_func ("/card/messaging/no-changed-bit-passes", test_broken_messaging);
  g_test_add_func ("/card/pace/refusals-are-told-apart", test_pace_refused);
  g_test_add_func ("/card/pace/keys-outside-the-field-s-subgroup-are-refused",
                   test_pace_field_refused);
  g_test_add_func ("/card/pace/chip-authentication-data-out-of-form-is-refused",
                   test_pace_chip_refused);
  g_test_add_func ("/card/chip/one-of-the-first-edition-is-asked-twice",
                   test_chip_of_the_first_edition);
  g_test_add_func ("/card/access/pulled-out-anywhere-is-lost", test_pulled_out);
  return g_test_run ();
}
