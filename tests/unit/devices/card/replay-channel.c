#include "replay-channel.h"

#include <string.h>

#include "base/file.h"

typedef struct
{
  char *command, *response;
} Exchange;

typedef struct
{
  KioskCardChannel channel;
  GArray *exchanges;
  gsize next, leaves_before;
  gsize altered; /* the first altered answer */
} Replay;

static void
exchange_clear (gpointer data)
{
  Exchange *exchange = data;

  g_free (exchange->command);
  g_free (exchange->response);
}

static KioskCardPresence
poll_card (KioskCardChannel *channel, KioskCardTarget *ret_target, GError **error)
{
  *ret_target = (KioskCardTarget){ .takes_commands = TRUE };
  return KIOSK_CARD_PRESENCE_FOUND;
}

static gboolean
is_next (const Replay *self, const char *hex)
{
  return self->next < self->exchanges->len
         && g_ascii_strcasecmp (g_array_index (self->exchanges, Exchange, self->next).command, hex)
              == 0;
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Replay *self = (Replay *)channel;
  g_autofree char *hex = kiosk_hex_encode (command, length);
  g_autofree char *expected = NULL;
  g_autoptr (GBytes) answer = NULL;
  const Exchange *exchange;

  if (self->next == self->leaves_before)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST, "pulled out");
      return FALSE;
    }
  if (self->next > self->altered && !is_next (self, hex))
    {
      g_byte_array_append (response, (const guint8 *)"\x6f\x00", 2);
      return TRUE;
    }
  g_assert_cmpuint (self->next, <, self->exchanges->len);
  exchange = &g_array_index (self->exchanges, Exchange, self->next++);
  expected = g_ascii_strdown (exchange->command, -1);
  g_assert_cmpstr (hex, ==, expected);
  answer = kiosk_hex_decode (exchange->response);
  g_assert_nonnull (answer);
  g_byte_array_append (response, g_bytes_get_data (answer, NULL), (guint)g_bytes_get_size (answer));
  return TRUE;
}

static gboolean
is_present (KioskCardChannel *channel)
{
  return ((Replay *)channel)->next < ((Replay *)channel)->leaves_before;
}

static void
replay_free (KioskCardChannel *channel)
{
  Replay *self = (Replay *)channel;

  g_array_unref (self->exchanges);
  g_free (self);
}

static Replay *
replay_new (void)
{
  Replay *self = g_new0 (Replay, 1);

  self->channel = (KioskCardChannel){ poll_card, NULL, transmit, is_present, replay_free };
  self->exchanges = g_array_new (FALSE, FALSE, sizeof (Exchange));
  g_array_set_clear_func (self->exchanges, exchange_clear);
  self->leaves_before = self->altered = G_MAXSIZE;
  return self;
}

static void
replay_add (Replay *self, const char *command, const char *response)
{
  Exchange exchange = { g_strdup (command), g_strdup (response) };

  g_array_append_val (self->exchanges, exchange);
}

KioskCardChannel *
replay_channel_new (const ReplayLine *lines, gsize n_lines)
{
  Replay *self = replay_new ();

  for (gsize i = 0; i < n_lines; i++)
    replay_add (self, lines[i].command, lines[i].response);
  return &self->channel;
}

KioskCardChannel *
replay_channel_new_from_file (const char *path)
{
  Replay *self = replay_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  const char *command = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "> "))
      command = lines[i] + 2;
    else if (g_str_has_prefix (lines[i], "< "))
      replay_add (self, command, lines[i] + 2);
  return &self->channel;
}

gsize
replay_channel_length (KioskCardChannel *channel)
{
  return ((Replay *)channel)->exchanges->len;
}

void
replay_channel_leave_before (KioskCardChannel *channel, gsize n)
{
  ((Replay *)channel)->leaves_before = n;
}

void
replay_channel_alter (KioskCardChannel *channel, gsize n, const char *response)
{
  Replay *self = (Replay *)channel;
  Exchange *exchange = &g_array_index (self->exchanges, Exchange, n);

  g_free (exchange->response);
  exchange->response = g_strdup (response);
  self->altered = MIN (self->altered, n);
}

gsize
replay_channel_bits (KioskCardChannel *channel, gsize n)
{
  return 4 * strlen (g_array_index (((Replay *)channel)->exchanges, Exchange, n).response);
}

void
replay_channel_turn_bit (KioskCardChannel *channel, gsize n, gsize bit)
{
  g_autoptr (GBytes) answer
    = kiosk_hex_decode (g_array_index (((Replay *)channel)->exchanges, Exchange, n).response);
  gsize length;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&answer), &length);
  g_autofree char *hex = NULL;

  bytes[bit / 8] ^= (guint8)(1u << bit % 8);
  hex = kiosk_hex_encode (bytes, length);
  replay_channel_alter (channel, n, hex);
}

void
replay_channel_assert_finished (KioskCardChannel *channel)
{
  g_assert_cmpuint (((Replay *)channel)->next, ==, ((Replay *)channel)->exchanges->len);
}
