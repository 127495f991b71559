#include "air.h"

#include <string.h>

#define BITS_ON_AIR    9
#define BITS_ON_WIRE   10
#define TURN_US        90
#define CRC            2
#define HSU_SHORT      7 /* 00 00 FF LEN LCS … DCS 00 */
#define HSU_LONG       10
#define HSU_ACK        6
#define THRU_COMMAND   2 /* D4 42 */
#define EASY_COMMAND   3 /* D4 40 01 */
#define REPLY          3 /* D5 43 and a status */
#define FIRMWARE_FRAME 64
#define BLOCK          3 /* PCB and CRC */

static gsize
on_wire (gsize content)
{
  return content + (content > 255 ? HSU_LONG : HSU_SHORT);
}

static gsize
exchange_on_wire (gboolean easy, gsize out, gsize in)
{
  return on_wire (out + (easy ? EASY_COMMAND : THRU_COMMAND)) + HSU_ACK + on_wire (in + REPLY);
}

static double
air_us (guint rf_kbit, gsize bytes, guint frames)
{
  return (double)bytes * BITS_ON_AIR * 1000.0 / rf_kbit + (double)frames * TURN_US;
}

static double
wire_us (guint baud, gsize bytes)
{
  return (double)bytes * BITS_ON_WIRE * 1e6 / baud;
}

/* Blocks of one direction, with the acknowledgement that each but the last one earns. */
static gsize
message_on_air (gsize length, gsize frame, guint *ret_frames)
{
  gsize inside = frame - BLOCK, blocks = MAX (1, (length + inside - 1) / inside);

  *ret_frames += (guint)(2 * blocks - 1);
  return length + blocks * BLOCK + (blocks - 1) * BLOCK;
}

double
air_link_us (const AirLink *link, gsize command, gsize answer)
{
  gsize inside = link->frame - BLOCK, left = answer;
  guint frames = 0;
  gsize bytes = message_on_air (command, link->frame, &frames)
                + message_on_air (answer, link->frame, &frames);
  gsize wire = 0, out = command + 1;

  if (link->easy)
    wire = exchange_on_wire (TRUE, command, answer);
  else
    for (gboolean more = TRUE; more;)
      {
        gsize part = MIN (left, inside);

        wire += exchange_on_wire (FALSE, out, part + 1);
        left -= part;
        out = 1;
        more = left > 0;
      }
  return air_us (link->rf_kbit, bytes, frames) + wire_us (link->baud, wire);
}

static void
count (Air *self, gsize air_bytes, guint frames, gsize wire_bytes)
{
  self->air_bytes += air_bytes;
  self->wire_bytes += wire_bytes;
  self->us += air_us (self->rf_kbit, air_bytes, frames) + wire_us (self->baud, wire_bytes);
}

static KioskFrameResult
exchange (gpointer data, const guint8 *frame, gsize length, guint timeout_ms,
          guint8 ret_answer[KIOSK_ISODEP_FRAME_MAX], gsize *ret_length, GError **error)
{
  static const guint8 select_64[] = { 0xe0, 0x50 };
  Air *self = data;
  gboolean is_select = frame[0] == 0xe0 && self->frame == 64;
  g_autoptr (GByteArray) answer
    = kiosk_emu_picc_exchange (self->picc, is_select ? select_64 : frame, length);

  if (answer == NULL)
    {
      count (self, length + CRC, 1, exchange_on_wire (FALSE, length, 0));
      return KIOSK_FRAME_LOST;
    }
  g_assert_cmpuint (answer->len, <=, KIOSK_ISODEP_FRAME_MAX);
  memcpy (ret_answer, answer->data, answer->len);
  *ret_length = answer->len;
  count (self, length + answer->len + 2 * CRC, 2, exchange_on_wire (FALSE, length, answer->len));
  return KIOSK_FRAME_WHOLE;
}

static void
happen (Air *self)
{
  self->commands++;
  if (self->lost_at == 0 || self->commands != self->lost_at)
    return;
  self->lost_at = self->lost_every > 0 ? self->commands + self->lost_every : 0;
  kiosk_emu_field_power_off (self->field);
  if (self->instead == NULL)
    return;
  kiosk_emu_field_remove (self->field);
  g_assert_true (kiosk_emu_field_add (self->field, self->instead));
}

