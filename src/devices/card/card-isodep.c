#include "devices/card/card-isodep.h"

#include <string.h>

/* ISO/IEC 14443-4, 5 and 7.1 */
#define RATS             0xe0
#define RATS_256_BYTES   0x80 /* frame size 8, card identifier 0 */
#define PPS              0xd0
#define PPS1_FOLLOWS     0x11
#define PCB_I            0x02
#define PCB_I_MASK       0xee
#define PCB_R_ACK        0xa2
#define PCB_R_NAK        0xb2
#define PCB_R_MASK       0xee
#define PCB_WTX          0xf2
#define PCB_CHAINING     0x10
#define PCB_NUMBER       0x01
#define OVERHEAD         3 /* PCB and CRC */
#define FWI_DEFAULT      4
#define FSCI_DEFAULT     2
#define WTX_MASK         0x3f
#define WTX_MULTIPLY_MAX 59
#define ACTIVATION_MS    30 /* at least 65,536/fc: 4.8 ms */
#define MARGIN_MS        5
#define UNIT_US          302 /* 4096/fc */
#define ATTEMPTS         4
#define RETRY_MS         300 /* a repetition needs no thought */
#define WAITS_MAX        2000

static gboolean
fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, (int)code, what);
  return FALSE;
}

static guint
waiting_us (guint index)
{
  return UNIT_US << (index < 15 ? index : FWI_DEFAULT);
}

static gsize
frame_bytes (guint index)
{
  static const guint16 sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };

  return sizes[MIN (index, G_N_ELEMENTS (sizes) - 1)];
}

void
kiosk_isodep_take_over (KioskIsodep *self, gsize card_frame, guint fwi)
{
  self->card_frame = CLAMP (card_frame, 16, KIOSK_ISODEP_FRAME_MAX);
  self->frame_ms = waiting_us (fwi) / 1000 + MARGIN_MS;
  self->guard_us = 0;
  self->to_card = self->from_card = 0;
  self->one_rate = FALSE;
  self->number = 0;
}

void
kiosk_isodep_init (KioskIsodep *self, KioskClock *clock, KioskFrameExchange exchange, gpointer data)
{
  *self = (KioskIsodep){ .exchange = exchange, .data = data, .clock = clock };
  kiosk_isodep_take_over (self, frame_bytes (FSCI_DEFAULT), FWI_DEFAULT);
}

/* TL, T0, then TA, TB, TC as T0 says, then the historical bytes. */
static gboolean
parse_ats (KioskIsodep *self, const guint8 *ats, gsize length, GByteArray *historical)
{
  gsize at = 2;
  guint8 t0;

  if (length == 0 || ats[0] != length)
    return FALSE;
  if (length == 1)
    return TRUE;
  t0 = ats[1];
  self->card_frame = frame_bytes (t0 & 0x0f);
  if (length < at + (t0 >> 4 & 1) + (t0 >> 5 & 1) + (t0 >> 6 & 1))
    return FALSE;
  if ((t0 & 0x10) != 0)
    {
      self->one_rate = (ats[at] & 0x80) != 0;
      self->from_card = ats[at] >> 4 & 7;
      self->to_card = ats[at] & 7;
      at++;
    }
  if ((t0 & 0x20) != 0)
    {
      self->frame_ms = waiting_us (ats[at] >> 4) / 1000 + MARGIN_MS;
      self->guard_us = (ats[at] & 0x0f) == 0 ? 0 : waiting_us (ats[at] & 0x0f);
      at++;
    }
  if ((t0 & 0x40) != 0)
    at++;
  g_byte_array_append (historical, ats + at, (guint)(length - at));
  return TRUE;
}

gboolean
kiosk_isodep_activate (KioskIsodep *self, GByteArray *ret_historical, GError **error)
{
  static const guint8 rats[] = { RATS, RATS_256_BYTES };
  guint8 ats[KIOSK_ISODEP_FRAME_MAX];
  gsize length = 0;

  g_byte_array_set_size (ret_historical, 0);
  kiosk_isodep_take_over (self, frame_bytes (FSCI_DEFAULT), FWI_DEFAULT);
  /* A second RATS is allowed when the first one, or its answer, was lost (5.6.1.1). */
  for (guint attempt = 0; attempt < 2; attempt++)
    switch (self->exchange (self->data, rats, sizeof rats, ACTIVATION_MS, ats, &length, error))
      {
      case KIOSK_FRAME_FAILED:
        return FALSE;
      case KIOSK_FRAME_LOST:
        break;
      default:
        return parse_ats (self, ats, length, ret_historical)
               || fail (error, KIOSK_CARD_ERROR_RF, "an answer to select that cannot be");
      }
  return fail (error, KIOSK_CARD_ERROR_LOST, "no answer to select");
}

