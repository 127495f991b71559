/* Signature, chain and the first hash, checked while the next file is in the air (private to the
 * room and its reader): one thread, one job at a time. */
#pragma once

#include "devices/card/card-proof.h"

G_BEGIN_DECLS

typedef struct _KioskCardVerifier KioskCardVerifier;

/* Starts the thread. */
KioskCardVerifier *kiosk_card_verifier_new (void);
void kiosk_card_verifier_free (KioskCardVerifier *self);

typedef struct _KioskCardVerifying KioskCardVerifying;

/* @self: NULL: at once, in this thread. @csca: as kiosk_card_passive_begin() wants it. @evidence
 * must not be touched until finish(). */
KioskCardVerifying *
kiosk_card_verifier_begin (KioskCardVerifier *self, GBytes *sod, GBytes *dg1, KioskCsca *csca,
                           gint64 at_ms, KioskEvidence *evidence);
/* TRUE once the security object is vouched for and DG1 is what it lists; does not wait. */
gboolean kiosk_card_verifying_is_good (KioskCardVerifying *self);
void kiosk_card_verifying_wait (KioskCardVerifying *self);
/* (transfer full) (nullable): what kiosk_card_passive_begin() returned; waits. Frees @self. */
KioskSod *kiosk_card_verifying_finish (KioskCardVerifying *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardVerifier, kiosk_card_verifier_free)

G_END_DECLS
