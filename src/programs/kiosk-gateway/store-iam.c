/* Sessions of iAM Smart. */
#include "programs/kiosk-gateway/iam-session.h"

#define COLUMNS                                                                                    \
  "SELECT id, kiosk, sign, stage, version, reason, state_hash, business_hash, expires_ms, due_ms," \
  " seen_ms, certificate, held, sealed FROM iam_sessions "

gboolean
kiosk_gateway_iam_session_add (KioskGatewayDatabase *database, const KioskGatewayIamSession *row,
                               GError **error)
{
  return kiosk_gateway_database_run (
    database, error,
    "INSERT INTO iam_sessions (id, kiosk, sign, stage, version, state_hash, business_hash,"
    " expires_ms, due_ms, seen_ms, certificate, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "ssiiiddiiibs", row->id, row->kiosk, (gint64)row->sign, (gint64)row->stage, row->version,
    row->state_hash, row->business_hash, row->expires_ms, row->due_ms, row->seen_ms,
    row->certificate, row->held);
}

/* Takes the query over. */
static gboolean
session_read (KioskGatewayQuery *taken, gboolean *ret_found, KioskGatewayIamSession *ret_row,
              GError **error)
{
  g_autoptr (KioskGatewayQuery) query = taken;
  if (query == NULL || !kiosk_gateway_query_step (query, ret_found, error))
    return FALSE;
  if (!*ret_found)
    return TRUE;
  g_auto (KioskGatewayIamSession) row = { 0 };
  row.id = kiosk_gateway_query_text (query, 0);
  row.kiosk = kiosk_gateway_query_text (query, 1);
  row.sign = kiosk_gateway_query_integer (query, 2) != 0;
  row.stage = (KioskGatewayIamStage)kiosk_gateway_query_integer (query, 3);
  row.version = kiosk_gateway_query_integer (query, 4);
  row.reason = kiosk_gateway_query_text (query, 5);
  if (!kiosk_gateway_query_digest (query, 6, row.state_hash, error)
      || !kiosk_gateway_query_digest (query, 7, row.business_hash, error))
    return FALSE;
  row.expires_ms = kiosk_gateway_query_integer (query, 8);
  row.due_ms = kiosk_gateway_query_integer (query, 9);
  row.seen_ms = kiosk_gateway_query_integer (query, 10);
  row.certificate = kiosk_gateway_query_bytes (query, 11);
  row.held = kiosk_gateway_query_text (query, 12);
  row.sealed = kiosk_gateway_query_bytes (query, 13);
  *ret_row = row;
  row = (KioskGatewayIamSession){ 0 };
  return TRUE;
}

gboolean
kiosk_gateway_iam_session_find (KioskGatewayDatabase *database, const char *id, const char *kiosk,
                                gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                GError **error)
{
  return session_read (kiosk_gateway_database_query (
                         database, error, COLUMNS "WHERE id = ? AND kiosk = ?", "ss", id, kiosk),
                       ret_found, ret_row, error);
}

gboolean
kiosk_gateway_iam_session_find_id (KioskGatewayDatabase *database, const char *id,
                                   gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                   GError **error)
{
  return session_read (
    kiosk_gateway_database_query (database, error, COLUMNS "WHERE id = ?", "s", id), ret_found,
    ret_row, error);
}

gboolean
kiosk_gateway_iam_session_find_state (KioskGatewayDatabase *database, const char *state,
                                      gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                      GError **error)
{
  guint8 hash[32];
  kiosk_gateway_iam_session_hash (state, hash);
  return session_read (
    kiosk_gateway_database_query (database, error, COLUMNS "WHERE state_hash = ?", "d", hash),
    ret_found, ret_row, error);
}

gboolean
kiosk_gateway_iam_session_find_business (KioskGatewayDatabase *database, const char *business,
                                         gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                         GError **error)
{
  guint8 hash[32];
  kiosk_gateway_iam_session_hash (business, hash);
  return session_read (
    kiosk_gateway_database_query (database, error, COLUMNS "WHERE business_hash = ?", "d", hash),
    ret_found, ret_row, error);
}

gboolean
kiosk_gateway_iam_session_find_due (KioskGatewayDatabase *database, gint64 now_ms,
                                    gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                    GError **error)
{
  return session_read (
    kiosk_gateway_database_query (database, error,
                                  COLUMNS "WHERE due_ms <= ? ORDER BY due_ms LIMIT 1", "i", now_ms),
    ret_found, ret_row, error);
}

gboolean
kiosk_gateway_iam_session_save (KioskGatewayDatabase *database, const KioskGatewayIamSession *row,
                                GError **error)
{
  gboolean good = row->stage == KIOSK_GATEWAY_IAM_GONE
                    ? kiosk_gateway_database_run (
                      database, error, "DELETE FROM iam_sessions WHERE id = ?", "s", row->id)
                    : kiosk_gateway_database_run (
                      database, error,
                      "UPDATE iam_sessions SET stage = ?, version = ?, reason = ?, expires_ms = ?,"
                      " due_ms = ?, held = ?, sealed = ? WHERE id = ?",
                      "iisiisbs", (gint64)row->stage, row->version, row->reason, row->expires_ms,
                      row->due_ms, row->held, row->sealed, row->id);
  return good
         && kiosk_gateway_database_notify (database, KIOSK_GATEWAY_IAM_CHANNEL, row->id, error);
}

gboolean
kiosk_gateway_iam_session_seen (KioskGatewayDatabase *database, const char *id, gint64 now_ms,
                                GError **error)
{
  return kiosk_gateway_database_run (
    database, error, "UPDATE iam_sessions SET seen_ms = ? WHERE id = ?", "is", now_ms, id);
}

gboolean
kiosk_gateway_iam_session_count (KioskGatewayDatabase *database, const char *kiosk,
                                 gint64 *ret_open, gint64 *ret_all, GError **error)
{
  return kiosk_gateway_database_number (
           database, ret_open, error,
           "SELECT count(*) FROM iam_sessions WHERE kiosk = ? AND stage < ?", "si", kiosk,
           (gint64)KIOSK_GATEWAY_IAM_DONE)
         && kiosk_gateway_database_number (database, ret_all, error,
                                           "SELECT count(*) FROM iam_sessions", "");
}

gboolean
kiosk_gateway_iam_session_forget (KioskGatewayDatabase *database, const char *kiosk, gint64 seen_ms,
                                  GError **error)
{
  return kiosk_gateway_database_run (
    database, error,
    "DELETE FROM iam_sessions WHERE id IN (SELECT id FROM iam_sessions WHERE kiosk = ?"
    " AND stage < ? AND seen_ms < ? ORDER BY seen_ms LIMIT 1)",
    "sii", kiosk, (gint64)KIOSK_GATEWAY_IAM_DONE, seen_ms);
}
