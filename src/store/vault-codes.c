/* Codes that are good once: which were used, and the latest time that was seen when one was. */
#include "store/vault-private.h"

#define CODES_MAX 4096
/* A code is refused by the time of its expiry alone; that it is remembered for longer lets the
 * refusal say "used before", the truer word, when a clock is set back by an hour. */
#define MARGIN_MS (2 * G_GINT64_CONSTANT (3600000))

static gboolean
fail (KioskVault *self, KioskVaultError code, const char *what, GError **error)
{
  g_set_error (error, KIOSK_VAULT_ERROR, code, "%s: %s", self->path, what);
  return FALSE;
}

static gboolean
find (KioskVault *self, const guint8 digest[32], gboolean *ret_there, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, error, "SELECT 1 FROM spent_code WHERE digest = ?1", "h", digest);

  return statement != NULL && kiosk_vault_db_step (self, statement, ret_there, error);
}

/* Seen before comes first: it is so whatever the clock says. */
static gboolean
check (KioskVault *self, const guint8 digest[32], gint64 expires_ms, gint64 latest_ms,
       GError **error)
{
  gboolean there = FALSE;
  gint64 kept = 0;

  if (!find (self, digest, &there, error)
      || !kiosk_vault_db_integer (self, "SELECT count(*) FROM spent_code", &kept, error))
    return FALSE;
  if (there)
    return fail (self, KIOSK_VAULT_ERROR_SPENT, "this code was used before", error);
  if (expires_ms < latest_ms)
    return fail (self, KIOSK_VAULT_ERROR_CLOCK,
                 "this code has expired by the latest time that was seen here: the clock runs back",
                 error);
  return kept < CODES_MAX
         || fail (self, KIOSK_VAULT_ERROR_FULL, "too many codes were used within two hours", error);
}

static gboolean
forget (KioskVault *self, gint64 latest_ms, GError **error)
{
  return kiosk_vault_db_run (self, error, "DELETE FROM spent_code WHERE expires_ms < ?1", "i",
                             latest_ms - MARGIN_MS);
}

static gboolean
remember (KioskVault *self, const guint8 digest[32], gint64 expires_ms, gint64 latest_ms,
          GError **error)
{
  return kiosk_vault_db_run (self, error, "INSERT INTO spent_code VALUES (?1, ?2)", "hi", digest,
                             expires_ms)
         && kiosk_vault_db_run (self, error, "UPDATE counter SET latest_ms = ?1", "i", latest_ms);
}

gboolean
kiosk_vault_spend_code (KioskVault *self, const guint8 digest[32], gint64 expires_ms,
                        GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 latest = 0;

  if (!kiosk_vault_ready (self, error)
      || !kiosk_vault_db_integer (self, "SELECT latest_ms FROM counter", &latest, error))
    return FALSE;
  latest = MAX (latest, kiosk_clock_wall_ms (self->clock));
  if (kiosk_vault_begin (self, error) && forget (self, latest, error)
      && check (self, digest, expires_ms, latest, error)
      && remember (self, digest, expires_ms, latest, error)
      && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  kiosk_vault_abandon (self);
  return FALSE;
}
