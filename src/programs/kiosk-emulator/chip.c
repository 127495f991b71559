#include "chip-private.h"

#define CONTENT_MAXIMUM 0xff00 /* of mutated data */

enum
{
  INS_SET_ENVIRONMENT = 0x22,
  INS_EXTERNAL_AUTHENTICATE = 0x82,
  INS_GET_CHALLENGE = 0x84,
  INS_GENERAL_AUTHENTICATE = 0x86,
  INS_INTERNAL_AUTHENTICATE = 0x88,
  INS_SELECT = 0xa4,
  INS_READ_BINARY = 0xb0,
  INS_READ_BINARY_ODD = 0xb1,
};

KioskEmuChip *
kiosk_emu_chip_new (KioskEmuCard *card, KioskRandom *random)
{
  KioskEmuChip *self = g_new0 (KioskEmuChip, 1);

  self->card = kiosk_emu_card_ref (card);
  self->random = kiosk_random_ref (random);
  self->can_tries = KIOSK_EMU_CHIP_CAN_TRIES;
  self->piv = card->piv ? kiosk_emu_piv_new (card) : NULL;
  return self;
}

static void
end_session (KioskEmuChip *self)
{
  g_clear_pointer (&self->session, kiosk_emu_messaging_free);
  g_clear_pointer (&self->next_session, kiosk_emu_messaging_free);
  self->proving = FALSE;
}

void
kiosk_emu_chip_reset (KioskEmuChip *self)
{
  end_session (self);
  g_clear_pointer (&self->pace, kiosk_emu_pace_free);
  self->in_application = FALSE;
  self->chosen = 0;
  self->challenged = FALSE;
  if (self->piv != NULL)
    kiosk_emu_piv_reset (self->piv);
}

void
kiosk_emu_chip_free (KioskEmuChip *self)
{
  kiosk_emu_chip_reset (self);
  g_clear_pointer (&self->piv, kiosk_emu_piv_free);
  kiosk_emu_card_unref (self->card);
  kiosk_random_unref (self->random);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

static guint16
dispatch (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  if (self->piv != NULL)
    return kiosk_emu_piv_handle (self->piv, apdu, answer);
  if ((apdu->cla & ~KIOSK_EMU_CLA_CHAINING) != 0
      || (apdu->cla != 0 && apdu->ins != INS_GENERAL_AUTHENTICATE))
    return KIOSK_EMU_SW_UNKNOWN_CLA;
  switch (apdu->ins)
    {
    case INS_SELECT:
      return kiosk_emu_chip_select (self, apdu);
    case INS_READ_BINARY:
      return kiosk_emu_chip_read (self, apdu, answer);
    case INS_READ_BINARY_ODD:
      return kiosk_emu_chip_read_odd (self, apdu, answer);
    case INS_GET_CHALLENGE:
      return kiosk_emu_chip_challenge (self, apdu, answer);
    case INS_EXTERNAL_AUTHENTICATE:
      return kiosk_emu_chip_external_auth (self, apdu, answer);
    case INS_SET_ENVIRONMENT:
      return kiosk_emu_chip_set_environment (self, apdu);
    case INS_GENERAL_AUTHENTICATE:
      return kiosk_emu_chip_general_auth (self, apdu, answer);
    case INS_INTERNAL_AUTHENTICATE:
      return kiosk_emu_chip_internal_auth (self, apdu, answer);
    default:
      return KIOSK_EMU_SW_UNKNOWN_INS;
    }
}

static guint16
handle (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  guint16 status = dispatch (self, apdu, answer);

  if (self->twist == KIOSK_EMU_TWIST_HALF)
    status = KIOSK_EMU_SW_END_OF_FILE;
  if (self->twist != KIOSK_EMU_TWIST_NONE)
    g_byte_array_set_size (answer, self->twist == KIOSK_EMU_TWIST_HALF ? answer->len / 2 : 0);
  kiosk_emu_fuzz_mutate (self->fuzz, KIOSK_EMU_FUZZ_CONTENTS, answer, CONTENT_MAXIMUM);
  return status;
}

void
kiosk_emu_chip_twist (KioskEmuChip *self, KioskEmuTwist twist, KioskEmuFuzz *fuzz)
{
  self->twist = twist;
  self->fuzz = fuzz;
}

static GByteArray *
finish (GByteArray *answer, guint16 status)
{
  const guint8 word[2] = { (guint8)(status >> 8), (guint8)status };

  g_byte_array_append (answer, word, sizeof word);
  return answer;
}

static GByteArray *
transmit_plain (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  GByteArray *answer = g_byte_array_new ();

  if (self->session != NULL) /* nothing plain may follow: the session is over */
    {
      end_session (self);
      return finish (answer, KIOSK_EMU_SW_SM_MISSING);
    }
  return finish (answer, handle (self, apdu, answer));
}

static GByteArray *
transmit_secure (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint16 status = KIOSK_EMU_SW_SM_INCORRECT;
  GByteArray *answer;
  KioskEmuApdu plain;

  if (self->session == NULL || !kiosk_emu_messaging_unwrap (self->session, apdu, &plain, &status))
    {
      end_session (self);
      return finish (g_byte_array_new (), status);
    }
  status = handle (self, &plain, data);
  answer
    = kiosk_emu_messaging_wrap (self->session, (apdu->ins & 1) != 0, data->data, data->len, status);
  return answer;
}

static GByteArray *
transmit (KioskEmuChip *self, const guint8 *command, gsize length)
{
  GByteArray *answer;
  KioskEmuApdu apdu;

  if (!kiosk_emu_apdu_parse (command, length, &apdu)
      || (apdu.extended && !self->card->radio.extended))
    {
      end_session (self);
      return finish (g_byte_array_new (), KIOSK_EMU_SW_WRONG_LENGTH);
    }
  if ((apdu.cla & KIOSK_EMU_CLA_SECURE) == KIOSK_EMU_CLA_SECURE)
    answer = transmit_secure (self, &apdu);
  else
    answer = transmit_plain (self, &apdu);
  if (self->next_session != NULL)
    {
      g_clear_pointer (&self->session, kiosk_emu_messaging_free);
      self->session = g_steal_pointer (&self->next_session);
    }
  return answer;
}

GByteArray *
kiosk_emu_chip_transmit (KioskEmuChip *self, const guint8 *command, gsize length)
{
  GByteArray *answer = transmit (self, command, length);

  kiosk_emu_chip_twist (self, KIOSK_EMU_TWIST_NONE, NULL);
  return answer;
}
