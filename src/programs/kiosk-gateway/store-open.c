#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/store-private.h"
#include <string.h>

G_DEFINE_QUARK (kiosk_gateway_error, kiosk_gateway_error)

#define APPLICATION_ID 0x4b474154 /* "KGAT" */
#define SCHEMA_VERSION 1
#define BUSY_MS        5000

/* One step a version; the step from 0 makes a new database. */
static const char *const migrations[SCHEMA_VERSION] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE codes (hash BLOB PRIMARY KEY, expires_ms INTEGER NOT NULL, used_ms INTEGER,"
  "  public_key BLOB, kiosk TEXT REFERENCES kiosks, certificate TEXT) WITHOUT ROWID;"
  "CREATE TABLE kiosks (id TEXT PRIMARY KEY, enrolled_ms INTEGER NOT NULL, revoked_ms INTEGER)"
  "  WITHOUT ROWID;"
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
};

/* DELETE and EXTRA, not WAL: `code`, `revoke` and `report` are second connections to the file, and
 * Debian 12's SQLite has the WAL-reset race that needs two. Group commit pays for the extra
 * flushes. EXTRA also flushes the folder, so that a journal once deleted stays deleted. */
static const char pragmas[] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
                              "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                              "PRAGMA temp_store=MEMORY;";

static gboolean
execute (KioskGatewayStore *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  kiosk_gateway_store_set_error (self, "cannot use the database", error);
  return FALSE;
}

static gboolean
connection_open (KioskGatewayStore *self, GError **error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (!self->reader)
    flags |= SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2 (self->path, &self->db, flags, NULL) != SQLITE_OK)
    {
      kiosk_gateway_store_set_error (self, "cannot open", error);
      return FALSE;
    }
  sqlite3_extended_result_codes (self->db, 0);
  sqlite3_busy_timeout (self->db, BUSY_MS);
  /* A reader may still roll back what a killed gateway left half done; it changes nothing else. */
  return !self->reader || execute (self, "PRAGMA query_only=ON", error);
}

static void
connection_close (KioskGatewayStore *self)
{
  g_hash_table_remove_all (self->statements);
  sqlite3_close (self->db);
  self->db = NULL;
}

/* Refuses what is not ours before anything is written to it. */
static gboolean
identity_check (KioskGatewayStore *self, gint64 *ret_version, GError **error)
{
  gint64 application, version, tables;
  if (!kiosk_gateway_store_number (self, &application, error, "PRAGMA application_id", "")
      || !kiosk_gateway_store_number (self, &version, error, "PRAGMA user_version", "")
      || !kiosk_gateway_store_number (self, &tables, error, "SELECT count(*) FROM sqlite_schema",
                                      ""))
    return FALSE;
  if (tables > 0 && application != APPLICATION_ID)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
                   "%s: a database of another program; give a path of the gateway's own",
                   self->path);
      return FALSE;
    }
  if (version > SCHEMA_VERSION)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_NEWER,
                   "%s: version %" G_GINT64_FORMAT " of a newer gateway, this one knows %d;"
                   " update kiosk-gateway",
                   self->path, version, SCHEMA_VERSION);
      return FALSE;
    }
  *ret_version = version;
  return TRUE;
}

static gboolean
meta_put (KioskGatewayStore *self, const char *key, gconstpointer data, gsize length,
          GError **error)
{
  g_autoptr (GBytes) value = g_bytes_new (data, length);
  return kiosk_gateway_store_run (self, error,
                                  "INSERT INTO meta VALUES (?, ?)"
                                  " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                  "sb", key, value);
}

static gboolean
epoch_put (KioskGatewayStore *self, KioskRandom *random, GError **error)
{
  g_autofree char *epoch = kiosk_random_id (random);
  return meta_put (self, "epoch", epoch, strlen (epoch), error);
}

static gboolean
migrate (KioskGatewayStore *self, gint64 version, KioskRandom *random, GError **error)
{
  if (version == SCHEMA_VERSION)
    return TRUE; /* nothing is written to a database that is as it should be */
  for (gint64 step = version; step < SCHEMA_VERSION; step++)
    if (!execute (self, migrations[step], error))
      return FALSE;
  if (version == 0)
    {
      guint8 salt[KIOSK_GATEWAY_SALT];
      kiosk_random_fill (random, salt, sizeof salt);
      if (!meta_put (self, "salt", salt, sizeof salt, error) || !epoch_put (self, random, error))
        return FALSE;
    }
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d",
                                           APPLICATION_ID, SCHEMA_VERSION);
  return execute (self, mark, error);
}

static GBytes *
meta_get (KioskGatewayStore *self, const char *key, GError **error)
{
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_store_query (self, error, "SELECT value FROM meta WHERE key = ?", "s", key);
  gboolean row;
  if (query == NULL || !kiosk_gateway_store_step (self, query, &row, error))
    return NULL;
  if (row)
    return kiosk_gateway_query_bytes (query, 0);
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
               "%s: no %s in it; restore the database from its backup", self->path, key);
  return NULL;
}

