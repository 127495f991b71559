/* How long bytes take on the radio and on the serial line; all zero models none. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint rf_kbit;    /* 106, 212, 424; 0: the radio takes no time */
  guint baud;       /* 0: the serial line takes no time */
  guint frame_size; /* bytes the reader accepts in a radio frame; 64 is what a PN532 asks for */
} KioskEmuLink;

/* Microseconds for @length bytes, ten bits each, on the serial line. */
gint64 kiosk_emu_link_serial_us (const KioskEmuLink *self, gsize length);
/* Microseconds for @length bytes of an ISO 14443-4 message in one direction, chained in frames of
 * @frame_size: nine bits a byte, 90 µs between frames, an R(ACK) for each link of the chain. */
gint64 kiosk_emu_link_message_us (const KioskEmuLink *self, gsize length, gsize frame_size);
/* Microseconds for one raw frame of @length bytes without its CRC. */
gint64 kiosk_emu_link_frame_us (const KioskEmuLink *self, gsize length);

G_END_DECLS
