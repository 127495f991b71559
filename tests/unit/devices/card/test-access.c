/* ICAO Doc 9303-11: D.2 and D.3 (BAC), D.4 (secure messaging), G.1 (PACE, ECDH with generic
 * mapping), as public implementations print them (ZeroPass dmrtd, gmrtd); and chip authentication
 * as recorded from an Austrian passport (gmrtd). */
#include <string.h>

#include "base/file.h"
#include "chip-traces.h"
#include "devices/card/card-access.h"
#include "replay-channel.h"

/* A session whose counters and keys are given. */
static KioskCardSm *
sm_of (KioskCipher cipher, const char *encryption, const char *mac, const char *counter)
{
  KioskCardSm *sm = kiosk_card_sm_new (cipher, (const guint8 *)"", 0);
  g_autoptr (GBytes) e = kiosk_hex_decode (encryption);
  g_autoptr (GBytes) m = kiosk_hex_decode (mac);
  g_autoptr (GBytes) c = kiosk_hex_decode (counter);

  memcpy (sm->encryption_key, g_bytes_get_data (e, NULL), g_bytes_get_size (e));
  memcpy (sm->mac_key, g_bytes_get_data (m, NULL), g_bytes_get_size (m));
  memcpy (sm->counter, g_bytes_get_data (c, NULL), g_bytes_get_size (c));
  return sm;
}

static void
assert_sm (const KioskCardSm *sm, const char *encryption, const char *mac, const char *counter)
{
  gsize key = kiosk_cipher_key_bytes (sm->cipher);
  g_autofree char *e = kiosk_hex_encode (sm->encryption_key, key);
  g_autofree char *m = kiosk_hex_encode (sm->mac_key, key);
  g_autofree char *c = kiosk_hex_encode (sm->counter, kiosk_cipher_block_bytes (sm->cipher));

  g_assert_cmpstr (e, ==, encryption);
  g_assert_cmpstr (m, ==, mac);
  g_assert_cmpstr (c, ==, counter);
}

/* The standard prints 3DES keys with parity bits, which the cipher ignores. */
static void
assert_sm_but_for_parity (const KioskCardSm *sm, const char *encryption, const char *mac,
                          const char *counter)
{
  g_autoptr (KioskCardSm) even = g_memdup2 (sm, sizeof *sm);
  g_autoptr (KioskCardSm) wanted = sm_of (sm->cipher, encryption, mac, counter);
  g_autofree char *e = NULL, *m = NULL;

  for (guint i = 0; i < 16; i++)
    {
      even->encryption_key[i] &= 0xfe;
      even->mac_key[i] &= 0xfe;
      wanted->encryption_key[i] &= 0xfe;
      wanted->mac_key[i] &= 0xfe;
    }
  e = kiosk_hex_encode (wanted->encryption_key, 16);
  m = kiosk_hex_encode (wanted->mac_key, 16);
  assert_sm (even, e, m, counter);
}

static BIGNUM *
number (const char *hex)
{
  BIGNUM *bn = NULL;

  g_assert_cmpint (BN_hex2bn (&bn, hex), >, 0);
  return bn;
}

static KioskSecret *
mrz_key (const char *document, const char *birth, const char *expiry)
{
  return kiosk_secret_new_take (kiosk_mrz_access_info (document, birth, expiry));
}

static const ReplayLine bac_lines[] = {
  { "0084000008", "4608F919887022129000" },
  { "0082000028"
    "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000" },
};

static gboolean
run_bac (KioskCardChannel *channel, KioskCardSession *session, GError **error)
{
  g_autoptr (GBytes) challenge = kiosk_hex_decode ("781723860C06C226");
  g_autoptr (GBytes) key = kiosk_hex_decode ("0B795240CB7049B01C19B33E32804F0B");
  g_autoptr (KioskSecret) info = mrz_key ("L898902C", "690806", "940623");

  kiosk_card_session_init (session, channel, NULL);
  return kiosk_card_bac_with_nonces (session, info, g_bytes_get_data (challenge, NULL),
                                     g_bytes_get_data (key, NULL), error);
}

static void
test_bac (void)
{
  g_autoptr (KioskCardChannel) channel = replay_channel_new (bac_lines, G_N_ELEMENTS (bac_lines));
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  g_assert_true (run_bac (channel, &session, &error));
  g_assert_no_error (error);
  assert_sm_but_for_parity (session.sm, "979EC13B1CBFE9DCD01AB0FED307EAE5",
                            "F1CB1F1FB5ADF208806B89DC579DC1F8", "887022120c06c226");
  kiosk_card_session_clear (&session);
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
      g_autoptr (KioskCardChannel) channel
        = replay_channel_new (bac_lines, G_N_ELEMENTS (bac_lines));
      g_autoptr (GError) error = NULL;
      KioskCardSession session;

      replay_channel_alter (channel, cases[i].line, cases[i].response);
      g_assert_false (run_bac (channel, &session, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)cases[i].code);
      g_assert_null (session.sm);
    }
}

