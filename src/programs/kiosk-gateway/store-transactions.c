/* What kiosks delivered and what departments decided. */
#include "programs/kiosk-gateway/store-private.h"
#include <string.h>

/* A kiosk that keeps sending other bytes under taken ids is broken or stolen; what it sent first is
 * evidence enough, and the disk is not its to fill. */
#define QUARANTINE_MAX 256

void
kiosk_gateway_transaction_clear (KioskGatewayTransaction *row)
{
  g_clear_pointer (&row->kiosk, g_free);
  g_clear_pointer (&row->txid, g_free);
  g_clear_pointer (&row->department, g_free);
  g_clear_pointer (&row->sealed, g_bytes_unref);
  g_clear_pointer (&row->receipt, g_bytes_unref);
}

void
kiosk_gateway_transaction_free (KioskGatewayTransaction *row)
{
  kiosk_gateway_transaction_clear (row);
  g_free (row);
}

gboolean
kiosk_gateway_store_next_index (KioskGatewayStore *self, guint64 *ret_index, GError **error)
{
  return kiosk_gateway_store_count (self, "transactions", ret_index, error);
}

gboolean
kiosk_gateway_store_add_transaction (KioskGatewayStore *self, const KioskGatewayTransaction *row,
                                     GError **error)
{
  return kiosk_gateway_database_run (
    self->db, error,
    "INSERT INTO transactions (seq, kiosk, txid, department, digest, accepted_ms, sealed, receipt)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "isssdibb", (gint64)row->index, row->kiosk, row->txid, row->department, row->digest,
    row->accepted_ms, row->sealed, row->receipt);
}

gboolean
kiosk_gateway_store_find_transaction (KioskGatewayStore *self, const char *kiosk, const char *txid,
                                      gboolean *ret_found, KioskGatewayTransaction *ret_row,
                                      GError **error)
{
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_database_query (self->db, error,
                                    "SELECT digest, seq, department, accepted_ms, receipt"
                                    " FROM transactions WHERE kiosk = ? AND txid = ?",
                                    "ss", kiosk, txid);
  if (query == NULL || !kiosk_gateway_query_step (query, ret_found, error))
    return FALSE;
  if (!*ret_found)
    return TRUE;
  if (!kiosk_gateway_query_digest (query, 0, ret_row->digest, error))
    return FALSE;
  ret_row->kiosk = g_strdup (kiosk);
  ret_row->txid = g_strdup (txid);
  ret_row->index = (guint64)kiosk_gateway_query_integer (query, 1);
  ret_row->department = kiosk_gateway_query_text (query, 2);
  ret_row->accepted_ms = kiosk_gateway_query_integer (query, 3);
  ret_row->receipt = kiosk_gateway_query_bytes (query, 4);
  return TRUE;
}

gboolean
kiosk_gateway_store_count_resend (KioskGatewayStore *self, guint64 index, GError **error)
{
  return kiosk_gateway_database_run (self->db, error,
                                     "UPDATE transactions SET resends = resends + 1 WHERE seq = ?",
                                     "i", (gint64)index);
}

gboolean
kiosk_gateway_store_quarantine (KioskGatewayStore *self, const KioskGatewayTransaction *row,
                                GError **error)
{
  return kiosk_gateway_database_run (
    self->db, error,
    "INSERT INTO quarantine (kiosk, txid, digest, received_ms, sealed)"
    " SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM quarantine WHERE kiosk = ?1) < ?6"
    " ON CONFLICT DO NOTHING",
    "ssdibi", row->kiosk, row->txid, row->digest, row->accepted_ms, row->sealed,
    (gint64)QUARANTINE_MAX);
}

