/* What a reading found, as a technician reads it (private to the command). */
#pragma once

#include "formats/evidence.h"

G_BEGIN_DECLS

/* One line. */
void kioskctl_card_print_json (const KioskEvidence *evidence);
/* A line for the reading, one a statement, one a data group. */
void kioskctl_card_print_text (const KioskEvidence *evidence);
gboolean kioskctl_card_has_failed (const KioskEvidence *evidence);

G_END_DECLS
