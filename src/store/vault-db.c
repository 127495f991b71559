/* The one SQLite connection: its settings, its statements, and what its errors mean. */
#include "store/vault-private.h"

/* Settings that the promises rest on. A journal that is deleted rather than kept holds no page of
 * an erased record; EXTRA also syncs the folder after the deletion, which is what commits. */
static const char settings[] = "PRAGMA locking_mode = NORMAL;"
                               "PRAGMA synchronous = EXTRA;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA trusted_schema = OFF;";

/* A technician's sqlite3 that reads the file is waited for, not failed on. */
#define BUSY_MS 2000

static gboolean
journal_is_deleted (KioskVault *self, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement
    = kiosk_vault_db_prepare (self, error, "PRAGMA journal_mode = DELETE", "");

  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, error))
    return FALSE;
  if (row && g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "delete") == 0)
    return TRUE;
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK, "%s: no rollback journal possible",
               self->path);
  return FALSE;
}

gboolean
kiosk_vault_db_open (KioskVault *self, GError **error)
{
  int code = sqlite3_open_v2 (
    self->path, &self->db,
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

  if (code != SQLITE_OK)
    return kiosk_vault_db_fail (self, code, error);
  sqlite3_busy_timeout (self->db, BUSY_MS);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  self->broken = FALSE;
  return TRUE;
}

gboolean
kiosk_vault_db_configure (KioskVault *self, GError **error)
{
  return kiosk_vault_db_exec (self, settings, error) && journal_is_deleted (self, error);
}

void
kiosk_vault_db_close (KioskVault *self)
{
  g_clear_pointer (&self->db, sqlite3_close_v2);
}

static KioskVaultError
meaning (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return KIOSK_VAULT_ERROR_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR: /* our SQL is fixed: it fails only on a schema that is not ours */
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
      return KIOSK_VAULT_ERROR_DAMAGED;
    default: /* IOERR, FULL, CANTOPEN, READONLY, PERM, NOMEM … */
      return KIOSK_VAULT_ERROR_DISK;
    }
}

gboolean
kiosk_vault_db_fail (KioskVault *self, int code, GError **error)
{
  KioskVaultError kind = meaning (code);

  if (kind == KIOSK_VAULT_ERROR_DISK)
    self->broken = TRUE;
  g_set_error (error, KIOSK_VAULT_ERROR, kind, "%s: %s (%d)", self->path,
               self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (code), code);
  return FALSE;
}

static int
bind (sqlite3_stmt *statement, const char *format, va_list values)
{
  int code = SQLITE_OK;

  for (int i = 0; format[i] != '\0' && code == SQLITE_OK; i++)
    if (format[i] == 'i')
      code = sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
    else if (format[i] == 't')
      code = sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_STATIC);
    else if (format[i] == 'h')
      code
        = sqlite3_bind_blob (statement, i + 1, va_arg (values, const guint8 *), 32, SQLITE_STATIC);
    else
      {
        GBytes *bytes = va_arg (values, GBytes *);
        gsize length = 0;
        gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

        g_assert (format[i] == 'b');
        code = bytes != NULL && length == 0
                 ? sqlite3_bind_zeroblob (statement, i + 1, 0)
                 : sqlite3_bind_blob64 (statement, i + 1, data, length, SQLITE_STATIC);
      }
  return code;
}

static sqlite3_stmt *
prepare_valist (KioskVault *self, GError **error, const char *sql, const char *format,
                va_list values)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  int code = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = bind (statement, format, values);
  if (code == SQLITE_OK)
    return g_steal_pointer (&statement);
  kiosk_vault_db_fail (self, code, error);
  return NULL;
}

sqlite3_stmt *
kiosk_vault_db_prepare (KioskVault *self, GError **error, const char *sql, const char *format, ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, format);
  statement = prepare_valist (self, error, sql, format, values);
  va_end (values);
  return statement;
}

gboolean
kiosk_vault_db_step (KioskVault *self, sqlite3_stmt *statement, gboolean *ret_row, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return kiosk_vault_db_fail (self, code, error);
  *ret_row = code == SQLITE_ROW;
  return TRUE;
}

gboolean
kiosk_vault_db_run (KioskVault *self, GError **error, const char *sql, const char *format, ...)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean row = FALSE;
  va_list values;

  va_start (values, format);
  statement = prepare_valist (self, error, sql, format, values);
  va_end (values);
  return statement != NULL && kiosk_vault_db_step (self, statement, &row, error);
}

gboolean
kiosk_vault_db_integer (KioskVault *self, const char *sql, gint64 *ret_value, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (self, error, sql, "");

  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, error))
    return FALSE;
  if (!row)
    return kiosk_vault_db_fail (self, SQLITE_CORRUPT, error);
  *ret_value = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

gboolean
kiosk_vault_db_exec (KioskVault *self, const char *sql, GError **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || kiosk_vault_db_fail (self, code, error);
}

GBytes *
kiosk_vault_db_blob (sqlite3_stmt *statement, int column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (statement, column),
                      (gsize)sqlite3_column_bytes (statement, column));
}

gboolean
kiosk_vault_db_bytes (KioskVault *self, gint64 *ret_bytes, GError **error)
{
  gint64 pages = 0, unused = 0, page_size = 0;

  if (!kiosk_vault_db_integer (self, "PRAGMA page_count", &pages, error)
      || !kiosk_vault_db_integer (self, "PRAGMA freelist_count", &unused, error)
      || !kiosk_vault_db_integer (self, "PRAGMA page_size", &page_size, error))
    return FALSE;
  *ret_bytes = (pages - unused) * page_size;
  return TRUE;
}
