/* The bench beside the terminal: a window that places cards and pulls the cable, over two sockets.
 */
#include "stage-private.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

static void serve_line (GObject *source, GAsyncResult *result, gpointer data);

typedef struct
{
  Stage *stage;
  GSocketConnection *connection;
  GDataInputStream *input;
} Caller;

static void
caller_free (Caller *caller)
{
  g_object_unref (caller->input);
  g_object_unref (caller->connection);
  g_free (caller);
}

static const char *
obey (Stage *self, const char *line)
{
  if (strcmp (line, "cable out") == 0)
    {
      stage_cable_pull (self->cable);
      return "ok\n";
    }
  if (strcmp (line, "cable in") == 0)
    return stage_cable_put_back (self->cable, NULL) ? "ok\n" : "error the port is taken\n";
  return "error cable in, or cable out\n";
}

static void
read_next (Caller *caller)
{
  g_data_input_stream_read_line_async (caller->input, G_PRIORITY_DEFAULT, NULL, serve_line, caller);
}

static void
serve_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Caller *caller = data;
  g_autofree char *line
    = g_data_input_stream_read_line_finish_utf8 (caller->input, result, NULL, NULL);
  const char *answer = line != NULL ? obey (caller->stage, line) : NULL;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (caller->connection));

  if (answer != NULL
      && g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL))
    read_next (caller);
  else
    caller_free (caller);
}

static gboolean
on_caller (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Caller *caller = g_new0 (Caller, 1);

  caller->stage = data;
  caller->connection = g_object_ref (connection);
  caller->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  read_next (caller);
  return TRUE;
}

gboolean
stage_raise_bench (Stage *self, GAsyncReadyCallback closed, gpointer data, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-emulator");
  g_autofree char *reader = stage_passing_path (self, "emulator.sock");
  g_autofree char *cable = stage_passing_path (self, "cable.sock");
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (cable);
  const char *const argv[] = { program, "bench", "--control", reader, "--cable", cable, NULL };
  StageProcess *bench;

  self->cable_control = g_socket_service_new ();
  g_signal_connect (self->cable_control, "incoming", G_CALLBACK (on_caller), self);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->cable_control), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    return FALSE;
  bench = stage_raise (self, "bench", argv, error);
  if (bench == NULL)
    return FALSE;
  stage_process_wait_async (bench, closed, data);
  return TRUE;
}
