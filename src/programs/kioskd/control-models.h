/* What Control1 answers, as variants. Private to kioskd. */
#pragma once

#include "programs/kioskd/house.h"

G_BEGIN_DECLS

/* What must be asked of the vault, off the main thread. */
typedef struct
{
  KioskVaultCounts counts;
  guint64 leaves;
} KioskVaultGlance;

/* (transfer floating): a{sv}, as data/dbus/README.md has it. @glance: NULL without a vault. */
GVariant *kiosk_control_status (KioskHouse *house, const KioskVaultGlance *glance);
GVariant *kiosk_control_record (const KioskRecord *record);
/* aa{sv}. */
GVariant *kiosk_control_records (GPtrArray *records);

G_END_DECLS
