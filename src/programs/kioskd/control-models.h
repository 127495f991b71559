/* What Control1 answers, as variants. Private to kioskd. */
#pragma once

#include "programs/kioskd/house.h"
#include "programs/kioskd/trial.h"

G_BEGIN_DECLS

/* What must be asked of the vault, off the main thread. */
typedef struct
{
  KioskVaultCounts counts;
  guint64 leaves;
} KioskVaultGlance;

/* (transfer floating): a{sv}, as data/dbus/README.md has it. @glance: NULL without a vault. */
GVariant *kiosk_control_status (KioskHouse *house, const KioskVaultGlance *glance);
/* (transfer floating): a{sv}, what TryCamera answers. */
GVariant *kiosk_control_seen (const KioskTrialResult *result);
GVariant *kiosk_control_record (const KioskRecord *record);
/* aa{sv}. */
GVariant *kiosk_control_records (GPtrArray *records);

G_END_DECLS
