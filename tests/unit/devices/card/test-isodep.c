/* The block protocol against a card that is a rule: it holds one answer, chains it in frames of its
 * own size, and counts how often it was truly asked. Any frame may be lost or damaged both ways. */
#include <string.h>

#include "devices/card/card-isodep.h"

typedef struct
{
  KioskIsodep reader;
  KioskClock *clock;
  gsize frame_bytes; /* of the card, both ways */
  guint8 number;
  gboolean is_active;
  GByteArray *command, *answer, *last;
  gsize sent;
  guint runs, frames, waits;
  guint lose_command, lose_answer, damage_answer; /* the n-th frame, from 1; 0: none */
  gboolean mute, nonsense, waits_for_ever;
} Card;

static void
say (Card *self, guint8 pcb, const guint8 *data, gsize length)
{
  g_byte_array_set_size (self->last, 0);
  g_byte_array_append (self->last, &pcb, 1);
  if (length > 0)
    g_byte_array_append (self->last, data, (guint)length);
}

static void
next_block (Card *self)
{
  gsize left = self->answer->len - self->sent, part = MIN (left, self->frame_bytes - 3);

  say (self, (guint8)(0x02 | self->number | (left > part ? 0x10 : 0)),
       self->answer->data + self->sent, part);
  self->sent += part;
}

static void
run (Card *self)
{
  self->runs++;
  self->sent = 0;
  g_byte_array_set_size (self->command, 0);
  next_block (self);
}

/* ISO/IEC 14443-4, 7.5.4: rules 9 to 13 and D, E. */
static void
hear (Card *self, const guint8 *frame, gsize length)
{
  g_assert_cmpuint (length + 2, <=, self->is_active ? self->frame_bytes : 256);
  if (frame[0] == 0xe0)
    {
      self->is_active = TRUE;
      self->number = 1;
      say (self, 6, (const guint8[]){ 0x75, 0xb3, 0x40, 0x02, 0x80 }, 5);
      if (self->frame_bytes == 256)
        self->last->data[1] = 0x78;
    }
  else if (frame[0] == 0xd0)
    say (self, 0xd0, NULL, 0);
  else if ((frame[0] & 0xee) == 0x02)
    {
      self->number ^= 1;
      g_assert_cmpuint (frame[0] & 1, ==, self->number);
      g_byte_array_append (self->command, frame + 1, (guint)length - 1);
      if ((frame[0] & 0x10) != 0)
        say (self, 0xa2 | self->number, NULL, 0);
      else if (self->waits > 0 || self->waits_for_ever)
        say (self, 0xf2, (const guint8[]){ 0x01 }, 1);
      else
        run (self);
    }
  else if (frame[0] == 0xf2)
    {
      g_assert_cmpuint (frame[1], ==, 0x01);
      if (self->waits_for_ever || --self->waits > 0)
        say (self, 0xf2, (const guint8[]){ 0x01 }, 1);
      else
        run (self);
    }
  else if ((frame[0] & 1) == self->number)
    return; /* rule 11: the last block again */
  else if ((frame[0] & 0x10) != 0)
    say (self, 0xa2 | self->number, NULL, 0); /* rule 12 */
  else
    {
      self->number ^= 1;
      next_block (self);
    }
}

static KioskFrameResult
exchange (gpointer data, const guint8 *frame, gsize length, guint timeout_ms,
          guint8 ret_answer[KIOSK_ISODEP_FRAME_MAX], gsize *ret_length, GError **error)
{
  Card *self = data;

  self->frames++;
  if (self->mute || self->frames == self->lose_command)
    {
      kiosk_clock_advance (self->clock, timeout_ms);
      return KIOSK_FRAME_LOST;
    }
  hear (self, frame, length);
  if (self->frames == self->lose_answer)
    return KIOSK_FRAME_LOST;
  if (self->waits_for_ever)
    kiosk_clock_advance (self->clock, timeout_ms);
  memcpy (ret_answer, self->last->data, self->last->len);
  *ret_length = self->last->len;
  if (self->nonsense || self->frames == self->damage_answer)
    ret_answer[0] = 0xc2;
  return KIOSK_FRAME_WHOLE;
}

