/* The front socket over a journey on the bench: both ends of a real D-Bus connection. */
#include "bench.h"

#include <gio/gunixfdlist.h>

#include "await.h"
#include "bus-journey1.h"
#include "devices/camera/camera-preview.h"
#include "programs/kioskd/front.h"
#include "programs/kioskd/socket.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  Bench *bench;
  KioskFront *front;
  KioskTurns *turns;
} Fixture;

static void
hear_page (gpointer data, guint serial, const char *page, GVariant *model,
           const char *const *actions)
{
}

static void
hear_idle (gpointer data, guint seconds)
{
}

static void
hear_denied (gpointer data, const char *deed)
{
}

static const KioskTurnsFace face = { hear_page, hear_idle, hear_denied };

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("kiosk-front-XXXXXX", NULL);
  f->bench = bench_new ();
  f->front = kiosk_front_new (f->folder, -1, &error);
  g_assert_no_error (error);
  f->turns = kiosk_turns_new (&face, f);
  kiosk_turns_set (f->turns, f->bench->journey, NULL, NULL);
  kiosk_front_set_turns (f->front, f->turns);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kiosk_front_free (f->front);
  kiosk_turns_free (f->turns);
  bench_free (f->bench);
  /* The socket went with its owner. */
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

static GDBusConnection *
connect_to (const char *path, GError **error)
{
  g_autofree char *address = g_strdup_printf ("unix:path=%s", path);
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_new_for_address (address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                                     NULL, await_keep, &result);
  return g_dbus_connection_new_for_address_finish (await_result (&result), error);
}

static GVariant *
call (GDBusConnection *connection, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_call (connection, NULL, "/hk/kiosk/journey", "hk.kiosk.Journey1", method,
                          arguments, NULL, G_DBUS_CALL_FLAGS_NONE, 10000, NULL, await_keep,
                          &result);
  return g_dbus_connection_call_finish (connection, await_result (&result), error);
}

static char *
page_of (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call (connection, "Get", NULL, &error);
  char *page;

  g_assert_no_error (error);
  g_variant_get (answer, "(us@a{sv}as)", NULL, &page, NULL, NULL);
  return page;
}

static guint
serial_of (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call (connection, "Get", NULL, &error);
  guint serial;

  g_assert_no_error (error);
  g_variant_get (answer, "(us@a{sv}as)", &serial, NULL, NULL, NULL);
  return serial;
}

static gboolean
act (GDBusConnection *connection, guint serial, const char *action, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
    = call (connection, "Act", g_variant_new ("(us@a{sv})", serial, action, arguments), &error);
  gboolean accepted;

  g_assert_no_error (error);
  g_variant_get (answer, "(b)", &accepted);
  return accepted;
}

static void
close_connection (GDBusConnection *connection)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_close (connection, NULL, await_keep, &result);
  g_assert_true (g_dbus_connection_close_finish (connection, await_result (&result), NULL));
}

static void
test_walk (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) front = connect_to (kiosk_front_path (f->front), NULL);
  g_autofree char *before = page_of (front), *after = NULL;
  guint serial = serial_of (front);

  g_assert_cmpstr (before, ==, "home");
  g_assert_false (act (front, serial + 1, "start", g_variant_new_parsed ("{'language': <'en'>}")));
  g_assert_false (act (front, serial, "finish", g_variant_new_parsed ("@a{sv} {}")));
  g_assert_true (act (front, serial, "start", g_variant_new_parsed ("{'language': <'en'>}")));
  after = page_of (front);
  g_assert_cmpstr (after, ==, "identify");
  close_connection (front);
}