static void
test_secure_messaging_3des (void)
{
  static const ReplayLine lines[] = {
    { "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
      "990290008E08FA855A5D4C50A8ED9000" },
    { "0CB000000D9701048E08ED6705417E96BA5500",
      "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000" },
    { "0CB000040D9701128E082EA28A70F3C7B53500",
      "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000" },
  };
  static const guint8 com[] = { 0x01, 0x1e };
  const KioskApdu apdus[] = {
    { 0x00, 0xa4, 0x02, 0x0c, com, sizeof com, KIOSK_APDU_NO_LE },
    { 0x00, 0xb0, 0x00, 0x00, NULL, 0, 4 },
    { 0x00, 0xb0, 0x00, 0x04, NULL, 0, 18 },
  };
  static const char *const plain[] = { "", "60145f01", "04303130365f36063034303030305c026175" };
  g_autoptr (KioskCardChannel) channel = replay_channel_new (lines, G_N_ELEMENTS (lines));
  g_autoptr (GByteArray) data = g_byte_array_new ();
  KioskCardSession session;

  kiosk_card_session_init (&session, channel, NULL);
  kiosk_card_session_secure (&session,
                             sm_of (KIOSK_CIPHER_3DES, "979EC13B1CBFE9DCD01AB0FED307EAE5",
                                    "F1CB1F1FB5ADF208806B89DC579DC1F8", "887022120C06C226"));
  for (guint i = 0; i < G_N_ELEMENTS (apdus); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *hex = NULL;
      guint16 sw = 0;

      g_assert_true (kiosk_card_session_send (&session, &apdus[i], data, &sw, &error));
      g_assert_no_error (error);
      hex = kiosk_hex_encode (data->data, data->len);
      g_assert_cmpstr (hex, ==, plain[i]);
      g_assert_cmphex (sw, ==, KIOSK_SW_OK);
    }
  kiosk_card_session_clear (&session);
}

