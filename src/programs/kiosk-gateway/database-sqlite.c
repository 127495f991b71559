/* SQLite by its own file: one process serves, `code`, `revoke` and `report` come beside it. */
#include "programs/kiosk-gateway/database-private.h"
#include <sqlite3.h>

#define APPLICATION_ID 0x4b474154 /* "KGAT" */
#define BUSY_MS        5000

/* DELETE and EXTRA, not WAL: `code`, `revoke` and `report` are second connections to the file, and
 * Debian 12's SQLite has the WAL-reset race that needs two. Group commit pays for the extra
 * flushes. EXTRA also flushes the folder, so that a journal once deleted stays deleted. The journal
 * mode alone may write to the file, and is set when that is known to be ours. */
static const char pragmas[] = "PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON;"
                              "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;";

static KioskGatewayDatabaseError
error_code (sqlite3 *db)
{
  switch (sqlite3_extended_errcode (db))
    {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return KIOSK_GATEWAY_DATABASE_ERROR_TAKEN;
    }
  switch (sqlite3_errcode (db) & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return KIOSK_GATEWAY_DATABASE_ERROR_RETRY;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED;
    default:
      return KIOSK_GATEWAY_DATABASE_ERROR_STORAGE;
    }
}

static gboolean
fail (KioskGatewayDatabase *self, const char *what, GError **error)
{
  KioskGatewayDatabaseError code = error_code (self->connection);
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, code, "%s: %s: %s; %s", self->name, what,
               sqlite3_errmsg (self->connection),
               code == KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED
                 ? "restore it from its backup, or give another path"
                 : "check the folder, its rights and the space on its disk");
  return FALSE;
}

static gboolean
script (KioskGatewayDatabase *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->connection, sql, NULL, NULL, NULL) == SQLITE_OK
         || fail (self, "cannot read or write", error);
}

static void
disconnect (KioskGatewayDatabase *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->connection);
}

static void
statement_free (gpointer statement)
{
  sqlite3_finalize (statement);
}

static gboolean
connect_file (KioskGatewayDatabase *self, GError **error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (!self->reader)
    flags |= SQLITE_OPEN_CREATE;
  sqlite3 *db;
  int code = sqlite3_open_v2 (self->target, &db, flags, NULL);
  self->connection = db;
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);
  gboolean good = code == SQLITE_OK || fail (self, "cannot open", error);
  if (good)
    {
      sqlite3_busy_timeout (db, BUSY_MS);
      good = script (self, pragmas, error);
      /* A reader may still roll back what a killed gateway left half done; it changes nothing
       * else. */
      good = good && (!self->reader || script (self, "PRAGMA query_only=ON", error));
    }
  if (!good)
    {
      disconnect (self);
      self->connection = NULL;
    }
  return good;
}

static gboolean
identify (KioskGatewayDatabase *self, gboolean *ret_empty, gboolean *ret_ours, gint64 *ret_version,
          GError **error)
{
  gint64 application, tables;
  if (!kiosk_gateway_database_number (self, &application, error, "PRAGMA application_id", "")
      || !kiosk_gateway_database_number (self, ret_version, error, "PRAGMA user_version", "")
      || !kiosk_gateway_database_number (self, &tables, error, "SELECT count(*) FROM sqlite_schema",
                                         ""))
    return FALSE;
  *ret_empty = tables == 0;
  *ret_ours = application == APPLICATION_ID;
  return TRUE;
}

static gboolean
sign (KioskGatewayDatabase *self, gint64 version, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
    "PRAGMA application_id=%d; PRAGMA user_version=%" G_GINT64_FORMAT, APPLICATION_ID, version);
  return script (self, sql, error);
}

static gboolean
check (KioskGatewayDatabase *self, GError **error)
{
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_database_query (self, error, "PRAGMA quick_check(1)", "");
  gboolean row;
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return FALSE;
  g_autofree char *answer = row ? kiosk_gateway_query_text (query, 0) : g_strdup ("");
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
               "%s: damaged (%s); restore the database from its backup", self->name,
               g_strdelimit (answer, "\n", ' '));
  return FALSE;
}

