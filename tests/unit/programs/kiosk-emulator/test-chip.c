/* What the chip lets through, and what it refuses, command by command. */
#include "cards.h"
#include "chip-private.h"
#include "vectors.h"

#include <openssl/ec.h>

#define SELECT_APPLICATION "00A4040C07A0000002471001"
#define SELECT_DG1         "00A4020C020101"
#define PACE_OID           "800A04007F00070202040202"
#define SET_PACE_CAN       "0022C1A40F" PACE_OID "830102"
#define CHIP_OID           "800A04007F00070202030202"

typedef struct
{
  KioskRandom *random;
  KioskEmuCard *card;
  KioskEmuChip *chip;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer bac)
{
  fixture->random = kiosk_random_new_seeded (7);
  fixture->card = card_make ('A', GPOINTER_TO_INT (bac));
  fixture->chip = kiosk_emu_chip_new (fixture->card, fixture->random);
}

static void
tear_down (Fixture *fixture, gconstpointer bac)
{
  kiosk_emu_chip_free (fixture->chip);
  kiosk_emu_card_unref (fixture->card);
  kiosk_random_unref (fixture->random);
}

static GByteArray *
transmit (KioskEmuChip *chip, const char *command)
{
  g_autoptr (GBytes) bytes = unhex (command);

  return kiosk_emu_chip_transmit (chip, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
ask (Fixture *fixture, const char *command, const char *expected)
{
  g_autoptr (GByteArray) answer = transmit (fixture->chip, command);

  assert_hex (answer->data, answer->len, expected);
}

/* As the inside of secure messaging would be handled, once a session stands. */
static guint16
inside (Fixture *fixture, const char *command, const char *expected)
{
  g_autoptr (GBytes) bytes = unhex (command);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 status;
  KioskEmuApdu apdu;

  g_assert_true (
    kiosk_emu_apdu_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &apdu));
  switch (apdu.ins)
    {
    case 0xa4:
      status = kiosk_emu_chip_select (fixture->chip, &apdu);
      break;
    case 0xb0:
      status = kiosk_emu_chip_read (fixture->chip, &apdu, answer);
      break;
    case 0xb1:
      status = kiosk_emu_chip_read_odd (fixture->chip, &apdu, answer);
      break;
    case 0x22:
      status = kiosk_emu_chip_set_environment (fixture->chip, &apdu);
      break;
    default:
      status = kiosk_emu_chip_general_auth (fixture->chip, &apdu, answer);
    }
  assert_hex (answer->data, answer->len, expected);
  return status;
}

static void
open_session (Fixture *fixture)
{
  static const guint8 secret[16] = { 1 };

  fixture->chip->session
    = kiosk_emu_messaging_new (KIOSK_EMU_CIPHER_AES_128, secret, sizeof secret, NULL);
  g_assert_cmphex (inside (fixture, SELECT_APPLICATION, ""), ==, 0x9000);
}

static void
test_closed_pace (Fixture *fixture, gconstpointer bac)
{
  ask (fixture, SELECT_APPLICATION, "6982");
  ask (fixture, SELECT_DG1, "6A82"); /* not in the master file */
  ask (fixture, "00B0810008", "6A82");
  ask (fixture, "00B09C0004", "000102039000"); /* EF.CardAccess */
  ask (fixture, "0084000008", "6D00");         /* no BAC here */
}

static void
test_closed_bac (Fixture *fixture, gconstpointer bac)
{
  ask (fixture, SELECT_APPLICATION, "9000");
  ask (fixture, SELECT_DG1, "6982");
  ask (fixture, "00B0810008", "6982");
  ask (fixture, "00B0000008", "6982");
  ask (fixture, "00B10101045402000008", "6982");
  ask (fixture, SET_PACE_CAN, "6A80"); /* no PACE here */
}

static void
test_selects (Fixture *fixture, gconstpointer bac)
{
  ask (fixture, "00A4000C023F00", "9000");
  ask (fixture, "00A4020C02011C", "9000");
  ask (fixture, "00A4020C02011D", "6A82");
  ask (fixture, "00A4020002011C", "6A86"); /* file control information */
  ask (fixture, "00A4080C02011C", "6A86");
  ask (fixture, "00A4040C07A0000002471002", "6A82");
  ask (fixture, "80A4020C02011C", "6E00");
  ask (fixture, "00CA000000", "6D00");
}

static void
test_reads (Fixture *fixture, gconstpointer bac)
{
  open_session (fixture);
  g_assert_cmphex (inside (fixture, "00B0000004", ""), ==, 0x6986); /* nothing chosen */
  g_assert_cmphex (inside (fixture, "00B0810204", "02030405"), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00B0010004", "00010203"), ==, 0x9000); /* offset 256 */
  g_assert_cmphex (inside (fixture, "00B0025404", "54555657"), ==, 0x9000); /* the last four */
  g_assert_cmphex (inside (fixture, "00B0025508", "555657"), ==, 0x6282);
  g_assert_cmphex (inside (fixture, "00B0025808", ""), ==, 0x6b00);
  g_assert_cmphex (inside (fixture, "00B07FFF08", ""), ==, 0x6b00);
  g_assert_cmphex (inside (fixture, "00B08F0008", ""), ==, 0x6a82);
  g_assert_cmphex (inside (fixture, "00B0A10008", ""), ==, 0x6a86);
  g_assert_cmphex (inside (fixture, "00B00000", ""), ==, 0x6700); /* no Le */
  g_assert_cmphex (inside (fixture, SELECT_DG1, ""), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00B0000002", "0001"), ==, 0x9000);
}

static void
test_reads_by_object (Fixture *fixture, gconstpointer bac)
{
  open_session (fixture);
  g_assert_cmphex (inside (fixture, "00B10001045402025408", "530454555657"), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00B100000354010508", "530405060708"), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00B1011E0354010508", "530405060708"), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00B100000355010508", ""), ==, 0x6a80);
  g_assert_cmphex (inside (fixture, "00B1000006540400000000FF", ""), ==, 0x6a80);
}

/* Four GENERAL AUTHENTICATE with true points and a token that nobody made. */
static void
try_wrong_can (Fixture *fixture, const char *expected)
{
  g_autoptr (EC_GROUP) curve = kiosk_emu_curve_standardised (13);
  g_autoptr (GByteArray) point = kiosk_emu_curve_write (curve, EC_GROUP_get0_generator (curve));
  g_autofree char *hex = kiosk_hex_encode (point->data, point->len);
  g_autofree char *map = g_strdup_printf ("10860000457C438141%s00", hex);
  g_autofree char *agree = g_strdup_printf ("10860000457C438341%s00", hex);
  g_autoptr (GByteArray) nonce = NULL;
  g_autoptr (GByteArray) mapped = NULL;
  g_autoptr (GByteArray) agreed = NULL;

  ask (fixture, SET_PACE_CAN, "9000");
  nonce = transmit (fixture->chip, "10860000027C0000");
  g_assert_cmpuint (nonce->len, ==, 2 + 2 + 16 + 2);
  mapped = transmit (fixture->chip, map);
  g_assert_cmpuint (mapped->len, ==, 2 + 2 + 65 + 2);
  agreed = transmit (fixture->chip, agree);
  g_assert_cmpuint (agreed->len, ==, 2 + 2 + 65 + 2);
  ask (fixture, "008600000C7C0A8508000000000000000000", expected);
}

static void
test_can_tries (Fixture *fixture, gconstpointer bac)
{
  try_wrong_can (fixture, "63C2");
  kiosk_emu_chip_reset (fixture->chip); /* selecting it again gives nothing back */
  try_wrong_can (fixture, "63C1");
  try_wrong_can (fixture, "63C0");
  ask (fixture, SET_PACE_CAN, "6983");
  kiosk_emu_chip_reset (fixture->chip);
  ask (fixture, SET_PACE_CAN, "6983");
  ask (fixture, "0022C1A40F" PACE_OID "830101", "9000"); /* the MRZ still opens it */
  kiosk_emu_chip_free (fixture->chip);                   /* taken away and put back */
  fixture->chip = kiosk_emu_chip_new (fixture->card, fixture->random);
  ask (fixture, SET_PACE_CAN, "9000");
}

static void
test_pace_choice (Fixture *fixture, gconstpointer bac)
{
  ask (fixture, "0022C1A412" PACE_OID "83010284010D", "9000");
  ask (fixture, "0022C1A412" PACE_OID "83010284010C", "6A88"); /* not this card's curve */
  ask (fixture, "0022C1A40F" PACE_OID "830103", "6A88");       /* no PIN */
  ask (fixture, "0022C1A40C" PACE_OID, "6A80");
  ask (fixture, "0022C1A40F800A04007F00070202040204830102", "6A80"); /* AES-256 */
  ask (fixture, "0022FFFF0F" PACE_OID "830102", "6A86");
  ask (fixture, "10860000027C0000", "6985"); /* nothing chosen any more */
}

static void
test_pace_breaks_off (Fixture *fixture, gconstpointer bac)
{
  g_autoptr (GByteArray) nonce = NULL;

  ask (fixture, SET_PACE_CAN, "9000");
  ask (fixture, "10860000027C", "6700");
  nonce = transmit (fixture->chip, "10860000027C0000");
  ask (fixture, "10860000047C028100", "6A80");
  ask (fixture, "10860000027C0000", "6985");
}

static void
test_bac_order (Fixture *fixture, gconstpointer bac)
{
  static const char authenticate[]
    = "0082000028"
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "28";
  g_autoptr (GByteArray) challenge = NULL;

  ask (fixture, "0084000008", "6985"); /* the application first */
  ask (fixture, SELECT_APPLICATION, "9000");
  ask (fixture, authenticate, "6985"); /* a challenge first */
  ask (fixture, "0084000010", "6700");
  challenge = transmit (fixture->chip, "0084000008");
  g_assert_cmpuint (challenge->len, ==, 10);
  ask (fixture, authenticate, "6300");
  ask (fixture, authenticate, "6985"); /* it served once */
}

static void
test_plain_ends_session (Fixture *fixture, gconstpointer bac)
{
  open_session (fixture);
  ask (fixture, "00B0810008", "6987");
  ask (fixture, "00B0810008", "6982");
}

static void
test_broken_ends_session (Fixture *fixture, gconstpointer bac)
{
  open_session (fixture);
  ask (fixture, "0CB081000D9701088E08000000000000000000", "6988");
  ask (fixture, "0CB081000D9701088E08000000000000000000", "6988");
  ask (fixture, "00B0810008", "6982");
}

static void
test_chip_auth (Fixture *fixture, gconstpointer bac)
{
  fixture->card->chip_key = EVP_EC_gen ("P-256");
  fixture->card->chip_authentication = TRUE;
  fixture->card->chip_cipher = KIOSK_EMU_CIPHER_AES_128;
  ask (fixture, "002241A40C" CHIP_OID, "6982");
  open_session (fixture);
  g_assert_cmphex (inside (fixture, "008600000C7C0A80080000000000000000", ""), ==, 0x6985);
  g_assert_cmphex (inside (fixture, "002241A40C" PACE_OID, ""), ==, 0x6a80);
  g_assert_cmphex (inside (fixture, "002241A40F" CHIP_OID "840105", ""), ==, 0x6a88);
  g_assert_cmphex (inside (fixture, "002241A40C" CHIP_OID, ""), ==, 0x9000);
  g_assert_cmphex (inside (fixture, "00860000087C0680040400000000", ""), ==, 0x6a80);
  g_assert_null (fixture->chip->next_session);
}

static void
test_lengths (Fixture *fixture, gconstpointer bac)
{
  ask (fixture, "00B09C", "6700");
  ask (fixture, "00A4020C03011C", "6700");
  ask (fixture, "00A4020C00000501", "6700");
  ask (fixture, "00A4020C000002011C", "9000");
  ask (fixture, "00B00000000004", "000102039000");
  fixture->card->radio.extended = FALSE;
  ask (fixture, "00B00000000004", "6700");
}

static void
test_noise (Fixture *fixture, gconstpointer bac)
{
  static const guint8 classes[] = { 0x00, 0x10, 0x0c };
  static const guint8 instructions[] = { 0x22, 0x82, 0x84, 0x86, 0xa4, 0xb0, 0xb1 };
  guint8 command[80];

  for (int i = 0; i < 3000; i++)
    {
      gsize length = kiosk_random_below (fixture->random, sizeof command);
      g_autoptr (GByteArray) answer = NULL;

      kiosk_random_fill (fixture->random, command, sizeof command);
      command[0] = classes[command[0] % sizeof classes];
      command[1] = instructions[command[1] % sizeof instructions];
      if (length > 5 && (command[2] & 1) != 0)
        command[4] = (guint8)(length - 5);
      answer = kiosk_emu_chip_transmit (fixture->chip, command, length);
      g_assert_cmpuint (answer->len, >=, 2);
    }
}

#define ADD(name, bac, function)                                                                   \
  g_test_add ("/emulator/chip/" name, Fixture, GINT_TO_POINTER (bac), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stays-closed-before-pace", FALSE, test_closed_pace);
  ADD ("stays-closed-before-bac", TRUE, test_closed_bac);
  ADD ("selects-what-there-is", FALSE, test_selects);
  ADD ("reads-by-short-identifier-and-offset", TRUE, test_reads);
  ADD ("reads-beyond-short-offsets-by-object", TRUE, test_reads_by_object);
  ADD ("blocks-the-can-after-three-tries", FALSE, test_can_tries);
  ADD ("takes-only-its-own-pace", FALSE, test_pace_choice);
  ADD ("breaks-pace-off-at-a-bad-step", FALSE, test_pace_breaks_off);
  ADD ("lets-a-challenge-serve-once", TRUE, test_bac_order);
  ADD ("ends-the-session-at-a-plain-command", TRUE, test_plain_ends_session);
  ADD ("ends-the-session-at-a-broken-command", TRUE, test_broken_ends_session);
  ADD ("proves-itself-only-inside-a-session", TRUE, test_chip_auth);
  ADD ("checks-lengths", FALSE, test_lengths);
  ADD ("answers-noise", FALSE, test_noise);
  return g_test_run ();
}
