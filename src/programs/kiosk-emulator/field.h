/* The reader's field: which cards lie in it, which one is selected, and when one is taken away. */
#pragma once

#include "base/random.h"
#include "card.h"
#include "faults.h"
#include "fuzz.h"

G_BEGIN_DECLS

#define KIOSK_EMU_FIELD_CARDS 4

typedef struct _KioskEmuField KioskEmuField;

typedef void (*KioskEmuFieldPlaced) (gpointer data);

/* A chip that is none of ours. */
typedef struct
{
  void (*power) (gpointer data, gboolean on);
  /* (transfer full) (nullable): NULL when it stays mute */
  GByteArray *(*transmit) (gpointer data, const guint8 *command, gsize length);
  gpointer data;
} KioskEmuRemote;

KioskEmuField *kiosk_emu_field_new (KioskRandom *random);
void kiosk_emu_field_free (KioskEmuField *self);
/* @placed is called once a card has been put down. */
void kiosk_emu_field_set_watch (KioskEmuField *self, KioskEmuFieldPlaced placed, gpointer data);
KioskEmuFaults *kiosk_emu_field_faults (KioskEmuField *self);
/* What cards and reader say is mutated from now on; NULL: no more. Takes @fuzz. */
void kiosk_emu_field_set_fuzz (KioskEmuField *self, KioskEmuFuzz *fuzz);
KioskEmuFuzz *kiosk_emu_field_fuzz (KioskEmuField *self); /* (nullable) */

/* What a hand does. FALSE: the field is full. */
gboolean kiosk_emu_field_add (KioskEmuField *self, KioskEmuCard *card);
/* @card says how it speaks on the air; its chip is @remote, which must outlive its place. */
gboolean
kiosk_emu_field_add_remote (KioskEmuField *self, KioskEmuCard *card, const KioskEmuRemote *remote);
void kiosk_emu_field_remove (KioskEmuField *self);
/* Takes the cards of that remote away. */
void kiosk_emu_field_remove_remote (KioskEmuField *self, gconstpointer data);
guint kiosk_emu_field_count (const KioskEmuField *self);
const KioskEmuCard *kiosk_emu_field_card (const KioskEmuField *self, guint index);

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
