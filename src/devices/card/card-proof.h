/* The verdict on what was read: passive authentication (private). The reasons are those of
 * data/cards/README.md. */
#pragma once

#include "formats/evidence.h"
#include "formats/lds.h"
#include "trust/sod.h"

G_BEGIN_DECLS

/* The security object by itself: form, signature, chain. NULL: not even parsed. */
KioskSod *kiosk_card_passive_begin (GBytes *sod, const KioskCsca *csca, gint64 at_ms,
                                    KioskEvidence *evidence);
/* And each group that was read against it. @sod: NULL: none can be. @groups: KIOSK_LDS_GROUPS of
 * them, NULL for absent */
void kiosk_card_passive_finish (KioskSod *sod, GBytes *const *groups, KioskEvidence *evidence);

G_END_DECLS
