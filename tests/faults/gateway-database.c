#include "gateway-database.h"

#include <sqlite3.h>

#define BUSY_MS 30000

typedef void (*TakeRow) (sqlite3_stmt *row, gpointer data);

/* @txid: (nullable): bound to the question's one parameter. */
static void
ask (Stage *stage, const char *question, const char *txid, TakeRow take, gpointer data)
{
  g_autofree char *path = g_build_filename (stage_state (stage), "gateway.db", NULL);
  sqlite3 *database = NULL;
  sqlite3_stmt *rows = NULL;

  /* To be read it may have to be rolled back first, when the gateway was killed. */
  g_assert_cmpint (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (database, BUSY_MS);
  g_assert_cmpint (sqlite3_prepare_v2 (database, question, -1, &rows, NULL), ==, SQLITE_OK);
  if (txid != NULL)
    g_assert_cmpint (sqlite3_bind_text (rows, 1, txid, -1, SQLITE_STATIC), ==, SQLITE_OK);
  while (sqlite3_step (rows) == SQLITE_ROW)
    take (rows, data);
  g_assert_cmpint (sqlite3_finalize (rows), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
}

typedef struct
{
  GPtrArray *txids;
  GHashTable *seen;
} Transactions;

static char *
text (sqlite3_stmt *row, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (row, column));
}

static void
take_transaction (sqlite3_stmt *row, gpointer data)
{
  Transactions *transactions = data;

  g_ptr_array_add (transactions->txids, text (row, 0));
  g_assert_true (g_hash_table_add (transactions->seen, text (row, 0)));
  g_assert_true (g_hash_table_add (transactions->seen, text (row, 1)));
}

GPtrArray *
gateway_transactions (Stage *stage)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Transactions transactions = { g_ptr_array_new_with_free_func (g_free), seen };

  ask (stage, "SELECT txid, hex(digest) FROM transactions ORDER BY seq", NULL, take_transaction,
       &transactions);
  return transactions.txids;
}

static void
take_bytes (sqlite3_stmt *row, gpointer data)
{
  GBytes **ret_bytes = data;

  g_assert_null (*ret_bytes);
  *ret_bytes = g_bytes_new (sqlite3_column_blob (row, 0), (gsize)sqlite3_column_bytes (row, 0));
}

GBytes *
gateway_receipt (Stage *stage, const char *txid)
{
  GBytes *receipt = NULL;

  ask (stage, "SELECT receipt FROM transactions WHERE txid = ?", txid, take_bytes, &receipt);
  g_assert_nonnull (receipt);
  return receipt;
}

static void
take_number (sqlite3_stmt *row, gpointer data)
{
  *(guint *)data = (guint)sqlite3_column_int64 (row, 0);
}

guint
gateway_count_transactions (Stage *stage, const char *txid)
{
  guint count = 0;

  ask (stage, "SELECT count(*) FROM transactions WHERE txid = ?", txid, take_number, &count);
  return count;
}

guint
gateway_count_outcomes (Stage *stage, const char *txid)
{
  guint count = 0;

  ask (stage, "SELECT count(*) FROM outcomes WHERE txid = ?", txid, take_number, &count);
  return count;
}
