/* The vault's life: who owns it, what becomes of a damaged one, and what a failed flush does. */
#include "store/vault-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

G_DEFINE_QUARK (kiosk_vault_error, kiosk_vault_error)

static const KioskVaultLimits usual_limits
  = { .records = 500, .age_ms = 72 * G_GINT64_CONSTANT (3600000), .bytes = 512 * 1024 * 1024 };

static gboolean
fail_errno (const char *path, const char *what, GError **error)
{
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK, "%s: %s: %s", path, what,
               g_strerror (errno));
  return FALSE;
}

/* A file of its own: SQLite's locks are for one transaction, this one is for the process's life,
 * and the kernel gives it back however the process ends. */
static gboolean
take_lock (KioskVault *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "vault.lock", NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0)
    return fail_errno (path, "open", error);
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail_errno (path, "lock", error);
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_BUSY,
               "%s: another process owns this vault: stop it first", self->folder);
  return FALSE;
}

/* SQLite would create the file for everyone to read; its journal takes the file's mode. */
static gboolean
create_file (KioskVault *self, GError **error)
{
  int fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail_errno (self->path, "open", error);
  close (fd);
  return TRUE;
}

static gboolean
start (KioskVault *self, GError **error)
{
  return create_file (self, error) && kiosk_vault_db_open (self, error)
         && kiosk_vault_schema_prepare (self, error);
}

static gboolean
set_aside_file (const char *from, const char *to, GError **error)
{
  if (g_rename (from, to) != 0)
    return errno == ENOENT || fail_errno (from, "set aside", error);
  return g_chmod (to, 0400) == 0 || fail_errno (to, "make read-only", error);
}

/* The journal goes with its database under a matching name: SQLite may still mend the pair. */
static char *
set_aside (KioskVault *self, GError **error)
{
  gint64 now = kiosk_clock_wall_ms (self->clock);
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);
  g_autofree char *to = NULL;
  g_autofree char *to_journal = NULL;
  guint n = 0;

  do
    {
      g_free (to);
      to = g_strdup_printf ("%s/damaged-%" G_GINT64_FORMAT "-%u.db", self->folder, now, n++);
    }
  while (g_file_test (to, G_FILE_TEST_EXISTS));
  to_journal = g_strconcat (to, "-journal", NULL);
  if (!set_aside_file (self->path, to, error) || !set_aside_file (journal, to_journal, error))
    return NULL;
  return g_steal_pointer (&to);
}

static gboolean
start_afresh (KioskVault *self, char **ret_set_aside, GError **error)
{
  g_autofree char *moved = NULL;
  g_autoptr (JsonObject) detail = json_object_new ();

  kiosk_vault_db_close (self);
  moved = set_aside (self, error);
  if (moved == NULL || !start (self, error))
    return FALSE;
  json_object_set_string_member (detail, "file", strrchr (moved, '/') + 1);
  if (!kiosk_vault_begin (self, error)
      || !kiosk_vault_leaf_append (self, "vault-set-aside", detail, error)
      || !kiosk_vault_commit (self, NULL, error))
    return FALSE;
  if (ret_set_aside != NULL)
    *ret_set_aside = g_steal_pointer (&moved);
  return TRUE;
}

KioskVault *
kiosk_vault_open (const char *folder, KioskClock *clock, char **ret_set_aside, GError **error)
{
  g_autoptr (KioskVault) self = g_new0 (KioskVault, 1);
  g_autoptr (GError) problem = NULL;

  g_mutex_init (&self->lock);
  self->lock_fd = -1;
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, "vault.db", NULL);
  self->clock = kiosk_clock_ref (clock);
  self->limits = usual_limits;
  self->pending = g_byte_array_new ();
  self->pin_waits
    = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
  if (!kiosk_folder_make (folder, 0700, &problem))
    {
      g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK, "%s", problem->message);
      return NULL;
    }
  if (!take_lock (self, error))
    return NULL;
  if (ret_set_aside != NULL)
    *ret_set_aside = NULL;
  if (start (self, &problem))
    return g_steal_pointer (&self);
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DAMAGED))
    return start_afresh (self, ret_set_aside, error) ? g_steal_pointer (&self) : NULL;
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