/* A thousand times too big, or of another shape: refused, and the socket goes on. */
static void
test_bad_calls (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) front = connect_to (kiosk_front_path (f->front), NULL);
  g_autofree char *huge = g_strnfill (1024 * 1024, 'A');
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  guint serial = serial_of (front);

  g_assert_false (act (front, serial, "start", g_variant_new_parsed ("{'language': <%s>}", huge)));
  g_assert_false (act (front, serial, huge, g_variant_new_parsed ("@a{sv} {}")));
  g_assert_null (call (front, "Act", g_variant_new ("(s)", "start"), &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
  g_clear_error (&error);
  g_assert_null (call (front, "Format", NULL, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  page = page_of (front);
  g_assert_cmpstr (page, ==, "home");
  close_connection (front);
}

static void
wait_until_gone (Fixture *f)
{
  for (;;)
    {
      guint serial;
      const char *page;
      GVariant *model;
      const char *const *actions;

      kiosk_journey_get (f->bench->journey, &serial, &page, &model, &actions);
      if (strcmp (page, "ended") == 0)
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_one_at_a_time (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) first = connect_to (kiosk_front_path (f->front), NULL);
  g_autoptr (GDBusConnection) second = NULL;
  g_autoptr (GDBusConnection) third = NULL;
  g_autofree char *ended = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_free (page_of (first));
  bench_act (f->bench, "start", "en");
  /* It may get as far as a connection, which is closed before it is answered. */
  second = connect_to (kiosk_front_path (f->front), &error);
  answer = second == NULL ? NULL : call (second, "Get", NULL, &error);
  g_assert_null (answer);
  g_assert_nonnull (error);
  bench_expect (f->bench, "identify");
  /* The first one dies: its session ends, and the next may look. */
  close_connection (first);
  wait_until_gone (f);
  g_assert_cmpstr (bench_text (f->bench, "why"), ==, "fault");
  third = connect_to (kiosk_front_path (f->front), NULL);
  ended = page_of (third);
  g_assert_cmpstr (ended, ==, "ended");
  close_connection (third);
}

static GDBusMessage *
count_washes (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_strcmp0 (g_dbus_message_get_interface (message), "hk.kiosk.Wash") == 0)
    g_atomic_int_inc ((int *)data);
  return message;
}

/* What was typed last is overwritten in the connection's own buffer. */
static void
test_washes (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) front = connect_to (kiosk_front_path (f->front), NULL);
  const char *const nothing[] = { NULL };
  int washes = 0;
  guint filter = g_dbus_connection_add_filter (front, count_washes, &washes, NULL);

  g_free (page_of (front));
  bench_act (f->bench, "start", "en");
  g_free (page_of (front));
  g_assert_cmpint (g_atomic_int_get (&washes), ==, 0);
  kiosk_front_tell_page (f->front, 9, "ended", g_variant_new_parsed ("@a{sv} {}"), nothing);
  while (g_atomic_int_get (&washes) == 0)
    g_free (page_of (front));
  g_dbus_connection_remove_filter (front, filter);
  close_connection (front);
}

/* (transfer full) (nullable): the pictures' memory. */
static GUnixFDList *
preview (GDBusConnection *connection, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  GUnixFDList *list = NULL;

  g_dbus_connection_call_with_unix_fd_list (
    connection, NULL, "/hk/kiosk/journey", "hk.kiosk.Journey1", "Preview", NULL,
    G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, 10000, NULL, NULL, await_keep, &result);
  answer = g_dbus_connection_call_with_unix_fd_list_finish (connection, &list,
                                                            await_result (&result), error);
  return list;
}

static void
test_preview (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) front = connect_to (kiosk_front_path (f->front), NULL);
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (KioskPreview) pictures = NULL;
  g_autoptr (GError) error = NULL;
  int memory;

  g_assert_null (preview (front, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
  g_clear_error (&error);
  bench_act (f->bench, "start", "en");
  bench_act (f->bench, "scan", NULL);
  list = preview (front, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unix_fd_list_get_length (list), ==, 1);
  memory = g_unix_fd_list_get (list, 0, &error);
  pictures = kiosk_preview_map (memory, FALSE);
  g_assert_nonnull (pictures);
  close (memory);
  bench_act (f->bench, "back", NULL);
  g_assert_null (preview (front, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
  close_connection (front);
}

static gboolean
accept_peer (gpointer data, GDBusConnection *connection)
{
  (*(guint *)data)++;
  return TRUE;
}

static void
test_stranger (Fixture *f, gconstpointer data)
{
  guint peers = 0;
  g_autoptr (KioskSocket) socket
    = kiosk_socket_new (f->folder, "other.sock", (gint64)getuid () + 1, accept_peer, &peers, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (socket);
  g_assert_null (connect_to (kiosk_socket_path (socket), &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (peers, ==, 0);
}

static void
test_files (Fixture *f, gconstpointer data)
{
  g_autofree char *stale = g_build_filename (f->folder, "stale.sock", NULL);
  g_autofree char *deep = g_strnfill (120, 'x');
  g_autoptr (KioskSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;
  guint peers = 0;

  g_assert_cmpint (g_stat (kiosk_front_path (f->front), &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  /* One left by a process that died is replaced. */
  g_assert_true (g_file_set_contents (stale, "", 0, NULL));
  socket = kiosk_socket_new (f->folder, "stale.sock", -1, accept_peer, &peers, &error);
  g_assert_no_error (error);
  g_clear_pointer (&socket, kiosk_socket_free);
  socket = kiosk_socket_new (f->folder, deep, -1, accept_peer, &peers, &error);
  g_assert_null (socket);
  g_assert_nonnull (strstr (error->message, "[paths] sockets"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kioskd/front/walks-the-journey", Fixture, NULL, set_up, test_walk, tear_down);
  g_test_add ("/kioskd/front/bad-calls-change-nothing", Fixture, NULL, set_up, test_bad_calls,
              tear_down);
  g_test_add ("/kioskd/front/one-at-a-time-and-the-next-when-it-died", Fixture, NULL, set_up,
              test_one_at_a_time, tear_down);
  g_test_add ("/kioskd/front/what-was-typed-last-is-washed-out", Fixture, NULL, set_up, test_washes,
              tear_down);
  g_test_add ("/kioskd/front/pictures-come-while-the-page-is-scan", Fixture, NULL, set_up,
              test_preview, tear_down);
  g_test_add ("/kioskd/socket/a-stranger-is-refused", Fixture, NULL, set_up, test_stranger,
              tear_down);
  g_test_add ("/kioskd/socket/private-replaced-and-short", Fixture, NULL, set_up, test_files,
              tear_down);
  return g_test_run ();
}
