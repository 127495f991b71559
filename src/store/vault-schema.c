/* What the file is: ours or not, whole or damaged, older or newer; and what is loaded from it. */
#include "store/vault-private.h"

#include <gio/gio.h>

#include "vault-sql.h"

#define VERSION        4
#define APPLICATION_ID 0x4B564C54 /* "KVLT" */

static gboolean
damaged (KioskVault *self, const char *what, GError **error)
{
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DAMAGED, "%s: %s", self->path, what);
  return FALSE;
}

/* SQLite's own check of pages, indexes, NOT NULL and CHECK constraints. */
static gboolean
check_pages (KioskVault *self, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement
    = kiosk_vault_db_prepare (self, error, "PRAGMA quick_check (1)", "");

  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, error))
    return FALSE;
  if (row && g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "ok") == 0)
    return TRUE;
  return damaged (self, row ? (const char *)sqlite3_column_text (statement, 0) : "check failed",
                  error);
}

static gboolean
apply (KioskVault *self, gint64 version, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/hk/kiosk/sql/vault/%" G_GINT64_FORMAT ".sql", version);
  g_autoptr (GBytes) script = g_resource_lookup_data (kiosk_vault_sql_get_resource (), path,
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  return script != NULL && kiosk_vault_db_exec (self, g_bytes_get_data (script, NULL), error);
}

static gboolean
apply_all (KioskVault *self, gint64 from, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %d", VERSION);

  for (gint64 version = from + 1; version <= VERSION; version++)
    if (!apply (self, version, error))
      return FALSE;
  return kiosk_vault_db_exec (self, stamp, error);
}

static gboolean
migrate (KioskVault *self, gint64 from, GError **error)
{
  if (from == VERSION)
    return TRUE;
  if (kiosk_vault_begin (self, error) && apply_all (self, from, error)
      && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  if (!self->broken)
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* A vault has our mark; a new file has no tables at all; anything else is somebody else's. */
static gboolean
check_owner (KioskVault *self, gint64 version, GError **error)
{
  gint64 id = 0, tables = 0;

  if (!kiosk_vault_db_integer (self, "PRAGMA application_id", &id, error)
      || !kiosk_vault_db_integer (self, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  if (version > 0 ? id == APPLICATION_ID : tables == 0)
    return TRUE;
  return damaged (self, "a database, but not a vault", error);
}

static gboolean
load_log (KioskVault *self, GError **error)
{
  g_autoptr (KioskMerkle) log = kiosk_merkle_new ();
  g_autoptr (sqlite3_stmt) statement
    = kiosk_vault_db_prepare (self, error, "SELECT idx, data FROM leaf ORDER BY idx", "");
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (kiosk_vault_db_step (self, statement, &row, error))
    {
      guint8 hash[KIOSK_MERKLE_HASH];

      if (!row)
        {
          g_clear_pointer (&self->log, kiosk_merkle_free);
          self->log = g_steal_pointer (&log);
          return TRUE;
        }
      if ((guint64)sqlite3_column_int64 (statement, 0) != kiosk_merkle_size (log))
        return damaged (self, "a leaf of the audit log is missing", error);
      kiosk_merkle_leaf (sqlite3_column_blob (statement, 1),
                         (gsize)sqlite3_column_bytes (statement, 1), hash);
      kiosk_merkle_append (log, hash);
    }
  return FALSE;
}

static gboolean
load (KioskVault *self, GError **error)
{
  gint64 next = 0, highest = 0;

  if (!load_log (self, error)
      || !kiosk_vault_db_integer (self, "SELECT next_sequence FROM counter", &next, error)
      || !kiosk_vault_db_integer (self, "SELECT ifnull(max(sequence), 0) FROM record", &highest,
                                  error))
    return FALSE;
  if (next <= highest)
    return damaged (self, "the sequence runs backwards", error);
  self->next_sequence = (guint64)next;
  return TRUE;
}

gboolean
kiosk_vault_schema_prepare (KioskVault *self, GError **error)
{
  gint64 version = 0;

  if (!kiosk_vault_db_integer (self, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version > VERSION)
    {
      g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_NEWER,
                   "%s: version %" G_GINT64_FORMAT " is of a newer program (this one knows %d): "
                   "update this program",
                   self->path, version, VERSION);
      return FALSE;
    }
  return kiosk_vault_db_configure (self, error) && check_pages (self, error)
         && check_owner (self, version, error) && migrate (self, version, error)
         && load (self, error);
}
