/* The chip's proof that it is no copy (private). The reasons are those of data/cards/README.md. */
#pragma once

#include "devices/card/card-open.h"
#include "formats/evidence.h"
#include "trust/csca.h"

G_BEGIN_DECLS

/* What the proof is made of; all but @opening and @dg1 are nullable. */
typedef struct
{
  const KioskCardOpening *opening;
  GBytes *dg1, *dg14, *dg15;
  const KioskCsca *csca;
  gint64 at_ms;
} KioskCardChipProof;

/**
 * kiosk_card_chip_prove:
 *
 * Believed only when passive authentication passed. The first of these that the document can do,
 * and the next only where one is not possible: PACE's chip authentication mapping, which has been
 * run already and is checked against EF.CardSecurity, itself checked to a country signer; chip
 * authentication, proved by DG1 read again under the new keys; active authentication.
 *
 * FALSE: the card is gone, or the like.
 */
gboolean kiosk_card_chip_prove (KioskCardSession *session, const KioskCardChipProof *proof,
                                KioskEvidence *evidence, GError **error);

G_END_DECLS
