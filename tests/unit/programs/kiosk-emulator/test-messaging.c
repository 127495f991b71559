/* The worked examples of ICAO Doc 9303-11, played from the card's side. */
#include "bac.h"
#include "messaging.h"
#include "pace.h"
#include "vectors.h"

#include <openssl/sha.h>
#include <string.h>

/* Appendix D.4 */
static const char kenc[] = "979EC13B1CBFE9DCD01AB0FED307EAE5";
static const char kmac[] = "F1CB1F1FB5ADF208806B89DC579DC1F8";
static const char counter[] = "887022120C06C226";

static KioskEmuMessaging *
example_session (void)
{
  g_autoptr (GBytes) encryption = unhex (kenc);
  g_autoptr (GBytes) mac = unhex (kmac);
  g_autoptr (GBytes) start = unhex (counter);

  return kiosk_emu_messaging_new_keys (KIOSK_EMU_CIPHER_3DES, g_bytes_get_data (encryption, NULL),
                                       g_bytes_get_data (mac, NULL),
                                       g_bytes_get_data (start, NULL));
}

static gboolean
unwrap (KioskEmuMessaging *session, const char *hex, KioskEmuApdu *ret_plain, guint16 *ret_status)
{
  g_autoptr (GBytes) bytes = unhex (hex);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  KioskEmuApdu apdu;

  g_assert_true (kiosk_emu_apdu_parse (data, length, &apdu));
  return kiosk_emu_messaging_unwrap (session, &apdu, ret_plain, ret_status);
}

static void
assert_wrapped (KioskEmuMessaging *session, const char *plain, const char *expected)
{
  g_autoptr (GBytes) data = unhex (plain);
  g_autoptr (GByteArray) answer = kiosk_emu_messaging_wrap (
    session, FALSE, g_bytes_get_data (data, NULL), g_bytes_get_size (data), 0x9000);

  assert_hex (answer->data, answer->len, expected);
}

