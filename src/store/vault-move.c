/* A record's moves: sealed, accepted, settled or quarantined, erased. Each is one commit that also
 * holds its leaf of the audit log. */
#include "store/vault-private.h"

#include "base/file.h"
#include "trust/seal.h"

#define DAY_MS  G_GINT64_CONSTANT (86400000)
#define RESERVE 32 /* records beyond the limit, for those who had started */

static gboolean
fail (KioskVaultError code, const char *txid, const char *what, GError **error)
{
  g_set_error (error, KIOSK_VAULT_ERROR, code, "record %s: %s", txid, what);
  return FALSE;
}

/* Ends a transaction: commits when every step of it went well, else leaves no trace of it. */
static gboolean
finish (KioskVault *self, gboolean good, GError **error)
{
  if (good && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  kiosk_vault_abandon (self);
  return FALSE;
}

static JsonObject *
detail_new (const char *txid)
{
  JsonObject *detail = json_object_new ();

  json_object_set_string_member (detail, "txid", txid);
  return detail;
}

static void
detail_set_hash (JsonObject *detail, const char *member, GBytes *proof)
{
  g_autofree char *hex = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, proof);

  json_object_set_string_member (detail, member, hex);
}

static gboolean
same (GBytes *a, GBytes *b)
{
  return a != NULL && b != NULL && g_bytes_equal (a, b);
}

static gboolean
check_reserve (KioskVault *self, const char *txid, GError **error)
{
  gint64 waiting = 0, bytes = 0;

  if (!kiosk_vault_db_integer (self, "SELECT count(*) FROM record WHERE state = 0", &waiting, error)
      || !kiosk_vault_db_bytes (self, &bytes, error))
    return FALSE;
  if (waiting < (gint64)self->limits.records + RESERVE && bytes < self->limits.bytes)
    return TRUE;
  return fail (KIOSK_VAULT_ERROR_FULL, txid, "too much waits for the gateway already", error);
}

/* *@ret_there: the very same record is sealed already. */
static gboolean
check_new (KioskVault *self, const KioskRecord *record, gboolean *ret_there, GError **error)
{
  g_autoptr (GError) none = NULL;
  g_autoptr (KioskRecord) there = kiosk_vault_record_find (self, record->txid, &none);
  guint8 digest[32];

  *ret_there = FALSE;
  if (there == NULL && !g_error_matches (none, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN))
    {
      g_propagate_error (error, g_steal_pointer (&none));
      return FALSE;
    }
  kiosk_seal_digest (record->sealed, digest);
  if (memcmp (digest, record->digest, sizeof digest) != 0)
    return fail (KIOSK_VAULT_ERROR_DAMAGED, record->txid, "the digest is of other bytes", error);
  if (there != NULL)
    {
      *ret_there = memcmp (there->digest, record->digest, sizeof digest) == 0;
      return *ret_there || fail (KIOSK_VAULT_ERROR_EXISTS, record->txid, "taken", error);
    }
  if (record->sequence != self->next_sequence || record->leaf != kiosk_merkle_size (self->log))
    return fail (KIOSK_VAULT_ERROR_STATE, record->txid, "the log has grown: ask again", error);
  return check_reserve (self, record->txid, error);
}

static gboolean
append_sealed (KioskVault *self, const KioskRecord *record, GError **error)
{
  g_autoptr (JsonObject) detail = detail_new (record->txid);
  g_autofree char *digest = kiosk_hex_encode (record->digest, sizeof record->digest);

  json_object_set_int_member (detail, "sequence", (gint64)record->sequence);
  json_object_set_string_member (detail, "digest", digest);
  return kiosk_vault_leaf_append (self, "sealed", detail, error);
}

static gboolean
insert (KioskVault *self, const KioskRecord *record, GError **error)
{
  return kiosk_vault_db_run (
           self, error,
           "INSERT INTO record (txid, reference, service, sequence, sealed_ms, fee_cents, digest, "
           "holder_tag, leaf, receipt, sealed, state) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)",
           "tttiiihhitb", record->txid, record->reference, record->service,
           (gint64)record->sequence, record->sealed_ms, record->fee_cents, record->digest,
           record->holder_tag, (gint64)record->leaf, record->receipt, record->sealed)
         && kiosk_vault_db_run (self, error, "UPDATE counter SET next_sequence = ?1", "i",
                                (gint64)record->sequence + 1);
}

