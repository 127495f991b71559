/* What the two files that speak libpq share. */
#pragma once

#include "programs/kiosk-gateway/database-private.h"
#include <libpq-fe.h>

G_BEGIN_DECLS

#define KIOSK_GATEWAY_PG_PARAMETERS 12

/* Whether libpq can read what --database said. */
gboolean kiosk_gateway_pg_target_check (const char *target, GError **error);
/* Fills in what PQconnectdbParams() and PQconnectStartParams() take with expand_dbname. */
void
kiosk_gateway_pg_parameters (const char *target, const char *ret_keys[KIOSK_GATEWAY_PG_PARAMETERS],
                             const char *ret_values[KIOSK_GATEWAY_PG_PARAMETERS]);
/* libpq prints the server's notices to stderr if nobody takes them. */
void kiosk_gateway_pg_silence (PGconn *connection);
/* @result: (nullable). One line, without values of rows. Returns FALSE. */
gboolean kiosk_gateway_pg_fail (PGconn *connection, const PGresult *result, const char *name,
                                const char *what, GError **error);

G_END_DECLS
