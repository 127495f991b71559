/* The control socket, asked as a script would ask it. */
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/file.h"
#include "control.h"
#include "line-client.h"

typedef struct
{
  char *folder;
  char *socket;
  KioskRandom *random;
  KioskEmuField *field;
  KioskEmuControl *control;
  gboolean quit;
} Fixture;

static const char *
cable (gpointer data, gboolean plugged, GError **error)
{
  return plugged ? "/dev/pts/7" : NULL;
}

static void
quit (gpointer data)
{
  Fixture *fixture = data;

  fixture->quit = TRUE;
}

static void
write_card (const char *folder, const char *name, const char *ini)
{
  g_autofree char *card = g_build_filename (folder, "cards", name, NULL);
  g_autofree char *path = g_build_filename (card, "card.ini", NULL);
  g_autoptr (GBytes) content = g_bytes_new (ini, strlen (ini));

  g_assert_true (kiosk_folder_make (card, 0700, NULL));
  g_assert_true (kiosk_file_write (path, content, 0600, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("emulator-XXXXXX", &error);
  g_assert_no_error (error);
  write_card (
    fixture->folder, "one",
    "[radio]\ntype=A\nuid=08010203\nhistorical=\n[access]\npace=gm aes-128 13\ncan=123456\n");
  write_card (
    fixture->folder, "two",
    "[radio]\ntype=A\nuid=08040506\nhistorical=80\n[access]\npace=gm aes-128 12\ncan=123456\n");
  write_card (fixture->folder, "three",
              "[radio]\ntype=B\nuid=08070809\nhistorical=\n"
              "[access]\nbac=true\nmrz=L898902C<369080619406236\n");
  write_card (fixture->folder, "bad", "[radio]\ntype=C\n");
  fixture->socket = g_build_filename (fixture->folder, "control", NULL);
  fixture->random = kiosk_random_new_seeded (3);
  fixture->field = kiosk_emu_field_new (fixture->random);
  fixture->control = kiosk_emu_control_new (
    fixture->socket,
    &(const KioskEmuHand){ fixture->folder, fixture->field, NULL, NULL, cable, quit, fixture },
    &error);
  g_assert_no_error (error);
}

static void
remove_card (const char *folder, const char *name)
{
  g_autofree char *card = g_build_filename (folder, "cards", name, NULL);
  g_autofree char *ini = g_build_filename (card, "card.ini", NULL);

  g_assert_cmpint (g_unlink (ini), ==, 0);
  g_assert_cmpint (g_rmdir (card), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cards = g_build_filename (fixture->folder, "cards", NULL);

  g_clear_pointer (&fixture->control, kiosk_emu_control_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  kiosk_emu_field_free (fixture->field);
  kiosk_random_unref (fixture->random);
  remove_card (fixture->folder, "one");
  remove_card (fixture->folder, "two");
  remove_card (fixture->folder, "three");
  remove_card (fixture->folder, "bad");
  g_assert_cmpint (g_rmdir (cards), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* the socket went with its owner */
  g_free (fixture->socket);
  g_free (fixture->folder);
}

static void
assert_answer (Fixture *fixture, const char *line, const char *expected)
{
  g_autofree char *answer = kiosk_emu_control_run (fixture->control, line);

  g_assert_cmpstr (answer, ==, expected);
}

static void
test_hand (Fixture *fixture, gconstpointer data)
{
  assert_answer (fixture, "status", "ok cards= selected=no commands=0 faults=");
  assert_answer (fixture, "list", "ok bad one three two");
  assert_answer (fixture, "face one", "ok can=123456");
  assert_answer (fixture, "reader unplug", "ok");
  assert_answer (fixture, "reader plug", "ok tty=/dev/pts/7");
  assert_answer (fixture, "reader", "error reader unplug or reader plug");
  assert_answer (fixture, "face three", "ok mrz=L898902C,690806,940623");
  assert_answer (fixture, "place one", "ok");
  assert_answer (fixture, "place two", "ok");
  assert_answer (fixture, "status", "ok cards=two selected=no commands=0 faults=");
  assert_answer (fixture, "add one", "ok");
  assert_answer (fixture, "status", "ok cards=two,one selected=no commands=0 faults=");
  assert_answer (fixture, "remove", "ok");
  assert_answer (fixture, "status", "ok cards= selected=no commands=0 faults=");
}

static void
test_luck (Fixture *fixture, gconstpointer data)
{
  assert_answer (fixture, "fault crc 2", "ok");
  assert_answer (fixture, "fault mi_err 1", "ok");
  assert_answer (fixture, "status", "ok cards= selected=no commands=0 faults=crc:2,mi_err:1");
  assert_answer (fixture, "fault crc 0", "ok");
  assert_answer (fixture, "fault lightning 1", "error no such fault");
  assert_answer (fixture, "fault crc", "error a count is a number up to 100000");
  assert_answer (fixture, "remove-after many", "error a count is a number up to 100000");
  assert_answer (fixture, "remove-after 7", "ok");
  assert_answer (fixture, "status", "ok cards= selected=no commands=0 faults=mi_err:1,remove@7");
  assert_answer (fixture, "remove-after 0", "ok");
  assert_answer (fixture, "fault badmac at 12", "ok");
  assert_answer (fixture, "fault badmac at", "error a count is a number up to 100000");
  assert_answer (fixture, "status", "ok cards= selected=no commands=0 faults=mi_err:1,badmac@12");
}

static void
test_fuzz (Fixture *fixture, gconstpointer data)
{
  assert_answer (fixture, "fuzz 17", "ok");
  g_assert_nonnull (kiosk_emu_field_fuzz (fixture->field));
  assert_answer (fixture, "fuzz off", "ok");
  g_assert_null (kiosk_emu_field_fuzz (fixture->field));
  assert_answer (fixture, "fuzz -1", "error a seed is a number; off ends it");
  assert_answer (fixture, "fuzz", "error a seed is a number; off ends it");
}

static void
test_changed_radio (Fixture *fixture, gconstpointer data)
{
  const KioskEmuRadio *radio;

  assert_answer (fixture, "place one type=B frame=64 extended=false", "ok");
  radio = &kiosk_emu_field_card (fixture->field, 0)->radio;
  g_assert_cmpint (radio->type, ==, 'B');
  g_assert_cmpuint (radio->frame, ==, 64);
  g_assert_false (radio->extended);
  assert_answer (fixture, "place one type=C", "error type=C: no such change of the radio");
  assert_answer (fixture, "place one frame", "error frame: no such change of the radio");
}

static void
test_nonsense (Fixture *fixture, gconstpointer data)
{
  static const char *const lines[]
    = { "",           " ",         "place", "place ..", "place ../one", "place /etc",
        "place none", "place bad", "add",   "open",     "PLACE one" };

  assert_answer (fixture, "place one", "ok");
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *answer = kiosk_emu_control_run (fixture->control, lines[i]);

      g_assert_true (g_str_has_prefix (answer, "error "));
      g_assert_null (strchr (answer, '\n'));
    }
  assert_answer (fixture, "status", "ok cards=one selected=no commands=0 faults=");
}

static void
test_no_camera (Fixture *fixture, gconstpointer data)
{
  assert_answer (fixture, "camera cover", "error no camera");
  assert_answer (fixture, "phone text hello", "error no camera");
  assert_answer (fixture, "paper sheet.png", "error no camera");
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < KIOSK_EMU_FIELD_CARDS; i++)
    assert_answer (fixture, "add one", "ok");
  assert_answer (fixture, "add one", "error no more cards fit on the reader");
}

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  char **answer = data;

  *answer = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_assert_nonnull (*answer);
}

static void
test_socket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->socket);
  g_autoptr (GSocketConnection) connection
    = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  g_autoptr (GDataInputStream) input = NULL;
  static const char both[] = "place one\nquit\n";
  static const char *const expected[] = { "ok", "ok" };

  g_assert_nonnull (connection);
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_assert_true (
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), both,
                               sizeof both - 1, NULL, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *answer = NULL;

      g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_read, &answer);
      while (answer == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpstr (answer, ==, expected[i]);
    }
  g_assert_true (fixture->quit);
  g_assert_cmpuint (kiosk_emu_field_count (fixture->field), ==, 1);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static char *
ask_by_client (const char *socket, const char *line, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kiosk_emu_line_ask_async (socket, line, NULL, answered, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kiosk_emu_line_ask_finish (result, error);
}

static void
test_client (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) nobody = NULL;
  g_autofree char *answer = ask_by_client (fixture->socket, "list", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "bad one three two");
  g_assert_null (ask_by_client (fixture->socket, "open", &refused));
  g_assert_error (refused, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  g_assert_null (ask_by_client ("/nonexistent/control", "list", &nobody));
  g_assert_nonnull (nobody);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/emulator/control/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("places-and-removes", test_hand);
  ADD ("arms-faults", test_luck);
  ADD ("mutates-by-a-seed", test_fuzz);
  ADD ("changes-the-radio-for-once", test_changed_radio);
  ADD ("without-a-camera-there-is-none", test_no_camera);
  ADD ("answers-nonsense-in-one-line-and-changes-nothing", test_nonsense);
  ADD ("holds-a-handful-of-cards", test_full);
  ADD ("answers-each-line-on-the-socket", test_socket);
  ADD ("is-asked-by-the-bench", test_client);
  return g_test_run ();
}
