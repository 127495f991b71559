/* Questions to the vault, and its keyed items. */
#include "store/vault-private.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

static char *
text (sqlite3_stmt *row, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (row, column));
}

static gboolean
hash (sqlite3_stmt *row, int column, guint8 ret_hash[32])
{
  if (sqlite3_column_bytes (row, column) != 32)
    return FALSE;
  memcpy (ret_hash, sqlite3_column_blob (row, column), 32);
  return TRUE;
}

/* A row of KIOSK_RECORD_COLUMNS, with the sealed bytes behind them when asked for. */
static KioskRecord *
record_of (KioskVault *self, sqlite3_stmt *row, gboolean with_sealed, GError **error)
{
  g_autoptr (KioskRecord) record = g_new0 (KioskRecord, 1);

  if (!hash (row, 6, record->digest) || !hash (row, 7, record->holder_tag))
    {
      kiosk_vault_db_fail (self, SQLITE_CORRUPT, error);
      return NULL;
    }
  record->txid = text (row, 0);
  record->reference = text (row, 1);
  record->service = text (row, 2);
  record->sequence = (guint64)sqlite3_column_int64 (row, 3);
  record->sealed_ms = sqlite3_column_int64 (row, 4);
  record->fee_cents = sqlite3_column_int64 (row, 5);
  record->leaf = (guint64)sqlite3_column_int64 (row, 8);
  record->receipt = text (row, 9);
  record->state = (KioskRecordState)sqlite3_column_int (row, 10);
  record->gateway_receipt = kiosk_vault_db_blob (row, 11);
  record->outcome = kiosk_vault_db_blob (row, 12);
  record->outcome_code = text (row, 13);
  record->reason = text (row, 14);
  record->attempts = (guint)sqlite3_column_int64 (row, 15);
  record->next_attempt_ms = sqlite3_column_int64 (row, 16);
  if (with_sealed)
    record->sealed = kiosk_vault_db_blob (row, 17);
  return g_steal_pointer (&record);
}

/* @prepared: (nullable) (transfer full): NULL when it could not be. */
static GPtrArray *
records_of (KioskVault *self, sqlite3_stmt *prepared, gboolean with_sealed, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepared;
  g_autoptr (GPtrArray) records
    = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_record_free);
  gboolean row = FALSE;

  while (statement != NULL && kiosk_vault_db_step (self, statement, &row, error))
    {
      KioskRecord *record = row ? record_of (self, statement, with_sealed, error) : NULL;

      if (!row)
        return g_steal_pointer (&records);
      if (record == NULL)
        return NULL;
      g_ptr_array_add (records, record);
    }
  return NULL;
}

KioskRecord *
kiosk_vault_record_find (KioskVault *self, const char *txid, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, error, "SELECT " KIOSK_RECORD_COLUMNS ", sealed FROM record WHERE txid = ?1", "t", txid);

  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, error))
    return NULL;
  if (row)
    return record_of (self, statement, TRUE, error);
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN, "no record %s", txid);
  return NULL;
}

KioskRecord *
kiosk_vault_record_ready (KioskVault *self, const char *txid, GError **error)
{
  return kiosk_vault_ready (self, error) ? kiosk_vault_record_find (self, txid, error) : NULL;
}

KioskRecord *
kiosk_vault_find (KioskVault *self, const char *txid, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return kiosk_vault_record_ready (self, txid, error);
}

GPtrArray *
kiosk_vault_due (KioskVault *self, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 now = kiosk_clock_wall_ms (self->clock);

  if (!kiosk_vault_ready (self, error))
    return NULL;
  /* More than a day ahead was written by a clock that was wrong. */
  return records_of (
    self,
    kiosk_vault_db_prepare (
      self, error,
      "SELECT " KIOSK_RECORD_COLUMNS ", sealed FROM record WHERE state = 0 "
      "AND (next_attempt_ms <= ?1 OR next_attempt_ms > ?2) ORDER BY sequence LIMIT ?3",
      "iii", now, now + DAY_MS, (gint64)limit),
    TRUE, error);
}

gint64
kiosk_vault_next_due_ms (KioskVault *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 due = 0, latest = kiosk_clock_wall_ms (self->clock) + DAY_MS;

  if (!kiosk_vault_ready (self, NULL)
      || !kiosk_vault_db_integer (
        self,
        "SELECT ifnull(min(next_attempt_ms), 9223372036854775807) FROM record WHERE state = 0",
        &due, NULL))
    return latest; /* not known now: the caller looks again in a day at most, or at a nudge */
  return due == G_MAXINT64 ? due : MIN (due, latest);
}

