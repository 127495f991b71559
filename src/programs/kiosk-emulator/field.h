/* The reader's field: which cards lie in it, which one is selected, and when one is taken away. */
#pragma once

#include "base/random.h"
#include "card.h"
#include "faults.h"

G_BEGIN_DECLS

#define KIOSK_EMU_FIELD_CARDS 4

typedef struct _KioskEmuField KioskEmuField;

typedef void (*KioskEmuFieldPlaced) (gpointer data);

KioskEmuField *kiosk_emu_field_new (KioskRandom *random);
void kiosk_emu_field_free (KioskEmuField *self);
/* @placed is called once a card has been put down. */
void kiosk_emu_field_set_watch (KioskEmuField *self, KioskEmuFieldPlaced placed, gpointer data);
KioskEmuFaults *kiosk_emu_field_faults (KioskEmuField *self);

/* What a hand does. FALSE: the field is full. */
gboolean kiosk_emu_field_add (KioskEmuField *self, KioskEmuCard *card);
void kiosk_emu_field_remove (KioskEmuField *self);
/* Takes the cards away while the @count-th command from now waits for its answer. 0: never. */
void kiosk_emu_field_remove_after (KioskEmuField *self, guint count);
guint kiosk_emu_field_count (const KioskEmuField *self);
const KioskEmuCard *kiosk_emu_field_card (const KioskEmuField *self, guint index);
/* Commands that have reached a chip since the field was made. */
guint64 kiosk_emu_field_commands (const KioskEmuField *self);

/* What the reader does. The index of a card that answers, −1 when none does: with @uid exactly
 * that one, without any that is not halted. */
int kiosk_emu_field_find (const KioskEmuField *self, char type, const guint8 *uid, gsize length);
void kiosk_emu_field_select (KioskEmuField *self, int index);
/* −1: none. */
int kiosk_emu_field_selected (const KioskEmuField *self);
/* Halts the selected card. */
void kiosk_emu_field_deselect (KioskEmuField *self);
/* Every chip forgets its sessions, no card is halted any more. */
void kiosk_emu_field_power_off (KioskEmuField *self);
/* (transfer full) (nullable): the selected chip's answer; NULL when there is none to come. */
GByteArray *kiosk_emu_field_transmit (KioskEmuField *self, const guint8 *command, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuField, kiosk_emu_field_free)

G_END_DECLS