static gboolean
meta_load (KioskGatewayStore *self, GError **error)
{
  g_autoptr (GBytes) epoch = meta_get (self, "epoch", error);
  g_autoptr (GBytes) salt = epoch != NULL ? meta_get (self, "salt", error) : NULL;
  if (salt == NULL)
    return FALSE;
  if (g_bytes_get_size (salt) != sizeof self->salt)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
                   "%s: its salt has the wrong size; restore the database from its backup",
                   self->path);
      return FALSE;
    }
  memcpy (self->salt, g_bytes_get_data (salt, NULL), sizeof self->salt);
  g_free (self->epoch);
  self->epoch = g_strndup (g_bytes_get_data (epoch, NULL), g_bytes_get_size (epoch));
  return TRUE;
}

static gboolean
integrity_check (KioskGatewayStore *self, GError **error)
{
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_store_query (self, error, "PRAGMA quick_check(1)", "");
  gboolean row;
  if (query == NULL || !kiosk_gateway_store_step (self, query, &row, error))
    return FALSE;
  g_autofree char *answer = g_strdup (row ? (const char *)sqlite3_column_text (query, 0) : "");
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
               "%s: damaged (%s); restore the database from its backup", self->path,
               g_strdelimit (answer, "\n", ' '));
  return FALSE;
}

static gboolean
writer_prepare (KioskGatewayStore *self, KioskRandom *random, GError **error)
{
  gint64 version;
  if (!identity_check (self, &version, error) || !integrity_check (self, error)
      || !execute (self, pragmas, error) || !kiosk_gateway_store_begin (self, error))
    return FALSE;
  /* Asked again under the lock: another gateway may have made the database meanwhile. */
  if (!identity_check (self, &version, error) || !migrate (self, version, random, error)
      || !meta_load (self, error))
    {
      kiosk_gateway_store_rollback (self);
      return FALSE;
    }
  return kiosk_gateway_store_commit (self, error);
}

static gboolean
reader_prepare (KioskGatewayStore *self, GError **error)
{
  gint64 version;
  if (!identity_check (self, &version, error))
    return FALSE;
  if (version == SCHEMA_VERSION)
    return meta_load (self, error);
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
               "%s: no gateway has used it yet; start kiosk-gateway on it first", self->path);
  return FALSE;
}

static void
statement_free (gpointer statement)
{
  sqlite3_finalize (statement);
}

static KioskGatewayStore *
store_new (const char *uri, gboolean reader, GError **error)
{
  if (uri == NULL || !g_str_has_prefix (uri, "sqlite:") || uri[strlen ("sqlite:")] == '\0')
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
                   "--database %s: give it as sqlite:PATH", uri != NULL ? uri : "is missing");
      return NULL;
    }
  g_autoptr (KioskGatewayStore) self = g_new0 (KioskGatewayStore, 1);
  self->path = g_strdup (uri + strlen ("sqlite:"));
  self->reader = reader;
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);
  if (!connection_open (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskGatewayStore *
kiosk_gateway_store_open (const char *uri, KioskRandom *random, GError **error)
{
  g_autoptr (KioskGatewayStore) self = store_new (uri, FALSE, error);
  if (self == NULL || !writer_prepare (self, random, error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskGatewayStore *
kiosk_gateway_store_open_reader (const char *uri, GError **error)
{
  g_autoptr (KioskGatewayStore) self = store_new (uri, TRUE, error);
  if (self == NULL || !reader_prepare (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_gateway_store_close (KioskGatewayStore *self)
{
  if (self == NULL)
    return;
  connection_close (self);
  g_hash_table_unref (self->statements);
  g_free (self->path);
  g_free (self->epoch);
  g_free (self);
}

gboolean
kiosk_gateway_store_reopen (KioskGatewayStore *self, GError **error)
{
  gint64 version;
  connection_close (self);
  return connection_open (self, error) && identity_check (self, &version, error)
         && execute (self, pragmas, error) && meta_load (self, error);
}

const char *
kiosk_gateway_store_epoch (const KioskGatewayStore *self)
{
  return self->epoch;
}

gboolean
kiosk_gateway_store_renew_epoch (KioskGatewayStore *self, KioskRandom *random, GError **error)
{
  return epoch_put (self, random, error) && meta_load (self, error);
}

const guint8 *
kiosk_gateway_store_salt (const KioskGatewayStore *self)
{
  return self->salt;
}

gboolean
kiosk_gateway_store_begin (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_store_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
kiosk_gateway_store_commit (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_store_run (self, error, "COMMIT", "");
}

void
kiosk_gateway_store_rollback (KioskGatewayStore *self)
{
  /* After some errors SQLite has rolled back by itself; then there is nothing left to do. */
  if (self->db != NULL && !sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
kiosk_gateway_store_mark (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_store_run (self, error, "SAVEPOINT request", "");
}

gboolean
kiosk_gateway_store_keep (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_store_run (self, error, "RELEASE request", "");
}

gboolean
kiosk_gateway_store_undo (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_store_run (self, error, "ROLLBACK TO request", "")
         && kiosk_gateway_store_run (self, error, "RELEASE request", "");
}
