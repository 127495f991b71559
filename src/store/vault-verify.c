/* Reads the audit log from its first leaf and holds everything else in the vault against it. */
#include "store/vault-private.h"

#include <string.h>

#include "base/file.h"
#include "trust/seal.h"

/* What the log says of one record. */
typedef struct
{
  char *digest; /* hexadecimal */
  guint64 leaf;
  char *receipt; /* of the last gateway receipt; NULL: none */
  char *proof;   /* of the last outcome; NULL: none */
} Promise;

typedef struct
{
  KioskVault *vault;
  X509 *signer;
  KioskMerkle *log;
  GHashTable *promises; /* txid → Promise */
  KioskAuditReport report;
} Audit;

static void
promise_free (gpointer data)
{
  Promise *promise = data;

  g_free (promise->digest);
  g_free (promise->receipt);
  g_free (promise->proof);
  g_free (promise);
}

void
kiosk_audit_report_clear (KioskAuditReport *self)
{
  g_clear_pointer (&self->problem, g_free);
  self->verified = FALSE;
}

/* The first problem is the one reported. */
static G_GNUC_PRINTF (2, 3) void problem (Audit *audit, const char *format, ...)
{
  va_list values;

  if (audit->report.problem != NULL)
    return;
  va_start (values, format);
  audit->report.problem = g_strdup_vprintf (format, values);
  va_end (values);
}

static void
note_sealed (Audit *audit, JsonObject *leaf, const char *txid)
{
  Promise *promise = g_new0 (Promise, 1);

  promise->digest = g_strdup (kiosk_json_string (leaf, "digest", 64, NULL));
  promise->leaf = kiosk_merkle_size (audit->log);
  if (!g_hash_table_replace (audit->promises, g_strdup (txid), promise))
    problem (audit, "record %s was sealed twice", txid);
}

static void
note_proof (Audit *audit, JsonObject *leaf, const char *txid, const char *member)
{
  Promise *promise = g_hash_table_lookup (audit->promises, txid);
  char **slot;

  if (promise == NULL)
    {
      problem (audit, "leaf %" G_GUINT64_FORMAT " speaks of record %s, which was never sealed",
               kiosk_merkle_size (audit->log), txid);
      return;
    }
  slot = g_str_equal (member, "receipt") ? &promise->receipt : &promise->proof;
  g_free (*slot);
  *slot = g_strdup (kiosk_json_string (leaf, member, 64, NULL));
}

static void
note_leaf (Audit *audit, gconstpointer data, gsize length)
{
  g_autoptr (JsonObject) leaf = kiosk_json_parse (data, length, KIOSK_VAULT_LEAF_MAX, NULL);
  const char *kind = leaf != NULL ? kiosk_json_string (leaf, "kind", 32, NULL) : NULL;
  const char *txid = leaf != NULL ? kiosk_json_optional_string (leaf, "txid", 64, NULL) : NULL;

  if (kind == NULL)
    problem (audit, "leaf %" G_GUINT64_FORMAT " is no event", kiosk_merkle_size (audit->log));
  else if (txid == NULL)
    return;
  else if (g_str_equal (kind, "sealed"))
    note_sealed (audit, leaf, txid);
  else if (g_str_equal (kind, "accepted"))
    note_proof (audit, leaf, txid, "receipt");
  else if (g_str_equal (kind, "settled"))
    note_proof (audit, leaf, txid, "proof");
  else if (g_str_equal (kind, "erased") || g_str_equal (kind, "withdrawn"))
    g_hash_table_remove (audit->promises, txid);
}

static void
check_checkpoint (Audit *audit, const char *note)
{
  g_autofree char *origin = g_strndup (note, strcspn (note, "\n"));
  guint8 root[KIOSK_MERKLE_HASH], signed_root[KIOSK_MERKLE_HASH];
  guint64 size = 0, at = kiosk_merkle_size (audit->log);

  audit->report.checkpoints++;
  kiosk_merkle_root (audit->log, root);
  if (audit->signer == NULL
      || !kiosk_checkpoint_verify (note, origin, audit->signer, &size, signed_root, NULL))
    problem (audit, "the checkpoint at %" G_GUINT64_FORMAT " is not signed by this kiosk", at);
  else if (size != at || memcmp (root, signed_root, sizeof root) != 0)
    problem (audit, "the log is not what its checkpoint at %" G_GUINT64_FORMAT " says", at);
}