static gboolean
settle (KioskGatewayDatabase *self, GError **error)
{
  return script (self, "PRAGMA journal_mode=DELETE", error);
}

static gboolean
begin (KioskGatewayDatabase *self, GError **error)
{
  return kiosk_gateway_database_run (self, error, "BEGIN IMMEDIATE", "");
}

static void
rollback (KioskGatewayDatabase *self)
{
  /* After some errors SQLite has rolled back by itself; then there is nothing left to do. */
  if (!sqlite3_get_autocommit (self->connection))
    sqlite3_exec (self->connection, "ROLLBACK", NULL, NULL, NULL);
}

static void
bind (sqlite3_stmt *statement, const KioskGatewayValue *values, guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      const KioskGatewayValue *value = &values[i];
      int column = (int)i + 1;
      if (value->is_null)
        sqlite3_bind_null (statement, column);
      else if (value->type == 'i')
        sqlite3_bind_int64 (statement, column, value->number);
      else if (value->type == 's')
        sqlite3_bind_text64 (statement, column, value->data, value->size, SQLITE_TRANSIENT,
                             SQLITE_UTF8);
      else if (value->size == 0)
        sqlite3_bind_zeroblob (statement, column, 0); /* its data may be NULL, which it is not */
      else
        sqlite3_bind_blob64 (statement, column, value->data, value->size, SQLITE_TRANSIENT);
    }
}

static gboolean
start (KioskGatewayQuery *query, const char *sql, const KioskGatewayValue *values, guint n_values,
       GError **error)
{
  KioskGatewayDatabase *self = query->database;
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  if (statement == NULL)
    {
      if (sqlite3_prepare_v3 (self->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                              NULL)
          != SQLITE_OK)
        return fail (self, "cannot prepare a statement", error);
      g_hash_table_insert (self->statements, (gpointer)sql, statement);
    }
  g_assert (sqlite3_bind_parameter_count (statement) == (int)n_values);
  bind (statement, values, n_values);
  query->native = statement;
  return TRUE;
}

static gboolean
step (KioskGatewayQuery *query, gboolean *ret_row, GError **error)
{
  int code = sqlite3_step (query->native);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return fail (query->database, "cannot read or write", error);
  *ret_row = code == SQLITE_ROW;
  return TRUE;
}

static void
finish (KioskGatewayQuery *query)
{
  sqlite3_reset (query->native);
  sqlite3_clear_bindings (query->native);
}

static gint64
changed (KioskGatewayQuery *query)
{
  return sqlite3_changes64 (query->database->connection);
}

static gint64
integer (KioskGatewayQuery *query, guint column)
{
  return sqlite3_column_int64 (query->native, (int)column);
}

static gboolean
is_null (KioskGatewayQuery *query, guint column)
{
  return sqlite3_column_type (query->native, (int)column) == SQLITE_NULL;
}

static gconstpointer
data (KioskGatewayQuery *query, guint column, gsize *ret_size)
{
  gconstpointer bytes = sqlite3_column_blob (query->native, (int)column);
  *ret_size = (gsize)sqlite3_column_bytes (query->native, (int)column);
  return bytes;
}

static gboolean
notify (KioskGatewayDatabase *self, const char *channel, const char *payload, GError **error)
{
  g_autoptr (KioskGatewayNotice) notice = kiosk_gateway_notice_new (channel, payload);
  if (sqlite3_get_autocommit (self->connection))
    kiosk_gateway_notice_tell (notice, self->target);
  else
    g_ptr_array_add (self->notices, g_steal_pointer (&notice));
  return TRUE;
}

const KioskGatewayDriver kiosk_gateway_sqlite = {
  .connect = connect_file,
  .disconnect = disconnect,
  .identify = identify,
  .sign = sign,
  .check = check,
  .settle = settle,
  .begin = begin,
  .rollback = rollback,
  .script = script,
  .start = start,
  .step = step,
  .finish = finish,
  .changed = changed,
  .integer = integer,
  .is_null = is_null,
  .data = data,
  .notify = notify,
  .listen = kiosk_gateway_listen_local,
};