GPtrArray *
kiosk_vault_of_holder (KioskVault *self, const guint8 tag[32], GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!kiosk_vault_ready (self, error))
    return NULL;
  return records_of (
    self,
    kiosk_vault_db_prepare (self, error,
                            "SELECT " KIOSK_RECORD_COLUMNS
                            " FROM record WHERE holder_tag = ?1 ORDER BY sequence DESC",
                            "h", tag),
    FALSE, error);
}

GPtrArray *
kiosk_vault_unsettled (KioskVault *self, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!kiosk_vault_ready (self, error))
    return NULL;
  return records_of (
    self,
    kiosk_vault_db_prepare (self, error,
                            "SELECT " KIOSK_RECORD_COLUMNS
                            " FROM record WHERE state <> ?1 ORDER BY sequence DESC LIMIT ?2",
                            "ii", (gint64)KIOSK_RECORD_SETTLED, (gint64)limit),
    FALSE, error);
}

GPtrArray *
kiosk_vault_of_reference (KioskVault *self, const char *reference, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!kiosk_vault_ready (self, error))
    return NULL;
  return records_of (
    self,
    kiosk_vault_db_prepare (self, error,
                            "SELECT " KIOSK_RECORD_COLUMNS
                            " FROM record WHERE reference = ?1 ORDER BY sequence DESC",
                            "t", reference),
    FALSE, error);
}

static gboolean
count (KioskVault *self, KioskVaultCounts *counts, GError **error)
{
  guint64 *const by_state[]
    = { &counts->received, &counts->accepted, &counts->settled, &counts->quarantined };
  gboolean row = FALSE;
  gint64 bytes = 0;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, error, "SELECT state, count(*), min(sealed_ms) FROM record GROUP BY state", "");

  if (statement == NULL)
    return FALSE;
  do
    {
      if (!kiosk_vault_db_step (self, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      *by_state[sqlite3_column_int (statement, 0)] = (guint64)sqlite3_column_int64 (statement, 1);
      if (sqlite3_column_int (statement, 0) == KIOSK_RECORD_RECEIVED)
        counts->oldest_unsynced_ms = sqlite3_column_int64 (statement, 2);
    }
  while (TRUE);
  if (!kiosk_vault_db_bytes (self, &bytes, error))
    return FALSE;
  counts->bytes = (guint64)bytes;
  return TRUE;
}

gboolean
kiosk_vault_counts (KioskVault *self, KioskVaultCounts *ret_counts, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  KioskVaultCounts counts = { 0 };

  if (!kiosk_vault_ready (self, error) || !count (self, &counts, error))
    return FALSE;
  *ret_counts = counts;
  return TRUE;
}

gboolean
kiosk_vault_check_room (KioskVault *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  KioskVaultCounts counts = { 0 };

  if (!kiosk_vault_ready (self, error) || !count (self, &counts, error))
    return FALSE;
  if (counts.received < self->limits.records
      && (counts.oldest_unsynced_ms == 0
          || kiosk_clock_wall_ms (self->clock) - counts.oldest_unsynced_ms < self->limits.age_ms)
      && counts.bytes < (guint64)self->limits.bytes / 5 * 4)
    return TRUE;
  g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_FULL,
               "%s: %" G_GUINT64_FORMAT " records wait for the gateway, %" G_GUINT64_FORMAT
               " bytes are used: only enquiries until they are synced",
               self->path, counts.received, counts.bytes);
  return FALSE;
}

GBytes *
kiosk_vault_get (KioskVault *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean row = FALSE;

  if (!kiosk_vault_ready (self, NULL))
    return NULL;
  statement
    = kiosk_vault_db_prepare (self, NULL, "SELECT value FROM item WHERE key = ?1", "t", key);
  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, NULL) || !row)
    return NULL;
  return kiosk_vault_db_blob (statement, 0);
}

gboolean
kiosk_vault_put (KioskVault *self, const char *key, GBytes *value, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!kiosk_vault_ready (self, error))
    return FALSE;
  if (kiosk_vault_begin (self, error)
      && kiosk_vault_db_run (self, error,
                             "INSERT INTO item VALUES (?1, ?2) "
                             "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                             "tb", key, value)
      && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  kiosk_vault_abandon (self);
  return FALSE;
}
