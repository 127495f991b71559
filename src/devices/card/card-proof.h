/* The verdict on what was read: passive authentication and the chip's proof (private). The reasons
 * are those of data/cards/README.md. */
#pragma once

#include "devices/card/card-session.h"
#include "trust/sod.h"

G_BEGIN_DECLS

/* The security object by itself: form, signature, chain. NULL: not even parsed. */
KioskSod *kiosk_card_passive_begin (GBytes *sod, const KioskCsca *csca, gint64 at_ms,
                                    KioskEvidence *evidence);
/* And each group that was read against it. @sod: NULL: none can be. @groups: KIOSK_LDS_GROUPS of
 * them, NULL for absent */
void kiosk_card_passive_finish (KioskSod *sod, GBytes *const *groups, KioskEvidence *evidence);

/* Chip authentication with the key in DG14, believed only when passive authentication passed;
 * proved by DG1 read again under the new keys. FALSE: the card is gone, or the like. */
gboolean kiosk_card_chip_prove (KioskCardSession *session, GBytes *dg14, GBytes *dg1,
                                KioskEvidence *evidence, GError **error);

G_END_DECLS
