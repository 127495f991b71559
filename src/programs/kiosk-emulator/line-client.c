#include "line-client.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "card.h"

typedef struct
{
  char *line;
  GSocketConnection *connection;
  GDataInputStream *input;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->line);
  g_clear_object (&self->input);
  g_clear_object (&self->connection);
  g_free (self);
}

static void
answer_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *answer = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source),
                                                                       result, NULL, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (answer == NULL)
    g_task_return_new_error (task, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND,
                             "the other side closed without an answer");
  else if (g_str_has_prefix (answer, "ok"))
    g_task_return_pointer (task, g_strdup (g_strstrip (answer + 2)), g_free);
  else
    g_task_return_new_error (task, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, "%s", answer);
}

static void
line_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task), answer_read,
                                       g_object_ref (task));
}

static void
connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (self->connection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->input
    = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_output_stream_write_all_async (
    g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), self->line, strlen (self->line),
    G_PRIORITY_DEFAULT, g_task_get_cancellable (task), line_written, g_object_ref (task));
}

void
kiosk_emu_line_ask_async (const char *socket, const char *line, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Question *self = g_new0 (Question, 1);

  g_task_set_source_tag (task, kiosk_emu_line_ask_async);
  self->line = g_strconcat (line, "\n", NULL);
  g_task_set_task_data (task, self, question_free);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, connected,
                                 g_object_ref (task));
}

char *
kiosk_emu_line_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
