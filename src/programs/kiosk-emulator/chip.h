/* The card's operating system: commands in, answers out; it guards its files as ICAO Doc 9303-11
 * says, and 9303-10 says where they lie. */
#pragma once

#include "base/random.h"
#include "card.h"
#include "fuzz.h"

G_BEGIN_DECLS

#define KIOSK_EMU_CHIP_CAN_TRIES 3

typedef struct _KioskEmuChip KioskEmuChip;

KioskEmuChip *kiosk_emu_chip_new (KioskEmuCard *card, KioskRandom *random);
void kiosk_emu_chip_free (KioskEmuChip *self);
/* The field went off or the card was selected anew: sessions and choices are gone. The tries left
 * for the CAN are not: only a card that is taken away and put back starts from three. */
void kiosk_emu_chip_reset (KioskEmuChip *self);
typedef enum
{
  KIOSK_EMU_TWIST_NONE,
  KIOSK_EMU_TWIST_HALF,  /* half of the data, with 6282 */
  KIOSK_EMU_TWIST_EMPTY, /* no data, with 9000 */
} KioskEmuTwist;

/* What the next answer is to be like before secure messaging wraps it. @fuzz (nullable) is borrowed
 * until then. */
void kiosk_emu_chip_twist (KioskEmuChip *self, KioskEmuTwist twist, KioskEmuFuzz *fuzz);
/* (transfer full): the answer, two status bytes at least. */
GByteArray *kiosk_emu_chip_transmit (KioskEmuChip *self, const guint8 *command, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuChip, kiosk_emu_chip_free)

G_END_DECLS
