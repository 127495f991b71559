/* The worked examples of ICAO Doc 9303-11, played from the card's side. */
#include "bac.h"
#include "messaging.h"
#include "vectors.h"

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
  } cases[] = { { KIOSK_EMU_CIPHER_3DES, 231 }, { KIOSK_EMU_CIPHER_AES_128, 223 } };

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
  return g_test_run ();
}
