#include "piv.h"

#include <openssl/rsa.h>
#include <string.h>

#include "formats/tlv.h"

#define COMMAND_MAXIMUM 4096 /* of chained data */
#define RSA_2048_BYTES  256
#define DIGEST_BYTES    32
#define MORE_MAXIMUM    0xff /* what 61xx can count */

enum
{
  INS_GENERAL_AUTHENTICATE = 0x87,
  INS_SELECT = 0xa4,
  INS_GET_RESPONSE = 0xc0,
  INS_GET_DATA = 0xcb,
  ALGORITHM_RSA_2048 = 0x07, /* SP 800-78-4, table 6-2 */
  ALGORITHM_P256 = 0x11,
  TAG_CERTIFICATE_9E = 0x5fc101,
  TAG_HOLDER = 0x5fc102,
  TAG_CERTIFICATE_9A = 0x5fc105,
  TAG_DISCOVERY = 0x7e,
};

/* Part 1, 2.2: the PIV card application, version 1.0. */
static const guint8 application[]
  = { 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00 };
#define AUTHORITY_BYTES 5

struct _KioskEmuPiv
{
  KioskEmuCard *card;
  gboolean selected;
  GByteArray *chained; /* data of the commands before the last */
  guint8 chain[3];     /* INS, P1, P2 of them */
  GByteArray *rest;    /* of an answer, for GET RESPONSE */
};

KioskEmuPiv *
kiosk_emu_piv_new (KioskEmuCard *card)
{
  KioskEmuPiv *self = g_new0 (KioskEmuPiv, 1);

  self->card = kiosk_emu_card_ref (card);
  self->chained = g_byte_array_new ();
  self->rest = g_byte_array_new ();
  return self;
}

void
kiosk_emu_piv_free (KioskEmuPiv *self)
{
  kiosk_emu_card_unref (self->card);
  g_byte_array_unref (self->chained);
  g_byte_array_unref (self->rest);
  g_free (self);
}

void
kiosk_emu_piv_reset (KioskEmuPiv *self)
{
  self->selected = FALSE;
  g_byte_array_set_size (self->chained, 0);
  g_byte_array_set_size (self->rest, 0);
}

/* Part 2, 3.1.1, table 3: the application property template. */
static guint16
select_application (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  g_autoptr (GByteArray) authority = g_byte_array_new ();
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  if (apdu->p1 != 0x04)
    return KIOSK_EMU_SW_NOT_FOUND;
  if (apdu->length < AUTHORITY_BYTES || apdu->length > sizeof application
      || memcmp (apdu->data, application, apdu->length) != 0)
    return KIOSK_EMU_SW_NOT_FOUND;
  self->selected = TRUE;
  kiosk_tlv_append (authority, 0x4f, application, AUTHORITY_BYTES);
  kiosk_tlv_append (inside, 0x4f, application + AUTHORITY_BYTES,
                    sizeof application - AUTHORITY_BYTES);
  kiosk_tlv_append (inside, 0x79, authority->data, authority->len);
  kiosk_tlv_append (answer, 0x61, inside->data, inside->len);
  return KIOSK_EMU_SW_OK;
}

static const KioskEmuPivSlot *
find_slot (const KioskEmuPiv *self, guint reference)
{
  const KioskEmuPivSlot *slot = reference == 0x9a   ? &self->card->piv_9a
                                : reference == 0x9e ? &self->card->piv_9e
                                                    : NULL;

  return slot != NULL && slot->key != NULL ? slot : NULL;
}

/* Part 1, appendix A: certificate, how it is packed (not at all), error detection code (none). */
static void
put_certificate (const KioskEmuPivSlot *slot, GByteArray *answer)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  kiosk_tlv_append (inside, 0x70, g_bytes_get_data (slot->certificate, NULL),
                    g_bytes_get_size (slot->certificate));
  kiosk_tlv_append (inside, 0x71, (const guint8[]){ 0 }, 1);
  kiosk_tlv_append (inside, 0xfe, NULL, 0);
  kiosk_tlv_append (answer, 0x53, inside->data, inside->len);
}

/* The card holder's unique identifier: zeros for the federal numbers, which nobody here has. */
static void
put_holder (GByteArray *answer)
{
  static const guint8 zeros[25];
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  kiosk_tlv_append (inside, 0x30, zeros, sizeof zeros);
  kiosk_tlv_append (inside, 0x34, zeros, 16);
  kiosk_tlv_append (inside, 0x35, "20991231", 8);
  kiosk_tlv_append (inside, 0x3e, NULL, 0);
  kiosk_tlv_append (inside, 0xfe, NULL, 0);
  kiosk_tlv_append (answer, 0x53, inside->data, inside->len);
}

/* Part 1, 3.3.2: the application, and that its own PIN is the only one. */
static void
put_discovery (GByteArray *answer)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  kiosk_tlv_append (inside, 0x4f, application, sizeof application);
  kiosk_tlv_append (inside, 0x5f2f, (const guint8[]){ 0x40, 0x00 }, 2);
  kiosk_tlv_append (answer, TAG_DISCOVERY, inside->data, inside->len);
}

