/* Command and response units, ISO/IEC 7816-4 (private): in short form wherever it is enough. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_APDU_DATA_MAX          65535
#define KIOSK_APDU_SHORT_DATA_MAX    255
#define KIOSK_APDU_SHORT_COMMAND_MAX 261 /* header, Lc, data, Le */
#define KIOSK_APDU_SHORT_LE_MAX      256
#define KIOSK_APDU_LE_MAX            65536
#define KIOSK_APDU_NO_LE             0

typedef struct
{
  guint8 cla, ins, p1, p2;
  const guint8 *data;
  gsize length; /* 0 … 65,535 */
  guint le;     /* bytes expected, 1 … 65,536; KIOSK_APDU_NO_LE: none */
} KioskApdu;

/* More than 255 bytes of data, or more than 256 expected: extended form. Only a chip and a channel
 * that take it may be sent such a command (kiosk_card_session_takes_extended()). */
gboolean kiosk_apdu_is_extended (const KioskApdu *apdu);
/* (transfer full) */
GByteArray *kiosk_apdu_encode (const KioskApdu *apdu);

/* Status words that the room tells apart. */
#define KIOSK_SW_OK             0x9000
#define KIOSK_SW_END_OF_FILE    0x6282
#define KIOSK_SW_WRONG_LENGTH   0x6700
#define KIOSK_SW_FILE_NOT_FOUND 0x6a82
#define KIOSK_SW_WRONG_OFFSET   0x6b00

G_END_DECLS
