/* The tables, by version. Steps are only ever added at the end, never changed: databases out there
 * have taken them. Write SQLite's words: a PostgreSQL database is made from the same text, with
 * INTEGER for 64 bits, BLOB for bytes, INTEGER PRIMARY KEY counted by itself, WITHOUT ROWID left
 * out. Only tables made before may be referred to. */
#pragma once

#include "programs/kiosk-gateway/database.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_GATEWAY_SCHEMA_NEW,     /* made just now: fill in what must be there */
  KIOSK_GATEWAY_SCHEMA_CURRENT, /* was there, now of the latest version */
} KioskGatewaySchemaState;

/* Refuses what is not ours before anything is written; begins a transaction, and inside it takes
 * the steps that are missing. The caller fills in and commits, or rolls back. */
gboolean kiosk_gateway_schema_apply (KioskGatewayDatabase *database,
                                     KioskGatewaySchemaState *ret_state, GError **error);
/* For a reader, and after reopening: ours, and of this program's version? */
gboolean kiosk_gateway_schema_expect (KioskGatewayDatabase *database, GError **error);
G_END_DECLS