guint
kiosk_isodep_best_rate (const KioskIsodep *self, guint most)
{
  for (guint rate = most; rate > 0; rate--)
    if ((self->to_card & self->from_card) >> (rate - 1) & 1)
      return rate;
  return 0;
}

gboolean
kiosk_isodep_change_rate (KioskIsodep *self, guint rate, GError **error)
{
  const guint8 pps[] = { PPS, PPS1_FOLLOWS, (guint8)(rate << 2 | rate) };
  guint8 answer[KIOSK_ISODEP_FRAME_MAX];
  gsize length = 0;
  KioskFrameResult result
    = self->exchange (self->data, pps, sizeof pps, self->frame_ms, answer, &length, error);

  return result == KIOSK_FRAME_WHOLE && length == 1 && answer[0] == PPS;
}

/* A frame on its way out and what came back for it. */
typedef struct
{
  guint8 frame[KIOSK_ISODEP_FRAME_MAX];
  gsize length;
  guint8 answer[KIOSK_ISODEP_FRAME_MAX];
  gsize answer_length;
  gint64 deadline_us;
} Turn;

static gboolean
is_wait (const Turn *turn)
{
  return turn->answer_length == 2 && turn->answer[0] == PCB_WTX;
}

static gboolean
is_i_block (const Turn *turn)
{
  return turn->answer_length > 0 && (turn->answer[0] & PCB_I_MASK) == PCB_I;
}

static gboolean
is_acknowledgement (const Turn *turn)
{
  return turn->answer_length == 1 && (turn->answer[0] & (PCB_R_MASK | PCB_CHAINING)) == PCB_R_ACK;
}

static gboolean
has_number (const Turn *turn, guint8 number)
{
  return (turn->answer[0] & PCB_NUMBER) == number;
}

/* The block is what rules 1 to 7 let a card say to ours. */
static gboolean
fits (const KioskIsodep *self, const Turn *turn)
{
  gboolean is_i = (turn->frame[0] & PCB_I_MASK) == PCB_I;

  if (is_i_block (turn))
    return (!is_i || (turn->frame[0] & PCB_CHAINING) == 0) && has_number (turn, self->number);
  return is_i && is_acknowledgement (turn);
}

static guint
left_ms (const KioskIsodep *self, const Turn *turn)
{
  gint64 left_us = turn->deadline_us - kiosk_clock_steady_us (self->clock);

  return left_us <= 0 ? 0 : (guint)(left_us / 1000) + 1;
}

/* What to say when nothing of use has come: the acknowledgement again, or "say that again". */
static gsize
ask_again (const KioskIsodep *self, const Turn *turn, guint8 frame[KIOSK_ISODEP_FRAME_MAX])
{
  gboolean is_i = (turn->frame[0] & PCB_I_MASK) == PCB_I;

  frame[0] = is_i ? (guint8)(PCB_R_NAK | self->number) : turn->frame[0];
  return 1;
}

/* One block there and one back, with more time as the card asks for it, and again what was lost. */
static gboolean
exchange_block (KioskIsodep *self, Turn *turn, GError **error)
{
  guint8 frame[KIOSK_ISODEP_FRAME_MAX];
  gsize length = turn->length;
  guint timeout_ms = self->frame_ms, lost = 0;

  memcpy (frame, turn->frame, turn->length);
  for (guint waits = 0; waits < WAITS_MAX;)
    {
      guint left = left_ms (self, turn);

      if (left == 0)
        break;
      turn->answer_length = 0;
      switch (self->exchange (self->data, frame, length, MIN (timeout_ms, left), turn->answer,
                              &turn->answer_length, error))
        {
        case KIOSK_FRAME_FAILED:
          return FALSE;
        case KIOSK_FRAME_WHOLE:
          if (is_wait (turn))
            {
              guint times = CLAMP (turn->answer[1] & WTX_MASK, 1, WTX_MULTIPLY_MAX);

              frame[0] = PCB_WTX;
              frame[1] = turn->answer[1] & WTX_MASK;
              length = 2;
              timeout_ms = self->frame_ms * times;
              waits++;
              continue;
            }
          if (fits (self, turn))
            return TRUE;
          break;
        default:
          break;
        }
      if (++lost == ATTEMPTS)
        return turn->answer_length == 0
                 ? fail (error, KIOSK_CARD_ERROR_LOST, "the card has fallen silent")
                 : fail (error, KIOSK_CARD_ERROR_RF, "the card's blocks make no sense");
      self->recovered++;
      length = ask_again (self, turn, frame);
      timeout_ms = MIN (self->frame_ms, RETRY_MS);
    }
  return fail (error, KIOSK_CARD_ERROR_TIMEOUT, "the card asks for ever more time");
}

