/* Cards made in memory: no folder, no signature. */
#pragma once

#include <string.h>

#include "programs/kiosk-emulator/card.h"

#define TEST_FILE_LENGTH 600

static inline void
card_add_file (KioskEmuCard *card, guint identifier)
{
  guint8 content[TEST_FILE_LENGTH];

  for (gsize i = 0; i < sizeof content; i++)
    content[i] = (guint8)i;
  g_hash_table_insert (card->files, GUINT_TO_POINTER (identifier),
                       g_bytes_new (content, sizeof content));
}

/* EF.CardAccess, EF.COM and DG1, each 00 01 02 …; PACE by CAN 123456, or BAC. */
static inline KioskEmuCard *
card_make (char type, gboolean bac)
{
  KioskEmuCard *card = kiosk_emu_card_new ("test");
  static const char mrz_key[] = "L898902C<369080619406236";

  card->radio.type = type;
  g_assert_true (kiosk_emu_radio_set (&card->radio, "uid", "08112233"));
  g_assert_true (kiosk_emu_radio_set (&card->radio, "historical", "80"));
  card_add_file (card, 0x011c);
  card_add_file (card, 0x011e);
  card_add_file (card, 0x0101);
  card->bac = bac;
  card->pace[0] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_GENERIC, KIOSK_EMU_CIPHER_AES_128, 13 };
  card->n_pace = bac ? 0 : 1;
  card->can = bac ? NULL : kiosk_secret_new_copy ("123456", 6);
  card->mrz_key = kiosk_secret_new_copy (mrz_key, sizeof mrz_key - 1);
  return card;
}