void
kiosk_vault_close (KioskVault *self)
{
  if (self == NULL)
    return;
  kiosk_vault_db_close (self);
  g_clear_pointer (&self->log, kiosk_merkle_free);
  g_byte_array_unref (self->pending);
  g_hash_table_unref (self->pin_waits);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  kiosk_clock_unref (self->clock);
  g_free (self->doubtful);
  g_free (self->folder);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
kiosk_vault_set_limits (KioskVault *self, const KioskVaultLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->limits = *limits;
}

/* The next transaction's flush also makes the last deletion of a journal last, so a leaf is written
 * even when the record turns out not to be there. */
static gboolean
withdraw (KioskVault *self, GError **error)
{
  g_autoptr (JsonObject) detail = json_object_new ();
  gint64 next = 0;

  json_object_set_string_member (detail, "txid", self->doubtful);
  if (kiosk_vault_begin (self, error)
      && kiosk_vault_db_run (
        self, error,
        "UPDATE counter SET next_sequence = ifnull((SELECT sequence FROM record "
        "WHERE txid = ?1), next_sequence)",
        "t", self->doubtful)
      && kiosk_vault_db_run (self, error, "DELETE FROM record WHERE txid = ?1", "t", self->doubtful)
      && kiosk_vault_leaf_append (self, "withdrawn", detail, error)
      && kiosk_vault_db_integer (self, "SELECT next_sequence FROM counter", &next, error)
      && kiosk_vault_commit (self, NULL, error))
    {
      self->next_sequence = (guint64)next;
      g_clear_pointer (&self->doubtful, g_free);
      return TRUE;
    }
  if (!self->broken)
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  g_byte_array_set_size (self->pending, 0);
  return FALSE;
}

static gboolean
reopen (KioskVault *self, GError **error)
{
  kiosk_vault_db_close (self);
  if (start (self, error))
    return TRUE;
  kiosk_vault_db_close (self);
  return FALSE;
}

gboolean
kiosk_vault_ready (KioskVault *self, GError **error)
{
  if ((self->broken || self->db == NULL) && !reopen (self, error))
    return FALSE;
  return self->doubtful == NULL || withdraw (self, error);
}

gboolean
kiosk_vault_begin (KioskVault *self, GError **error)
{
  g_byte_array_set_size (self->pending, 0);
  return kiosk_vault_db_exec (self, "BEGIN IMMEDIATE", error);
}

gboolean
kiosk_vault_commit (KioskVault *self, const char *promise, GError **error)
{
  int code = sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);

  if (code != SQLITE_OK)
    {
      if (promise != NULL)
        self->doubtful = g_strdup (promise);
      return kiosk_vault_db_fail (self, code, error);
    }
  for (guint at = 0; at < self->pending->len; at += KIOSK_MERKLE_HASH)
    kiosk_merkle_append (self->log, self->pending->data + at);
  g_byte_array_set_size (self->pending, 0);
  return TRUE;
}

/* The commit happened or it did not: the reopened file tells. When it is not there, and the journal
 * was never deleted, there is nothing to withdraw. */
static void
look_for_doubtful (KioskVault *self)
{
  gboolean row = TRUE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, NULL, "SELECT 1 FROM record WHERE txid = ?1", "t", self->doubtful);

  if (statement != NULL && kiosk_vault_db_step (self, statement, &row, NULL) && !row)
    g_clear_pointer (&self->doubtful, g_free);
}

void
kiosk_vault_abandon (KioskVault *self)
{
  g_byte_array_set_size (self->pending, 0);
  if (!self->broken)
    {
      if (!sqlite3_get_autocommit (self->db))
        sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
      g_clear_pointer (&self->doubtful, g_free);
      return;
    }
  if (!reopen (self, NULL))
    return;
  if (self->doubtful != NULL)
    look_for_doubtful (self);
  if (self->doubtful != NULL)
    withdraw (self, NULL);
}