/* One block of the command. An acknowledgement with the other number means that the card has not
 * seen it (rule 6). */
static gboolean
send_block (KioskIsodep *self, Turn *turn, gboolean is_last, GError **error)
{
  for (guint attempt = 0; attempt < ATTEMPTS; attempt++)
    {
      if (!exchange_block (self, turn, error))
        return FALSE;
      if (is_i_block (turn) || (!is_last && has_number (turn, self->number)))
        {
          self->number ^= PCB_NUMBER;
          return TRUE;
        }
      if (has_number (turn, self->number))
        break; /* it has the whole command and acknowledges it: no card does */
    }
  return fail (error, KIOSK_CARD_ERROR_RF, "the card does not take a block");
}

static gboolean
send_command (KioskIsodep *self, Turn *turn, const guint8 *command, gsize length, GError **error)
{
  gsize inside = self->card_frame - OVERHEAD, sent = 0;

  do
    {
      gsize part = MIN (inside, length - sent);
      gboolean is_last = sent + part == length;

      turn->frame[0] = (guint8)(PCB_I | self->number | (is_last ? 0 : PCB_CHAINING));
      memcpy (turn->frame + 1, command + sent, part);
      turn->length = 1 + part;
      if (!send_block (self, turn, is_last, error))
        return FALSE;
      sent += part;
    }
  while (sent < length);
  return TRUE;
}

/* The first block of the answer is in @turn. */
static gboolean
receive_answer (KioskIsodep *self, Turn *turn, GByteArray *response, GError **error)
{
  gsize received = 0;

  for (;;)
    {
      gsize part = turn->answer_length - 1;

      received += part;
      if (received > KIOSK_ISODEP_ANSWER_MAX)
        return fail (error, KIOSK_CARD_ERROR_RF, "an answer longer than can be");
      g_byte_array_append (response, turn->answer + 1, (guint)part);
      if ((turn->answer[0] & PCB_CHAINING) == 0)
        return TRUE;
      if (part == 0)
        return fail (error, KIOSK_CARD_ERROR_RF, "an empty link of a chain");
      turn->frame[0] = (guint8)(PCB_R_ACK | self->number);
      turn->length = 1;
      if (!exchange_block (self, turn, error))
        return FALSE;
      self->number ^= PCB_NUMBER;
    }
}

gboolean
kiosk_isodep_transmit (KioskIsodep *self, const guint8 *command, gsize length, GByteArray *response,
                       guint timeout_ms, GError **error)
{
  Turn turn = { .deadline_us = kiosk_clock_steady_us (self->clock) + (gint64)timeout_ms * 1000 };
  gboolean ok = send_command (self, &turn, command, length, error)
                && receive_answer (self, &turn, response, error);

  explicit_bzero (&turn, sizeof turn);
  return ok;
}

gboolean
kiosk_isodep_is_present (KioskIsodep *self)
{
  const guint8 nak = (guint8)(PCB_R_NAK | self->number);
  guint8 answer[KIOSK_ISODEP_FRAME_MAX];
  gsize length;

  /* The card's last block has the other number, so it says that it is there and nothing else. */
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      length = 0;
      switch (
        self->exchange (self->data, &nak, 1, MIN (self->frame_ms, RETRY_MS), answer, &length, NULL))
        {
        case KIOSK_FRAME_FAILED:
          return FALSE;
        case KIOSK_FRAME_WHOLE:
          if (length > 0)
            return TRUE;
          break;
        default:
          break;
        }
    }
  return FALSE;
}
