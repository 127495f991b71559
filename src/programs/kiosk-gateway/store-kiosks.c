/* Enrolment codes, kiosks, their certificates and heartbeats. */
#include "programs/kiosk-gateway/store-private.h"

void
kiosk_gateway_code_clear (KioskGatewayCode *row)
{
  g_clear_pointer (&row->public_key, g_bytes_unref);
  g_clear_pointer (&row->certificate, g_free);
}

gboolean
kiosk_gateway_store_add_code (KioskGatewayStore *self, GBytes *hash, gint64 expires_ms,
                              GError **error)
{
  return kiosk_gateway_database_run (
    self->db, error, "INSERT INTO codes (hash, expires_ms) VALUES (?, ?)", "bi", hash, expires_ms);
}

gboolean
kiosk_gateway_store_find_code (KioskGatewayStore *self, GBytes *hash, gboolean *ret_found,
                               KioskGatewayCode *ret_code, GError **error)
{
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error,
    "SELECT expires_ms, used_ms, public_key, certificate FROM codes WHERE hash = ?", "b", hash);
  if (query == NULL || !kiosk_gateway_query_step (query, ret_found, error))
    return FALSE;
  if (*ret_found)
    {
      ret_code->expires_ms = kiosk_gateway_query_integer (query, 0);
      ret_code->used = !kiosk_gateway_query_is_null (query, 1);
      ret_code->public_key = kiosk_gateway_query_bytes (query, 2);
      ret_code->certificate = kiosk_gateway_query_text (query, 3);
    }
  return TRUE;
}

gboolean
kiosk_gateway_store_enrol (KioskGatewayStore *self, GBytes *code_hash, GBytes *public_key,
                           const char *kiosk, const char *certificate, gint64 at_ms, GError **error)
{
  return kiosk_gateway_database_run (self->db, error,
                                     "INSERT INTO kiosks (id, enrolled_ms) VALUES (?, ?)", "si",
                                     kiosk, at_ms)
         && kiosk_gateway_store_add_certificate (self, kiosk, certificate, at_ms, error)
         && kiosk_gateway_database_run (self->db, error,
                                        "UPDATE codes SET used_ms = ?, public_key = ?, kiosk = ?,"
                                        " certificate = ? WHERE hash = ?",
                                        "ibssb", at_ms, public_key, kiosk, certificate, code_hash);
}

gboolean
kiosk_gateway_store_add_certificate (KioskGatewayStore *self, const char *kiosk,
                                     const char *certificate, gint64 at_ms, GError **error)
{
  return kiosk_gateway_database_run (
    self->db, error, "INSERT INTO certificates (kiosk, issued_ms, pem) VALUES (?, ?, ?)", "sis",
    kiosk, at_ms, certificate);
}

gboolean
kiosk_gateway_store_revoke (KioskGatewayStore *self, const char *kiosk, gint64 at_ms,
                            gboolean *ret_found, GError **error)
{
  if (!kiosk_gateway_database_run (
        self->db, error, "UPDATE kiosks SET revoked_ms = coalesce(revoked_ms, ?) WHERE id = ?",
        "is", at_ms, kiosk))
    return FALSE;
  *ret_found = kiosk_gateway_database_changed (self->db) > 0;
  return TRUE;
}

gboolean
kiosk_gateway_store_is_active (KioskGatewayStore *self, const char *kiosk, gboolean *ret_active,
                               GError **error)
{
  gint64 active;
  if (!kiosk_gateway_database_number (
        self->db, &active, error, "SELECT revoked_ms IS NULL FROM kiosks WHERE id = ?", "s", kiosk))
    return FALSE;
  *ret_active = active != 0;
  return TRUE;
}

gboolean
kiosk_gateway_store_heartbeat (KioskGatewayStore *self, const char *kiosk, gint64 at_ms,
                               guint64 audit_size, GBytes *body, gboolean *ret_shrunk,
                               GError **error)
{
  gint64 before;
  if (!kiosk_gateway_database_number (
        self->db, &before, error, "SELECT audit_size FROM heartbeats WHERE kiosk = ?", "s", kiosk)
      || !kiosk_gateway_database_run (
        self->db, error,
        "INSERT INTO heartbeats VALUES (?, ?, ?, ?) ON CONFLICT (kiosk) DO UPDATE SET"
        " at_ms = excluded.at_ms, audit_size = excluded.audit_size, body = excluded.body",
        "siib", kiosk, at_ms, (gint64)audit_size, body))
    return FALSE;
  *ret_shrunk = audit_size < (guint64)before;
  return TRUE;
}
