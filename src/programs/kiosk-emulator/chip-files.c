#include <string.h>

#include "chip-private.h"
#include "formats/tlv.h"

#define MASTER_FILE    0x3f00
#define CARD_ACCESS    0x011c
#define CARD_SECURITY  0x011d /* in the MF */
#define SFI_ATR_INFO   0x01   /* likewise */
#define APPLICATION_ID "\xa0\x00\x00\x02\x47\x10\x01"
#define TAG_OFFSET     0x54
#define TAG_DATA       0x53
#define DATA_HEADER    4 /* tag 53 and the longest length of a file's part */

static guint
word (const guint8 *bytes)
{
  return (guint)bytes[0] << 8 | bytes[1];
}

/* EF.CardAccess and EF.CardSecurity lie in the MF and everything else in the application. */
static GBytes *
find_file (const KioskEmuChip *self, guint identifier)
{
  if (self->in_application)
    return identifier == CARD_ACCESS ? NULL : kiosk_emu_card_file (self->card, identifier);
  if (identifier == CARD_SECURITY)
    return kiosk_emu_card_file (self->card, KIOSK_EMU_CARD_SECURITY);
  return identifier == CARD_ACCESS || identifier == KIOSK_EMU_ATR_INFO
           ? kiosk_emu_card_file (self->card, identifier)
           : NULL;
}

/* EF.CardAccess must be read before anything is open; nothing else may be. */
static gboolean
may_read (const KioskEmuChip *self, guint identifier)
{
  if (self->session != NULL || self->card->open)
    return TRUE;
  return !self->in_application
         && (identifier != CARD_SECURITY || find_file (self, identifier) == NULL);
}

static guint16
choose_file (KioskEmuChip *self, guint identifier)
{
  if (!may_read (self, identifier))
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (find_file (self, identifier) == NULL)
    return KIOSK_EMU_SW_NOT_FOUND;
  self->chosen = identifier;
  return KIOSK_EMU_SW_OK;
}

static guint16
choose_master_file (KioskEmuChip *self)
{
  self->in_application = FALSE;
  self->chosen = 0;
  return KIOSK_EMU_SW_OK;
}

static guint16
choose_application (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  gsize length = sizeof APPLICATION_ID - 1;

  if (apdu->length != length || memcmp (apdu->data, APPLICATION_ID, length) != 0)
    return KIOSK_EMU_SW_NOT_FOUND;
  if (!self->card->bac && !self->card->open && self->session == NULL)
    return KIOSK_EMU_SW_SECURITY_STATUS;
  self->in_application = TRUE;
  self->chosen = 0;
  return KIOSK_EMU_SW_OK;
}

guint16
kiosk_emu_chip_select (KioskEmuChip *self, const KioskEmuApdu *apdu)
{
  if (apdu->p2 != 0x0c) /* this chip has no file control information to give */
    return KIOSK_EMU_SW_WRONG_P1P2;
  switch (apdu->p1)
    {
    case 0x00:
      if (apdu->length == 0 || (apdu->length == 2 && word (apdu->data) == MASTER_FILE))
        return choose_master_file (self);
      return KIOSK_EMU_SW_NOT_FOUND;
    case 0x02:
      return apdu->length == 2 ? choose_file (self, word (apdu->data)) : KIOSK_EMU_SW_WRONG_LENGTH;
    case 0x04:
      return choose_application (self, apdu);
    default:
      return KIOSK_EMU_SW_WRONG_P1P2;
    }
}

/* @most: what there is, or what the chip gives at once. */
static guint16
cut_short (KioskEmuLengthStyle style, gsize most, gsize *ret_length)
{
  *ret_length = 0;
  switch (style)
    {
    case KIOSK_EMU_LENGTH_EXACT:
      return (guint16)(KIOSK_EMU_SW_EXACT_LENGTH | MIN (most, 256) % 256);
    case KIOSK_EMU_LENGTH_WRONG:
      return KIOSK_EMU_SW_WRONG_LENGTH;
    case KIOSK_EMU_LENGTH_OFFSET:
      return KIOSK_EMU_SW_OFFSET;
    default:
      *ret_length = most;
      return style == KIOSK_EMU_LENGTH_WARN ? KIOSK_EMU_SW_END_OF_FILE : KIOSK_EMU_SW_OK;
    }
}

