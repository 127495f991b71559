#include "control.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#define LINE_MAXIMUM 4096 /* as much as a code can hold, and a word before it */

struct _KioskEmuControl
{
  char *socket;
  GSocketService *service;
  GCancellable *cancellable;
  KioskEmuHand hand;
};

typedef struct
{
  KioskEmuControl *control; /* alive as long as the cancellable is not cancelled */
  GCancellable *cancellable;
  GSocketConnection *connection;
  GDataInputStream *input;
} Client;

char *
kiosk_emu_control_run (KioskEmuControl *self, const char *line)
{
  return kiosk_emu_hand_run (&self->hand, line);
}

static void
client_free (Client *client)
{
  g_object_unref (client->input);
  g_object_unref (client->connection);
  g_object_unref (client->cancellable);
  g_free (client);
}

static void read_next (Client *client);

/* A line from someone on this machine whom the socket's folder lets in: answered in place. */
static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;
  g_autofree char *line
    = g_data_input_stream_read_line_finish_utf8 (client->input, result, NULL, NULL);
  g_autofree char *answer = NULL;
  g_autofree char *reply = NULL;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

  if (line == NULL || g_cancellable_is_cancelled (client->cancellable))
    {
      client_free (client);
      return;
    }
  answer = strlen (line) > LINE_MAXIMUM ? g_strdup ("error the line is too long")
                                        : kiosk_emu_control_run (client->control, line);
  reply = g_strconcat (answer, "\n", NULL);
  if (!g_output_stream_write_all (output, reply, strlen (reply), NULL, NULL, NULL))
    client_free (client); /* whoever asked has gone */
  else
    read_next (client);
}

static void
read_next (Client *client)
{
  g_data_input_stream_read_line_async (client->input, G_PRIORITY_DEFAULT, client->cancellable,
                                       line_read, client);
}

static gboolean
incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Client *client = g_new0 (Client, 1);

  client->control = data;
  client->cancellable = g_object_ref (client->control->cancellable);
  client->connection = g_object_ref (connection);
  client->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  read_next (client);
  return TRUE;
}

KioskEmuControl *
kiosk_emu_control_new (const char *socket, const KioskEmuHand *hand, GError **error)
{
  g_autoptr (KioskEmuControl) self = g_new0 (KioskEmuControl, 1);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autofree char *people
    = hand->cards == NULL ? NULL : g_build_filename (hand->cards, "cards", NULL);

  self->hand = *hand;
  self->cancellable = g_cancellable_new ();
  self->service = g_socket_service_new ();
  if (people != NULL && !g_file_test (people, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_CARD,
                   "%s: no folder of cards; make one: kiosk-emulator personalise %s", people,
                   hand->cards);
      return NULL;
    }
  g_unlink (socket); /* one that a killed emulator left */
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    {
      g_prefix_error (error, "control socket %s: ", socket);
      return NULL;
    }
  self->socket = g_strdup (socket);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  return g_steal_pointer (&self);
}

void
kiosk_emu_control_free (KioskEmuControl *self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  if (self->socket != NULL)
    g_unlink (self->socket);
  g_free (self->socket);
  g_object_unref (self->service);
  g_object_unref (self->cancellable);
  g_free (self);
}