gboolean
kiosk_vault_seal (KioskVault *self, const KioskRecord *record, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean there = FALSE;

  if (!kiosk_vault_ready (self, error) || !check_new (self, record, &there, error))
    return FALSE;
  if (there)
    return TRUE;
  if (kiosk_vault_begin (self, error) && append_sealed (self, record, error)
      && insert (self, record, error) && kiosk_vault_commit (self, record->txid, error))
    {
      self->next_sequence = record->sequence + 1;
      return TRUE;
    }
  kiosk_vault_abandon (self);
  return FALSE;
}

/* A change to how long a record waits is no event of the log. */
static gboolean
update_waiting (KioskVault *self, const char *txid, gint64 until_ms, GError **error)
{
  if (!kiosk_vault_db_run (self, error,
                           "UPDATE record SET attempts = attempts + 1, next_attempt_ms = ?2 "
                           "WHERE txid = ?1 AND state = 0",
                           "ti", txid, until_ms))
    return FALSE;
  return sqlite3_changes (self->db) == 1
         || fail (KIOSK_VAULT_ERROR_UNKNOWN, txid, "does not wait for the gateway", error);
}

gboolean
kiosk_vault_postpone (KioskVault *self, const char *txid, gint64 until_ms, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 latest = kiosk_clock_wall_ms (self->clock) + DAY_MS;

  if (!kiosk_vault_ready (self, error))
    return FALSE;
  return finish (self,
                 kiosk_vault_begin (self, error)
                   && update_waiting (self, txid, MIN (until_ms, latest), error),
                 error);
}

gboolean
kiosk_vault_hurry (KioskVault *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 late = 0;

  if (!kiosk_vault_ready (self, error)
      || !kiosk_vault_db_integer (
        self, "SELECT count(*) FROM record WHERE state = 0 AND next_attempt_ms > 0", &late, error))
    return FALSE;
  if (late == 0)
    return TRUE;
  return finish (self,
                 kiosk_vault_begin (self, error)
                   && kiosk_vault_db_run (
                     self, error, "UPDATE record SET next_attempt_ms = 0 WHERE state = 0", ""),
                 error);
}

static gboolean
write_accepted (KioskVault *self, const char *txid, GBytes *gateway_receipt, GError **error)
{
  g_autoptr (JsonObject) detail = detail_new (txid);

  detail_set_hash (detail, "receipt", gateway_receipt);
  return kiosk_vault_begin (self, error)
         && kiosk_vault_leaf_append (self, "accepted", detail, error)
         && kiosk_vault_db_run (self, error,
                                "UPDATE record SET state = 1, gateway_receipt = ?2 WHERE txid = ?1",
                                "tb", txid, gateway_receipt);
}

gboolean
kiosk_vault_accept (KioskVault *self, const char *txid, GBytes *gateway_receipt, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (KioskRecord) record = kiosk_vault_record_ready (self, txid, error);

  if (record == NULL)
    return FALSE;
  if (record->state != KIOSK_RECORD_RECEIVED)
    return same (record->gateway_receipt, gateway_receipt)
           || fail (KIOSK_VAULT_ERROR_STATE, txid, "accepted by another receipt, or past that",
                    error);
  return finish (self, write_accepted (self, txid, gateway_receipt, error), error);
}

static gboolean
write_resend (KioskVault *self, gint64 records, GError **error)
{
  g_autoptr (JsonObject) detail = json_object_new ();

  json_object_set_int_member (detail, "records", records);
  return kiosk_vault_begin (self, error) && kiosk_vault_leaf_append (self, "resend", detail, error)
         && kiosk_vault_db_run (
           self, error, "UPDATE record SET state = 0, next_attempt_ms = 0 WHERE state = 1", "");
}

gboolean
kiosk_vault_resend (KioskVault *self, guint *ret_records, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 records = 0;

  if (!kiosk_vault_ready (self, error)
      || !kiosk_vault_db_integer (self, "SELECT count(*) FROM record WHERE state = 1", &records,
                                  error))
    return FALSE;
  if (!finish (self, write_resend (self, records, error), error))
    return FALSE;
  if (ret_records != NULL)
    *ret_records = (guint)records;
  return TRUE;
}

