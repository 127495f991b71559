#include <openssl/evp.h>
#include <string.h>

#include "chip-auth.h"
#include "chip-private.h"
#include "formats/tlv.h"

#define ENVIRONMENT_PACE 0xc1a4
#define ENVIRONMENT_CHIP 0x41a4
#define ENVIRONMENT_KEY  0x41a6 /* the short way of chip authentication, 3DES only */
#define TAG_PROTOCOL     0x80
#define TAG_PASSWORD     0x83
#define TAG_REFERENCE    0x84
#define TAG_DYNAMIC      0x7c
#define TAG_PUBLIC_KEY   0x80
#define TAG_KEY_DIRECT   0x91
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

/* (nullable): NULL when the card has no such password. */
static KioskEmuPace *
start_pace (KioskEmuChip *self, const KioskEmuPaceProtocol *protocol, guint8 password)
{
  const KioskEmuCard *card = self->card;
  guint8 digest[EVP_MAX_MD_SIZE];

  if (password == PASSWORD_CAN && card->can != NULL)
    return kiosk_emu_pace_new (protocol, kiosk_secret_data (card->can),
                               kiosk_secret_length (card->can), card->chip_key, self->random);
  if (password != PASSWORD_MRZ || card->mrz_key == NULL)
    return NULL;
  if (!EVP_Digest (kiosk_secret_data (card->mrz_key), kiosk_secret_length (card->mrz_key), digest,
                   NULL, EVP_sha1 (), NULL))
    g_error ("OpenSSL: no SHA-1");
  return kiosk_emu_pace_new (protocol, digest, SHA1_LENGTH, card->chip_key, self->random);
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

/* (nullable): @ret_named: whether one of them bears the name, if with other parameters. */
static const KioskEmuPaceProtocol *
find_protocol (KioskEmuChip *self, const KioskEmuApdu *apdu, gboolean *ret_named)
{
  *ret_named = FALSE;
  for (gsize i = 0; i < self->card->n_pace; i++)
    {
      const KioskEmuPaceProtocol *protocol = &self->card->pace[i];
      guint8 oid[KIOSK_EMU_PACE_OID_LENGTH];

      kiosk_emu_pace_protocol_oid (protocol, oid);
      if (!names_protocol (apdu, oid, sizeof oid))
        continue;
      *ret_named = TRUE;
      if (refers_to (apdu, protocol->parameter))
        return protocol;
    }
  return NULL;
}

static guint16
choose_pace (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  const KioskEmuPaceProtocol *protocol;
  KioskTlv password;
  gboolean named;

  g_clear_pointer (&self->pace, kiosk_emu_pace_free);
  protocol = find_protocol (self, apdu, &named);
  if (!named || !kiosk_tlv_find (apdu->data, apdu->length, TAG_PASSWORD, &password, NULL)
      || password.length != 1)
    return KIOSK_EMU_SW_WRONG_DATA;
  if (protocol == NULL)
    return KIOSK_EMU_SW_REFERENCE;
  self->pace_by_can = password.value[0] == PASSWORD_CAN;
  if (self->pace_by_can && self->can_tries == 0)
    return KIOSK_EMU_SW_BLOCKED;
  self->pace = start_pace (self, protocol, password.value[0]);
  return self->pace == NULL ? KIOSK_EMU_SW_REFERENCE : KIOSK_EMU_SW_OK;
}

static guint16
choose_chip_auth (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  const KioskEmuCard *card = self->card;
  guint8 oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH];

  if (self->session == NULL)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (card->chip_key == NULL || !card->chip_authentication)
    return KIOSK_EMU_SW_WRONG_DATA;
  kiosk_emu_chip_auth_oid (card->chip_key, card->chip_cipher, oid);
  if (!names_protocol (apdu, oid, sizeof oid))
    return KIOSK_EMU_SW_WRONG_DATA;
  if (!refers_to (apdu, -1)) /* DG14 gives its only key no number */
    return KIOSK_EMU_SW_REFERENCE;
  self->proving = TRUE;
  return KIOSK_EMU_SW_OK;
}

static guint16
prove_chip (KioskEmuChip *self, const guint8 *public_key, gsize length)
{
  self->next_session
    = kiosk_emu_chip_auth_agree (self->card->chip_key, self->card->chip_cipher, public_key, length);
  return self->next_session == NULL ? KIOSK_EMU_SW_WRONG_DATA : KIOSK_EMU_SW_OK;
}

/* 9303-11, 6.2.4.1: the reader's key in the one command. */
static guint16
prove_chip_directly (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  const KioskEmuCard *card = self->card;
  KioskTlv tlv;

  if (self->session == NULL)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (card->chip_key == NULL || !card->chip_authentication
      || card->chip_cipher != KIOSK_EMU_CIPHER_3DES
      || !kiosk_tlv_find (apdu->data, apdu->length, TAG_KEY_DIRECT, &tlv, NULL))
    return KIOSK_EMU_SW_WRONG_DATA;
  if (!refers_to (apdu, -1))
    return KIOSK_EMU_SW_REFERENCE;
  return prove_chip (self, tlv.value, tlv.length);
}

guint16
kiosk_emu_chip_set_environment (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  switch (apdu->p1 << 8 | apdu->p2)
    {
    case ENVIRONMENT_PACE:
      return choose_pace (self, apdu);
    case ENVIRONMENT_CHIP:
      return choose_chip_auth (self, apdu);
    case ENVIRONMENT_KEY:
      return prove_chip_directly (self, apdu);
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
take_public_key (KioskEmuChip *self, const KioskTlv *object)
{
  self->proving = FALSE;
  if (object->tag != TAG_PUBLIC_KEY)
    return KIOSK_EMU_SW_WRONG_DATA;
  return prove_chip (self, object->value, object->length);
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
    status = take_public_key (self, &object);
  if (status == KIOSK_EMU_SW_OK)
    kiosk_tlv_append (answer, TAG_DYNAMIC, inside->data, inside->len);
  return status;
}

/* Active authentication, 9303-11, 6.1. */
guint16
kiosk_emu_chip_internal_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  g_autoptr (GByteArray) signature = NULL;

  if (self->card->active_key == NULL)
    return KIOSK_EMU_SW_UNKNOWN_INS;
  if (self->session == NULL && !self->card->open)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (apdu->length != KIOSK_EMU_ACTIVE_CHALLENGE)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  signature = kiosk_emu_active_auth_sign (self->card->active_key, apdu->data, self->random);
  if (signature->len > apdu->expected)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  g_byte_array_append (answer, signature->data, signature->len);
  return KIOSK_EMU_SW_OK;
}
