/* The journey's ledger over vault, sync and rules. Calls that may wait for the disk run as errands.
 */
#pragma once

#include "journey/ledger-port.h"
#include "programs/kioskd/errands.h"
#include "programs/kioskd/rules.h"

G_BEGIN_DECLS

typedef struct
{
  KioskVault *vault; /* NULL: nothing can be promised */
  KioskSync *sync;   /* NULL likewise */
  KioskClock *clock;
  KioskRandom *random;
  KioskErrands *errands;
  KioskSecret *pepper;
  const char *boot;
} KioskLedgerConfig;

/* All of @config must outlive it. */
KioskLedgerPort *kiosk_ledger_new (const KioskLedgerConfig *config);
void kiosk_ledger_free (KioskLedgerPort *port);
void kiosk_ledger_set_rules (KioskLedgerPort *port, KioskRules *rules);
/* Records or connection changed. */
void kiosk_ledger_changed (KioskLedgerPort *port);

/* Called when a promise has been made. */
typedef void (*KioskLedgerSealed) (gpointer data, const char *txid);
void kiosk_ledger_set_sealed (KioskLedgerPort *port, KioskLedgerSealed sealed, gpointer data);

/* (transfer full) (nullable): 32 secret bytes kept in @path, made when it is not there: without it
 * nobody can tell whose record is whose. */
KioskSecret *kiosk_ledger_pepper (const char *path, KioskRandom *random, GError **error);

G_END_DECLS
