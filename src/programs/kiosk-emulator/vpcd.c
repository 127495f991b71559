#include "vpcd.h"

#include <gio/gio.h>
#include <glib-unix.h>

#define ORDER_OFF       0
#define ORDER_ON        1
#define ORDER_RESET     2
#define ORDER_ATR       4
#define ATR_MAXIMUM     33
#define MESSAGE_MAXIMUM G_MAXUINT16
#define PATIENCE_S      5 /* for one answer; then the card has gone mute */

struct _KioskEmuVpcd
{
  GSocketService *service;
  guint16 port;
  KioskEmuField *field;
  GSocketConnection *connection; /* (nullable): to the program that is a card */
  KioskEmuCard *card;            /* as its answer to reset describes it */
  GSource *closed;
};

static gboolean
fail (GError **error, KioskEmuError code, const char *what)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, (int)code, what);
  return FALSE;
}

static void
hang_up (KioskEmuVpcd *self)
{
  if (self->closed != NULL)
    g_source_destroy (self->closed);
  g_clear_pointer (&self->closed, g_source_unref);
  if (self->connection != NULL)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_clear_object (&self->connection);
  kiosk_emu_field_remove_remote (self->field, self);
  g_clear_pointer (&self->card, kiosk_emu_card_unref);
}

static gboolean
send_message (KioskEmuVpcd *self, const guint8 *bytes, gsize length)
{
  const guint8 head[2] = { (guint8)(length >> 8), (guint8)length };
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GOutputStream *output;

  if (self->connection == NULL || length > MESSAGE_MAXIMUM)
    return FALSE;
  output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_byte_array_append (message, head, sizeof head);
  g_byte_array_append (message, bytes, (guint)length);
  return g_output_stream_write_all (output, message->data, message->len, NULL, NULL, NULL);
}

static gboolean
read_whole (KioskEmuVpcd *self, guint8 *bytes, gsize length)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));
  gsize done = 0;

  return g_input_stream_read_all (input, bytes, length, &done, NULL, NULL) && done == length;
}

/* (transfer full) (nullable) */
static GByteArray *
receive_message (KioskEmuVpcd *self)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  guint8 head[2];

  if (!read_whole (self, head, sizeof head))
    return NULL;
  g_byte_array_set_size (message, (guint)head[0] << 8 | head[1]);
  return message->len == 0 || read_whole (self, message->data, message->len)
           ? g_steal_pointer (&message)
           : NULL;
}

static gboolean
order (KioskEmuVpcd *self, guint8 what)
{
  return send_message (self, &what, 1);
}

static void
power (gpointer data, gboolean on)
{
  order (data, on ? ORDER_RESET : ORDER_OFF);
}

/* The loop stands still meanwhile: a card's answer is what everyone here waits for. */
static GByteArray *
transmit (gpointer data, const guint8 *command, gsize length)
{
  KioskEmuVpcd *self = data;

  if (length <= 1 || !send_message (self, command, length)) /* one byte would be an order */
    return NULL;
  return receive_message (self);
}

GBytes *
kiosk_emu_vpcd_historical (const guint8 *atr, gsize length)
{
  gsize at = 2;
  gsize count;
  guint8 follows;

  if (length < 2 || length > ATR_MAXIMUM || (atr[0] != 0x3b && atr[0] != 0x3f))
    return NULL;
  count = atr[1] & 0x0f;
  follows = atr[1] >> 4;
  while (follows != 0) /* TA, TB, TC, and TD, which says what follows it */
    {
      gboolean more = (follows & 8) != 0;

      at += (follows & 1) + (follows >> 1 & 1) + (follows >> 2 & 1);
      if (more && at >= length)
        return NULL;
      follows = more ? atr[at++] >> 4 : 0;
    }
  if (at + count > length)
    return NULL;
  return g_bytes_new (atr + at, count);
}

static KioskEmuCard *
describe (KioskEmuVpcd *self)
{
  g_autoptr (GByteArray) atr = NULL;
  g_autoptr (GBytes) historical = NULL;
  KioskEmuCard *card;

  if (!order (self, ORDER_ON) || !order (self, ORDER_ATR))
    return NULL;
  atr = receive_message (self);
  if (atr == NULL)
    return NULL;
  card = kiosk_emu_card_new (KIOSK_EMU_VPCD_CARD);
  kiosk_emu_radio_set (&card->radio, "uid", "random");
  historical = kiosk_emu_vpcd_historical (atr->data, atr->len);
  if (historical != NULL)
    {
      g_bytes_unref (card->radio.historical);
      card->radio.historical = g_steal_pointer (&historical);
    }
  return card;
}

gboolean
kiosk_emu_vpcd_place (KioskEmuVpcd *self, const char *const *changes, GError **error)
{
  const KioskEmuRemote remote = { power, transmit, self };

  if (self->card == NULL)
    return fail (error, KIOSK_EMU_ERROR_COMMAND, "no program is connected to be a card");
  if (!kiosk_emu_card_change (self->card, changes, error))
    return FALSE;
  kiosk_emu_field_remove_remote (self->field, self);
  if (!kiosk_emu_field_add_remote (self->field, self->card, &remote))
    return fail (error, KIOSK_EMU_ERROR_COMMAND, "no more cards fit on the reader");
  return TRUE;
}

/* Between two commands a card says nothing: what can be read is the end. */
static gboolean
readable (int fd, GIOCondition condition, gpointer data)
{
  hang_up (data);
  return G_SOURCE_REMOVE;
}

static void
watch (KioskEmuVpcd *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  self->closed = g_unix_fd_source_new (g_socket_get_fd (socket), G_IO_IN | G_IO_HUP);
  g_source_set_callback (self->closed, G_SOURCE_FUNC (readable), self, NULL);
  g_source_attach (self->closed, g_main_context_get_thread_default ());
}

static gboolean
incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  KioskEmuVpcd *self = data;
  GSocket *socket = g_socket_connection_get_socket (connection);

  hang_up (self); /* the last one who comes is the card */
  g_socket_set_blocking (socket, TRUE);
  g_socket_set_timeout (socket, PATIENCE_S);
  self->connection = g_object_ref (connection);
  self->card = describe (self);
  if (self->card == NULL || !kiosk_emu_vpcd_place (self, NULL, NULL))
    hang_up (self);
  else
    watch (self);
  return TRUE;
}

static gboolean
listen_on (KioskEmuVpcd *self, guint16 port, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      error))
    {
      g_prefix_error (error, "--vpcd %u: ", port);
      return FALSE;
    }
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

KioskEmuVpcd *
kiosk_emu_vpcd_new (guint16 port, KioskEmuField *field, GError **error)
{
  g_autoptr (KioskEmuVpcd) self = g_new0 (KioskEmuVpcd, 1);

  self->field = field;
  self->service = g_socket_service_new ();
  if (!listen_on (self, port, error))
    return NULL;
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  return g_steal_pointer (&self);
}

void
kiosk_emu_vpcd_free (KioskEmuVpcd *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  hang_up (self);
  g_object_unref (self->service);
  g_free (self);
}

guint16
kiosk_emu_vpcd_port (const KioskEmuVpcd *self)
{
  return self->port;
}
