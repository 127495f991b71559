/* A chip that says anything while it is opened or proves itself. The first byte chooses what is
 * run; then come its answers, each after two bytes of length, with the status word at its end.
 * Terminal keys are seeded, so that a chip of the corpus which knows the password gets through;
 * whatever else does must have left the session secure, and what does not must have left it plain.
 */
#include <string.h>

#include "devices/card/card-access.h"

#define CAN "482019"

typedef struct
{
  KioskCardChannel channel;
  const guint8 *data;
  gsize length;
} Chip;

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Chip *self = (Chip *)channel;
  gsize wanted = self->length >= 2 ? (gsize)self->data[0] << 8 | self->data[1] : 0;

  if (self->length < 2 || wanted > self->length - 2)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST, "pulled out");
      return FALSE;
    }
  g_byte_array_append (response, self->data + 2, (guint)wanted);
  self->data += 2 + wanted;
  self->length -= 2 + wanted;
  return TRUE;
}

static KioskSecurityInfos *
pace_infos (guint8 variant, guint8 cipher, guint8 parameters)
{
  guint8 file[] = { 0x31, 0x14, 0x30, 0x12, 0x06, 0x0a, 0x04, 0x00, 0x7f, 0x00, 0x07,
                    0x02, 0x02, 0x04, 0x00, 0x00, 0x02, 0x01, 0x02, 0x02, 0x01, 0x00 };
  g_autoptr (GBytes) bytes = NULL;

  file[14] = variant;
  file[15] = cipher;
  file[21] = parameters;
  bytes = g_bytes_new (file, sizeof file);
  return kiosk_lds_parse_card_access (bytes, NULL);
}

static void
try_pace (KioskCardSession *session, guint which)
{
  static const guint8 ways[][3]
    = { { 2, 2, 13 }, { 1, 2, 0 }, { 4, 2, 12 }, { 3, 1, 0 }, { 6, 2, 13 }, { 2, 1, 12 } };
  const guint8 *way = ways[which % G_N_ELEMENTS (ways)];
  g_autoptr (KioskSecurityInfos) infos = pace_infos (way[0], way[1], way[2]);
  g_autoptr (KioskSecret) can = kiosk_secret_new_copy (CAN, strlen (CAN));
  g_autoptr (KioskPaceChip) chip = NULL;
  int tries = -2;
  gboolean opened = kiosk_card_pace (session, infos, kiosk_card_pace_choose (infos), KIOSK_PACE_CAN,
                                     can, &tries, &chip, NULL);

  g_assert_true (opened == (session->sm != NULL));
  g_assert_true ((chip != NULL) == (opened && way[0] == 6));
  g_assert_true (tries >= -1 && tries <= 15);
}

static void
try_bac (KioskCardSession *session)
{
  g_autoptr (KioskSecret) zone = kiosk_secret_new_copy ("L898902C<369080619406236", 24);

  g_assert_true (kiosk_card_bac (session, zone, NULL) == (session->sm != NULL));
}

/* The first answer is the file with the key, not the chip's. */
static GBytes *
take_file (Chip *chip)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();

  return transmit (&chip->channel, NULL, 0, file, 0, NULL) ? g_bytes_new (file->data, file->len)
                                                           : NULL;
}

static void
try_chip (KioskCardSession *session, Chip *chip)
{
  g_autoptr (GBytes) file = take_file (chip);
  g_autoptr (KioskSecurityInfos) infos = file != NULL ? kiosk_lds_parse_dg14 (file, NULL) : NULL;

  if (infos != NULL)
    g_assert_true (kiosk_card_chip_authenticate (session, infos, NULL) == (session->sm != NULL));
}

static void
try_active (KioskCardSession *session, Chip *chip, guint digest)
{
  g_autoptr (GBytes) file = take_file (chip);

  if (file == NULL)
    return;
  kiosk_card_active_authenticate (session, file, (KioskLdsDigest)(digest % 6), NULL);
  g_assert_null (session->sm);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  Chip chip = { { .transmit = transmit }, data + 1, length - 1 };
  KioskCardSession session;

  if (length == 0)
    return 0;
  kiosk_card_session_init (&session, &chip.channel, random);
  session.extended = TRUE;
  session.command_max = 4096;
  switch (data[0] >> 4)
    {
    case 1:
      try_bac (&session);
      break;
    case 2:
      try_chip (&session, &chip);
      break;
    case 3:
      try_active (&session, &chip, data[0] & 0x0f);
      break;
    default:
      try_pace (&session, data[0] & 0x0f);
      break;
    }
  kiosk_card_session_clear (&session);
  return 0;
}
