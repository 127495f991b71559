/* The reader's firmware, command by command, as libnfc sends them. */
#include "pn532-bench.h"

static void
test_configuration (Fixture *fixture, gconstpointer data)
{
  ask (fixture, "02", "32010607");
  ask (fixture, "00006C69626E6663", "006C69626E6663"); /* libnfc's diagnose, "libnfc" */
  send_hex (fixture, "08630155");
  g_assert_cmpuint (fixture->line->len, ==, 6 + 9); /* an empty reply of its own */
}

static void
test_registers (Fixture *fixture, gconstpointer data)
{
  send_hex (fixture, "08630155630266");
  ask (fixture, "0663026301", "6655");
}

static void
test_card_waits (Fixture *fixture, gconstpointer data)
{
  send_hex (fixture, "4A0100");
  g_assert_cmpuint (fixture->line->len, ==, 6); /* acknowledged; the search goes on */
  kiosk_emu_field_add (fixture->field, fixture->card);
  assert_reply (fixture, "01010344200408112233067877D40280");
}

static void
test_search_ends (Fixture *fixture, gconstpointer data)
{
  send_hex (fixture, "3205000102"); /* two retries */
  send_hex (fixture, "4A0100");
  g_assert_cmpuint (fixture->line->len, ==, 6);
  kiosk_clock_advance (fixture->clock, 15);
  assert_reply (fixture, "00");
}

static void
test_search_is_aborted (Fixture *fixture, gconstpointer data)
{
  send_hex (fixture, "4A0100");
  kiosk_emu_pn532_feed (fixture->pn532, kiosk_emu_frame_ack, sizeof kiosk_emu_frame_ack);
  kiosk_emu_field_add (fixture->field, fixture->card);
  g_assert_cmpuint (fixture->line->len, ==, 6);
}

static void
test_exchange (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  ask (fixture, "400100B0000004", "00000102039000");
}

static void
test_command_in_parts (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  ask (fixture, "404100A4020C", "00");
  ask (fixture, "400102011C", "009000");
}

static void
test_answer_in_parts (Fixture *fixture, gconstpointer data)
{
  const guint8 *part;

  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  send_hex (fixture, "400100B00000000200"); /* 512 bytes and a status word */
  part = fixture->line->data + 6;
  assert_hex (part, 10, "0000FFFFFF0109F6D541"); /* an extended frame of 2 + 1 + 262 bytes */
  g_assert_cmphex (part[10], ==, 0x40);          /* more follows */
  send_hex (fixture, "4001");
  part = fixture->line->data + 6;
  g_assert_cmphex (part[3], ==, 2 + 1 + 514 - 262);
  g_assert_cmphex (part[7], ==, 0x00);
  g_assert_cmphex (part[8], ==, 262 & 0xff);
}

static void
test_removed (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  kiosk_emu_field_remove (fixture->field);
  ask (fixture, "400100A4020C02011C", "01");
  ask (fixture, "0006", "01"); /* attention request */
  kiosk_emu_field_add (fixture->field, fixture->card);
  ask (fixture, "400100A4020C02011C", "27"); /* back, but not selected */
  ask (fixture, "4A0100", "01010344200408112233067877D40280");
  ask (fixture, "0006", "00");
}

static void
test_removed_after (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  kiosk_emu_faults_set_at (kiosk_emu_field_faults (fixture->field), KIOSK_EMU_FAULT_REMOVE, 2);
  ask (fixture, "400100A4020C02011C", "009000");
  ask (fixture, "400100B0000004", "01");
  g_assert_cmpuint (kiosk_emu_field_count (fixture->field), ==, 0);
}

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    KioskEmuFault fault;
    const char *reply;
  } cases[] = {
    { KIOSK_EMU_FAULT_RFTIMEOUT, "01" }, { KIOSK_EMU_FAULT_CRC, "02" },
    { KIOSK_EMU_FAULT_RELEASED, "29" },  { KIOSK_EMU_FAULT_NAD, "80" },
    { KIOSK_EMU_FAULT_NOREPLY, "" },
  };

  select_card (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      kiosk_emu_field_faults (fixture->field)->left[cases[i].fault] = 1;
      ask (fixture, "400100A4020C02011C", cases[i].reply);
      ask (fixture, "400100A4020C02011C", "009000");
    }
  kiosk_emu_field_faults (fixture->field)->left[KIOSK_EMU_FAULT_SLOW] = 1;
  fixture->delay_us = 0;
  ask (fixture, "400100A4020C02011C", "009000");
  g_assert_cmpint (fixture->delay_us, ==, 3 * G_USEC_PER_SEC);
  kiosk_emu_field_faults (fixture->field)->left[KIOSK_EMU_FAULT_NOACK] = 1;
  send_hex (fixture, "02");
  g_assert_cmpuint (fixture->line->len, ==, 0);
}

