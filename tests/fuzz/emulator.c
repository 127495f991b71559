/* The reader's firmware and the chip behind it, fed a serial line's bytes: every frame that is
 * whole earns an answer, and nothing else happens. */
#include <openssl/rsa.h>
#include <string.h>

#include "programs/kiosk-emulator/pn532.h"

static void
count (gpointer data, const guint8 *bytes, gsize length, gint64 delay_us)
{
  *(gsize *)data += length;
}

/* One key of each kind for the whole run: making them takes longer than all else. */
static EVP_PKEY *
key_of (gboolean elliptic)
{
  static EVP_PKEY *keys[2];

  if (keys[elliptic] == NULL)
    keys[elliptic] = elliptic ? EVP_EC_gen ("P-256") : EVP_RSA_gen (1024);
  if (!EVP_PKEY_up_ref (keys[elliptic]))
    g_error ("OpenSSL: no key");
  return keys[elliptic];
}

/* @variety: how it speaks and what it asks for. */
static KioskEmuCard *
make_card (guint8 variety)
{
  KioskEmuCard *card = kiosk_emu_card_new ("fuzz");
  guint8 content[300] = { 0x61 };

  kiosk_emu_radio_set (&card->radio, "uid", (variety & 1) != 0 ? "random" : "08112233");
  kiosk_emu_radio_set (&card->radio, "type", (variety & 2) != 0 ? "B" : "A");
  kiosk_emu_radio_set (&card->radio, "frame", (variety & 4) != 0 ? "64" : "256");
  kiosk_emu_radio_set (&card->radio, "wtx", (variety & 8) != 0 ? "1" : "0");
  kiosk_emu_radio_set (&card->radio, "over-end", (variety & 16) != 0 ? "6cxx" : "6282");
  kiosk_emu_radio_set (&card->radio, "le", (variety & 32) != 0 ? "96" : "0");
  card->open = (variety & 64) != 0;
  g_hash_table_insert (card->files, GUINT_TO_POINTER (0x011c), g_bytes_new_static ("\x31\x00", 2));
  g_hash_table_insert (card->files, GUINT_TO_POINTER (0x0101),
                       g_bytes_new (content, sizeof content));
  card->can = kiosk_secret_new_copy ("123456", 6);
  card->mrz_key = kiosk_secret_new_copy ("L898902C<369080619406236", 24);
  card->bac = TRUE;
  card->pace[0] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_GENERIC, KIOSK_EMU_CIPHER_AES_128, 13 };
  card->pace[1] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_INTEGRATED, KIOSK_EMU_CIPHER_3DES, 0 };
  card->pace[2] = (KioskEmuPaceProtocol){ KIOSK_EMU_MAPPING_CHIP, KIOSK_EMU_CIPHER_AES_256, 12 };
  card->n_pace = 3;
  card->chip_key = key_of (TRUE);
  card->chip_authentication = TRUE;
  card->active_key = key_of (FALSE);
  return card;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  const KioskEmuLink link = { .frame_size = 64 };
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (0);
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (KioskEmuField) field = kiosk_emu_field_new (random);
  g_autoptr (KioskEmuCard) card = make_card (length > 0 ? data[length - 1] : 0);
  gsize sent = 0;
  g_autoptr (KioskEmuPn532) pn532 = kiosk_emu_pn532_new (field, clock, &link, count, &sent);

  kiosk_emu_field_add (field, card);
  if (length > 0)
    kiosk_emu_pn532_feed (pn532, data, length);
  return 0;
}
