/* Statements of the SQLite store. */
#pragma once

#include "programs/kiosk-gateway/store.h"
#include <sqlite3.h>

G_BEGIN_DECLS

struct _KioskGatewayStore
{
  char *path;
  gboolean reader;
  sqlite3 *db;
  GHashTable *statements; /* SQL literal → sqlite3_stmt, prepared once a connection */
  char *epoch;
  guint8 salt[KIOSK_GATEWAY_SALT];
};

/* A statement under way; let go of, it is reset and holds no lock. */
typedef sqlite3_stmt KioskGatewayQuery;

/**
 * kiosk_gateway_store_query:
 * @sql: a literal: statements are cached by its address
 * @format: a letter a parameter: i gint64, s text or NULL, b GBytes or NULL, d 32-byte digest
 */
KioskGatewayQuery *kiosk_gateway_store_query (KioskGatewayStore *self, GError **error,
                                              const char *sql, const char *format, ...);
/* FALSE with an error, or with *ret_row FALSE at the end. */
gboolean kiosk_gateway_store_step (KioskGatewayStore *self, KioskGatewayQuery *query,
                                   gboolean *ret_row, GError **error);
/* A statement without rows. */
gboolean kiosk_gateway_store_run (KioskGatewayStore *self, GError **error, const char *sql,
                                  const char *format, ...);
/* One number; 0 when there is no row or it is NULL. */
gboolean kiosk_gateway_store_number (KioskGatewayStore *self, gint64 *ret_number, GError **error,
                                     const char *sql, const char *format, ...);
void kiosk_gateway_store_set_error (KioskGatewayStore *self, const char *what, GError **error);

char *kiosk_gateway_query_text (KioskGatewayQuery *query, int column);
GBytes *kiosk_gateway_query_bytes (KioskGatewayQuery *query, int column);
/* FALSE, with an error, when the column does not hold 32 bytes. */
gboolean kiosk_gateway_query_digest (KioskGatewayQuery *query, int column, guint8 ret_digest[32],
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayQuery, sqlite3_reset)

G_END_DECLS
