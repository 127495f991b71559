/* LISTEN on a line of its own, in a main context: comes back by itself, and never blocks it but for
 * the first connection and the look-up of a host's name. */
#include "programs/kiosk-gateway/database-postgresql.h"
#include <glib-unix.h>
#include <string.h>

#define AGAIN_MS   500 /* between two tries */
#define PATIENCE_S 10  /* for one try */

typedef struct
{
  KioskGatewayListener base;
  char *target;
  char *channel;
  KioskGatewayHeard heard;
  gpointer data;
  GMainContext *context;
  PGconn *connection;
  gboolean listening; /* LISTEN was answered */
  GSource *line;      /* the socket */
  GSource *timer;     /* next try, or the end of this one's patience */
  gboolean dead;      /* freed inside a callback */
  guint uses;
} PgListener;

static void lost (PgListener *self);
static void connection_poll (PgListener *self);

static void
source_clear (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
source_set (PgListener *self, GSource **source, GSource *next, GSourceFunc function)
{
  source_clear (source);
  *source = next;
  g_source_set_callback (next, function, self, NULL);
  g_source_attach (next, self->context);
}

static void
release (PgListener *self)
{
  if (--self->uses > 0)
    return;
  g_main_context_unref (self->context);
  g_free (self->target);
  g_free (self->channel);
  g_free (self);
}

static void
disconnect (PgListener *self)
{
  source_clear (&self->line);
  source_clear (&self->timer);
  g_clear_pointer (&self->connection, PQfinish);
  self->listening = FALSE;
}

static void
pg_listener_free (KioskGatewayListener *base)
{
  PgListener *self = (PgListener *)base;
  disconnect (self);
  self->dead = TRUE;
  release (self);
}

static char *
listen_sql (PgListener *self)
{
  char *name = PQescapeIdentifier (self->connection, self->channel, strlen (self->channel));
  char *sql = name != NULL ? g_strdup_printf ("LISTEN %s", name) : NULL;
  PQfreemem (name);
  return sql;
}

/* FALSE: the line is lost. */
static gboolean
results_take (PgListener *self, gboolean *ret_listening)
{
  while (!PQisBusy (self->connection))
    {
      PGresult *result = PQgetResult (self->connection);
      if (result == NULL)
        return TRUE;
      gboolean good = PQresultStatus (result) == PGRES_COMMAND_OK;
      PQclear (result);
      if (!good)
        return FALSE;
      *ret_listening = TRUE;
    }
  return TRUE;
}

/* What is heard may free the listener. */
static void
tell (PgListener *self, gboolean all)
{
  g_autoptr (GPtrArray) payloads = g_ptr_array_new_with_free_func (g_free);
  for (PGnotify *notice; (notice = PQnotifies (self->connection)) != NULL; PQfreemem (notice))
    g_ptr_array_add (payloads, g_strdup (notice->extra));
  self->uses++;
  if (all)
    self->heard (NULL, self->data);
  for (guint i = 0; i < payloads->len && !self->dead; i++)
    self->heard (g_ptr_array_index (payloads, i), self->data);
  release (self);
}

static gboolean
line_readable (int fd, GIOCondition condition, gpointer data)
{
  PgListener *self = data;
  gboolean listening = self->listening;
  if (!PQconsumeInput (self->connection) || !results_take (self, &listening))
    {
      lost (self);
      return G_SOURCE_REMOVE;
    }
  gboolean back = listening && !self->listening;
  self->listening = listening;
  if (back)
    source_clear (&self->timer);
  tell (self, back);
  return G_SOURCE_CONTINUE;
}

static void
line_watch (PgListener *self, GIOCondition condition, GUnixFDSourceFunc function)
{
  GSource *source = g_unix_fd_source_new (PQsocket (self->connection), condition);
  source_set (self, &self->line, source, G_SOURCE_FUNC (function));
}

static gboolean
connection_ready (int fd, GIOCondition condition, gpointer data)
{
  connection_poll (data);
  return G_SOURCE_REMOVE;
}

static void
connection_poll (PgListener *self)
{
  g_autofree char *sql = NULL;
  switch (PQconnectPoll (self->connection))
    {
    case PGRES_POLLING_READING:
      line_watch (self, G_IO_IN, connection_ready);
      break;
    case PGRES_POLLING_WRITING:
      line_watch (self, G_IO_OUT, connection_ready);
      break;
    case PGRES_POLLING_OK:
      kiosk_gateway_pg_silence (self->connection);
      sql = listen_sql (self);
      if (sql == NULL || !PQsendQuery (self->connection, sql))
        lost (self);
      else
        line_watch (self, G_IO_IN, line_readable);
      break;
    default:
      lost (self);
    }
}

static gboolean
patience_ended (gpointer data)
{
  lost (data);
  return G_SOURCE_REMOVE;
}

static gboolean
try_again (gpointer data)
{
  PgListener *self = data;
  const char *keys[KIOSK_GATEWAY_PG_PARAMETERS];
  const char *values[KIOSK_GATEWAY_PG_PARAMETERS];
  kiosk_gateway_pg_parameters (self->target, keys, values);
  self->connection = PQconnectStartParams (keys, values, 1);
  if (self->connection == NULL || PQstatus (self->connection) == CONNECTION_BAD)
    {
      lost (self);
      return G_SOURCE_REMOVE;
    }
  source_set (self, &self->timer, g_timeout_source_new_seconds (PATIENCE_S), patience_ended);
  /* libpq: before the first poll it is as if it had said "writing" */
  line_watch (self, G_IO_OUT, connection_ready);
  return G_SOURCE_REMOVE;
}

static void
lost (PgListener *self)
{
  disconnect (self);
  source_set (self, &self->timer, g_timeout_source_new (AGAIN_MS), try_again);
}

static gboolean
first_connect (PgListener *self, GError **error)
{
  const char *keys[KIOSK_GATEWAY_PG_PARAMETERS];
  const char *values[KIOSK_GATEWAY_PG_PARAMETERS];
  kiosk_gateway_pg_parameters (self->target, keys, values);
  self->connection = PQconnectdbParams (keys, values, 1);
  if (PQstatus (self->connection) != CONNECTION_OK)
    return kiosk_gateway_pg_fail (self->connection, NULL, "postgresql", "cannot connect", error);
  kiosk_gateway_pg_silence (self->connection);
  g_autofree char *sql = listen_sql (self);
  PGresult *result = sql != NULL ? PQexec (self->connection, sql) : NULL;
  gboolean good
    = PQresultStatus (result) == PGRES_COMMAND_OK
      || kiosk_gateway_pg_fail (self->connection, result, "postgresql", "cannot listen", error);
  PQclear (result);
  return good;
}

KioskGatewayListener *
kiosk_gateway_listen_postgresql (const char *target, const char *channel, KioskGatewayHeard heard,
                                 gpointer data, GError **error)
{
  if (!kiosk_gateway_pg_target_check (target, error))
    return NULL;
  PgListener *self = g_new0 (PgListener, 1);
  self->base.free = pg_listener_free;
  self->uses = 1;
  self->target = g_strdup (target);
  self->channel = g_strdup (channel);
  self->heard = heard;
  self->data = data;
  self->context = g_main_context_ref_thread_default ();
  if (!first_connect (self, error))
    {
      pg_listener_free (&self->base);
      return NULL;
    }
  self->listening = TRUE;
  line_watch (self, G_IO_IN, line_readable);
  return &self->base;
}
