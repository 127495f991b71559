/* Command and response units, ISO/IEC 7816-4, short form only (private): a longer command would
 * make libnfc 1.8.0 copy past its buffer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_APDU_DATA_MAX    255
#define KIOSK_APDU_COMMAND_MAX 261 /* header, Lc, data, Le */
#define KIOSK_APDU_NO_LE       0

typedef struct
{
  guint8 cla, ins, p1, p2;
  const guint8 *data;
  gsize length; /* 0 … 255 */
  guint le;     /* bytes expected, 1 … 256; KIOSK_APDU_NO_LE: none */
} KioskApdu;

/* (transfer full) */
GByteArray *kiosk_apdu_encode (const KioskApdu *apdu);

/* Status words that the room tells apart. */
#define KIOSK_SW_OK             0x9000
#define KIOSK_SW_END_OF_FILE    0x6282
#define KIOSK_SW_WRONG_LENGTH   0x6700
#define KIOSK_SW_FILE_NOT_FOUND 0x6a82

G_END_DECLS
