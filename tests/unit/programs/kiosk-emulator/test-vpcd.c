/* A card in another program, which is this one, over a socket of the loopback. */
#include <gio/gio.h>
#include <string.h>

#include "vectors.h"
#include "vpcd.h"

#define ATR "3B8580018057484B49"

typedef struct
{
  KioskRandom *random;
  KioskEmuField *field;
  KioskEmuVpcd *vpcd;
  GSocketConnection *connection;
  GThread *program;
} Fixture;

static void
test_historical (void)
{
  static const struct
  {
    const char *atr;
    const char *historical; /* NULL: no answer to reset */
  } cases[] = {
    { "3B00", "" },
    { ATR "00", "8057484B49" },
    /* as PC/SC makes it of an ATS */
    { "3B8880010073C84013009000"
      "71",
      "0073C84013009000" },
    /* TA1, TB1, TC1 and TD1, TA2, and bytes of history */
    { "3BF2111213"
      "11"
      "14"
      "A1A2",
      "A1A2" },
    { "3B", NULL },
    { "3C00", NULL },
    { "3B81", NULL },
    { "3B05AA", NULL },
    { "3B8180", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) atr = unhex (cases[i].atr);
      g_autoptr (GBytes) historical
        = kiosk_emu_vpcd_historical (g_bytes_get_data (atr, NULL), g_bytes_get_size (atr));

      g_assert_cmpint (historical != NULL, ==, cases[i].historical != NULL);
      if (historical != NULL)
        assert_hex (g_bytes_get_data (historical, NULL), g_bytes_get_size (historical),
                    cases[i].historical);
    }
}

static gboolean
read_message (GInputStream *input, GByteArray *message)
{
  guint8 head[2];
  gsize done = 0;

  if (!g_input_stream_read_all (input, head, sizeof head, &done, NULL, NULL) || done != sizeof head)
    return FALSE;
  g_byte_array_set_size (message, (guint)head[0] << 8 | head[1]);
  return g_input_stream_read_all (input, message->data, message->len, &done, NULL, NULL)
         && done == message->len;
}

static void
write_message (GOutputStream *output, const guint8 *bytes, gsize length)
{
  const guint8 head[2] = { (guint8)(length >> 8), (guint8)length };

  g_output_stream_write_all (output, head, sizeof head, NULL, NULL, NULL);
  g_output_stream_write_all (output, bytes, length, NULL, NULL, NULL);
}

/* Echoes each command with 9000 after it; to a reset it answers nothing, as the protocol says. */
static gpointer
be_card (gpointer data)
{
  GSocketConnection *connection = data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autoptr (GBytes) atr = unhex (ATR "00");

  while (read_message (input, message))
    if (message->len == 1 && message->data[0] == 4)
      write_message (output, g_bytes_get_data (atr, NULL), g_bytes_get_size (atr));
    else if (message->len > 1)
      {
        g_byte_array_append (message, (const guint8 *)"\x90\x00", 2);
        write_message (output, message->data, message->len);
      }
  return NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->random = kiosk_random_new_seeded (3);
  fixture->field = kiosk_emu_field_new (fixture->random);
  fixture->vpcd = kiosk_emu_vpcd_new (0, fixture->field, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kiosk_emu_vpcd_port (fixture->vpcd), !=, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kiosk_emu_vpcd_free (fixture->vpcd);
  if (fixture->program != NULL)
    g_thread_join (fixture->program);
  g_clear_object (&fixture->connection);
  kiosk_emu_field_free (fixture->field);
  kiosk_random_unref (fixture->random);
}

static void
connect_card (Fixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  fixture->connection = g_socket_client_connect_to_host (
    client, "127.0.0.1", kiosk_emu_vpcd_port (fixture->vpcd), NULL, &error);
  g_assert_no_error (error);
  fixture->program = g_thread_new ("card", be_card, fixture->connection);
  while (kiosk_emu_field_count (fixture->field) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_card (Fixture *fixture, gconstpointer data)
{
  static const guint8 command[] = { 0x00, 0xa4, 0x00, 0x0c };
  const KioskEmuCard *card;
  g_autoptr (GByteArray) answer = NULL;
  g_autoptr (GByteArray) ats = NULL;

  connect_card (fixture);
  card = kiosk_emu_field_card (fixture->field, 0);
  g_assert_cmpstr (card->name, ==, KIOSK_EMU_VPCD_CARD);
  ats = kiosk_emu_radio_ats (&card->radio);
  assert_hex (ats->data, ats->len, "0A7877D4028057484B49");
  kiosk_emu_field_select (fixture->field, 0);
  answer = kiosk_emu_field_transmit (fixture->field, command, sizeof command);
  assert_hex (answer->data, answer->len, "00A4000C9000");
  g_assert_null (kiosk_emu_field_transmit (fixture->field, command, 1)); /* an order otherwise */
}

static void
test_taken_away (Fixture *fixture, gconstpointer data)
{
  static const char *const changes[] = { "type=B", NULL };
  static const char *const nonsense[] = { "type=C", NULL };
  g_autoptr (GError) error = NULL;

  connect_card (fixture);
  kiosk_emu_field_remove (fixture->field);
  g_assert_true (kiosk_emu_vpcd_place (fixture->vpcd, changes, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kiosk_emu_field_find (fixture->field, 'B', NULL, 0), ==, 0);
  g_assert_false (kiosk_emu_vpcd_place (fixture->vpcd, nonsense, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_emu_vpcd_place (fixture->vpcd, NULL, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  connect_card (fixture);
  g_assert_true (
    g_socket_shutdown (g_socket_connection_get_socket (fixture->connection), TRUE, TRUE, NULL));
  while (kiosk_emu_field_count (fixture->field) > 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/vpcd/finds-history-in-an-answer-to-reset", test_historical);
  g_test_add ("/emulator/vpcd/is-a-card", Fixture, NULL, set_up, test_card, tear_down);
  g_test_add ("/emulator/vpcd/is-taken-away-and-put-back", Fixture, NULL, set_up, test_taken_away,
              tear_down);
  g_test_add ("/emulator/vpcd/goes-with-its-program", Fixture, NULL, set_up, test_gone, tear_down);
  return g_test_run ();
}
