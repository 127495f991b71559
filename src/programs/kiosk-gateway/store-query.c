#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/store-private.h"
#include <string.h>

void
kiosk_gateway_store_set_error (KioskGatewayStore *self, const char *what, GError **error)
{
  int code = sqlite3_errcode (self->db);
  gboolean damaged = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
  g_set_error (error, KIOSK_GATEWAY_ERROR,
               damaged ? KIOSK_GATEWAY_ERROR_DAMAGED : KIOSK_GATEWAY_ERROR_STORAGE,
               "%s: %s: %s; %s", self->path, what, sqlite3_errmsg (self->db),
               damaged ? "restore it from its backup, or give another path"
                       : "check the folder, its rights and the space on its disk");
}

static void
bind_bytes (sqlite3_stmt *query, int column, GBytes *bytes)
{
  if (bytes == NULL)
    {
      sqlite3_bind_null (query, column);
      return;
    }
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  sqlite3_bind_blob64 (query, column, data, size, SQLITE_TRANSIENT);
}

static void
bind_all (sqlite3_stmt *query, const char *format, va_list values)
{
  for (int column = 1; *format != '\0'; column++, format++)
    switch (*format)
      {
      case 'i':
        sqlite3_bind_int64 (query, column, va_arg (values, gint64));
        break;
      case 's':
        sqlite3_bind_text (query, column, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
        break;
      case 'b':
        bind_bytes (query, column, va_arg (values, GBytes *));
        break;
      case 'd':
        sqlite3_bind_blob (query, column, va_arg (values, const guint8 *), 32, SQLITE_TRANSIENT);
        break;
      default:
        g_assert_not_reached ();
      }
}

static sqlite3_stmt *
query_new (KioskGatewayStore *self, GError **error, const char *sql, const char *format,
           va_list values)
{
  sqlite3_stmt *query = g_hash_table_lookup (self->statements, sql);
  if (query == NULL)
    {
      if (sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &query, NULL)
          != SQLITE_OK)
        {
          kiosk_gateway_store_set_error (self, "cannot prepare a statement", error);
          return NULL;
        }
      g_hash_table_insert (self->statements, (gpointer)sql, query);
    }
  g_assert (sqlite3_bind_parameter_count (query) == (int)strlen (format));
  bind_all (query, format, values);
  return query;
}

KioskGatewayQuery *
kiosk_gateway_store_query (KioskGatewayStore *self, GError **error, const char *sql,
                           const char *format, ...)
{
  va_list values;
  va_start (values, format);
  sqlite3_stmt *query = query_new (self, error, sql, format, values);
  va_end (values);
  return query;
}

gboolean
kiosk_gateway_store_step (KioskGatewayStore *self, KioskGatewayQuery *query, gboolean *ret_row,
                          GError **error)
{
  int code = sqlite3_step (query);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    {
      kiosk_gateway_store_set_error (self, "cannot read or write", error);
      return FALSE;
    }
  *ret_row = code == SQLITE_ROW;
  return TRUE;
}

gboolean
kiosk_gateway_store_run (KioskGatewayStore *self, GError **error, const char *sql,
                         const char *format, ...)
{
  va_list values;
  va_start (values, format);
  g_autoptr (KioskGatewayQuery) query = query_new (self, error, sql, format, values);
  va_end (values);
  gboolean row;
  return query != NULL && kiosk_gateway_store_step (self, query, &row, error);
}

gboolean
kiosk_gateway_store_number (KioskGatewayStore *self, gint64 *ret_number, GError **error,
                            const char *sql, const char *format, ...)
{
  va_list values;
  va_start (values, format);
  g_autoptr (KioskGatewayQuery) query = query_new (self, error, sql, format, values);
  va_end (values);
  gboolean row;
  if (query == NULL || !kiosk_gateway_store_step (self, query, &row, error))
    return FALSE;
  *ret_number = row ? sqlite3_column_int64 (query, 0) : 0;
  return TRUE;
}

char *
kiosk_gateway_query_text (KioskGatewayQuery *query, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (query, column));
}

GBytes *
kiosk_gateway_query_bytes (KioskGatewayQuery *query, int column)
{
  if (sqlite3_column_type (query, column) == SQLITE_NULL)
    return NULL;
  gconstpointer data = sqlite3_column_blob (query, column);
  return g_bytes_new (data, (gsize)sqlite3_column_bytes (query, column));
}

gboolean
kiosk_gateway_query_digest (KioskGatewayQuery *query, int column, guint8 ret_digest[32],
                            GError **error)
{
  gconstpointer data = sqlite3_column_blob (query, column);
  if (sqlite3_column_bytes (query, column) != 32)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_DAMAGED,
                   "%s: a digest is not 32 bytes; restore the database from its backup",
                   sqlite3_db_filename (sqlite3_db_handle (query), "main"));
      return FALSE;
    }
  memcpy (ret_digest, data, 32);
  return TRUE;
}
