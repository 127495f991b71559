#include "programs/kiosk-gateway/schema.h"
#include "programs/kiosk-gateway/store-private.h"
#include <string.h>

static gboolean
meta_put (KioskGatewayStore *self, const char *key, gconstpointer data, gsize length,
          GError **error)
{
  g_autoptr (GBytes) value = g_bytes_new (data, length);
  return kiosk_gateway_database_run (self->db, error,
                                     "INSERT INTO meta (key, value) VALUES (?, ?)"
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
meta_fill (KioskGatewayStore *self, KioskRandom *random, GError **error)
{
  guint8 salt[KIOSK_GATEWAY_SALT];
  kiosk_random_fill (random, salt, sizeof salt);
  return meta_put (self, "salt", salt, sizeof salt, error) && epoch_put (self, random, error);
}

static GBytes *
meta_get (KioskGatewayStore *self, const char *key, GError **error)
{
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error, "SELECT value FROM meta WHERE key = ?", "s", key);
  gboolean row;
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return NULL;
  if (row)
    return kiosk_gateway_query_bytes (query, 0);
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
               "%s: no %s in it; restore the database from its backup",
               kiosk_gateway_database_name (self->db), key);
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
      g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
                   "%s: its salt has the wrong size; restore the database from its backup",
                   kiosk_gateway_database_name (self->db));
      return FALSE;
    }
  memcpy (self->salt, g_bytes_get_data (salt, NULL), sizeof self->salt);
  g_free (self->epoch);
  self->epoch = g_strndup (g_bytes_get_data (epoch, NULL), g_bytes_get_size (epoch));
  return TRUE;
}

static gboolean
writer_prepare (KioskGatewayStore *self, KioskRandom *random, GError **error)
{
  KioskGatewaySchemaState state;
  if (!kiosk_gateway_schema_apply (self->db, &state, error))
    return FALSE;
  if ((state == KIOSK_GATEWAY_SCHEMA_NEW && !meta_fill (self, random, error))
      || !meta_load (self, error))
    {
      kiosk_gateway_database_rollback (self->db);
      return FALSE;
    }
  return kiosk_gateway_database_commit (self->db, error);
}

KioskGatewayStore *
kiosk_gateway_store_open (const char *uri, KioskRandom *random, GError **error)
{
  g_autoptr (KioskGatewayStore) self = g_new0 (KioskGatewayStore, 1);
  self->db = kiosk_gateway_database_open (uri, error);
  if (self->db == NULL || !writer_prepare (self, random, error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskGatewayStore *
kiosk_gateway_store_open_reader (const char *uri, GError **error)
{
  g_autoptr (KioskGatewayStore) self = g_new0 (KioskGatewayStore, 1);
  self->db = kiosk_gateway_database_open_reader (uri, error);
  if (self->db == NULL || !kiosk_gateway_schema_expect (self->db, error)
      || !meta_load (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_gateway_store_close (KioskGatewayStore *self)
{
  if (self == NULL)
    return;
  kiosk_gateway_database_close (self->db);
  g_free (self->epoch);
  g_free (self);
}

gboolean
kiosk_gateway_store_reopen (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_reopen (self->db, error)
         && kiosk_gateway_schema_expect (self->db, error) && meta_load (self, error);
}

KioskGatewayDatabase *
kiosk_gateway_store_database (KioskGatewayStore *self)
{
  return self->db;
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
kiosk_gateway_store_answers (KioskGatewayStore *self, GError **error)
{
  gint64 counters;
  return kiosk_gateway_database_number (self->db, &counters, error, "SELECT count(*) FROM counters",
                                        "");
}

gboolean
kiosk_gateway_store_begin (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_begin (self->db, error);
}

gboolean
kiosk_gateway_store_commit (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_commit (self->db, error);
}

void
kiosk_gateway_store_rollback (KioskGatewayStore *self)
{
  kiosk_gateway_database_rollback (self->db);
}

gboolean
kiosk_gateway_store_mark (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_mark (self->db, error);
}

gboolean
kiosk_gateway_store_keep (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_keep (self->db, error);
}

gboolean
kiosk_gateway_store_undo (KioskGatewayStore *self, GError **error)
{
  return kiosk_gateway_database_undo (self->db, error);
}

gboolean
kiosk_gateway_store_count (KioskGatewayStore *self, const char *counter, guint64 *ret_number,
                           GError **error)
{
  gint64 number;
  if (!kiosk_gateway_database_number (
        self->db, &number, error,
        "UPDATE counters SET last = last + 1 WHERE name = ? RETURNING last", "s", counter))
    return FALSE;
  *ret_number = (guint64)number;
  return TRUE;
}
