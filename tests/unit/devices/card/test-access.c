/* ICAO Doc 9303-11: D.2 and D.3 (BAC), D.4 (secure messaging), G.1 (PACE, ECDH with generic
 * mapping), as public implementations print them (ZeroPass dmrtd, gmrtd); and chip authentication
 * as recorded from an Austrian passport (gmrtd). */
#include <string.h>

#include "base/file.h"
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

#define AUSTRIAN_DG14                                                                              \
  "6E82017E3182017A300D060804007F0007020202020101300F060A04007F0007020203020202010130120"          \
  "60A04007F0007020204020202010202010D30820142060904007F000702020102308201333081EC06072A"          \
  "8648CE3D02013081E0020101302C06072A8648CE3D0101022100A9FB57DBA1EEA9BC3E660A909D838D726E"         \
  "3BF623D52620282013481D1F6E5377304404207D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6C"         \
  "E94A4B44F330B5D9042026DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B604"         \
  "41048BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262547EF835C3DAC4FD97"         \
  "F8461A14611DC9C27745132DED8E545C1D54C72F046997022100A9FB57DBA1EEA9BC3E660A909D838D718C"         \
  "397AA3B561A6F7901E0E82974856A7020101034200041983917269AC877C0B61544C2C022000D2A5ABA723"         \
  "E2D80141E648B40911DC3459761F27480E4B57181A53D8FE1190EA86C939AC14363178CAFFC621F0F905C3"

static const ReplayLine chip_lines[] = {
  { "0C2241A41D8711015D8F69B1EA365CCE4304970DB12421F38E085340D338128085E700",
    "990290008E083F5136E82A6C34779000" },
  { "0C860000608751019E18F1BA79D805379752BB560EB70AAC3CE3BC5AFE2FDD4AEB325CA8B578B4A93B9F66A5"
    "DF40005F8E878535251D33DD974AAF77FB858773E5799FA9DC1034E89B1150EC7F0BB3DB4BF37A1B9EA4458A"
    "9701008E089D204D950C0B95DB00",
    "8711010B0A5DFFC7432DE4DEB604291377A05B990290008E08B3384A1F5D1579739000" },
  { "0CA4020C1D8711011B2EE500E84960DF7F37AFE7ADFF53838E084500F3B43E192A5700",
    "990290008E0803C4B125B4218CEF9000" },
};

static gboolean
run_chip (KioskCardChannel *channel, KioskCardSession *session, GError **error)
{
  g_autoptr (GBytes) file = kiosk_hex_decode (AUSTRIAN_DG14);
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (BIGNUM) ephemeral
    = number ("80EBAFC8A51BECD4D90BB640EE38C9FD5C12748D28AAA37096B98C4533C4F5F5");
  g_autoptr (EC_GROUP) group = NULL;
  g_autoptr (EC_POINT) point = NULL;
  const KioskChipKey *key;
  KioskSecurityInfo info;

  kiosk_card_session_init (session, channel, NULL);
  kiosk_card_session_secure (
    session, sm_of (KIOSK_CIPHER_AES_128, "524170DE3419B7AF2F23E45AD6EF9595",
                    "97893F5FDC29A5C13A924FE7D8ED44FD", "000000000000000000000000000000F0"));
  g_assert_true (kiosk_card_chip_choose (infos, &info, &key, &group, &point, NULL));
  return kiosk_card_chip_authenticate_with_key (session, &info, key, group, point, ephemeral,
                                                error);
}

static void
test_chip (void)
{
  static const guint8 dg14[] = { 0x01, 0x0e };
  const KioskApdu select = { 0x00, 0xa4, 0x02, 0x0c, dg14, sizeof dg14, KIOSK_APDU_NO_LE };
  g_autoptr (KioskCardChannel) channel = replay_channel_new (chip_lines, G_N_ELEMENTS (chip_lines));
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  guint16 sw = 0;

  g_assert_true (run_chip (channel, &session, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_card_session_send (&session, &select, data, &sw, &error));
  g_assert_no_error (error);
  assert_sm (session.sm, "c8e27260efd3f318d18c080cbf11c7e6", "a942190365204a21409eb28b52bf9160",
             "00000000000000000000000000000002");
  kiosk_card_session_clear (&session);
}

static void
test_pulled_out (void)
{
  for (gsize n = 0; n < G_N_ELEMENTS (pace_lines) + G_N_ELEMENTS (bac_lines) + 2; n++)
    {
      gboolean is_pace = n < G_N_ELEMENTS (pace_lines);
      gboolean is_chip = n >= G_N_ELEMENTS (pace_lines) + G_N_ELEMENTS (bac_lines);
      g_autoptr (KioskCardChannel) channel
        = is_pace   ? replay_channel_new (pace_lines, G_N_ELEMENTS (pace_lines))
          : is_chip ? replay_channel_new (chip_lines, G_N_ELEMENTS (chip_lines))
                    : replay_channel_new (bac_lines, G_N_ELEMENTS (bac_lines));
      g_autoptr (GError) error = NULL;
      KioskCardSession session;
      int tries;

      replay_channel_leave_before (channel, is_pace ? n
                                                    : n - G_N_ELEMENTS (pace_lines)
                                                        - (is_chip ? G_N_ELEMENTS (bac_lines) : 0));
      if (is_pace)
        g_assert_false (run_pace (channel, &session, &tries, &error));
      else if (is_chip)
        g_assert_false (run_chip (channel, &session, &error));
      else
        g_assert_false (run_bac (channel, &session, &error));
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
  g_test_add_func ("/card/chip/is-as-recorded-from-a-passport", test_chip);
  g_test_add_func ("/card/access/pulled-out-anywhere-is-lost", test_pulled_out);
  return g_test_run ();
}
