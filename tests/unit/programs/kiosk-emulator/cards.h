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
  KioskEmuCard *card = g_new0 (KioskEmuCard, 1);
  static const char mrz_key[] = "L898902C<369080619406236";

  g_atomic_ref_count_init (&card->references);
  card->name = g_strdup ("test");
  card->type = type;
  memcpy (card->uid, "\x08\x11\x22\x33", 4);
  card->uid_length = 4;
  card->historical = g_bytes_new_static ("\x80", 1);
  card->extended = TRUE;
  card->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  card_add_file (card, 0x011c);
  card_add_file (card, 0x011e);
  card_add_file (card, 0x0101);
  card->bac = bac;
  card->pace_parameter = bac ? 0 : 13;
  card->can = bac ? NULL : kiosk_secret_new_copy ("123456", 6);
  card->mrz_key = kiosk_secret_new_copy (mrz_key, sizeof mrz_key - 1);
  return card;
}