static void
test_example_d4 (void)
{
  g_autoptr (KioskEmuMessaging) session = example_session ();
  KioskEmuApdu plain;
  guint16 status = 0;

  g_assert_true (
    unwrap (session, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", &plain, &status));
  g_assert_cmphex (plain.cla, ==, 0x00);
  g_assert_cmphex (plain.ins, ==, 0xa4);
  assert_hex (plain.data, plain.length, "011E");
  assert_wrapped (session, "", "990290008E08FA855A5D4C50A8ED9000");

  g_assert_true (unwrap (session, "0CB000000D9701048E08ED6705417E96BA5500", &plain, &status));
  g_assert_cmpuint (plain.expected, ==, 4);
  assert_wrapped (session, "60145F01", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");

  g_assert_true (unwrap (session, "0CB000040D9701128E082EA28A70F3C7B53500", &plain, &status));
  g_assert_cmpuint (plain.p2, ==, 4);
  g_assert_cmpuint (plain.expected, ==, 18);
  assert_wrapped (
    session, "04303130365F36063034303030305C026175",
    "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74"
    "9000");
}

static void
test_changed_command (void)
{
  static const char good[] = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800";

  for (gsize i = 0; i + 2 < sizeof good; i += 2)
    {
      g_autofree char *changed = g_strdup (good);
      g_autoptr (KioskEmuMessaging) session = example_session ();
      g_autoptr (GBytes) bytes = NULL;
      KioskEmuApdu apdu;
      KioskEmuApdu plain;
      guint16 status = 0;

      changed[i] = changed[i] == '0' ? '4' : '0';
      bytes = unhex (changed);
      if (i + 4 > sizeof good - 1) /* the last byte, Le, is outside the MAC by design */
        break;
      if (!kiosk_emu_apdu_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &apdu))
        continue;
      g_assert_false (kiosk_emu_messaging_unwrap (session, &apdu, &plain, &status));
      g_assert_true (status == 0x6987 || status == 0x6988);
    }
}

static void
test_replayed_command (void)
{
  static const char command[] = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800";
  g_autoptr (KioskEmuMessaging) session = example_session ();
  KioskEmuApdu plain;
  guint16 status = 0;

  g_assert_true (unwrap (session, command, &plain, &status));
  assert_wrapped (session, "", "990290008E08FA855A5D4C50A8ED9000");
  g_assert_false (unwrap (session, command, &plain, &status));
  g_assert_cmphex (status, ==, 0x6988);
}

/* What a reader may ask for at once when its answers are short: facts measured with libnfc. */
static void
test_short_answers_fit (void)
{
  static const struct
  {
    KioskEmuCipher cipher;
    gsize most;
  } cases[] = { { KIOSK_EMU_CIPHER_3DES, 231 }, { KIOSK_EMU_CIPHER_AES, 223 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guint8 *data = g_malloc0 (cases[i].most + 1);
      g_autoptr (KioskEmuMessaging) session
        = kiosk_emu_messaging_new (cases[i].cipher, data, 16, NULL);
      g_autoptr (GByteArray) fits
        = kiosk_emu_messaging_wrap (session, FALSE, data, cases[i].most, 0x9000);
      g_autoptr (GByteArray) over
        = kiosk_emu_messaging_wrap (session, FALSE, data, cases[i].most + 1, 0x9000);

      g_assert_cmpuint (fits->len, <=, 258);
      g_assert_cmpuint (over->len, >, fits->len);
    }
}

/* Appendix D.3: the card's half of the session key and the messages. */
static const char mrz_key[] = "L898902C<369080619406236";
static const char message[]
  = "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7";

static KioskEmuBacChoice
example_choice (void)
{
  g_autoptr (GBytes) challenge = unhex ("4608F91988702212");
  g_autoptr (GBytes) seed = unhex ("0B4F80323EB3191CB04970CB4052790B");
  KioskEmuBacChoice choice;

  memcpy (choice.challenge, g_bytes_get_data (challenge, NULL), sizeof choice.challenge);
  memcpy (choice.key_seed, g_bytes_get_data (seed, NULL), sizeof choice.key_seed);
  return choice;
}

static void
test_bac_example (void)
{
  KioskEmuBacChoice choice = example_choice ();
  g_autoptr (GBytes) from_reader = unhex (message);
  guint8 answer[KIOSK_EMU_BAC_MESSAGE];
  g_autoptr (KioskEmuMessaging) session
    = kiosk_emu_bac_authenticate (mrz_key, &choice, g_bytes_get_data (from_reader, NULL), answer);
  KioskEmuApdu plain;
  guint16 status = 0;

  g_assert_nonnull (session);
  assert_hex (answer, sizeof answer,
              "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449");
  g_assert_true (
    unwrap (session, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", &plain, &status));
}

static void
test_bac_other_document (void)
{
  KioskEmuBacChoice choice = example_choice ();
  g_autoptr (GBytes) from_reader = unhex (message);
  guint8 answer[KIOSK_EMU_BAC_MESSAGE];

  g_assert_null (kiosk_emu_bac_authenticate ("L898902C<369080619406237", &choice,
                                             g_bytes_get_data (from_reader, NULL), answer));
}

static void
test_bac_stale_challenge (void)
{
  KioskEmuBacChoice choice = example_choice ();
  g_autoptr (GBytes) from_reader = unhex (message);
  guint8 answer[KIOSK_EMU_BAC_MESSAGE];

  choice.challenge[0] ^= 1;
  g_assert_null (
    kiosk_emu_bac_authenticate (mrz_key, &choice, g_bytes_get_data (from_reader, NULL), answer));
}

/* Appendix G.1 */
static KioskEmuPace *
example_pace (void)
{
  g_autoptr (GBytes) nonce = unhex ("3F00C4D39D153F2B2A214A078D899B22");
  BIGNUM *mapping = NULL;
  BIGNUM *ephemeral = NULL;
  guint8 password[SHA_DIGEST_LENGTH];

  SHA1 ((const guint8 *)"T22000129364081251010318", 24, password);
  BN_hex2bn (&mapping, "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560");
  BN_hex2bn (&ephemeral, "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A");
  return kiosk_emu_pace_new_chosen (13, password, sizeof password, g_bytes_get_data (nonce, NULL),
                                    mapping, ephemeral);
}

static const struct
{
  guint32 tag;
  const char *sent;
  const char *answered; /* with its tag and length */
} exchange[] = {
  { 0, "", "801095A3A016522EE98D01E76CB6B98B42C3" },
  { 0x81,
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9B"
    "AA6D9F6BC3A9618E70C25AF71777A9C4922D",
    "824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B"
    "58F4D52EB87A0A0C709A49DC63719363CCD13C54" },
  { 0x83,
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7E"
    "B80F20BA5DC7BE1D43D9BF850149FBB36462",
    "8441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F"
    "018F9CB852E111B768B326904B59A0193776F094" },
  { 0x85, "C2B0BD78D94BA866", "86083ABB9674BCE93C08" },
};

static guint16
play (KioskEmuPace *pace, gsize step, const char *sent, GByteArray *answer)
{
  g_autoptr (GBytes) bytes = unhex (sent);

  return kiosk_emu_pace_step (pace, exchange[step].tag, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), answer);
}

static void
test_pace_example (void)
{
  g_autoptr (KioskEmuPace) pace = example_pace ();

  for (gsize i = 0; i < G_N_ELEMENTS (exchange); i++)
    {
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      g_assert_false (kiosk_emu_pace_is_done (pace));
      g_assert_cmphex (play (pace, i, exchange[i].sent, answer), ==, 0x9000);
      assert_hex (answer->data, answer->len, exchange[i].answered);
    }
  g_assert_true (kiosk_emu_pace_is_done (pace));
}

static void
test_pace_wrong_token (void)
{
  g_autoptr (KioskEmuPace) pace = example_pace ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  for (gsize i = 0; i < 3; i++)
    g_assert_cmphex (play (pace, i, exchange[i].sent, answer), ==, 0x9000);
  g_assert_cmphex (play (pace, 3, "C2B0BD78D94BA867", answer), ==, 0x6300);
  g_assert_false (kiosk_emu_pace_is_done (pace));
}

static void
test_pace_bad_points (void)
{
  static const char *const points[] = {
    "",
    "00",
    "04",
    /* not on the curve */
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9B"
    "AA6D9F6BC3A9618E70C25AF71777A9C4922E",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_autoptr (KioskEmuPace) pace = example_pace ();
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      play (pace, 0, "", answer);
      g_assert_cmphex (play (pace, 1, points[i], answer), ==, 0x6a80);
    }
}

static void
test_pace_order (void)
{
  for (gsize first = 1; first < G_N_ELEMENTS (exchange); first++)
    {
      g_autoptr (KioskEmuPace) pace = example_pace ();
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      g_assert_cmphex (play (pace, first, exchange[first].sent, answer), ==, 0x6a80);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/messaging/answers-icao-example-d4", test_example_d4);
  g_test_add_func ("/emulator/messaging/refuses-any-changed-byte", test_changed_command);
  g_test_add_func ("/emulator/messaging/refuses-a-replay", test_replayed_command);
  g_test_add_func ("/emulator/messaging/answers-fit-a-short-command", test_short_answers_fit);
  g_test_add_func ("/emulator/bac/answers-icao-example-d3", test_bac_example);
  g_test_add_func ("/emulator/bac/refuses-another-documents-keys", test_bac_other_document);
  g_test_add_func ("/emulator/bac/refuses-a-stale-challenge", test_bac_stale_challenge);
  g_test_add_func ("/emulator/pace/answers-icao-example-g1", test_pace_example);
  g_test_add_func ("/emulator/pace/refuses-a-wrong-token", test_pace_wrong_token);
  g_test_add_func ("/emulator/pace/refuses-points-off-the-curve", test_pace_bad_points);
  g_test_add_func ("/emulator/pace/refuses-steps-out-of-order", test_pace_order);
  return g_test_run ();
}
