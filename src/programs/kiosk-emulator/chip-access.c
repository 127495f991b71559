#include <openssl/evp.h>
#include <string.h>

#include "chip-auth.h"
#include "chip-private.h"
#include "formats/tlv.h"

#define ENVIRONMENT_PACE 0xc1a4
#define ENVIRONMENT_CHIP 0x41a4
#define TAG_PROTOCOL     0x80
#define TAG_PASSWORD     0x83
#define TAG_REFERENCE    0x84
#define TAG_DYNAMIC      0x7c
#define TAG_POINT        0x80
#define PASSWORD_MRZ     0x01
#define PASSWORD_CAN     0x02
#define SHA1_LENGTH      20

guint16
kiosk_emu_chip_challenge (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  if (!self->card->bac)
    return KIOSK_EMU_SW_UNKNOWN_INS;
  if (!self->in_application)
    return KIOSK_EMU_SW_CONDITIONS;
  if (apdu->expected != KIOSK_EMU_BAC_CHALLENGE)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  kiosk_emu_bac_choose (self->random, &self->challenge);
  self->challenged = TRUE;
  g_byte_array_append (answer, self->challenge.challenge, KIOSK_EMU_BAC_CHALLENGE);
  return KIOSK_EMU_SW_OK;
}

guint16
kiosk_emu_chip_external_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  guint8 message[KIOSK_EMU_BAC_MESSAGE];

  if (!self->challenged)
    return KIOSK_EMU_SW_CONDITIONS;
  self->challenged = FALSE; /* a challenge serves once */
  if (apdu->length != KIOSK_EMU_BAC_MESSAGE)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  self->next_session = kiosk_emu_bac_authenticate (kiosk_secret_text (self->card->mrz_key),
                                                   &self->challenge, apdu->data, message);
  if (self->next_session == NULL)
    return KIOSK_EMU_SW_FAILED;
  g_byte_array_append (answer, message, sizeof message);
  return KIOSK_EMU_SW_OK;
}

/* (nullable): NULL when the card has no such password or no PACE. */
static KioskEmuPace *
start_pace (KioskEmuChip *self, guint8 password)
{
  const KioskEmuCard *card = self->card;
  guint8 digest[EVP_MAX_MD_SIZE];

  if (password == PASSWORD_CAN && card->can != NULL)
    return kiosk_emu_pace_new (card->pace_parameter, kiosk_secret_data (card->can),
                               kiosk_secret_length (card->can), self->random);
  if (password != PASSWORD_MRZ || card->mrz_key == NULL)
    return NULL;
  if (!EVP_Digest (kiosk_secret_data (card->mrz_key), kiosk_secret_length (card->mrz_key), digest,
                   NULL, EVP_sha1 (), NULL))
    g_error ("OpenSSL: no SHA-1");
  return kiosk_emu_pace_new (card->pace_parameter, digest, SHA1_LENGTH, self->random);
}

static gboolean
names_protocol (const KioskEmuApdu *apdu, const guint8 *oid, gsize length)
{
  KioskTlv tlv;

  return kiosk_tlv_find (apdu->data, apdu->length, TAG_PROTOCOL, &tlv, NULL) && tlv.length == length
         && memcmp (tlv.value, oid, length) == 0;
}

/* The number of a key or of domain parameters; an absent one means the only one. */
static gboolean
refers_to (const KioskEmuApdu *apdu, int number)
{
  KioskTlv tlv;

  return !kiosk_tlv_find (apdu->data, apdu->length, TAG_REFERENCE, &tlv, NULL)
         || (tlv.length == 1 && tlv.value[0] == number);
}

static guint16
choose_pace (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  KioskTlv password;

  g_clear_pointer (&self->pace, kiosk_emu_pace_free);
  if (!names_protocol (apdu, kiosk_emu_pace_oid, sizeof kiosk_emu_pace_oid)
      || !kiosk_tlv_find (apdu->data, apdu->length, TAG_PASSWORD, &password, NULL)
      || password.length != 1)
    return KIOSK_EMU_SW_WRONG_DATA;
  if (!refers_to (apdu, self->card->pace_parameter))
    return KIOSK_EMU_SW_REFERENCE;
  self->pace_by_can = password.value[0] == PASSWORD_CAN;
  if (self->pace_by_can && self->can_tries == 0)
    return KIOSK_EMU_SW_BLOCKED;
  self->pace = start_pace (self, password.value[0]);
  return self->pace == NULL ? KIOSK_EMU_SW_REFERENCE : KIOSK_EMU_SW_OK;
}