/* Faults of the chip and of the line, each at the second command from now and at no other. */
static void
test_faults_at (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    KioskEmuFault fault;
    const char *reply;
  } cases[] = {
    { KIOSK_EMU_FAULT_CRC, "02" },
    { KIOSK_EMU_FAULT_RFTIMEOUT, "01" },
    { KIOSK_EMU_FAULT_6700, "006700" },
    { KIOSK_EMU_FAULT_6282, "0000016282" },
    { KIOSK_EMU_FAULT_EMPTY, "009000" },
    { KIOSK_EMU_FAULT_ZERO, "00" },
    { KIOSK_EMU_FAULT_BADMAC, "000001020290"
                              "00" },
    { KIOSK_EMU_FAULT_NOREPLY, "" },
  };

  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      kiosk_emu_faults_set_at (kiosk_emu_field_faults (fixture->field), cases[i].fault, 2);
      ask (fixture, "400100B0000004", "00000102039000");
      ask (fixture, "400100B0000004", cases[i].reply);
      ask (fixture, "400100B0000004", "00000102039000");
    }
}

/* The reply that the host no longer waits for comes before the one that it waits for. */
static void
test_late (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  kiosk_emu_faults_set_at (kiosk_emu_field_faults (fixture->field), KIOSK_EMU_FAULT_LATE, 1);
  ask (fixture, "400100B0000002", "");
  send_hex (fixture, "02");
  g_assert_cmpuint (fixture->line->len, ==, 7 + 5 + 2 + 6 + 7 + 4 + 2);
  assert_hex (fixture->line->data, 12,
              "0000FF07F9D541000001"
              "9000");
}

static void
test_lost_part (Fixture *fixture, gconstpointer data)
{
  select_card (fixture);
  ask (fixture, "400100A4020C02011C", "009000");
  send_hex (fixture, "400100B00000000200");
  kiosk_emu_field_faults (fixture->field)->left[KIOSK_EMU_FAULT_MI_ERR] = 1;
  ask (fixture, "4001", "01");
}

static void
test_two_cards (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskEmuCard) other = card_make ('A', FALSE);

  other->radio.uid[3] = 0x44;
  select_card (fixture);
  kiosk_emu_field_add (fixture->field, other);
  ask (fixture, "4400", "00"); /* deselect: the first one is halted */
  ask (fixture, "4A0100", "01010344200408112244067877D40280");
  ask (fixture, "4A010008112233", "01010344200408112233067877D40280"); /* by its UID */
}

static void
test_type_b (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskEmuCard) card = card_make ('B', FALSE);

  kiosk_emu_field_add (fixture->field, card);
  ask (fixture, "4A010300", "01015008112233000000007781D10100");
  ask (fixture, "400100A4020C02011C", "009000");
}

static void
test_raw_blocks (Fixture *fixture, gconstpointer data)
{
  kiosk_emu_field_add (fixture->field, fixture->card);
  send_hex (fixture, "1204"); /* no RATS by the reader */
  ask (fixture, "4A0100", "01010344200408112233");
  ask (fixture, "42E050", "00067877D40280");       /* RATS, 64-byte frames */
  ask (fixture, "420200A4020C02011C", "00029000"); /* I-block 0 */
  ask (fixture, "421300B0", "00A3");               /* chained: R(ACK) 1 */
  ask (fixture, "4202000004", "0002000102039000"); /* its rest */
  ask (fixture, "42B2", "0002000102039000");       /* R(NAK): again */
  kiosk_emu_field_faults (fixture->field)->left[KIOSK_EMU_FAULT_WTX] = 1;
  ask (fixture, "420300B0000001", "00F205"); /* more time */
  ask (fixture, "42F205", "0003009000");
  kiosk_emu_field_faults (fixture->field)->left[KIOSK_EMU_FAULT_DEP_LOST] = 1;
  ask (fixture, "420200B0000101", "01");
  ask (fixture, "42B2", "0002019000");
  ask (fixture, "42C2", "00C2"); /* deselect */
  ask (fixture, "420200B0000101", "01");
}

