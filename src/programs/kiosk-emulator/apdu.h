/* Command APDUs, ISO/IEC 7816-4, 5.2: short and extended lengths. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_CLA_CHAINING 0x10
#define KIOSK_EMU_CLA_SECURE   0x0c

/* Status words a chip answers with. */
enum
{
  KIOSK_EMU_SW_OK = 0x9000,
  KIOSK_EMU_SW_MORE = 0x6100,
  KIOSK_EMU_SW_END_OF_FILE = 0x6282,
  KIOSK_EMU_SW_FAILED = 0x6300,
  KIOSK_EMU_SW_TRIES_LEFT = 0x63c0,
  KIOSK_EMU_SW_WRONG_LENGTH = 0x6700,
  KIOSK_EMU_SW_SECURITY_STATUS = 0x6982,
  KIOSK_EMU_SW_BLOCKED = 0x6983,
  KIOSK_EMU_SW_CONDITIONS = 0x6985,
  KIOSK_EMU_SW_NO_FILE_CHOSEN = 0x6986,
  KIOSK_EMU_SW_SM_MISSING = 0x6987,
  KIOSK_EMU_SW_SM_INCORRECT = 0x6988,
  KIOSK_EMU_SW_WRONG_DATA = 0x6a80,
  KIOSK_EMU_SW_NOT_FOUND = 0x6a82,
  KIOSK_EMU_SW_WRONG_P1P2 = 0x6a86,
  KIOSK_EMU_SW_REFERENCE = 0x6a88,
  KIOSK_EMU_SW_OFFSET = 0x6b00,
  KIOSK_EMU_SW_EXACT_LENGTH = 0x6c00,
  KIOSK_EMU_SW_UNKNOWN_INS = 0x6d00,
  KIOSK_EMU_SW_UNKNOWN_CLA = 0x6e00,
};

typedef struct
{
  guint8 cla;
  guint8 ins;
  guint8 p1;
  guint8 p2;
  const guint8 *data; /* inside the command's bytes */
  gsize length;
  gsize expected; /* 0: no answer data wanted; at most 65,536 */
  gboolean extended;
} KioskEmuApdu;

/* FALSE: the lengths do not fit together. */
gboolean kiosk_emu_apdu_parse (const guint8 *bytes, gsize length, KioskEmuApdu *ret_apdu);

G_END_DECLS