static guint16
choose_chip_auth (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  if (self->session == NULL)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (self->card->chip_key == NULL
      || !names_protocol (apdu, kiosk_emu_chip_auth_oid, sizeof kiosk_emu_chip_auth_oid))
    return KIOSK_EMU_SW_WRONG_DATA;
  if (!refers_to (apdu, -1)) /* DG14 gives its only key no number */
    return KIOSK_EMU_SW_REFERENCE;
  self->proving = TRUE;
  return KIOSK_EMU_SW_OK;
}

guint16
kiosk_emu_chip_set_environment (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  switch (apdu->p1 << 8 | apdu->p2)
    {
    case ENVIRONMENT_PACE:
      return self->card->pace_parameter != 0 ? choose_pace (self, apdu) : KIOSK_EMU_SW_WRONG_DATA;
    case ENVIRONMENT_CHIP:
      return choose_chip_auth (self, apdu);
    default:
      return KIOSK_EMU_SW_WRONG_P1P2;
    }
}

/* A wrong CAN costs a try; the right one gives them all back. */
static guint16
count_try (KioskEmuChip *self, guint16 status)
{
  if (!self->pace_by_can)
    return status;
  if (status == KIOSK_EMU_SW_FAILED)
    {
      self->can_tries--;
      return (guint16)(KIOSK_EMU_SW_TRIES_LEFT | self->can_tries);
    }
  if (kiosk_emu_pace_is_done (self->pace))
    self->can_tries = KIOSK_EMU_CHIP_CAN_TRIES;
  return status;
}

static guint16
step_pace (KioskEmuChip *self, const KioskTlv *object, GByteArray *inside)
{
  guint16 status
    = kiosk_emu_pace_step (self->pace, object->tag, object->value, object->length, inside);

  status = count_try (self, status);
  if (kiosk_emu_pace_is_done (self->pace))
    self->next_session = kiosk_emu_pace_session (self->pace);
  if (status != KIOSK_EMU_SW_OK || self->next_session != NULL)
    g_clear_pointer (&self->pace, kiosk_emu_pace_free);
  return status;
}

static guint16
prove_chip (KioskEmuChip *self, const KioskTlv *object)
{
  self->proving = FALSE;
  if (object->tag != TAG_POINT)
    return KIOSK_EMU_SW_WRONG_DATA;
  self->next_session
    = kiosk_emu_chip_auth_agree (self->card->chip_key, object->value, object->length);
  return self->next_session == NULL ? KIOSK_EMU_SW_WRONG_DATA : KIOSK_EMU_SW_OK;
}

/* 7C { one object }, or an empty 7C. */
static gboolean
parse_dynamic (const KioskEmuApdu *apdu, KioskTlv *ret_object)
{
  KioskTlvCursor whole = { apdu->data, apdu->length };
  KioskTlv dynamic;
  KioskTlvCursor inside;

  if (!kiosk_tlv_expect (&whole, TAG_DYNAMIC, &dynamic, NULL) || whole.length != 0)
    return FALSE;
  *ret_object = (KioskTlv){ 0 };
  if (dynamic.length == 0)
    return TRUE;
  inside = kiosk_tlv_inside (&dynamic);
  return kiosk_tlv_next (&inside, ret_object, NULL) && inside.length == 0;
}

guint16
kiosk_emu_chip_general_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  guint16 status = KIOSK_EMU_SW_CONDITIONS;
  KioskTlv object;

  if (!parse_dynamic (apdu, &object))
    return KIOSK_EMU_SW_WRONG_DATA;
  if (self->pace != NULL)
    status = step_pace (self, &object, inside);
  else if (self->proving)
    status = prove_chip (self, &object);
  if (status == KIOSK_EMU_SW_OK)
    kiosk_tlv_append (answer, TAG_DYNAMIC, inside->data, inside->len);
  return status;
}
