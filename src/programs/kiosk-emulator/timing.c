#include "timing.h"

#define OVERHEAD_BYTES 3   /* PCB and CRC */
#define FRAME_DELAY_US 90  /* the shortest time between two frames */
#define ACK_GUARD_US   300 /* the reader's turn-around before it acknowledges */

static double
bit_us (const KioskEmuLink *self)
{
  return 1000.0 / self->rf_kbit;
}

gint64
kiosk_emu_link_serial_us (const KioskEmuLink *self, gsize length)
{
  return self->baud == 0 ? 0 : (gint64)length * 10 * G_USEC_PER_SEC / self->baud;
}

gint64
kiosk_emu_link_message_us (const KioskEmuLink *self, gsize length, gsize frame_size)
{
  gsize inside = frame_size - OVERHEAD_BYTES;
  gsize blocks = length == 0 ? 1 : (length + inside - 1) / inside;
  double bits = 9.0 * (double)(length + OVERHEAD_BYTES * blocks);
  double acknowledgement;

  if (self->rf_kbit == 0)
    return 0;
  acknowledgement = OVERHEAD_BYTES * 9 * bit_us (self) + FRAME_DELAY_US + ACK_GUARD_US;
  return (gint64)(bits * bit_us (self) + (double)blocks * FRAME_DELAY_US
                  + (double)(blocks - 1) * acknowledgement);
}

gint64
kiosk_emu_link_frame_us (const KioskEmuLink *self, gsize length)
{
  if (self->rf_kbit == 0)
    return 0;
  return (gint64)((double)(length + 2) * 9 * bit_us (self)) + FRAME_DELAY_US;
}
