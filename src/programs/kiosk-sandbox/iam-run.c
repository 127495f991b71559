#include "programs/kiosk-sandbox/iam-run.h"
#include "programs/kiosk-sandbox/iam-server.h"
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

typedef struct
{
  KioskIamCore *core;
  KioskIamServer *server;
  GDataInputStream *lines;
  GCancellable *cancellable;
  gboolean reading;
} Run;

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void read_next (Run *self);

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *self = data;
  g_autofree char *line
    = g_data_input_stream_read_line_finish_utf8 (self->lines, result, NULL, NULL);
  g_autofree char *answer = NULL;
  gboolean release = FALSE;

  self->reading = FALSE;
  if (line == NULL)
    return; /* nobody is there who could say more: it plays on */
  answer = kiosk_iam_core_control (self->core, line, &release);
  if (release)
    kiosk_iam_server_release (self->server);
  g_print ("%s\n", answer);
  fflush (stdout);
  read_next (self);
}

static void
read_next (Run *self)
{
  self->reading = TRUE;
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable,
                                       line_read, self);
}

gboolean
kiosk_iam_run (const KioskIamConfig *config, guint16 port, KioskClock *clock, GError **error)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  g_autoptr (KioskIamCore) core = kiosk_iam_core_new (config, clock, random, error);
  g_autoptr (KioskIamServer) server
    = core != NULL ? kiosk_iam_server_new (core, config->folder, port, error) : NULL;
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (in);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run self = { core, server, lines, cancellable, FALSE };
  guint terminate;
  guint interrupt;

  if (server == NULL)
    return FALSE;
  terminate = g_unix_signal_add (SIGTERM, quit, loop);
  interrupt = g_unix_signal_add (SIGINT, quit, loop);
  read_next (&self);
  g_print ("ready port=%u\n", kiosk_iam_server_port (server));
  fflush (stdout);
  g_main_loop_run (loop);
  g_cancellable_cancel (cancellable);
  while (self.reading)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (terminate);
  g_source_remove (interrupt);
  return TRUE;
}