static gboolean
transmit_easy (Air *self, const guint8 *command, gsize length, GByteArray *response)
{
  g_autoptr (GByteArray) answer = kiosk_emu_field_transmit (self->field, command, length);
  guint frames = 0;
  gsize bytes;

  if (answer == NULL)
    return FALSE;
  bytes = message_on_air (length, FIRMWARE_FRAME, &frames);
  bytes += message_on_air (answer->len, FIRMWARE_FRAME, &frames);
  count (self, bytes, frames, exchange_on_wire (TRUE, length, answer->len));
  g_byte_array_append (response, answer->data, answer->len);
  return TRUE;
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Air *self = (Air *)channel;

  happen (self);
  if (self->mute_extended && length > 5 && command[4] == 0)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST, "mute");
      return FALSE;
    }
  if (!self->easy)
    return kiosk_isodep_transmit (&self->isodep, command, length, response, timeout_ms, error);
  g_assert_cmpuint (length, <=, KIOSK_CARD_EASY_COMMAND_MAX);
  if (transmit_easy (self, command, length, response))
    {
      g_assert_cmpuint (response->len, <=, KIOSK_CARD_EASY_ANSWER_MAX);
      return TRUE;
    }
  g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST, "gone");
  return FALSE;
}

static void
activate (Air *self, KioskCardTarget *ret_target)
{
  int index;
  const KioskEmuCard *card;
  g_autoptr (GByteArray) historical = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  kiosk_emu_field_power_off (self->field);
  index = kiosk_emu_field_find (self->field, 'A', NULL, 0);
  g_assert_cmpint (index, ==, 0);
  kiosk_emu_field_select (self->field, index);
  kiosk_emu_picc_reset (self->picc, 0);
  card = kiosk_emu_field_card (self->field, 0);
  *ret_target = (KioskCardTarget){ .takes_commands = TRUE, .uid_length = card->radio.uid_length };
  memcpy (ret_target->uid, card->radio.uid, card->radio.uid_length);
  if (self->easy)
    return;
  kiosk_isodep_init (&self->isodep, self->clock, exchange, self);
  g_assert_true (kiosk_isodep_activate (&self->isodep, historical, &error));
  g_assert_no_error (error);
  ret_target->historical_length = MIN (historical->len, sizeof ret_target->historical);
  if (historical->len > 0)
    memcpy (ret_target->historical, historical->data, ret_target->historical_length);
  ret_target->command_max = 65544;
  ret_target->answer_max = KIOSK_ISODEP_ANSWER_MAX;
  ret_target->frame_bytes = KIOSK_ISODEP_FRAME_MAX;
}

static KioskCardPresence
reactivate (KioskCardChannel *channel, KioskCardTarget *ret_target, GError **error)
{
  Air *self = (Air *)channel;

  if (self->empty > 0)
    {
      self->empty--;
      return KIOSK_CARD_PRESENCE_EMPTY;
    }
  self->activations++;
  activate (self, ret_target);
  return KIOSK_CARD_PRESENCE_FOUND;
}

static gboolean
is_present (KioskCardChannel *channel)
{
  return TRUE;
}

Air *
air_new (KioskEmuCard *card, gboolean easy, guint rf_kbit, guint baud)
{
  Air *self = g_new0 (Air, 1);

  self->channel = (KioskCardChannel){ NULL, reactivate, transmit, is_present, NULL };
  self->random = kiosk_random_new_seeded (7);
  self->clock = kiosk_clock_new_manual (0);
  self->field = kiosk_emu_field_new (self->random);
  self->picc = kiosk_emu_picc_new (self->field);
  self->frame = KIOSK_ISODEP_FRAME_MAX;
  self->easy = easy;
  self->rf_kbit = rf_kbit;
  self->baud = baud;
  g_assert_true (kiosk_emu_field_add (self->field, card));
  return self;
}

void
air_free (Air *self)
{
  kiosk_emu_picc_free (self->picc);
  kiosk_emu_field_free (self->field);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_free (self);
}

KioskCardTarget
air_begin (Air *self)
{
  KioskCardTarget target;

  activate (self, &target);
  air_forget (self);
  return target;
}

void
air_forget (Air *self)
{
  self->commands = 0;
  self->air_bytes = self->wire_bytes = 0;
  self->us = 0;
}