static guint16
cut_part (const KioskEmuChip *self, gsize left, gsize expected, gsize *ret_length)
{
  const KioskEmuRadio *radio = &self->card->radio;

  if (radio->le != 0 && expected > radio->le && left > radio->le)
    return cut_short (radio->over_le, radio->le, ret_length);
  if (expected > left)
    return cut_short (radio->over_end, left, ret_length);
  *ret_length = expected;
  return KIOSK_EMU_SW_OK;
}

static guint16
read_part (KioskEmuChip *self, gsize offset, gsize expected, const guint8 **ret_part,
           gsize *ret_length)
{
  GBytes *file = self->chosen == 0 ? NULL : find_file (self, self->chosen);
  gsize size;
  const guint8 *content;

  if (!may_read (self, self->chosen))
    return KIOSK_EMU_SW_SECURITY_STATUS;
  if (file == NULL)
    return KIOSK_EMU_SW_NO_FILE_CHOSEN;
  if (expected == 0)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  content = g_bytes_get_data (file, &size);
  if (offset >= size)
    return KIOSK_EMU_SW_OFFSET;
  *ret_part = content + offset;
  return cut_part (self, size - offset, expected, ret_length);
}

static gboolean
is_read (guint16 status)
{
  return status == KIOSK_EMU_SW_OK || status == KIOSK_EMU_SW_END_OF_FILE;
}

static guint16
choose_short (KioskEmuChip *self, guint8 identifier)
{
  return choose_file (self, !self->in_application && identifier == SFI_ATR_INFO
                              ? KIOSK_EMU_ATR_INFO
                              : 0x0100u | identifier);
}

guint16
kiosk_emu_chip_read (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  guint16 status = KIOSK_EMU_SW_OK;
  const guint8 *part = NULL;
  gsize length = 0;
  gsize offset = (gsize)apdu->p1 << 8 | apdu->p2;

  if ((apdu->p1 & 0x80) != 0)
    {
      if ((apdu->p1 & 0x60) != 0)
        return KIOSK_EMU_SW_WRONG_P1P2;
      status = choose_short (self, apdu->p1 & 0x1f);
      offset = apdu->p2;
    }
  if (status == KIOSK_EMU_SW_OK)
    status = read_part (self, offset, apdu->expected, &part, &length);
  if (is_read (status))
    g_byte_array_append (answer, part, (guint)length);
  return status;
}

static gboolean
parse_offset (const KioskEmuApdu *apdu, gsize *ret_offset)
{
  KioskTlv tlv;
  gsize offset = 0;

  if (!kiosk_tlv_find (apdu->data, apdu->length, TAG_OFFSET, &tlv, NULL) || tlv.length > 3)
    return FALSE;
  for (gsize i = 0; i < tlv.length; i++)
    offset = offset << 8 | tlv.value[i];
  *ret_offset = offset;
  return TRUE;
}

guint16
kiosk_emu_chip_read_odd (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer)
{
  guint file = (guint)apdu->p1 << 8 | apdu->p2;
  guint16 status = KIOSK_EMU_SW_OK;
  const guint8 *part = NULL;
  gsize length = 0;
  gsize offset;

  if (!parse_offset (apdu, &offset))
    return KIOSK_EMU_SW_WRONG_DATA;
  if (apdu->expected <= DATA_HEADER)
    return KIOSK_EMU_SW_WRONG_LENGTH;
  if (file > 0x1f)
    status = choose_file (self, file);
  else if (file != 0)
    status = choose_short (self, (guint8)file);
  if (status == KIOSK_EMU_SW_OK)
    status = read_part (self, offset, apdu->expected - DATA_HEADER, &part, &length);
  if (is_read (status))
    kiosk_tlv_append (answer, TAG_DATA, part, length);
  return status;
}
