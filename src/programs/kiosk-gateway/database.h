/* One SQL database behind the gateway: SQLite in a file for one process, or PostgreSQL for several.
 *
 * One text of SQL serves both. Placeholders are ?, or ?1, ?2 … where one is used twice. Numbers are
 * 64 bits (cast what sum() gives: CAST (… AS BIGINT)), strings are UTF-8, bytes are BLOB. The text
 * must be a literal: a statement is prepared once a connection and found again by its address.
 *
 * One thread owns a connection. begin() takes the one lock that all writers of this database share,
 * those of other processes too, and keeps it to the end of the transaction: what was read inside
 * stays true until then, and transactions become visible in the order in which they began. So a
 * number counted up inside a transaction has no gaps, and none appears after a higher one was
 * seen. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_GATEWAY_DATABASE_ERROR (kiosk_gateway_database_error_quark ())
GQuark kiosk_gateway_database_error_quark (void);

typedef enum
{
  KIOSK_GATEWAY_DATABASE_ERROR_OPTION,  /* a --database that cannot be followed: mend it */
  KIOSK_GATEWAY_DATABASE_ERROR_STORAGE, /* the disk, a right or a statement: nothing was promised */
  KIOSK_GATEWAY_DATABASE_ERROR_TAKEN, /* a row with this key is there: undo to the mark, read it */
  KIOSK_GATEWAY_DATABASE_ERROR_RETRY, /* others were in the way: roll back, begin once more */
  KIOSK_GATEWAY_DATABASE_ERROR_GONE,  /* the line broke, a commit's end is unknown: reopen */
  KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED, /* another program's, or broken: left alone; restore it */
  KIOSK_GATEWAY_DATABASE_ERROR_NEWER,   /* of a newer program: left alone; update this one */
} KioskGatewayDatabaseError;

typedef struct _KioskGatewayDatabase KioskGatewayDatabase;

/**
 * kiosk_gateway_database_open:
 * @uri: "sqlite:PATH", "postgresql://…" or "postgresql:KEY=VALUE …" (libpq's words). Keep passwords
 *   in libpq's own file: a command line is seen by everybody
 *
 * Connects; a missing file is made. Nothing is read or written yet: kiosk_gateway_schema_apply().
 */
KioskGatewayDatabase *kiosk_gateway_database_open (const char *uri, GError **error);
/* For looking only: it must exist, and every change fails. */
KioskGatewayDatabase *kiosk_gateway_database_open_reader (const char *uri, GError **error);
void kiosk_gateway_database_close (KioskGatewayDatabase *self);
/* Throws the connection away and takes a new one. On failure it may be asked again. */
gboolean kiosk_gateway_database_reopen (KioskGatewayDatabase *self, GError **error);
/* Without a password, for messages. */
const char *kiosk_gateway_database_name (const KioskGatewayDatabase *self);

/* begin waits some seconds for other writers, then fails with RETRY. */
gboolean kiosk_gateway_database_begin (KioskGatewayDatabase *self, GError **error);
gboolean kiosk_gateway_database_commit (KioskGatewayDatabase *self, GError **error);
/* Also after an error of any kind, and when there is nothing to roll back. */
void kiosk_gateway_database_rollback (KioskGatewayDatabase *self);
/* Savepoints, nested as brackets are. After a statement failed inside a transaction, only undo or
 * rollback bring it back to use. */
gboolean kiosk_gateway_database_mark (KioskGatewayDatabase *self, GError **error);
gboolean kiosk_gateway_database_keep (KioskGatewayDatabase *self, GError **error);
gboolean kiosk_gateway_database_undo (KioskGatewayDatabase *self, GError **error);

/* A statement under way; let go of, it holds nothing. */
typedef struct _KioskGatewayQuery KioskGatewayQuery;

/**
 * kiosk_gateway_database_query:
 * @sql: a literal
 * @format: a letter a placeholder: i gint64, s text or NULL, b GBytes or NULL, d 32-byte digest
 *
 * On PostgreSQL all rows are fetched at once: bound what is large with LIMIT.
 */
KioskGatewayQuery *kiosk_gateway_database_query (KioskGatewayDatabase *self, GError **error,
                                                 const char *sql, const char *format, ...);
void kiosk_gateway_query_free (KioskGatewayQuery *query);
/* FALSE with an error; or TRUE, with *ret_row FALSE after the last row. */
gboolean kiosk_gateway_query_step (KioskGatewayQuery *query, gboolean *ret_row, GError **error);
/* Columns of the row, from 0. */
gint64 kiosk_gateway_query_integer (KioskGatewayQuery *query, guint column);
gboolean kiosk_gateway_query_is_null (KioskGatewayQuery *query, guint column);
/* (transfer full) (nullable): NULL when the column is. */
char *kiosk_gateway_query_text (KioskGatewayQuery *query, guint column);
GBytes *kiosk_gateway_query_bytes (KioskGatewayQuery *query, guint column);
/* FALSE with an error when the column does not hold 32 bytes. */
gboolean kiosk_gateway_query_digest (KioskGatewayQuery *query, guint column, guint8 ret_digest[32],
                                     GError **error);

/* A statement whose rows, if any, do not matter. */
gboolean kiosk_gateway_database_run (KioskGatewayDatabase *self, GError **error, const char *sql,
                                     const char *format, ...);
/* How many rows the last run() inserted, updated or deleted. */
gint64 kiosk_gateway_database_changed (const KioskGatewayDatabase *self);
/* One number; 0 when there is no row or it is NULL. */
gboolean kiosk_gateway_database_number (KioskGatewayDatabase *self, gint64 *ret_number,
                                        GError **error, const char *sql, const char *format, ...);

/**
 * kiosk_gateway_database_notify:
 * @channel: a literal of small letters and underscores
 * @payload: up to 200 bytes of ASCII; no secret
 *
 * Inside a transaction: those who listen hear it after the commit, and not if it is undone. SQLite
 * reaches the listeners of this process, PostgreSQL those of all processes; both also this one's.
 */
gboolean kiosk_gateway_database_notify (KioskGatewayDatabase *self, const char *channel,
                                        const char *payload, GError **error);

typedef struct _KioskGatewayListener KioskGatewayListener;
/* @payload: NULL when something may have been missed, because the line was down: look at all of it.
 * The same words sent twice in one transaction may be heard once. */
typedef void (*KioskGatewayHeard) (const char *payload, gpointer data);

/**
 * kiosk_gateway_database_listen:
 *
 * Calls @heard in the thread-default main context of the caller, on a line of its own that comes
 * back by itself when the server was away. The first connection is made here, and blocks.
 */
KioskGatewayListener *
kiosk_gateway_database_listen (const char *uri, const char *channel, KioskGatewayHeard heard,
                               gpointer data, GError **error);
/* In the thread of its context; nothing is heard afterwards. */
void kiosk_gateway_listener_free (KioskGatewayListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayDatabase, kiosk_gateway_database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayQuery, kiosk_gateway_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayListener, kiosk_gateway_listener_free)

G_END_DECLS