static gboolean
write_settled (KioskVault *self, const char *txid, const char *outcome_code, const char *reason,
               GBytes *outcome, GError **error)
{
  g_autoptr (JsonObject) detail = detail_new (txid);

  json_object_set_string_member (detail, "outcome", outcome_code);
  detail_set_hash (detail, "proof", outcome);
  return kiosk_vault_begin (self, error) && kiosk_vault_leaf_append (self, "settled", detail, error)
         && kiosk_vault_db_run (self, error,
                                "UPDATE record SET state = 2, outcome_code = ?2, reason = ?3, "
                                "outcome = ?4, settled_ms = ?5 WHERE txid = ?1",
                                "tttbi", txid, outcome_code, reason, outcome,
                                kiosk_clock_wall_ms (self->clock));
}

gboolean
kiosk_vault_settle (KioskVault *self, const char *txid, const char *outcome_code,
                    const char *reason, GBytes *outcome, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (KioskRecord) record = kiosk_vault_record_ready (self, txid, error);

  if (record == NULL)
    return FALSE;
  if (same (record->outcome, outcome))
    return TRUE;
  if (record->state == KIOSK_RECORD_SETTLED && !g_str_equal (record->outcome_code, "visit")
      && !g_str_equal (outcome_code, "superseded"))
    return fail (KIOSK_VAULT_ERROR_STATE, txid, "decided otherwise already", error);
  return finish (self, write_settled (self, txid, outcome_code, reason, outcome, error), error);
}

static gboolean
write_quarantined (KioskVault *self, const char *txid, const char *reason, GError **error)
{
  g_autoptr (JsonObject) detail = detail_new (txid);

  json_object_set_string_member (detail, "reason", reason);
  return kiosk_vault_begin (self, error)
         && kiosk_vault_leaf_append (self, "quarantined", detail, error)
         && kiosk_vault_db_run (self, error,
                                "UPDATE record SET state = 3, reason = ?2 WHERE txid = ?1", "tt",
                                txid, reason);
}

gboolean
kiosk_vault_quarantine (KioskVault *self, const char *txid, const char *reason, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (KioskRecord) record = kiosk_vault_record_ready (self, txid, error);

  if (record == NULL)
    return FALSE;
  if (record->state == KIOSK_RECORD_QUARANTINED)
    return TRUE;
  if (record->state != KIOSK_RECORD_RECEIVED)
    return fail (KIOSK_VAULT_ERROR_STATE, txid, "accepted already", error);
  return finish (self, write_quarantined (self, txid, reason, error), error);
}

static gboolean
erase (KioskVault *self, const char *txid, GError **error)
{
  g_autoptr (JsonObject) detail = detail_new (txid);

  return kiosk_vault_leaf_append (self, "erased", detail, error)
         && kiosk_vault_db_run (self, error, "DELETE FROM record WHERE txid = ?1", "t", txid);
}

static GPtrArray *
settled_before (KioskVault *self, gint64 before_ms, GError **error)
{
  g_autoptr (GPtrArray) txids = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, error, "SELECT txid FROM record WHERE state = 2 AND settled_ms < ?1 ORDER BY sequence",
    "i", before_ms);

  if (statement == NULL)
    return NULL;
  while (kiosk_vault_db_step (self, statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&txids);
      g_ptr_array_add (txids, g_strdup ((const char *)sqlite3_column_text (statement, 0)));
    }
  return NULL;
}

gboolean
kiosk_vault_purge (KioskVault *self, gint64 age_ms, guint *ret_purged, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) txids = NULL;
  gboolean good;

  if (!kiosk_vault_ready (self, error))
    return FALSE;
  txids = settled_before (self, kiosk_clock_wall_ms (self->clock) - age_ms, error);
  if (txids == NULL)
    return FALSE;
  good = txids->len == 0 || kiosk_vault_begin (self, error);
  for (guint i = 0; i < txids->len && good; i++)
    good = erase (self, g_ptr_array_index (txids, i), error);
  if (txids->len > 0 && !finish (self, good, error))
    return FALSE;
  if (ret_purged != NULL)
    *ret_purged = txids->len;
  return TRUE;
}