/* Leaves, each with the checkpoint taken after it, if there is one. */
static gboolean
read_leaves (Audit *audit, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    audit->vault, error,
    "SELECT idx, data, note FROM leaf LEFT JOIN checkpoint ON size = idx + 1 ORDER BY idx", "");

  if (statement == NULL)
    return FALSE;
  while (kiosk_vault_db_step (audit->vault, statement, &row, error))
    {
      gconstpointer data = row ? sqlite3_column_blob (statement, 1) : NULL;
      gsize length = row ? (gsize)sqlite3_column_bytes (statement, 1) : 0;
      guint8 hash[KIOSK_MERKLE_HASH];

      if (!row)
        return TRUE;
      if ((guint64)sqlite3_column_int64 (statement, 0) != kiosk_merkle_size (audit->log))
        problem (audit, "leaf %" G_GUINT64_FORMAT " is missing", kiosk_merkle_size (audit->log));
      note_leaf (audit, data, length);
      kiosk_merkle_leaf (data, length, hash);
      kiosk_merkle_append (audit->log, hash);
      if (sqlite3_column_type (statement, 2) != SQLITE_NULL)
        check_checkpoint (audit, (const char *)sqlite3_column_text (statement, 2));
    }
  return FALSE;
}

static gboolean
is_hash_of (const char *hex, GBytes *bytes)
{
  g_autofree char *actual = NULL;

  if (hex == NULL || bytes == NULL)
    return hex == NULL && bytes == NULL;
  actual = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return g_str_equal (hex, actual);
}

static void
check_record (Audit *audit, const KioskRecord *record)
{
  const Promise *promise = g_hash_table_lookup (audit->promises, record->txid);
  g_autofree char *digest = kiosk_hex_encode (record->digest, sizeof record->digest);

  if (promise == NULL || promise->leaf != record->leaf)
    problem (audit, "record %s is not in the log where it says", record->txid);
  else if (g_strcmp0 (promise->digest, digest) != 0 || !is_hash_of (digest, record->sealed))
    problem (audit, "record %s is not the one that was sealed", record->txid);
  else if (!is_hash_of (promise->receipt, record->gateway_receipt)
           || !is_hash_of (promise->proof, record->outcome))
    problem (audit, "record %s has a receipt or an outcome that the log does not know",
             record->txid);
  g_hash_table_remove (audit->promises, record->txid);
}

static GPtrArray *
list_records (KioskVault *vault, GError **error)
{
  g_autoptr (GPtrArray) txids = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement
    = kiosk_vault_db_prepare (vault, error, "SELECT txid FROM record ORDER BY sequence", "");

  if (statement == NULL)
    return NULL;
  while (kiosk_vault_db_step (vault, statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&txids);
      g_ptr_array_add (txids, g_strdup ((const char *)sqlite3_column_text (statement, 0)));
    }
  return NULL;
}

static gboolean
check_records (Audit *audit, GError **error)
{
  g_autoptr (GPtrArray) txids = list_records (audit->vault, error);
  GHashTableIter left;
  gpointer txid;

  if (txids == NULL)
    return FALSE;
  for (guint i = 0; i < txids->len; i++)
    {
      g_autoptr (KioskRecord) record
        = kiosk_vault_record_find (audit->vault, g_ptr_array_index (txids, i), error);

      if (record == NULL)
        return FALSE;
      check_record (audit, record);
    }
  g_hash_table_iter_init (&left, audit->promises);
  if (g_hash_table_iter_next (&left, &txid, NULL))
    problem (audit, "record %s was sealed and is gone", (const char *)txid);
  return TRUE;
}

/* A checkpoint beyond the last leaf shows that the log's tail was cut off. */
static gboolean
check_tail (Audit *audit, GError **error)
{
  gint64 checkpoints = 0;

  if (!kiosk_vault_db_integer (audit->vault, "SELECT count(*) FROM checkpoint", &checkpoints,
                               error))
    return FALSE;
  if ((guint64)checkpoints != audit->report.checkpoints)
    problem (audit, "the log is shorter than a checkpoint says");
  return TRUE;
}

gboolean
kiosk_vault_audit_verify (KioskVault *self, X509 *signer, KioskAuditReport *ret_report,
                          GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (KioskMerkle) log = kiosk_merkle_new ();
  g_autoptr (GHashTable) promises
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, promise_free);
  Audit audit = { .vault = self, .signer = signer, .log = log, .promises = promises };

  if (!kiosk_vault_ready (self, error) || !read_leaves (&audit, error)
      || !check_tail (&audit, error) || !check_records (&audit, error))
    {
      kiosk_audit_report_clear (&audit.report);
      return FALSE;
    }
  audit.report.leaves = kiosk_merkle_size (log);
  audit.report.verified = audit.report.problem == NULL;
  *ret_report = audit.report;
  return TRUE;
}