/* Every bit of a protected answer flipped, and every shortening of it: none may pass. */
static void
test_broken_messaging (void)
{
  g_autoptr (GBytes) good
    = kiosk_hex_decode ("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
  gsize length;
  const guint8 *bytes = g_bytes_get_data (good, &length);

  for (gsize i = 0; i < 8 * length + length; i++)
    {
      g_autoptr (KioskCardSm) sm = sm_of (KIOSK_CIPHER_3DES, "979EC13B1CBFE9DCD01AB0FED307EAE5",
                                          "F1CB1F1FB5ADF208806B89DC579DC1F8", "887022120C06C229");
      g_autofree guint8 *bad = g_memdup2 (bytes, length);
      g_autoptr (GByteArray) data = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      gsize bad_length = i < 8 * length ? length : i - 8 * length;
      guint16 sw = 0;

      if (i < 8 * length)
        bad[i / 8] ^= (guint8)(1u << i % 8);
      g_assert_false (kiosk_card_sm_unwrap (sm, bad, bad_length, data, &sw, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN);
      g_assert_cmpuint (sw, ==, 0);
    }
}

static const ReplayLine pace_lines[] = {
  { "0022C1A40F800A04007F00070202040202830101", "9000" },
  { "10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000" },
  { "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
    "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000" },
  { "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
    "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000" },
  { "008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000" },
};

static gboolean
run_pace (KioskCardChannel *channel, KioskCardSession *session, int *ret_tries, GError **error)
{
  g_autoptr (GBytes) file = kiosk_hex_decode ("31143012060A04007F0007020204020202010202010D");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
  g_autoptr (KioskSecret) password = mrz_key ("T22000129", "640812", "101031");
  g_autoptr (BIGNUM) mapping
    = number ("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
  g_autoptr (BIGNUM) agreement
    = number ("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595");

  kiosk_card_session_init (session, channel, NULL);
  return kiosk_card_pace_with_keys (session, infos, kiosk_card_pace_choose (infos), KIOSK_PACE_MRZ,
                                    password, mapping, agreement, ret_tries, error);
}

static void
test_pace (void)
{
  g_autoptr (KioskCardChannel) channel = replay_channel_new (pace_lines, G_N_ELEMENTS (pace_lines));
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  int tries;

  g_assert_true (run_pace (channel, &session, &tries, &error));
  g_assert_no_error (error);
  replay_channel_assert_finished (channel);
  assert_sm (session.sm, "f5f0e35c0d7161ee6724ee513a0d9a7f", "fe251c7858b356b24514b3bd5f4297d1",
             "00000000000000000000000000000000");
  g_assert_cmpuint (session.le, ==, 223);
  kiosk_card_session_clear (&session);
}

static void
test_pace_refused (void)
{
  static const struct
  {
    gsize line;
    const char *response;
    KioskCardError code;
    int tries;
  } cases[] = {
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

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskCardChannel) channel
        = replay_channel_new (pace_lines, G_N_ELEMENTS (pace_lines));
      g_autoptr (GError) error = NULL;
      KioskCardSession session;
      int tries = 0;

      replay_channel_alter (channel, cases[i].line, cases[i].response);
      g_assert_false (run_pace (channel, &session, &tries, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)cases[i].code);
      g_assert_cmpint (tries, ==, cases[i].tries);
      g_assert_null (session.sm);
    }
}

static gboolean
run_chip (const ChipTrace *trace, KioskCardChannel *channel, KioskCardSession *session,
          GError **error)
{
  const TraceKeys *before = &trace->before;
  g_autoptr (GBytes) file = kiosk_hex_decode (trace->dg14);
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (BIGNUM) ephemeral = number (trace->ephemeral_key);
  g_autoptr (EC_GROUP) group = NULL;
  g_autoptr (EC_POINT) point = NULL;
  const KioskChipKey *key;
  KioskSecurityInfo info;

  kiosk_card_session_init (session, channel, NULL);
  kiosk_card_session_secure (
    session, sm_of (before->cipher, before->encryption_key, before->mac_key, before->counter));
  g_assert_true (kiosk_card_chip_choose (infos, &info, &key, &group, &point, NULL));
  return kiosk_card_chip_authenticate_with_key (session, &info, key, group, point, ephemeral,
                                                error);
}

static void
test_chip (gconstpointer data)
{
  static const guint8 dg14[] = { 0x01, 0x0e };
  const KioskApdu select = { 0x00, 0xa4, 0x02, 0x0c, dg14, sizeof dg14, KIOSK_APDU_NO_LE };
  const ChipTrace *trace = data;
  g_autoptr (KioskCardChannel) channel = replay_channel_new (trace->lines, trace->n_lines);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  guint16 sw = 0;

  g_assert_true (run_chip (trace, channel, &session, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_card_session_send (&session, &select, answer, &sw, &error));
  g_assert_no_error (error);
  g_assert_cmpint (session.sm->cipher, ==, trace->after.cipher);
  if (session.sm->cipher == KIOSK_CIPHER_3DES)
    assert_sm_but_for_parity (session.sm, trace->after.encryption_key, trace->after.mac_key,
                              trace->after.counter);
  else
    assert_sm (session.sm, trace->after.encryption_key, trace->after.mac_key, trace->after.counter);
  kiosk_card_session_clear (&session);
}

/* A chip of the first edition knows MSE:Set KAT alone and refuses MSE:Set AT. */
static void
test_chip_of_the_first_edition (void)
{
  static const ReplayLine lines[] = { { "002241A40C800A04007F00070202030201", "6A80" } };
  g_autoptr (GBytes) file = kiosk_hex_decode (chip_traces[2].dg14);
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

typedef struct
{
  const ReplayLine *lines;
  gsize n_lines;
} Exchange;

static gboolean
run_exchange (guint which, KioskCardChannel *channel, KioskCardSession *session, GError **error)
{
  int tries;

  switch (which)
    {
    case 0:
      return run_bac (channel, session, error);
    case 1:
      return run_pace (channel, session, &tries, error);
    default:
      return run_chip (&chip_traces[0], channel, session, error);
    }
}

static void
test_pulled_out (void)
{
  /* Chip authentication's own commands; the third is the test's. */
  const Exchange exchanges[] = {
    { bac_lines, G_N_ELEMENTS (bac_lines) },
    { pace_lines, G_N_ELEMENTS (pace_lines) },
    { chip_traces[0].lines, 2 },
  };

  for (guint which = 0; which < G_N_ELEMENTS (exchanges); which++)
    for (gsize n = 0; n < exchanges[which].n_lines; n++)
      {
        g_autoptr (KioskCardChannel) channel
          = replay_channel_new (exchanges[which].lines, exchanges[which].n_lines);
        g_autoptr (GError) error = NULL;
        KioskCardSession session;

        replay_channel_leave_before (channel, n);
        g_assert_false (run_exchange (which, channel, &session, &error));
        g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST);
        kiosk_card_session_clear (&session);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/bac/is-the-worked-example", test_bac);
  g_test_add_func ("/card/bac/refusals-are-told-apart", test_bac_refused);
  g_test_add_func ("/card/messaging/3des-is-the-worked-example", test_secure_messaging_3des);
  g_test_add_func ("/card/messaging/no-changed-bit-passes", test_broken_messaging);
  g_test_add_func ("/card/pace/is-the-worked-example", test_pace);
  g_test_add_func ("/card/pace/refusals-are-told-apart", test_pace_refused);
  for (guint i = 0; i < G_N_ELEMENTS (chip_traces); i++)
    {
      g_autofree char *path = g_strdup_printf ("/card/chip/is-as-recorded-from-passport-%u", i + 1);

      g_test_add_data_func (path, &chip_traces[i], test_chip);
    }
  g_test_add_func ("/card/chip/one-of-the-first-edition-is-asked-twice",
                   test_chip_of_the_first_edition);
  g_test_add_func ("/card/access/pulled-out-anywhere-is-lost", test_pulled_out);
  return g_test_run ();
}
