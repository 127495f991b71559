/* A real PostgreSQL server of a test's own: in a temporary folder, on a UNIX socket, as nobody when
 * the test is root. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Postgres Postgres;

/* Whether the server's programs are installed. */
gboolean postgres_is_installed (void);
/* @durable: with fsync, which only measuring needs. */
Postgres *postgres_new (gboolean durable);
void postgres_free (Postgres *self);
/* (transfer full): the --database of a new, empty one. */
char *postgres_database_new (Postgres *self);
/* Ends it within a moment as a crash does, or with every session closed; starts it anew. */
void postgres_crash (Postgres *self);
void postgres_stop (Postgres *self);
void postgres_start (Postgres *self);
/* (transfer full): what psql answers, one row a line, columns by '|'. */
char *postgres_ask (const char *database, const char *sql);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Postgres, postgres_free)

G_END_DECLS
