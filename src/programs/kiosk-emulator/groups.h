/* The files of a document that only its maker writes: ICAO Doc 9303-10, 9303-11 and the
 * simulation's own page in data/cards/README.md. */
#pragma once

#include "chip-auth.h"
#include "pace.h"

G_BEGIN_DECLS

/* The chip's capabilities: extended lengths, whose bounds EF.ATR/INFO has. */
#define KIOSK_EMU_CAPABILITIES "\x00\x01\x60"

/* What a chip announces of itself in EF.CardAccess, EF.CardSecurity and DG14. */
typedef struct
{
  const KioskEmuPaceProtocol *pace;
  gsize n_pace;
  EVP_PKEY *chip_key; /* (nullable) */
  gboolean chip_authentication;
  KioskEmuCipher chip_cipher;
  gboolean active_ec; /* active authentication with an elliptic key needs a word */
} KioskEmuAbilities;

/* EF.CardAccess: the PACE protocols. */
GBytes *kiosk_emu_group_card_access (const KioskEmuAbilities *abilities);
/* What EF.CardSecurity signs: the same, and the key that PACE's chip mapping proves. */
GBytes *kiosk_emu_group_card_security (const KioskEmuAbilities *abilities);
/* EF.COM: LDS 1.7, Unicode 4.0, and the groups that are there (bit n − 1 for group n). */
GBytes *kiosk_emu_group_com (guint groups);
/* EF.ATR/INFO: capabilities, and how long a command and a response may be. */
GBytes *kiosk_emu_group_atr_info (guint16 command, guint16 response);
/* DG7: the signature as it is displayed, @picture a JPEG. */
GBytes *kiosk_emu_group_dg7 (GBytes *picture);
/* DG11: the full name in national characters. */
GBytes *kiosk_emu_group_dg11 (const char *name);
/* DG12: who issued the document, and when (YYYY-MM-DD). */
GBytes *kiosk_emu_group_dg12 (const char *authority, const char *date);
/* DG13 of the simulated identity card: the symbols on its face. */
GBytes *kiosk_emu_group_dg13 (const char *symbols);
/* DG14: chip authentication, and the PACE of EF.CardAccess again, this time signed. NULL when there
 * is nothing to say. */
GBytes *kiosk_emu_group_dg14 (const KioskEmuAbilities *abilities);
/* DG15: the public key of active authentication. */
GBytes *kiosk_emu_group_dg15 (EVP_PKEY *key);

G_END_DECLS