static KioskGatewayTransaction *
inbox_row (KioskGatewayQuery *query, GError **error)
{
  guint8 digest[32];
  if (!kiosk_gateway_query_digest (query, 4, digest, error))
    return NULL;
  KioskGatewayTransaction *row = g_new0 (KioskGatewayTransaction, 1);
  row->index = (guint64)kiosk_gateway_query_integer (query, 0);
  row->kiosk = kiosk_gateway_query_text (query, 1);
  row->txid = kiosk_gateway_query_text (query, 2);
  row->sealed = kiosk_gateway_query_bytes (query, 3);
  memcpy (row->digest, digest, sizeof row->digest);
  row->accepted_ms = kiosk_gateway_query_integer (query, 5);
  row->department = kiosk_gateway_query_text (query, 6);
  return row;
}

/* Up to which index @limit records from @after on stay within @bytes; @after: there are none. Asked
 * before the records are: a database may hand them over all at once. */
static gboolean
inbox_end (KioskGatewayStore *self, const char *department, guint64 after, guint limit, gsize bytes,
           guint64 *ret_end, GError **error)
{
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_database_query (self->db, error,
                                    "SELECT seq, length(sealed) FROM transactions"
                                    " WHERE department = ? AND seq > ? ORDER BY seq LIMIT ?",
                                    "sii", department, (gint64)after, (gint64)limit);
  if (query == NULL)
    return FALSE;
  *ret_end = after;
  gboolean more = TRUE;
  for (gsize total = 0; total < bytes && more;)
    {
      if (!kiosk_gateway_query_step (query, &more, error))
        return FALSE;
      if (!more)
        break;
      *ret_end = (guint64)kiosk_gateway_query_integer (query, 0);
      total += (gsize)kiosk_gateway_query_integer (query, 1);
    }
  return TRUE;
}

GPtrArray *
kiosk_gateway_store_inbox (KioskGatewayStore *self, const char *department, guint64 after,
                           guint limit, gsize bytes, GError **error)
{
  guint64 end;
  if (!inbox_end (self, department, after, limit, bytes, &end, error))
    return NULL;
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error,
    "SELECT seq, kiosk, txid, sealed, digest, accepted_ms, department FROM transactions"
    " WHERE department = ? AND seq > ? AND seq <= ? ORDER BY seq",
    "sii", department, (gint64)after, (gint64)end);
  if (query == NULL)
    return NULL;
  g_autoptr (GPtrArray) rows
    = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_gateway_transaction_free);
  gboolean more;
  while (kiosk_gateway_query_step (query, &more, error))
    {
      KioskGatewayTransaction *row = more ? inbox_row (query, error) : NULL;
      if (row == NULL)
        return more ? NULL : g_steal_pointer (&rows);
      g_ptr_array_add (rows, row);
    }
  return NULL;
}

void
kiosk_gateway_outcome_clear (KioskGatewayOutcome *row)
{
  g_clear_pointer (&row->kiosk, g_free);
  g_clear_pointer (&row->txid, g_free);
  g_clear_pointer (&row->department, g_free);
  g_clear_pointer (&row->outcome, g_free);
  g_clear_pointer (&row->reason, g_free);
  g_clear_pointer (&row->cms, g_bytes_unref);
}

void
kiosk_gateway_outcome_free (KioskGatewayOutcome *row)
{
  kiosk_gateway_outcome_clear (row);
  g_free (row);
}

gboolean
kiosk_gateway_store_add_outcome (KioskGatewayStore *self, const KioskGatewayOutcome *row,
                                 GError **error)
{
  guint64 seq;
  return kiosk_gateway_store_count (self, "outcomes", &seq, error)
         && kiosk_gateway_database_run (
           self->db, error,
           "INSERT INTO outcomes (seq, kiosk, txid, department, outcome, reason, received_ms, cms)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
           "isssssib", (gint64)seq, row->kiosk, row->txid, row->department, row->outcome,
           row->reason, row->received_ms, row->cms);
}