static void
card_init (Card *self, gsize frame_bytes, gsize answer_length)
{
  g_autoptr (GByteArray) historical = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  *self = (Card){ .clock = kiosk_clock_new_manual (0),
                  .frame_bytes = frame_bytes,
                  .command = g_byte_array_new (),
                  .answer = g_byte_array_new (),
                  .last = g_byte_array_new () };
  g_byte_array_set_size (self->answer, (guint)answer_length);
  for (gsize i = 0; i < answer_length; i++)
    self->answer->data[i] = (guint8)(i * 11 + (i >> 8));
  kiosk_isodep_init (&self->reader, self->clock, exchange, self);
  g_assert_true (kiosk_isodep_activate (&self->reader, historical, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (historical->data, historical->len, "\x80", 1);
  self->frames = 0;
}

static void
card_clear (Card *self)
{
  g_byte_array_unref (self->command);
  g_byte_array_unref (self->answer);
  g_byte_array_unref (self->last);
  kiosk_clock_unref (self->clock);
}

static void
assert_answers (Card *self, gsize command_length)
{
  g_autofree guint8 *command = g_malloc0 (command_length);
  g_autoptr (GByteArray) response = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  self->runs = 0;
  g_assert_true (
    kiosk_isodep_transmit (&self->reader, command, command_length, response, 5000, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (response->data, response->len, self->answer->data, self->answer->len);
  g_assert_cmpuint (self->runs, ==, 1);
}

static void
test_lengths (void)
{
  static const gsize lengths[] = { 5, 61, 62, 253, 254, 261, 300, 65544 };
  static const gsize answers[] = { 2, 61, 62, 253, 254, 65538 };

  for (guint frame = 64; frame <= 256; frame *= 4)
    for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
      for (guint j = 0; j < G_N_ELEMENTS (answers); j++)
        {
          Card card;

          card_init (&card, frame, answers[j]);
          assert_answers (&card, lengths[i]);
          assert_answers (&card, lengths[i]); /* and the numbers go on */
          g_assert_true (kiosk_isodep_is_present (&card.reader));
          assert_answers (&card, lengths[i]);
          card_clear (&card);
        }
}

/* Wherever one frame is lost or damaged, the card is asked once and the answer is whole. */
static void
test_one_loss (void)
{
  guint frames;
  Card card;

  card_init (&card, 64, 300);
  assert_answers (&card, 150);
  frames = card.frames;
  card_clear (&card);
  g_assert_cmpuint (frames, >, 6);
  for (guint kind = 0; kind < 3; kind++)
    for (guint i = 1; i <= frames; i++)
      {
        card_init (&card, 64, 300);
        card.lose_command = kind == 0 ? i : 0;
        card.lose_answer = kind == 1 ? i : 0;
        card.damage_answer = kind == 2 ? i : 0;
        assert_answers (&card, 150);
        g_assert_cmpuint (card.reader.recovered, ==, 1);
        assert_answers (&card, 150);
        card_clear (&card);
      }
}

static void
test_wait (void)
{
  Card card;

  card_init (&card, 256, 100);
  card.waits = 3;
  assert_answers (&card, 20);
  for (guint i = 1; i <= 4; i++)
    {
      card.waits = 3;
      card.lose_answer = card.frames + i;
      assert_answers (&card, 20);
    }
  card_clear (&card);
}

static void
assert_fails (Card *self, KioskCardError code)
{
  g_autoptr (GByteArray) response = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (
    kiosk_isodep_transmit (&self->reader, (const guint8 *)"\0\0", 2, response, 5000, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, (int)code);
  card_clear (self);
}

static void
test_ends (void)
{
  Card card;

  card_init (&card, 256, 100);
  card.mute = TRUE;
  assert_fails (&card, KIOSK_CARD_ERROR_LOST);
  card_init (&card, 256, 100);
  card.nonsense = TRUE;
  assert_fails (&card, KIOSK_CARD_ERROR_RF);
  card_init (&card, 256, 100);
  card.waits_for_ever = TRUE;
  assert_fails (&card, KIOSK_CARD_ERROR_TIMEOUT);
  card_init (&card, 256, KIOSK_ISODEP_ANSWER_MAX + 1);
  assert_fails (&card, KIOSK_CARD_ERROR_RF);
}

/* ATS 75 B3 40 02 80: TA B3 the same rates both ways, 212 and 424; TB 40 FWI 4. */
static void
test_select (void)
{
  g_autoptr (GByteArray) historical = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  Card card;

  card_init (&card, 64, 10);
  g_assert_cmpuint (card.reader.card_frame, ==, 64);
  g_assert_cmpuint (card.reader.frame_ms, ==, 302 * 16 / 1000 + 5);
  g_assert_true (card.reader.one_rate);
  g_assert_cmpuint (kiosk_isodep_best_rate (&card.reader, 2), ==, 2);
  g_assert_cmpuint (kiosk_isodep_best_rate (&card.reader, 1), ==, 1);
  g_assert_true (kiosk_isodep_change_rate (&card.reader, 2, &error));
  g_assert_no_error (error);
  card.mute = TRUE;
  g_assert_false (kiosk_isodep_is_present (&card.reader));
  g_assert_false (kiosk_isodep_change_rate (&card.reader, 2, &error));
  g_assert_no_error (error);
  g_assert_false (kiosk_isodep_activate (&card.reader, historical, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST);
  card_clear (&card);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/isodep/any-length-goes-and-comes-in-frames-of-any-size", test_lengths);
  g_test_add_func ("/card/isodep/one-lost-frame-costs-nothing-but-itself", test_one_loss);
  g_test_add_func ("/card/isodep/a-card-that-asks-for-time-gets-it", test_wait);
  g_test_add_func ("/card/isodep/silence-nonsense-and-endless-waiting-end", test_ends);
  g_test_add_func ("/card/isodep/what-the-answer-to-select-says-is-kept", test_select);
  return g_test_run ();
}
