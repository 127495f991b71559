/* The audit log: RFC 6962 leaves, signed checkpoints, and the check of both against the records. */
#include "store/vault-private.h"

#include <string.h>

#include "base/file.h"

/* What the vault itself writes about a record: nobody else may. */
static const char *const own_kinds[]
  = { "sealed",    "accepted", "settled",   "quarantined", "erased",
      "withdrawn", "resend",   "staff-try", "staff-in",    NULL };

static gboolean
kind_is_plain (const char *kind)
{
  gsize length = strlen (kind);

  return length > 0 && length <= 32 && !g_strv_contains (own_kinds, kind)
         && strspn (kind, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

gboolean
kiosk_vault_leaf_append (KioskVault *self, const char *kind, JsonObject *detail, GError **error)
{
  g_autoptr (JsonObject) leaf = json_object_new ();
  g_autoptr (GBytes) data = NULL;
  guint8 hash[KIOSK_MERKLE_HASH];
  gint64 idx = (gint64)kiosk_merkle_size (self->log) + self->pending->len / KIOSK_MERKLE_HASH;

  json_object_set_string_member (leaf, "kind", kind);
  json_object_set_int_member (leaf, "at_ms", kiosk_clock_wall_ms (self->clock));
  if (detail != NULL)
    {
      g_autoptr (GList) members = json_object_get_members (detail);

      for (GList *at = members; at != NULL; at = at->next)
        json_object_set_member (leaf, at->data, json_object_dup_member (detail, at->data));
    }
  data = kiosk_json_print (leaf);
  if (!kiosk_vault_db_run (self, error, "INSERT INTO leaf VALUES (?1, ?2)", "ib", idx, data))
    return FALSE;
  kiosk_merkle_leaf (g_bytes_get_data (data, NULL), g_bytes_get_size (data), hash);
  g_byte_array_append (self->pending, hash, sizeof hash);
  return TRUE;
}

gboolean
kiosk_vault_audit (KioskVault *self, const char *kind, const char *detail_json, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (JsonObject) detail = NULL;

  g_return_val_if_fail (kind_is_plain (kind), FALSE);
  if (detail_json != NULL)
    {
      detail = kiosk_json_parse (detail_json, strlen (detail_json), KIOSK_VAULT_LEAF_MAX, error);
      if (detail == NULL)
        return FALSE;
    }
  if (!kiosk_vault_ready (self, error))
    return FALSE;
  if (kiosk_vault_begin (self, error) && kiosk_vault_leaf_append (self, kind, detail, error)
      && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  kiosk_vault_abandon (self);
  return FALSE;
}

guint64
kiosk_vault_audit_size (KioskVault *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return kiosk_merkle_size (self->log);
}

guint64
kiosk_vault_next_leaf (KioskVault *self)
{
  return kiosk_vault_audit_size (self);
}

guint64
kiosk_vault_next_sequence (KioskVault *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->next_sequence;
}

gboolean
kiosk_vault_checkpoint (KioskVault *self, const char *origin, const KioskSigner *signer,
                        GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint8 root[KIOSK_MERKLE_HASH];
  guint64 size;
  gint64 last = 0;
  g_autofree char *note = NULL;

  if (!kiosk_vault_ready (self, error)
      || !kiosk_vault_db_integer (self, "SELECT ifnull(max(size), 0) FROM checkpoint", &last,
                                  error))
    return FALSE;
  size = kiosk_merkle_size (self->log);
  if (size <= (guint64)last)
    return TRUE;
  kiosk_merkle_root (self->log, root);
  note = kiosk_checkpoint_sign (origin, size, root, signer, error);
  if (note == NULL)
    return FALSE;
  if (kiosk_vault_begin (self, error)
      && kiosk_vault_db_run (self, error, "INSERT INTO checkpoint VALUES (?1, ?2)", "it",
                             (gint64)size, note)
      && kiosk_vault_commit (self, NULL, error))
    return TRUE;
  kiosk_vault_abandon (self);
  return FALSE;
}

char *
kiosk_vault_last_checkpoint (KioskVault *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean row = FALSE;

  if (!kiosk_vault_ready (self, NULL))
    return NULL;
  statement = kiosk_vault_db_prepare (self, NULL,
                                      "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", "");
  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, NULL) || !row)
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (statement, 0));
}
