/* The reader's firmware and the chip behind it, fed a serial line's bytes: every frame that is
 * whole earns an answer, and nothing else happens. */
#include <string.h>

#include "programs/kiosk-emulator/pn532.h"

static void
count (gpointer data, const guint8 *bytes, gsize length, gint64 delay_us)
{
  *(gsize *)data += length;
}

static KioskEmuCard *
make_card (void)
{
  KioskEmuCard *card = kiosk_emu_card_new ("fuzz");

  kiosk_emu_radio_set (&card->radio, "uid", "08112233");
  g_hash_table_insert (card->files, GUINT_TO_POINTER (0x011c), g_bytes_new_static ("\x31\x00", 2));
  card->can = kiosk_secret_new_copy ("123456", 6);
  card->mrz_key = kiosk_secret_new_copy ("L898902C<369080619406236", 24);
  card->bac = TRUE;
  card->pace[0] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_GENERIC, KIOSK_EMU_CIPHER_AES_128, 13 };
  card->pace[1] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_INTEGRATED, KIOSK_EMU_CIPHER_3DES, 0 };
  card->n_pace = 2;
  return card;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  const KioskEmuLink link = { .frame_size = 64 };
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (0);
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (KioskEmuField) field = kiosk_emu_field_new (random);
  g_autoptr (KioskEmuCard) card = make_card ();
  gsize sent = 0;
  g_autoptr (KioskEmuPn532) pn532 = kiosk_emu_pn532_new (field, clock, &link, count, &sent);

  kiosk_emu_field_add (field, card);
  if (length > 0)
    kiosk_emu_pn532_feed (pn532, data, length);
  return 0;
}
