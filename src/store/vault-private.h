/* Inside the room only: the vault's one connection and what its files share. Every function here
 * is called with the lock held. */
#pragma once

#include "formats/json.h"
#include "store/vault.h"
#include <sqlite3.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

struct _KioskVault
{
  GMutex lock;
  char *folder;
  char *path;
  int lock_fd;
  KioskClock *clock; /* (owned) */
  KioskVaultLimits limits;
  sqlite3 *db;     /* NULL when reopening failed: the next call tries again first */
  gboolean broken; /* an I/O error was seen: this connection is not used again */
  KioskMerkle *log;
  GByteArray *pending; /* hashes of leaves inserted by the transaction under way */
  guint64 next_sequence;
  /* A record whose commit failed so late that it may have happened. It was not promised, so it
   * is withdrawn before anything else is done with the vault. */
  char *doubtful;
  GHashTable
    *pin_waits; /* a staff card's digest → steady microseconds before which it may not try */
};

/* vault-db.c: connection, statements, transactions */
gboolean kiosk_vault_db_open (KioskVault *self, GError **error);
/* After the version is known: a newer vault is left exactly as it is. */
gboolean kiosk_vault_db_configure (KioskVault *self, GError **error);
void kiosk_vault_db_close (KioskVault *self);
/* Sets @error from SQLite's @code and marks the connection when it must not be used again. FALSE.
 */
gboolean kiosk_vault_db_fail (KioskVault *self, int code, GError **error);
/* @format: a letter a parameter: t const char *, i gint64, b GBytes *, h 32 bytes; NULL binds
 * NULL. Bound memory must outlive the statement. */
sqlite3_stmt *
kiosk_vault_db_prepare (KioskVault *self, GError **error, const char *sql, const char *format, ...);
/* TRUE with *@ret_row TRUE: a row to read; FALSE: done. */
gboolean
kiosk_vault_db_step (KioskVault *self, sqlite3_stmt *statement, gboolean *ret_row, GError **error);
/* Runs a statement that gives no rows. */
gboolean
kiosk_vault_db_run (KioskVault *self, GError **error, const char *sql, const char *format, ...);
/* The one integer of the one row. */
gboolean
kiosk_vault_db_integer (KioskVault *self, const char *sql, gint64 *ret_value, GError **error);
gboolean kiosk_vault_db_exec (KioskVault *self, const char *sql, GError **error);
/* What is in use of the file. */
gboolean kiosk_vault_db_bytes (KioskVault *self, gint64 *ret_bytes, GError **error);
/* (transfer full) (nullable): a column's blob; NULL for NULL. */
GBytes *kiosk_vault_db_blob (sqlite3_stmt *statement, int column);

/* vault-schema.c: checks, migrates and loads what open() and reopening need. */
gboolean kiosk_vault_schema_prepare (KioskVault *self, GError **error);

/* vault.c */
/* The connection is good: reopened after a failure, and nothing is in doubt. */
gboolean kiosk_vault_ready (KioskVault *self, GError **error);
gboolean kiosk_vault_begin (KioskVault *self, GError **error);
/* @promise: (nullable): the id that a failed commit leaves in doubt. */
gboolean kiosk_vault_commit (KioskVault *self, const char *promise, GError **error);
/* After any failure between begin and commit: rolls back, or closes and reopens. Never retries. */
void kiosk_vault_abandon (KioskVault *self);

#define KIOSK_VAULT_LEAF_MAX 8192 /* bytes of one leaf */

/* vault-audit.c: inserts a leaf in the transaction under way.
 * @detail: (nullable): members added behind kind and at_ms. */
gboolean
kiosk_vault_leaf_append (KioskVault *self, const char *kind, JsonObject *detail, GError **error);

/* vault-read.c: the room's one list of columns, and a row of it. */
#define KIOSK_RECORD_COLUMNS                                                                       \
  "txid, reference, service, sequence, sealed_ms, fee_cents, digest, holder_tag, leaf, receipt, "  \
  "state, gateway_receipt, outcome, outcome_code, reason, attempts, next_attempt_ms"
/* %KIOSK_VAULT_ERROR_UNKNOWN when there is none. */
KioskRecord *kiosk_vault_record_find (KioskVault *self, const char *txid, GError **error);
/* The same once the connection is good. */
KioskRecord *kiosk_vault_record_ready (KioskVault *self, const char *txid, GError **error);

G_END_DECLS