static void
outcome_read (KioskGatewayQuery *query, KioskGatewayOutcome *row)
{
  row->seq = (guint64)kiosk_gateway_query_integer (query, 0);
  row->kiosk = kiosk_gateway_query_text (query, 1);
  row->txid = kiosk_gateway_query_text (query, 2);
  row->department = kiosk_gateway_query_text (query, 3);
  row->outcome = kiosk_gateway_query_text (query, 4);
  row->reason = kiosk_gateway_query_text (query, 5);
  row->received_ms = kiosk_gateway_query_integer (query, 6);
  row->cms = kiosk_gateway_query_bytes (query, 7);
}

#define OUTCOME_COLUMNS "seq, kiosk, txid, department, outcome, reason, received_ms, cms"

gboolean
kiosk_gateway_store_find_outcome (KioskGatewayStore *self, const char *kiosk, const char *txid,
                                  gboolean *ret_found, KioskGatewayOutcome *ret_row, GError **error)
{
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error,
    "SELECT " OUTCOME_COLUMNS
    " FROM outcomes WHERE kiosk = ? AND txid = ? ORDER BY seq DESC LIMIT 1",
    "ss", kiosk, txid);
  if (query == NULL || !kiosk_gateway_query_step (query, ret_found, error))
    return FALSE;
  if (*ret_found)
    outcome_read (query, ret_row);
  return TRUE;
}

GPtrArray *
kiosk_gateway_store_outcomes (KioskGatewayStore *self, const char *kiosk, guint64 after,
                              guint limit, GError **error)
{
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error,
    "SELECT " OUTCOME_COLUMNS " FROM outcomes WHERE kiosk = ? AND seq > ? ORDER BY seq LIMIT ?",
    "sii", kiosk, (gint64)after, (gint64)limit);
  if (query == NULL)
    return NULL;
  g_autoptr (GPtrArray) rows
    = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_gateway_outcome_free);
  gboolean more;
  while (kiosk_gateway_query_step (query, &more, error))
    {
      if (!more)
        return g_steal_pointer (&rows);
      KioskGatewayOutcome *row = g_new0 (KioskGatewayOutcome, 1);
      outcome_read (query, row);
      g_ptr_array_add (rows, row);
    }
  return NULL;
}

gboolean
kiosk_gateway_store_counts (KioskGatewayStore *self, gint64 now_ms, KioskGatewayCounts *ret_counts,
                            GError **error)
{
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->db, error,
    "WITH latest AS (SELECT outcome FROM outcomes WHERE seq IN"
    "  (SELECT max(seq) FROM outcomes GROUP BY kiosk, txid))"
    " SELECT (SELECT count(*) FROM kiosks), (SELECT count(*) FROM transactions),"
    " (SELECT count(*) FROM transactions WHERE length(receipt) > 0),"
    " (SELECT CAST (coalesce(sum(n - 1), 0) AS BIGINT) FROM"
    "  (SELECT count(*) AS n FROM transactions GROUP BY kiosk, txid) AS taken),"
    " (SELECT CAST (coalesce(sum(resends), 0) AS BIGINT) FROM transactions), (SELECT count(*) FROM "
    "quarantine),"
    " (SELECT count(*) FROM codes WHERE used_ms IS NULL AND expires_ms > ?),"
    " (SELECT count(*) FROM latest WHERE outcome = 'granted'),"
    " (SELECT count(*) FROM latest WHERE outcome = 'refused'),"
    " (SELECT count(*) FROM latest WHERE outcome = 'visit'),"
    " (SELECT count(*) FROM latest WHERE outcome = 'superseded')",
    "i", now_ms);
  gboolean row;
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return FALSE;
  guint64 *const fields[]
    = { &ret_counts->kiosks,     &ret_counts->transactions, &ret_counts->accepted,
        &ret_counts->duplicates, &ret_counts->resends,      &ret_counts->quarantined,
        &ret_counts->codes_open, &ret_counts->granted,      &ret_counts->refused,
        &ret_counts->visit,      &ret_counts->superseded };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    *fields[i] = (guint64)kiosk_gateway_query_integer (query, (guint)i);
  return TRUE;
}
