/* The door of staff over vault and rules: what waits for the disk or for the slow hash runs as an
 * errand. */
#pragma once

#include "journey/door-port.h"
#include "programs/kioskd/errands.h"
#include "programs/kioskd/rules.h"

G_BEGIN_DECLS

/* All must outlive it. @vault: NULL: nobody can come in. */
KioskDoorPort *kiosk_doorkeeper_new (KioskVault *vault, KioskErrands *errands, KioskClock *clock);
void kiosk_doorkeeper_free (KioskDoorPort *port);
void kiosk_doorkeeper_set_rules (KioskDoorPort *port, KioskRules *rules);

G_END_DECLS
