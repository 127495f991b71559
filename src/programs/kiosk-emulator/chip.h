/* The card's operating system: commands in, answers out; it guards its files as ICAO Doc 9303-11
 * says, and 9303-10 says where they lie. */
#pragma once

#include "base/random.h"
#include "card.h"

G_BEGIN_DECLS

#define KIOSK_EMU_CHIP_CAN_TRIES 3

typedef struct _KioskEmuChip KioskEmuChip;

KioskEmuChip *kiosk_emu_chip_new (KioskEmuCard *card, KioskRandom *random);
void kiosk_emu_chip_free (KioskEmuChip *self);
/* The field went off or the card was selected anew: sessions and choices are gone. The tries left
 * for the CAN are not: only a card that is taken away and put back starts from three. */
void kiosk_emu_chip_reset (KioskEmuChip *self);
/* (transfer full): the answer, two status bytes at least. */
GByteArray *kiosk_emu_chip_transmit (KioskEmuChip *self, const guint8 *command, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuChip, kiosk_emu_chip_free)

G_END_DECLS
