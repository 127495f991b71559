/* A PN532's serial line made faster before libnfc opens it: libnfc opens a port at a speed, but
 * never asks the reader to change its own (private). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_CARD_UART_BAUD 115200 /* where a PN532 begins */

/* TRUE when a PN532 on @fd, a serial port open for both, answers at @baud: because it did already,
 * or because it was asked to at 115,200. FALSE: it answers nowhere or will not. At most a second.
 * Source: UM0701-02, 7.2.6 SetSerialBaudRate. */
gboolean kiosk_card_uart_raise (int fd, guint baud);
/* Whether there is a code for @baud in the reader and in termios. */
gboolean kiosk_card_uart_knows (guint baud);

G_END_DECLS
