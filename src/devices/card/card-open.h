/* Opening a card with one key, as its profile allows (private). */
#pragma once

#include "devices/card/card-access.h"
#include "devices/card/card-profile.h"

G_BEGIN_DECLS

typedef struct
{
  const char *method;  /* static: "pace-can", "pace-mrz", "bac", "bac-after-pace" */
  KioskPaceChip *chip; /* NULL unless PACE mapped with chip authentication */
  GBytes
    *card_security; /* what that is to be checked against, its signature first; NULL: no file */
} KioskCardOpening;

void kiosk_card_opening_clear (KioskCardOpening *self);

/**
 * kiosk_card_open:
 * @card_access: NULL, or without PACE: BAC, the application being selected already
 * @kind: of @key: the CAN's digits, or "DOCNO,YYMMDD,YYMMDD"
 * @ret_tries_left: of this key, when the error is %KIOSK_CARD_ERROR_ACCESS_DENIED; −1: not told
 *
 * Once, with one key. PACE that the chip advertises is the only way then: a forged EF.CardAccess
 * must not choose the weaker lock. A profile may allow BAC after PACE that broke down (not after a
 * wrong key), for documents whose PACE is known to be broken.
 *
 * Afterwards the application is selected and the session is secure.
 */
gboolean
kiosk_card_open (KioskCardSession *session, const KioskCardProfile *profile,
                 const KioskSecurityInfos *card_access, KioskCardKey kind, KioskSecret *key,
                 int *ret_tries_left, KioskCardOpening *ret_opening, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskCardOpening, kiosk_card_opening_clear)

G_END_DECLS
