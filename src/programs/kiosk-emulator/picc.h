/* A card's side of the ISO/IEC 14443-4 block protocol, for a reader that speaks it itself through
 * InCommunicateThru: RATS, I-, R- and S-blocks, no CID, no NAD. */
#pragma once

#include "field.h"

G_BEGIN_DECLS

typedef struct _KioskEmuPicc KioskEmuPicc;

/* @field must outlive it. */
KioskEmuPicc *kiosk_emu_picc_new (KioskEmuField *field);
void kiosk_emu_picc_free (KioskEmuPicc *self);
/* After a selection: the protocol starts anew, with RATS for type A, at once for type B, whose
 * ATTRIB the reader has sent. @rate_kbit: the fastest that the air carries; 0: as the card says. */
void kiosk_emu_picc_reset (KioskEmuPicc *self, guint rate_kbit);
/* The rates that PPS has set: 0 … 3 for 106 … 848 kbit/s. */
guint kiosk_emu_picc_rate_to_card (const KioskEmuPicc *self);
guint kiosk_emu_picc_rate_from_card (const KioskEmuPicc *self);
/* (transfer full) (nullable): the card's frame; NULL when it stays mute. */
GByteArray *kiosk_emu_picc_exchange (KioskEmuPicc *self, const guint8 *frame, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPicc, kiosk_emu_picc_free)

G_END_DECLS