static guint16
get_data (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  KioskTlvCursor cursor = { apdu->data, apdu->length };
  const KioskEmuPivSlot *slot;
  guint32 wanted = 0;
  KioskTlv tag;

  if (apdu->p1 != 0x3f || apdu->p2 != 0xff)
    return KIOSK_EMU_SW_WRONG_P1P2;
  if (!kiosk_tlv_expect (&cursor, 0x5c, &tag, NULL) || cursor.length > 0 || tag.length < 1
      || tag.length > 3)
    return KIOSK_EMU_SW_WRONG_DATA;
  for (gsize i = 0; i < tag.length; i++)
    wanted = wanted << 8 | tag.value[i];
  slot = wanted == TAG_CERTIFICATE_9A || wanted == TAG_CERTIFICATE_9E
           ? find_slot (self, wanted == TAG_CERTIFICATE_9A ? 0x9a : 0x9e)
           : NULL;
  if (slot != NULL)
    put_certificate (slot, answer);
  else if (wanted == TAG_HOLDER)
    put_holder (answer);
  else if (wanted == TAG_DISCOVERY)
    put_discovery (answer);
  else
    return KIOSK_EMU_SW_NOT_FOUND;
  return KIOSK_EMU_SW_OK;
}

/* The key's own operation on what came, padded and hashed by whoever asks. */
static guint16
sign (EVP_PKEY *key, const KioskTlv *challenge, GByteArray *answer)
{
  guint8 signature[RSA_2048_BYTES];
  gsize length = sizeof signature;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);
  gboolean rsa = EVP_PKEY_get_base_id (key) == EVP_PKEY_RSA;
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  gboolean done;

  done = challenge->length == (rsa ? RSA_2048_BYTES : DIGEST_BYTES)
         && EVP_PKEY_sign_init (context) > 0
         && (!rsa || EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) > 0)
         && EVP_PKEY_sign (context, signature, &length, challenge->value, challenge->length) > 0;
  EVP_PKEY_CTX_free (context);
  if (!done)
    return KIOSK_EMU_SW_WRONG_DATA;
  kiosk_tlv_append (inside, 0x82, signature, length);
  kiosk_tlv_append (answer, 0x7c, inside->data, inside->len);
  return KIOSK_EMU_SW_OK;
}

/* Part 2, 3.2.4, internal authentication: a challenge (81) and a place for the answer (82). */
static guint16
general_authenticate (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  const KioskEmuPivSlot *slot = find_slot (self, apdu->p2);
  KioskTlvCursor cursor = { apdu->data, apdu->length };
  KioskTlv template, challenge, place;

  if (slot == NULL)
    return KIOSK_EMU_SW_REFERENCE;
  if (apdu->p1
      != (EVP_PKEY_get_base_id (slot->key) == EVP_PKEY_RSA ? ALGORITHM_RSA_2048 : ALGORITHM_P256))
    return KIOSK_EMU_SW_WRONG_P1P2;
  if (slot->wants_pin)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (!kiosk_tlv_expect (&cursor, 0x7c, &template, NULL) || cursor.length > 0
      || !kiosk_tlv_find (template.value, template.length, 0x82, &place, NULL) || place.length > 0
      || !kiosk_tlv_find (template.value, template.length, 0x81, &challenge, NULL))
    return KIOSK_EMU_SW_WRONG_DATA;
  return sign (slot->key, &challenge, answer);
}

static guint16
dispatch (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  if (apdu->ins == INS_SELECT)
    return select_application (self, apdu, answer);
  if (!self->selected)
    return KIOSK_EMU_SW_UNKNOWN_INS;
  switch (apdu->ins)
    {
    case INS_GET_DATA:
      return get_data (self, apdu, answer);
    case INS_GENERAL_AUTHENTICATE:
      return general_authenticate (self, apdu, answer);
    default:
      return KIOSK_EMU_SW_UNKNOWN_INS;
    }
}

/* As much as was asked for; 61xx says how much more there is. */
static guint16
give (KioskEmuPiv *self, gsize expected, GByteArray *answer)
{
  gsize given = MIN (expected, self->rest->len);

  g_byte_array_append (answer, self->rest->data, (guint)given);
  g_byte_array_remove_range (self->rest, 0, (guint)given);
  if (self->rest->len == 0)
    return KIOSK_EMU_SW_OK;
  return (guint16)(KIOSK_EMU_SW_MORE | (self->rest->len > MORE_MAXIMUM ? 0 : self->rest->len));
}

/* A part of a longer command. */
static guint16
keep (KioskEmuPiv *self, const KioskEmuApdu *apdu)
{
  const guint8 chain[3] = { apdu->ins, apdu->p1, apdu->p2 };

  if (self->chained->len + apdu->length > COMMAND_MAXIMUM
      || (self->chained->len > 0 && memcmp (self->chain, chain, sizeof chain) != 0))
    {
      g_byte_array_set_size (self->chained, 0);
      return KIOSK_EMU_SW_WRONG_LENGTH;
    }
  memcpy (self->chain, chain, sizeof chain);
  g_byte_array_append (self->chained, apdu->data, (guint)apdu->length);
  return KIOSK_EMU_SW_OK;
}

guint16
kiosk_emu_piv_handle (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  KioskEmuApdu whole = *apdu;
  guint16 status;

  if ((apdu->cla & ~KIOSK_EMU_CLA_CHAINING) != 0)
    return KIOSK_EMU_SW_UNKNOWN_CLA;
  if (apdu->ins == INS_GET_RESPONSE)
    return self->rest->len > 0 ? give (self, apdu->expected, answer) : KIOSK_EMU_SW_CONDITIONS;
  g_byte_array_set_size (self->rest, 0);
  if (apdu->cla == KIOSK_EMU_CLA_CHAINING)
    return keep (self, apdu);
  if (self->chained->len > 0)
    {
      if (keep (self, apdu) != KIOSK_EMU_SW_OK)
        return KIOSK_EMU_SW_WRONG_LENGTH;
      whole.data = self->chained->data;
      whole.length = self->chained->len;
    }
  status = dispatch (self, &whole, self->rest);
  g_byte_array_set_size (self->chained, 0);
  return status == KIOSK_EMU_SW_OK ? give (self, apdu->expected, answer) : status;
}