static void
test_raw_long_answer (Fixture *fixture, gconstpointer data)
{
  kiosk_emu_field_add (fixture->field, fixture->card);
  send_hex (fixture, "1204");
  ask (fixture, "4A0100", "01010344200408112233");
  ask (fixture, "42E000", "00067877D40280"); /* 16-byte frames: 13 bytes a block */
  ask (fixture, "420200A4020C02011C", "00029000");
  ask (fixture, "420300B0000010", "0013000102030405060708090A0B0C");
  ask (fixture, "42A2", "00020D0E0F9000");
}

static void
test_modelled_time (void)
{
  const KioskEmuLink link = { .rf_kbit = 106, .baud = 115200, .frame_size = 64 };
  const KioskEmuLink none = { .frame_size = 64 };

  g_assert_cmpint (kiosk_emu_link_serial_us (&link, 1152), ==, 100000);
  g_assert_cmpint (kiosk_emu_link_serial_us (&none, 1152), ==, 0);
  g_assert_cmpint (kiosk_emu_link_message_us (&none, 1152, 64), ==, 0);
  /* 15,000 bytes at 106 kbit/s: at least nine bits each, at most half as much again */
  g_assert_cmpint (kiosk_emu_link_message_us (&link, 15000, 256), >, 15000 * 9 * 9433 / 1000);
  g_assert_cmpint (kiosk_emu_link_message_us (&link, 15000, 64), <, 15000 * 9 * 14150 / 1000);
}

static void
collect (gpointer data, const guint8 *command, gsize length)
{
  GString *log = data;
  g_autofree char *hex = kiosk_hex_encode (command, length);

  g_string_append_printf (log, "[%s]", length == 0 ? "ack" : hex);
}

static void
test_framing (void)
{
  static const char line[] = "555500000000" /* wake up */
                             "0000FF03FDD414011700"
                             "0000FF00FF00"
                             "0000FF03FCD414011700" /* a wrong length checksum */
                             "0000FFFFFF0003FDD402AA8000"
                             "0000FF02FED4022A00";
  g_autoptr (GBytes) bytes = unhex (line);
  g_autoptr (GString) at_once = g_string_new (NULL);
  g_autoptr (GString) in_drops = g_string_new (NULL);
  g_autoptr (KioskEmuFramer) one = kiosk_emu_framer_new (collect, at_once);
  g_autoptr (KioskEmuFramer) two = kiosk_emu_framer_new (collect, in_drops);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  kiosk_emu_framer_feed (one, data, g_bytes_get_size (bytes));
  for (gsize i = 0; i < g_bytes_get_size (bytes); i++)
    kiosk_emu_framer_feed (two, data + i, 1);
  g_assert_cmpstr (at_once->str, ==, "[1401][ack][02aa][02]");
  g_assert_cmpstr (in_drops->str, ==, at_once->str);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/emulator/pn532/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/frame/survives-noise-and-splits", test_framing);
  g_test_add_func ("/emulator/link/takes-the-time-of-its-bits", test_modelled_time);
  ADD ("answers-configuration", test_configuration);
  ADD ("keeps-registers", test_registers);
  ADD ("finds-a-card-that-comes-later", test_card_waits);
  ADD ("gives-up-after-its-retries", test_search_ends);
  ADD ("stops-searching-when-told", test_search_is_aborted);
  ADD ("passes-commands-to-the-card", test_exchange);
  ADD ("joins-a-command-in-parts", test_command_in_parts);
  ADD ("hands-a-long-answer-over-in-parts", test_answer_in_parts);
  ADD ("loses-a-card-that-is-taken-away", test_removed);
  ADD ("loses-a-card-at-the-command-asked-for", test_removed_after);
  ADD ("fails-as-told-and-then-works", test_faults);
  ADD ("fails-at-the-command-asked-for", test_faults_at);
  ADD ("can-answer-when-nobody-waits", test_late);
  ADD ("can-lose-the-second-part", test_lost_part);
  ADD ("tells-two-cards-apart", test_two_cards);
  ADD ("reads-type-b", test_type_b);
  ADD ("lets-the-host-speak-iso-14443-4", test_raw_blocks);
  ADD ("chains-long-answers-in-small-blocks", test_raw_long_answer);
  return g_test_run ();
}
