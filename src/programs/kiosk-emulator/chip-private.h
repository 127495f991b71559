/* What the chip's parts share: chip.c dispatches, chip-files.c reads, chip-access.c opens. */
#pragma once

#include "bac.h"
#include "chip.h"
#include "messaging.h"
#include "pace.h"
#include "piv.h"

G_BEGIN_DECLS

struct _KioskEmuChip
{
  KioskEmuCard *card;
  KioskRandom *random;
  gboolean in_application; /* the eMRTD's, not the MF */
  guint chosen;            /* file identifier; 0: none */
  KioskEmuMessaging *session;
  KioskEmuMessaging *next_session; /* takes over once the command is answered */
  KioskEmuPace *pace;
  gboolean pace_by_can;
  guint can_tries;
  gboolean challenged; /* GET CHALLENGE has been answered with */
  KioskEmuBacChoice challenge;
  KioskEmuTwist twist;
  KioskEmuFuzz *fuzz; /* (nullable) */
  gboolean proving;   /* chip authentication has been chosen */
  KioskEmuPiv *piv;   /* (nullable): a staff card has this and nothing else */
};

/* Each handles one plain command: appends answer data, returns the status word. */

/* chip-files.c */
guint16 kiosk_emu_chip_select (KioskEmuChip *self, const KioskEmuApdu *apdu);
guint16 kiosk_emu_chip_read (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);
guint16 kiosk_emu_chip_read_odd (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);

/* chip-access.c */
guint16 kiosk_emu_chip_challenge (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);
guint16
kiosk_emu_chip_external_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);
guint16 kiosk_emu_chip_set_environment (KioskEmuChip *self, const KioskEmuApdu *apdu);
guint16
kiosk_emu_chip_general_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);
guint16
kiosk_emu_chip_internal_auth (KioskEmuChip *self, const KioskEmuApdu *apdu, GByteArray *answer);

G_END_DECLS
