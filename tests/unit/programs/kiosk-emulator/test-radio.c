/* How a card speaks on the air, and what it thinks of lengths. */
#include "chip-private.h"
#include "pn532-bench.h"

static void
test_settings (void)
{
  static const struct
  {
    const char *key;
    const char *value;
    gboolean taken;
  } cases[] = {
    { "type", "A", TRUE },          { "type", "C", FALSE },         { "uid", "08010203", TRUE },
    { "uid", "0801", FALSE },       { "uid", "random", TRUE },      { "uid", "", FALSE },
    { "frame", "64", TRUE },        { "frame", "65", FALSE },       { "rate", "424", TRUE },
    { "rate", "300", FALSE },       { "extended", "false", TRUE },  { "extended", "no", FALSE },
    { "le", "96", TRUE },           { "le", "70000", FALSE },       { "over-le", "6cxx", TRUE },
    { "over-le", "6b00", FALSE },   { "over-end", "6b00", TRUE },   { "over-end", "6283", FALSE },
    { "wtx", "3", TRUE },           { "wtx", "-1", FALSE },         { "colour", "red", FALSE },
    { "historical", "8057", TRUE }, { "historical", "805", FALSE },
  };
  KioskEmuRadio radio;

  kiosk_emu_radio_init (&radio);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (kiosk_emu_radio_set (&radio, cases[i].key, cases[i].value), ==,
                     cases[i].taken);
  kiosk_emu_radio_clear (&radio);
}

static void
set (Fixture *fixture, const char *key, const char *value)
{
  g_assert_true (kiosk_emu_radio_set (&fixture->card->radio, key, value));
}

/* READ of four bytes where two are left, and of nine where four are given at once. */
static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *style;
    const char *over_end;
    const char *over_le; /* NULL: no such style */
  } cases[] = {
    { "6282", "0056576282", "00000102036282" },
    { "9000", "0056579000", "00000102039000" },
    { "6cxx", "006C02", "006C04" },
    { "6700", "006700", "006700" },
    { "6b00", "006B00", NULL },
  };

  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  set (fixture, "le", "4");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      set (fixture, "over-end", cases[i].style);
      ask (fixture, "400100B0025604", cases[i].over_end);
      if (cases[i].over_le == NULL)
        continue;
      set (fixture, "over-le", cases[i].style);
      ask (fixture, "400100B0000009", cases[i].over_le);
      ask (fixture, "400100B0000004", "00000102039000");
    }
}

static void
test_frames (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) long_frame = g_string_new ("4202");

  set (fixture, "frame", "64");
  set (fixture, "historical", "");
  kiosk_emu_field_add (fixture->field, fixture->card);
  send_hex (fixture, "1204"); /* no RATS by the reader */
  ask (fixture, "4A0100", "01010344200408112233");
  ask (fixture, "42E080", "00057577D402"); /* it says 64 to the reader's 256 */
  ask (fixture, "420200A4020C02011C", "00029000");
  send_hex (fixture, "420300B00000FF");
  g_assert_cmpuint (fixture->line->len, ==, 6 + 7 + 1 + 62 + 2); /* PCB and 61 bytes */
  for (int i = 0; i < 62; i++)
    g_string_append (long_frame, "00");
  ask (fixture, long_frame->str, "01"); /* 65 bytes with the CRC: not heard */
}

static void
test_rates (Fixture *fixture, gconstpointer data)
{
  set (fixture, "rate", "424");
  kiosk_emu_field_add (fixture->field, fixture->card);
  send_hex (fixture, "1204");
  ask (fixture, "4A0100", "01010344200408112233");
  ask (fixture, "42E080", "00067833D40280");
  ask (fixture, "42D0110F", "01"); /* 848 kbit/s: beyond it */
  ask (fixture, "42D0110A", "00D0");
  ask (fixture, "420200A4020C02011C", "01"); /* the reader still speaks at 106 */
  send_hex (fixture, "08630220630320");
  ask (fixture, "420200A4020C02011C", "00029000");
  ask (fixture, "4A0100", "01010344200408112233"); /* a selection starts at 106 again */
  ask (fixture, "42E080", "00067833D40280");
}

static void
test_more_time (Fixture *fixture, gconstpointer data)
{
  set (fixture, "wtx", "2");
  kiosk_emu_field_add (fixture->field, fixture->card);
  send_hex (fixture, "1204");
  ask (fixture, "4A0100", "01010344200408112233");
  ask (fixture, "42E080", "00067877D40280");
  ask (fixture, "420200A4020C02011C", "00029000"); /* quick */
  ask (fixture,
       "42030086000002"
       "7C0000",
       "00F205");
  ask (fixture, "42F205", "00F205");
  ask (fixture, "42F205", "00036985"); /* no protocol has been chosen */
}

static void
test_type_b (Fixture *fixture, gconstpointer data)
{
  set (fixture, "type", "B");
  set (fixture, "frame", "64");
  set (fixture, "rate", "106");
  kiosk_emu_field_add (fixture->field, fixture->card);
  ask (fixture, "4A010300", "01015008112233000000000051D10100");
  ask (fixture, "420200A4020C02011C", "00029000"); /* the reader's ATTRIB has activated it */
}

static void
test_random_uid (Fixture *fixture, gconstpointer data)
{
  guint8 first[4];

  set (fixture, "uid", "random");
  kiosk_emu_field_add (fixture->field, fixture->card);
  memcpy (first, fixture->card->radio.uid, sizeof first);
  g_assert_cmphex (first[0], ==, 0x08);
  send_hex (fixture, "320100"); /* the field goes off */
  g_assert_cmphex (fixture->card->radio.uid[0], ==, 0x08);
  g_assert_cmpint (memcmp (first, fixture->card->radio.uid, sizeof first), !=, 0);
}

static GByteArray *
mutated (guint64 seed)
{
  g_autoptr (KioskEmuFuzz) fuzz = kiosk_emu_fuzz_new (seed);
  GByteArray *all = g_byte_array_new ();

  for (int i = 0; i < 200; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, (const guint8 *)"0123456789", 10);
      kiosk_emu_fuzz_mutate (fuzz, i % KIOSK_EMU_N_FUZZ_LAYERS, bytes, 64);
      g_assert_cmpuint (bytes->len, <=, 64);
      g_byte_array_append (all, bytes->data, bytes->len);
    }
  return all;
}

static void
test_fuzz (void)
{
  guint changed = 0;

  for (guint64 seed = 0; seed < 100; seed++)
    {
      g_autoptr (GByteArray) once = mutated (seed);
      g_autoptr (GByteArray) again = mutated (seed);

      g_assert_cmpmem (once->data, once->len, again->data, again->len);
      changed += once->len != 2000 || memcmp (once->data, "0123456789", 10) != 0;
    }
  g_assert_cmpuint (changed, >, 90);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/emulator/radio/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/radio/takes-what-it-knows", test_settings);
  g_test_add_func ("/emulator/fuzz/repeats-itself-by-its-seed", test_fuzz);
  ADD ("answers-lengths-in-each-style", test_lengths);
  ADD ("keeps-to-its-frames", test_frames);
  ADD ("changes-rates-when-both-do", test_rates);
  ADD ("asks-for-more-time", test_more_time);
  ADD ("is-active-at-once-in-type-b", test_type_b);
  ADD ("says-another-number-each-time", test_random_uid);
  return g_test_run ();
}
