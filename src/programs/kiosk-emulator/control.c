#include "control.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#define LINE_MAXIMUM  256
#define COUNT_MAXIMUM 100000

struct _KioskEmuControl
{
  char *socket;
  char *cards;
  KioskEmuField *field;
  GSocketService *service;
  GCancellable *cancellable;
  void (*quit) (gpointer data);
  gpointer data;
};

typedef struct
{
  KioskEmuControl *control; /* alive as long as the cancellable is not cancelled */
  GCancellable *cancellable;
  GSocketConnection *connection;
  GDataInputStream *input;
} Client;

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

static gboolean
parse_count (const char *text, guint *ret_count, GError **error)
{
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, COUNT_MAXIMUM, &value, NULL))
    return refuse (error, "a count is a number up to 100000");
  *ret_count = (guint)value;
  return TRUE;
}

/* A name is a folder's, so it must not climb out. */
static KioskEmuCard *
load_card (KioskEmuControl *self, const char *name, GError **error)
{
  g_autofree char *folder = NULL;

  if (name == NULL || name[0] == '\0' || name[0] == '.' || strchr (name, '/') != NULL)
    {
      refuse (error, "which card? list names them");
      return NULL;
    }
  folder = g_build_filename (self->cards, "cards", name, NULL);
  return kiosk_emu_card_load (folder, name, error);
}

static gboolean
run_add (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  g_autoptr (KioskEmuCard) card = load_card (self, words[1], error);

  if (card == NULL)
    return FALSE;
  if (!kiosk_emu_field_add (self->field, card))
    return refuse (error, "no more cards fit on the reader");
  return TRUE;
}

static gboolean
run_place (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  g_autoptr (KioskEmuCard) card = load_card (self, words[1], error);

  if (card == NULL)
    return FALSE;
  kiosk_emu_field_remove (self->field);
  kiosk_emu_field_add (self->field, card);
  return TRUE;
}

static gboolean
run_remove (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  kiosk_emu_field_remove (self->field);
  return TRUE;
}

static gboolean
run_remove_after (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  guint count;

  if (!parse_count (words[1], &count, error))
    return FALSE;
  kiosk_emu_field_remove_after (self->field, count);
  return TRUE;
}

static gboolean
run_fault (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  KioskEmuFault fault;
  guint count;

  if (words[1] == NULL || !kiosk_emu_fault_from_name (words[1], &fault))
    return refuse (error, "no such fault");
  if (!parse_count (words[2], &count, error))
    return FALSE;
  kiosk_emu_field_faults (self->field)->left[fault] = count;
  return TRUE;
}

static gboolean
run_status (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  KioskEmuField *field = self->field;
  const char *between = "";

  g_string_append (answer, " cards=");
  for (guint i = 0; i < kiosk_emu_field_count (field); i++)
    g_string_append_printf (answer, "%s%s", i == 0 ? "" : ",",
                            kiosk_emu_field_card (field, i)->name);
  g_string_append_printf (answer, " selected=%s commands=%" G_GUINT64_FORMAT " faults=",
                          kiosk_emu_field_selected (field) >= 0 ? "yes" : "no",
                          kiosk_emu_field_commands (field));
  for (int i = 0; i < KIOSK_EMU_N_FAULTS; i++)
    if (kiosk_emu_field_faults (field)->left[i] > 0)
      {
        g_string_append_printf (answer, "%s%s:%u", between, kiosk_emu_fault_name (i),
                                kiosk_emu_field_faults (field)->left[i]);
        between = ",";
      }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
run_list (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  g_autofree char *folder = g_build_filename (self->cards, "cards", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (answer, " %s", (const char *)names->pdata[i]);
  return TRUE;
}

static gboolean
run_quit (KioskEmuControl *self, char **words, GString *answer, GError **error)
{
  self->quit (self->data);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean (*run) (KioskEmuControl *self, char **words, GString *answer, GError **error);
} commands[] = {
  { "place", run_place },   { "add", run_add },
  { "remove", run_remove }, { "remove-after", run_remove_after },
  { "fault", run_fault },   { "status", run_status },
  { "list", run_list },     { "quit", run_quit },
};

char *
kiosk_emu_control_run (KioskEmuControl *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  g_autoptr (GString) answer = g_string_new ("ok");
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (words[0], commands[i].name) == 0)
      {
        if (commands[i].run (self, words, answer, &error))
          return g_strdup (answer->str);
        return g_strdup_printf ("error %s", error->message);
      }
  return g_strdup ("error no such command");
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
kiosk_emu_control_new (const char *socket, const char *cards, KioskEmuField *field,
                       void (*quit) (gpointer data), gpointer data, GError **error)
{
  g_autoptr (KioskEmuControl) self = g_new0 (KioskEmuControl, 1);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);

  self->cards = g_strdup (cards);
  self->field = field;
  self->quit = quit;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  self->service = g_socket_service_new ();
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
  g_free (self->cards);
  g_free (self);
}
