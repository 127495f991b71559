#include "field.h"

#include <string.h>

#include "chip.h"

typedef struct
{
  KioskEmuCard *card;
  KioskEmuChip *chip;
  gboolean halted;
} Place;

struct _KioskEmuField
{
  KioskRandom *random;
  KioskEmuFaults faults;
  KioskEmuFieldPlaced placed;
  gpointer placed_data;
  Place places[KIOSK_EMU_FIELD_CARDS];
  guint n_places;
  int selected;
  guint remove_after;
  guint64 commands;
};

KioskEmuField *
kiosk_emu_field_new (KioskRandom *random)
{
  KioskEmuField *self = g_new0 (KioskEmuField, 1);

  self->random = kiosk_random_ref (random);
  self->selected = -1;
  return self;
}

void
kiosk_emu_field_free (KioskEmuField *self)
{
  kiosk_emu_field_remove (self);
  kiosk_random_unref (self->random);
  g_free (self);
}

void
kiosk_emu_field_set_watch (KioskEmuField *self, KioskEmuFieldPlaced placed, gpointer data)
{
  self->placed = placed;
  self->placed_data = data;
}

KioskEmuFaults *
kiosk_emu_field_faults (KioskEmuField *self)
{
  return &self->faults;
}

gboolean
kiosk_emu_field_add (KioskEmuField *self, KioskEmuCard *card)
{
  Place *place = &self->places[self->n_places];

  if (self->n_places == KIOSK_EMU_FIELD_CARDS)
    return FALSE;
  place->card = kiosk_emu_card_ref (card);
  place->chip = kiosk_emu_chip_new (card, self->random);
  place->halted = FALSE;
  self->n_places++;
  if (self->placed != NULL)
    self->placed (self->placed_data);
  return TRUE;
}

void
kiosk_emu_field_remove (KioskEmuField *self)
{
  for (guint i = 0; i < self->n_places; i++)
    {
      kiosk_emu_chip_free (self->places[i].chip);
      kiosk_emu_card_unref (self->places[i].card);
    }
  self->n_places = 0;
  self->selected = -1;
}

void
kiosk_emu_field_remove_after (KioskEmuField *self, guint count)
{
  self->remove_after = count;
}

guint
kiosk_emu_field_count (const KioskEmuField *self)
{
  return self->n_places;
}

const KioskEmuCard *
kiosk_emu_field_card (const KioskEmuField *self, guint index)
{
  g_return_val_if_fail (index < self->n_places, NULL);
  return self->places[index].card;
}

guint64
kiosk_emu_field_commands (const KioskEmuField *self)
{
  return self->commands;
}

int
kiosk_emu_field_find (const KioskEmuField *self, char type, const guint8 *uid, gsize length)
{
  for (guint i = 0; i < self->n_places; i++)
    {
      const KioskEmuCard *card = self->places[i].card;

      if (card->radio.type != type)
        continue;
      if (length > 0)
        {
          if (card->radio.uid_length == length && memcmp (card->radio.uid, uid, length) == 0)
            return (int)i;
        }
      else if (!self->places[i].halted)
        return (int)i;
    }
  return -1;
}

void
kiosk_emu_field_select (KioskEmuField *self, int index)
{
  g_return_if_fail (index >= 0 && (guint)index < self->n_places);
  self->selected = index;
  self->places[index].halted = FALSE;
  kiosk_emu_chip_reset (self->places[index].chip);
}

int
kiosk_emu_field_selected (const KioskEmuField *self)
{
  return self->selected;
}

void
kiosk_emu_field_deselect (KioskEmuField *self)
{
  if (self->selected >= 0)
    self->places[self->selected].halted = TRUE;
  self->selected = -1;
}

void
kiosk_emu_field_power_off (KioskEmuField *self)
{
  for (guint i = 0; i < self->n_places; i++)
    {
      self->places[i].halted = FALSE;
      kiosk_emu_chip_reset (self->places[i].chip);
    }
  self->selected = -1;
}

GByteArray *
kiosk_emu_field_transmit (KioskEmuField *self, const guint8 *command, gsize length)
{
  g_autoptr (GByteArray) answer = NULL;

  if (self->selected < 0)
    return NULL;
  self->commands++;
  answer = kiosk_emu_chip_transmit (self->places[self->selected].chip, command, length);
  if (self->remove_after > 0 && --self->remove_after == 0)
    {
      kiosk_emu_field_remove (self);
      return NULL;
    }
  return g_steal_pointer (&answer);
}
