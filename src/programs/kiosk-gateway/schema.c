#include "programs/kiosk-gateway/schema.h"
#include "programs/kiosk-gateway/database-private.h"

static const char *const steps[] = {
  /* 1: what kiosks deliver and departments decide */
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE kiosks (id TEXT PRIMARY KEY, enrolled_ms INTEGER NOT NULL, revoked_ms INTEGER)"
  "  WITHOUT ROWID;"
  "CREATE TABLE codes (hash BLOB PRIMARY KEY, expires_ms INTEGER NOT NULL, used_ms INTEGER,"
  "  public_key BLOB, kiosk TEXT REFERENCES kiosks, certificate TEXT) WITHOUT ROWID;"
  "CREATE TABLE certificates (id INTEGER PRIMARY KEY, kiosk TEXT NOT NULL REFERENCES kiosks,"
  "  issued_ms INTEGER NOT NULL, pem TEXT NOT NULL);"
  "CREATE TABLE transactions (seq INTEGER PRIMARY KEY AUTOINCREMENT, kiosk TEXT NOT NULL"
  "  REFERENCES kiosks, txid TEXT NOT NULL, department TEXT NOT NULL, digest BLOB NOT NULL,"
  "  accepted_ms INTEGER NOT NULL, sealed BLOB NOT NULL, receipt BLOB NOT NULL,"
  "  resends INTEGER NOT NULL DEFAULT 0, UNIQUE (kiosk, txid));"
  "CREATE INDEX transactions_inbox ON transactions (department, seq);"
  "CREATE TABLE quarantine (seq INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, txid TEXT NOT NULL,"
  "  digest BLOB NOT NULL, received_ms INTEGER NOT NULL, sealed BLOB NOT NULL,"
  "  UNIQUE (kiosk, txid, digest));"
  "CREATE TABLE outcomes (seq INTEGER PRIMARY KEY AUTOINCREMENT, kiosk TEXT NOT NULL,"
  "  txid TEXT NOT NULL, department TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT,"
  "  received_ms INTEGER NOT NULL, cms BLOB NOT NULL,"
  "  FOREIGN KEY (kiosk, txid) REFERENCES transactions (kiosk, txid));"
  "CREATE INDEX outcomes_kiosk ON outcomes (kiosk, seq);"
  "CREATE INDEX outcomes_transaction ON outcomes (kiosk, txid, seq);"
  "CREATE TABLE heartbeats (kiosk TEXT PRIMARY KEY REFERENCES kiosks, at_ms INTEGER NOT NULL,"
  "  audit_size INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;",
  /* 2: numbers that rows are given, which no sequence and no deleted row may touch: a sequence of
   * PostgreSQL has gaps after a rollback, and counts out of the order of commits */
  "CREATE TABLE counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;"
  "INSERT INTO counters SELECT 'transactions', coalesce(max(seq), 0) FROM transactions;"
  "INSERT INTO counters SELECT 'outcomes', coalesce(max(seq), 0) FROM outcomes;",
  /* 3: sessions of iAM Smart, and the order of our requests to it */
  "CREATE TABLE iam_sessions (id TEXT PRIMARY KEY, kiosk TEXT NOT NULL REFERENCES kiosks,"
  "  sign INTEGER NOT NULL, stage INTEGER NOT NULL, version INTEGER NOT NULL, reason TEXT,"
  "  state_hash BLOB NOT NULL UNIQUE, business_hash BLOB NOT NULL UNIQUE,"
  "  expires_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,"
  "  certificate BLOB NOT NULL, held TEXT NOT NULL, sealed BLOB) WITHOUT ROWID;"
  "CREATE INDEX iam_sessions_due ON iam_sessions (due_ms);"
  "CREATE INDEX iam_sessions_kiosk ON iam_sessions (kiosk, stage, seen_ms);"
  "CREATE TABLE iam_wire (id INTEGER NOT NULL PRIMARY KEY, last_ms INTEGER NOT NULL,"
  "  serial INTEGER NOT NULL, content_key TEXT);"
  "INSERT INTO iam_wire (id, last_ms, serial) VALUES (1, 0, 0);",
};

#define VERSION ((gint64)G_N_ELEMENTS (steps))

/* Refuses what is not ours. *ret_version 0: there is nothing yet. */
static gboolean
version_get (KioskGatewayDatabase *self, gint64 *ret_version, GError **error)
{
  gboolean empty, ours;
  gint64 version;
  if (!self->driver->identify (self, &empty, &ours, &version, error))
    return FALSE;
  if (!empty && !ours)
    {
      g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
                   "%s: a database of another program; give one of the gateway's own",
                   kiosk_gateway_database_name (self));
      return FALSE;
    }
  if (version > VERSION)
    {
      g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_NEWER,
                   "%s: version %" G_GINT64_FORMAT " of a newer gateway, this one knows"
                   " %" G_GINT64_FORMAT "; update kiosk-gateway",
                   kiosk_gateway_database_name (self), version, VERSION);
      return FALSE;
    }
  *ret_version = version;
  return TRUE;
}

static gboolean
steps_take (KioskGatewayDatabase *self, gint64 *ret_from, GError **error)
{
  gint64 version;
  /* Asked again under the lock: another gateway may have made the database meanwhile. */
  if (!version_get (self, &version, error))
    return FALSE;
  *ret_from = version;
  if (version == VERSION)
    return TRUE; /* nothing is written to a database that is as it should be */
  for (; version < VERSION; version++)
    if (!self->driver->script (self, steps[version], error))
      return FALSE;
  return self->driver->sign (self, VERSION, error);
}

gboolean
kiosk_gateway_schema_apply (KioskGatewayDatabase *self, KioskGatewaySchemaState *ret_state,
                            GError **error)
{
  gint64 from;
  if (!version_get (self, &from, error) || !self->driver->check (self, error)
      || !self->driver->settle (self, error) || !kiosk_gateway_database_begin (self, error))
    return FALSE;
  if (!steps_take (self, &from, error))
    {
      kiosk_gateway_database_rollback (self);
      return FALSE;
    }
  *ret_state = from == 0 ? KIOSK_GATEWAY_SCHEMA_NEW : KIOSK_GATEWAY_SCHEMA_CURRENT;
  return TRUE;
}

gboolean
kiosk_gateway_schema_expect (KioskGatewayDatabase *self, GError **error)
{
  gint64 version;
  if (!version_get (self, &version, error))
    return FALSE;
  if (version == VERSION)
    return TRUE;
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
               "%s: no gateway of this version has used it yet; start kiosk-gateway on it first",
               kiosk_gateway_database_name (self));
  return FALSE;
}
