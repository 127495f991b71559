/* Peers of kioskd's sockets that do not behave: a second window, noise, callers that hang up. */
#include "bad-journey.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

static void
test_second_front (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GDBusConnection) second
        = bad_connect (stage_process_value (f->world->kioskd, "front"), &error);
      g_autoptr (GVariant) answer = second != NULL ? bad_call (second, "Get", NULL, NULL) : NULL;

      g_assert_null (answer);
      bad_journey_check (f);
    }
}

static GSocketConnection *
knock (const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection
    = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
put (GSocketConnection *connection, const char *bytes, gsize length)
{
  /* kioskd may have hung up already: that is an answer too. */
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes,
                             length, NULL, NULL, NULL);
}

/* Not D-Bus at all, D-Bus cut short, and a message that says it is 128 MiB long. */
static void
test_noise (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  static const char auth[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
  static const char giant[] = "l\1\0\1\xf0\xff\xff\x07\1\0\0\0\0\0\0\0";
  const struct
  {
    const char *bytes;
    gsize length;
  } noises[] = {
    { "", 0 },
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "\0", 1 },
    { "\0AUTH ANONYMOUS\r\n", 17 },
    { "\0AUTH EXTERNAL 393939\r\n", 23 },
    { auth, sizeof auth - 1 },
  };
  const char *const sockets[] = { "front", "control" };
  g_autofree char *long_line = g_strnfill (1024 * 1024, 'A');

  for (gsize s = 0; s < G_N_ELEMENTS (sockets); s++)
    {
      const char *path = stage_process_value (f->world->kioskd, sockets[s]);

      for (gsize i = 0; i < G_N_ELEMENTS (noises); i++)
        {
          g_autoptr (GSocketConnection) peer = knock (path);

          put (peer, noises[i].bytes, noises[i].length);
        }
      g_autoptr (GSocketConnection) talker = knock (path);
      g_autoptr (GSocketConnection) giver = knock (path);

      put (talker, "\0", 1);
      put (talker, long_line, 1024 * 1024);
      put (giver, auth, sizeof auth - 1);
      put (giver, giant, sizeof giant - 1);
      bad_journey_check (f);
    }
  bad_journey_check (f);
}

/* A technician's tool that is killed while kioskd works for it. */
static void
test_hangs_up (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  const char *const methods[] = { "Status", "AuditVerify", "Outbox", "Nudge" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GDBusConnection) peer
        = bad_connect (stage_process_value (f->world->kioskd, "control"), &error);

      g_assert_no_error (error);
      for (guint n = 0; n < 20; n++)
        g_dbus_connection_call (peer, NULL, BAD_CONTROL_PATH, BAD_CONTROL, methods[i], NULL, NULL,
                                G_DBUS_CALL_FLAGS_NONE, BAD_CALL_MS, NULL, NULL, NULL);
      g_assert_true (g_dbus_connection_flush_sync (peer, NULL, NULL));
      g_assert_true (g_dbus_connection_close_sync (peer, NULL, NULL));
      bad_journey_check (f);
    }
}

/* The window dies: whoever stood there is forgotten, and the next window starts at the beginning.
 */
static void
test_front_hangs_up (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) status = NULL;
  guint serial;

  for (guint n = 0; n < 20; n++)
    g_dbus_connection_call (f->front, NULL, BAD_JOURNEY_PATH, BAD_JOURNEY, "Get", NULL, NULL,
                            G_DBUS_CALL_FLAGS_NONE, BAD_CALL_MS, NULL, NULL, NULL);
  g_assert_true (g_dbus_connection_flush_sync (f->front, NULL, NULL));
  g_assert_true (g_dbus_connection_close_sync (f->front, NULL, NULL));
  g_clear_object (&f->front);
  /* Asked on the other socket, kioskd has seen the end of the first by the time it answers. */
  while (page == NULL || !g_str_equal (page, "home"))
    {
      g_autoptr (GDBusConnection) next = NULL;
      g_autoptr (GVariant) answer = NULL;

      g_clear_pointer (&page, g_free);
      status = bad_call_control (f->control, "Status", NULL, &error);
      g_assert_no_error (error);
      g_clear_pointer (&status, g_variant_unref);
      next = bad_connect (stage_process_value (f->world->kioskd, "front"), NULL);
      answer = next != NULL ? bad_call (next, "Get", NULL, NULL) : NULL;
      if (answer != NULL)
        g_variant_get (answer, "(us@a{sv}as)", &serial, &page, NULL, NULL);
      if (page != NULL)
        g_assert_cmpstr (page, !=, "identify");
    }
  g_assert_cmpint (stage_process_pid (f->world->kioskd), ==, f->pid);
}

int
main (int argc, char **argv)
{
  BadJourney f = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
#define CASE(path, function) g_test_add_data_func ("/bad-input/peers/" path, &f, function)
  CASE ("a-second-window-is-turned-away", test_second_front);
  CASE ("noise-does-nothing", test_noise);
  CASE ("one-that-hangs-up-does-no-harm", test_hangs_up);
  CASE ("a-window-that-dies-ends-the-session", test_front_hangs_up);
  bad_journey_begin (&f);
  status = g_test_run ();
  bad_journey_end (&f);
  return status;
}
