/* Who is on the other end, and in which version of TLS. */
#include <string.h>

#include "sync-fixture.h"

static void
test_version (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();

  g_assert_cmpuint (gateway_requests (f->gateway, ""), >, 0);
  g_assert_cmpuint (gateway_old_handshakes (f->gateway), ==, 0);
}

static const KioskSigner *
elsewhere (World *world)
{
  return &world->elsewhere;
}

static const KioskSigner *
kiosk_authority (World *world)
{
  return &world->kiosk_ca;
}

static void
check_stranger (const KioskSigner *(*server) (World *))
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (server);
  g_autoptr (GError) error = sync_fixture_enrol (f, "GOOD-CODE");

  g_assert_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE);
  g_assert_cmpuint (gateway_requests (f->gateway, ""), ==, 0);
  g_assert_false (sync_fixture_status (f).reachable);
}

static void
test_other_host (void)
{
  check_stranger (elsewhere);
}

static void
test_other_authority (void)
{
  check_stranger (kiosk_authority);
}

/* OpenSSL's own server, which prints what it is sent. */
typedef struct
{
  GSubprocess *process;
  GDataInputStream *output;
  guint port;
} Server;

static Server
server_new (World *world, const char *version)
{
  g_autoptr (GTlsCertificate) written = world_tls (world, &world->server);
  g_autofree char *cert = g_build_filename (world->folder, "tls.pem", NULL);
  g_autofree char *key = g_build_filename (world->folder, "tls.key", NULL);
  g_autoptr (GError) error = NULL;
  Server server = { NULL };
  char *line;

  server.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE
                                       | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                     &error, "openssl", "s_server", "-accept", "localhost:0", "-4",
                                     "-naccept", "1", version, "-cert", cert, "-key", key, NULL);
  g_assert_no_error (error);
  server.output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server.process));
  while ((line = g_data_input_stream_read_line (server.output, NULL, NULL, NULL)) != NULL
         && server.port == 0)
    {
      if (g_str_has_prefix (line, "ACCEPT "))
        server.port = (guint)g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
      g_free (line);
      if (server.port != 0)
        break;
    }
  g_assert_cmpuint (server.port, >, 0);
  return server;
}

/* (transfer full): what the server printed until its one connection was gone. */
static char *
server_end (Server *server)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *line;

  while ((line = g_data_input_stream_read_line (server->output, NULL, NULL, NULL)) != NULL)
    {
      g_string_append_printf (text, "%s\n", line);
      g_free (line);
    }
  g_object_unref (server->output);
  g_object_unref (server->process);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  GError *error;
  gboolean done;
} Enrolment;

static void
enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  Enrolment *enrolment = data;

  kiosk_sync_enrol_finish (NULL, result, &enrolment->error);
  enrolment->done = TRUE;
}

static gboolean
stop_server (gpointer process)
{
  g_subprocess_force_exit (process);
  return G_SOURCE_REMOVE;
}

/* TRUE: the enrolment's request reached a server that speaks only @version. */
static gboolean
is_sent_over (const char *version)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  Server server = server_new (f->world, version);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", server.port);
  g_autofree char *printed = NULL;
  KioskSyncConfig config = { .gateway = url,
                             .gateway_ca = f->world->gateway_ca,
                             .state_folder = f->folder,
                             .bundle_anchors = f->world->anchors,
                             .retry_first_ms = 100,
                             .retry_most_ms = 1000,
                             .poll_ms = 1000 };
  KioskSync *sync = kiosk_sync_new (&config, f->vault, f->clock, f->random, NULL, NULL, NULL);
  Enrolment enrolment = { 0 };
  guint stop = g_timeout_add_seconds (5, stop_server, server.process);

  kiosk_sync_enrol_async (sync, "SECRET-CODE", NULL, enrolled, &enrolment);
  while (!enrolment.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (enrolment.error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE);
  g_clear_error (&enrolment.error);
  kiosk_sync_free (sync);
  printed = server_end (&server);
  if (g_main_context_find_source_by_id (NULL, stop) != NULL)
    g_source_remove (stop);
  return strstr (printed, "SECRET-CODE") != NULL;
}

static void
test_old_version (void)
{
  g_assert_false (is_sent_over ("-tls1_2"));
}

/* The same server in the right version does get the request: the test above can fail. */
static void
test_right_version (void)
{
  g_assert_true (is_sent_over ("-tls1_3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/tls/every-connection-is-1-3", test_version);
  g_test_add_func ("/sync/tls/another-host-is-told-nothing", test_other_host);
  g_test_add_func ("/sync/tls/another-authority-is-told-nothing", test_other_authority);
  g_test_add_func ("/sync/tls/a-server-of-1-2-is-told-nothing", test_old_version);
  g_test_add_func ("/sync/tls/a-server-of-1-3-is-told", test_right_version);
  return g_test_run ();
}
