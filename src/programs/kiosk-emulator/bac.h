/* Basic access control from the card's side: ICAO Doc 9303-11, 4.3. */
#pragma once

#include "base/random.h"
#include "messaging.h"

G_BEGIN_DECLS

#define KIOSK_EMU_BAC_CHALLENGE 8
#define KIOSK_EMU_BAC_MESSAGE   40 /* 32 encrypted bytes and their MAC */

typedef struct
{
  guint8 challenge[KIOSK_EMU_BAC_CHALLENGE];
  guint8 key_seed[16];
} KioskEmuBacChoice;

/* A challenge and the card's half of the session key. */
void kiosk_emu_bac_choose (KioskRandom *random, KioskEmuBacChoice *ret_choice);
/**
 * kiosk_emu_bac_authenticate:
 * @mrz_key: number, birth and expiry with their check digits
 * @message: what EXTERNAL AUTHENTICATE carries
 * @ret_answer: the card's own message
 *
 * Returns: (transfer full) (nullable): the session; NULL when the reader does not know the MRZ
 */
KioskEmuMessaging *kiosk_emu_bac_authenticate (const char *mrz_key, const KioskEmuBacChoice *choice,
                                               const guint8 message[KIOSK_EMU_BAC_MESSAGE],
                                               guint8 ret_answer[KIOSK_EMU_BAC_MESSAGE]);

G_END_DECLS
