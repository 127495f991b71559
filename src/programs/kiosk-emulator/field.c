#include "field.h"

#include <string.h>

#include "chip.h"

#define BEFORE_STATUS  3       /* the checksum's last byte, counted from the end */
#define ANSWER_MAXIMUM 0x10010 /* of a mutated answer */

typedef struct
{
  KioskEmuCard *card;
  KioskEmuChip *chip; /* NULL: the chip is @remote */
  KioskEmuRemote remote;
  gboolean halted;
} Place;

struct _KioskEmuField
{
  KioskRandom *random;
  KioskEmuFaults faults;
  KioskEmuFuzz *fuzz; /* (nullable) */
  KioskEmuFieldPlaced placed;
  gpointer placed_data;
  Place places[KIOSK_EMU_FIELD_CARDS];
  guint n_places;
  int selected;
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
  kiosk_emu_fuzz_free (self->fuzz);
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

void
kiosk_emu_field_set_fuzz (KioskEmuField *self, KioskEmuFuzz *fuzz)
{
  kiosk_emu_fuzz_free (self->fuzz);
  self->fuzz = fuzz;
}

KioskEmuFuzz *
kiosk_emu_field_fuzz (KioskEmuField *self)
{
  return self->fuzz;
}

/* Some documents say another number each time, so that nobody follows their holder. */
static void
choose_uid (KioskEmuField *self, KioskEmuCard *card)
{
  if (card->radio.random_uid)
    kiosk_random_fill (self->random, card->radio.uid + 1, card->radio.uid_length - 1);
}

static void
power_place (const Place *place, gboolean on)
{
  if (place->chip != NULL)
    kiosk_emu_chip_reset (place->chip);
  else
    place->remote.power (place->remote.data, on);
}

static gboolean
put_down (KioskEmuField *self, KioskEmuCard *card, KioskEmuChip *chip, const KioskEmuRemote *remote)
{
  Place *place = &self->places[self->n_places];

  *place = (Place){ .card = kiosk_emu_card_ref (card), .chip = chip };
  if (remote != NULL)
    place->remote = *remote;
  choose_uid (self, card);
  self->n_places++;
  if (self->placed != NULL)
    self->placed (self->placed_data);
  return TRUE;
}

gboolean
kiosk_emu_field_add (KioskEmuField *self, KioskEmuCard *card)
{
  return self->n_places < KIOSK_EMU_FIELD_CARDS
         && put_down (self, card, kiosk_emu_chip_new (card, self->random), NULL);
}

gboolean
kiosk_emu_field_add_remote (KioskEmuField *self, KioskEmuCard *card, const KioskEmuRemote *remote)
{
  return self->n_places < KIOSK_EMU_FIELD_CARDS && put_down (self, card, NULL, remote);
}

static void
clear_place (Place *place)
{
  g_clear_pointer (&place->chip, kiosk_emu_chip_free);
  g_clear_pointer (&place->card, kiosk_emu_card_unref);
}

void
kiosk_emu_field_remove (KioskEmuField *self)
{
  for (guint i = 0; i < self->n_places; i++)
    clear_place (&self->places[i]);
  self->n_places = 0;
  self->selected = -1;
}

void
kiosk_emu_field_remove_remote (KioskEmuField *self, gconstpointer data)
{
  guint kept = 0;

  for (guint i = 0; i < self->n_places; i++)
    if (self->places[i].chip == NULL && self->places[i].remote.data == data)
      {
        clear_place (&self->places[i]);
        self->selected = -1;
      }
    else
      self->places[kept++] = self->places[i];
  self->n_places = kept;
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
  power_place (&self->places[index], TRUE);
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
      power_place (&self->places[i], FALSE);
      choose_uid (self, self->places[i].card);
    }
  self->selected = -1;
}

static gboolean
hit (KioskEmuField *self, KioskEmuFault fault)
{
  return kiosk_emu_faults_hit (&self->faults, fault);
}

static KioskEmuTwist
choose_twist (KioskEmuField *self)
{
  if (hit (self, KIOSK_EMU_FAULT_6282))
    return KIOSK_EMU_TWIST_HALF;
  if (hit (self, KIOSK_EMU_FAULT_EMPTY))
    return KIOSK_EMU_TWIST_EMPTY;
  return KIOSK_EMU_TWIST_NONE;
}

/* (transfer full) (nullable): what the chip itself says. */
static GByteArray *
ask_place (KioskEmuField *self, const Place *place, const guint8 *command, gsize length)
{
  if (place->chip == NULL)
    return place->remote.transmit (place->remote.data, command, length);
  kiosk_emu_chip_twist (place->chip, choose_twist (self), self->fuzz);
  return kiosk_emu_chip_transmit (place->chip, command, length);
}

/* (transfer full) (nullable): the same, with what befalls any answer. */
static GByteArray *
ask (KioskEmuField *self, const Place *place, const guint8 *command, gsize length)
{
  static const guint8 wrong_length[] = { 0x67, 0x00 };
  GByteArray *answer;

  if (hit (self, KIOSK_EMU_FAULT_6700))
    {
      answer = g_byte_array_new ();
      g_byte_array_append (answer, wrong_length, sizeof wrong_length);
      return answer;
    }
  answer = ask_place (self, place, command, length);
  if (answer == NULL)
    return NULL;
  if (hit (self, KIOSK_EMU_FAULT_ZERO))
    g_byte_array_set_size (answer, 0);
  if (answer->len > BEFORE_STATUS && hit (self, KIOSK_EMU_FAULT_BADMAC))
    answer->data[answer->len - BEFORE_STATUS] ^= 0x01; /* 8E stands last before the status word */
  kiosk_emu_fuzz_mutate (self->fuzz, KIOSK_EMU_FUZZ_ANSWERS, answer, ANSWER_MAXIMUM);
  return answer;
}

GByteArray *
kiosk_emu_field_transmit (KioskEmuField *self, const guint8 *command, gsize length)
{
  GByteArray *answer = NULL;

  if (self->selected < 0)
    return NULL;
  if (hit (self, KIOSK_EMU_FAULT_REMOVE))
    kiosk_emu_field_remove (self);
  else
    answer = ask (self, &self->places[self->selected], command, length);
  self->faults.commands++;
  return answer;
}
