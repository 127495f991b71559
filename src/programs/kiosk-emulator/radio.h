/* How a card speaks on the air, and what it thinks of lengths: [radio] of card.ini. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_UID_MAXIMUM 10

/* What a chip makes of a READ that asks for more than there is, or than it will give at once. */
typedef enum
{
  KIOSK_EMU_LENGTH_WARN,   /* fewer bytes with 6282 */
  KIOSK_EMU_LENGTH_SHORT,  /* fewer bytes with 9000 */
  KIOSK_EMU_LENGTH_EXACT,  /* no bytes; 6Cxx says how many */
  KIOSK_EMU_LENGTH_WRONG,  /* no bytes; 6700 */
  KIOSK_EMU_LENGTH_OFFSET, /* no bytes; 6B00 */
} KioskEmuLengthStyle;

/* Keys of card.ini, which "place NAME KEY=VALUE…" takes as well:
 *
 *   type        A, B
 *   uid         4 to 10 bytes in hexadecimal, or "random": 08 and three new bytes at each power-up
 *   historical  of the ATS, up to 15 bytes in hexadecimal
 *   frame       bytes of a frame that the card takes and sends: 16 … 256
 *   rate        kbit/s at most: 106, 212, 424, 848
 *   extended    true, false: whether extended lengths are taken
 *   le          bytes that one READ gives at most; 0: no limit
 *   over-le     6700, 6cxx, 6282, 9000: what a READ for more earns
 *   over-end    6282, 9000, 6cxx, 6700, 6b00: what a READ beyond the file's end earns
 *   wtx         how often the card asks for more time before it answers a slow command
 */
typedef struct
{
  char type;
  guint8 uid[KIOSK_EMU_UID_MAXIMUM];
  gsize uid_length;
  gboolean random_uid;
  GBytes *historical;
  gsize frame;
  guint rate_kbit;
  gboolean extended;
  gsize le;
  KioskEmuLengthStyle over_le;
  KioskEmuLengthStyle over_end;
  guint wtx;
} KioskEmuRadio;

/* Type A, no UID, 256-byte frames, every rate, extended lengths, no limit. */
void kiosk_emu_radio_init (KioskEmuRadio *self);
void kiosk_emu_radio_clear (KioskEmuRadio *self);
void kiosk_emu_radio_copy (const KioskEmuRadio *self, KioskEmuRadio *ret_copy);
/* FALSE: no such key, or no such value. */
gboolean kiosk_emu_radio_set (KioskEmuRadio *self, const char *key, const char *value);
/* The size that @code (0 … 8) stands for in RATS, ATS, ATQB and ATTRIB; @code beyond is 256. */
gsize kiosk_emu_radio_frame_size (guint code);
/* (transfer full): answer to select, ISO/IEC 14443-4, 5.2; FWI 13. */
GByteArray *kiosk_emu_radio_ats (const KioskEmuRadio *self);
/* (transfer full): answer to request, type B, ISO/IEC 14443-3, 7.9: 50, PUPI, application data,
 * protocol info; FWI 13. */
GByteArray *kiosk_emu_radio_atqb (const KioskEmuRadio *self);

G_END_DECLS
