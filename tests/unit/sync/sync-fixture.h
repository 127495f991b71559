/* A kiosk's sync against a gateway in this process, at a time that only the test moves. */
#pragma once

#include "gateway-double.h"
#include "sync/sync.h"

/* Longer than any wait of the fixture's configuration. */
#define SYNC_RETRY_MOST_MS 1000
#define SYNC_POLL_MS       G_GINT64_CONSTANT (3600000)

typedef struct
{
  World *world;
  Gateway *gateway;
  char *folder; /* state: vault, key, certificate */
  KioskClock *clock;
  KioskRandom *random;
  KioskVault *vault;
  KioskSync *sync;
  guint rounds;       /* CHANGED_STATUS told */
  GPtrArray *changed; /* txids and names of bundles told */
} SyncFixture;

/* Not enrolled, no bundle installed. @server: NULL for the world's own. */
SyncFixture *sync_fixture_new_bare (const KioskSigner *(*server) (World *));
/* Enrolled, with its trust list, started, its first poll behind it. */
SyncFixture *sync_fixture_new (void);
void sync_fixture_free (SyncFixture *self);
/* The kiosk's half stops and starts again, as after a power cut. */
void sync_fixture_restart (SyncFixture *self);

/* Waits for the end of a round that @cause starts. */
void sync_fixture_nudge (SyncFixture *self);
/* Lets time pass until back-off is over, and waits for the round that follows. */
void sync_fixture_later (SyncFixture *self, gint64 ms);
void sync_fixture_wait_round (SyncFixture *self, guint before);

/* GLib's error, or NULL when it went well. */
GError *sync_fixture_enrol (SyncFixture *self, const char *code);
/* Seals transaction @n with real keys, for department @department; (transfer full): its id. */
char *sync_fixture_seal (SyncFixture *self, guint n, const char *department);
KioskRecordState sync_fixture_state (SyncFixture *self, const char *txid);
KioskSyncStatus sync_fixture_status (SyncFixture *self);
/* Every leaf and record of the vault holds together. */
void sync_fixture_check_log (SyncFixture *self);
/* The gateway holds exactly these transactions as they were sealed: nothing lost, nothing doubled.
 */
void sync_fixture_check_ledger (SyncFixture *self, guint n, char *const *txids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyncFixture, sync_fixture_free)
