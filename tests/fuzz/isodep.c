/* A card that says anything: the input is its frames, each after a byte that says how long it is;
 * 0xff loses one. Whatever comes, the reader's frames keep their form and the exchange ends. */
#include <string.h>

#include "devices/card/card-isodep.h"

typedef struct
{
  const guint8 *data;
  gsize length;
  KioskIsodep *reader;
  guint frames;
} Card;

static KioskFrameResult
exchange (gpointer data, const guint8 *frame, gsize length, guint timeout_ms,
          guint8 ret_answer[KIOSK_ISODEP_FRAME_MAX], gsize *ret_length, GError **error)
{
  Card *self = data;
  gsize take;

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length + 2, <=, MAX (self->reader->card_frame, 16));
  g_assert_cmpuint (timeout_ms, >, 0);
  g_assert_cmpuint (++self->frames, <, 100000);
  if (self->length == 0 || self->data[0] == 0xff)
    {
      self->data += self->length > 0 ? 1 : 0;
      self->length -= self->length > 0 ? 1 : 0;
      return KIOSK_FRAME_LOST;
    }
  take = MIN (self->data[0], self->length - 1);
  memcpy (ret_answer, self->data + 1, take);
  *ret_length = take;
  self->data += 1 + take;
  self->length -= 1 + take;
  return KIOSK_FRAME_WHOLE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static const guint8 command[300] = { 0x00, 0xb0 };
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (0);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  KioskIsodep reader;
  Card card = { data, length, &reader, 0 };

  kiosk_isodep_init (&reader, clock, exchange, &card);
  if (!kiosk_isodep_activate (&reader, bytes, NULL))
    return 0;
  g_assert_cmpuint (bytes->len, <, KIOSK_ISODEP_FRAME_MAX);
  g_assert_cmpuint (kiosk_isodep_best_rate (&reader, 2), <=, 2);
  for (gsize size = 7; size <= sizeof command; size += sizeof command - 7)
    {
      GError *error = NULL;
      gboolean answered;

      g_byte_array_set_size (bytes, 0);
      answered = kiosk_isodep_transmit (&reader, command, size, bytes, 5000, &error);
      g_assert_cmpuint (bytes->len, <=, KIOSK_ISODEP_ANSWER_MAX);
      g_assert_true (answered == (error == NULL));
      g_clear_error (&error);
    }
  return 0;
}
