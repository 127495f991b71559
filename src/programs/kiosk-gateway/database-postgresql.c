/* PostgreSQL by libpq: several gateways share one database. */
#include "programs/kiosk-gateway/database-postgresql.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define WRITERS_LOCK "1263026516" /* "KGAT": pg_advisory_xact_lock */
#define ANSWER_MS    40000        /* until the server's own statement_timeout is known */

#define SCRIPT_MS (60 * 60 * 1000)

#define OID_BOOL  16
#define OID_BYTEA 17
#define OID_INT8  20
#define OID_INT2  21
#define OID_INT4  23
#define OID_TEXT  25

#define UNLESS_SET(setting, value)                                                                 \
  "SELECT set_config ('" setting "', '" value "', false) WHERE current_setting ('" setting         \
  "') IN ('0', 'off');"

/* What the server does for us when we, or the line, are gone: a gateway that hangs inside a
 * transaction holds every other one up, so its session is ended. Commits wait for the disk. */
static const char session[] = UNLESS_SET ("statement_timeout", "30s")
  UNLESS_SET ("lock_timeout", "5s") UNLESS_SET ("idle_in_transaction_session_timeout", "10s")
    UNLESS_SET ("synchronous_commit", "on") "SET default_transaction_isolation = 'read committed'";

void
kiosk_gateway_pg_parameters (const char *target, const char *ret_keys[KIOSK_GATEWAY_PG_PARAMETERS],
                             const char *ret_values[KIOSK_GATEWAY_PG_PARAMETERS])
{
  /* What stands before dbname can be said otherwise in it; what stands after it cannot. */
  const char *const parameters[KIOSK_GATEWAY_PG_PARAMETERS][2] = {
    { "connect_timeout", "5" },
    { "keepalives_idle", "10" },
    { "keepalives_interval", "5" },
    { "keepalives_count", "3" },
    { "tcp_user_timeout", "15000" },
    { "application_name", "kiosk-gateway" },
    { "dbname", target },
    { "client_encoding", "UTF8" },
  };
  for (gsize i = 0; i < KIOSK_GATEWAY_PG_PARAMETERS; i++)
    {
      ret_keys[i] = parameters[i][0];
      ret_values[i] = parameters[i][1];
    }
}

static KioskGatewayDatabaseError
error_code (PGconn *connection, const char *state)
{
  if (PQstatus (connection) == CONNECTION_BAD || g_str_has_prefix (state, "08")
      || g_str_has_prefix (state, "57P"))
    return KIOSK_GATEWAY_DATABASE_ERROR_GONE;
  if (strcmp (state, "23505") == 0) /* unique_violation */
    return KIOSK_GATEWAY_DATABASE_ERROR_TAKEN;
  /* serialization_failure, deadlock_detected, lock_not_available, query_canceled: by a timeout */
  if (strcmp (state, "40001") == 0 || strcmp (state, "40P01") == 0 || strcmp (state, "55P03") == 0
      || strcmp (state, "57014") == 0)
    return KIOSK_GATEWAY_DATABASE_ERROR_RETRY;
  if (strcmp (state, "XX001") == 0 || strcmp (state, "XX002") == 0) /* data, index corrupted */
    return KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED;
  return KIOSK_GATEWAY_DATABASE_ERROR_STORAGE;
}

static const char *
advice (KioskGatewayDatabaseError code)
{
  switch (code)
    {
    case KIOSK_GATEWAY_DATABASE_ERROR_GONE:
      return "is the server running, and does --database name it?";
    case KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED:
      return "restore it from its backup";
    case KIOSK_GATEWAY_DATABASE_ERROR_RETRY:
      return "others were in the way: it is tried again";
    default:
      return "see the server's log, its disk and our rights";
    }
}

gboolean
kiosk_gateway_pg_fail (PGconn *connection, const PGresult *result, const char *name,
                       const char *what, GError **error)
{
  /* The primary message alone: the detail tells the values of rows. */
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *message
    = result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  if (message == NULL)
    message = connection != NULL ? PQerrorMessage (connection) : "out of memory";
  KioskGatewayDatabaseError code = error_code (connection, state != NULL ? state : "");
  g_autofree char *line = g_strchomp (g_strdelimit (g_strdup (message), "\n\t", ' '));
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, code, "%s: %s: %s; %s", name, what, line,
               advice (code));
  return FALSE;
}

static gboolean
fail (KioskGatewayDatabase *self, const PGresult *result, const char *what, GError **error)
{
  return kiosk_gateway_pg_fail (self->connection, result, self->name, what, error);
}

static void
silent (gpointer data, const PGresult *notice)
{
  /* "relation exists, skipping" and the like: nothing to tell anybody. */
}

void
kiosk_gateway_pg_silence (PGconn *connection)
{
  PQsetNoticeReceiver (connection, silent, NULL);
}

/* FALSE: the server did not answer in time. A server that hangs must not hang us for good. */
static gboolean
answer_wait (PGconn *connection, gint64 patience_ms)
{
  gint64 end_us = g_get_monotonic_time () + patience_ms * 1000;
  while (PQisBusy (connection))
    {
      gint64 left_ms = (end_us - g_get_monotonic_time ()) / 1000;
      struct pollfd line = { .fd = PQsocket (connection), .events = POLLIN };
      if (left_ms <= 0 || (poll (&line, 1, (int)left_ms) < 0 && errno != EINTR))
        return FALSE;
      if (!PQconsumeInput (connection))
        return TRUE; /* it says so by its result */
    }
  return TRUE;
}

static gboolean
is_good (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* The first bad result of what was sent, or the last; NULL with an error when none came. */
static PGresult *
answer_take (KioskGatewayDatabase *self, int sent, const char *what, GError **error)
{
  PGresult *kept = NULL;
  while (sent == 1)
    {
      if (!answer_wait (self->connection, self->answer_ms))
        {
          PQclear (kept);
          PQfinish (self->connection);
          self->connection = NULL;
          g_clear_pointer (&self->statements, g_hash_table_unref);
          g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE,
                       "%s: %s: no answer; is the server well?", self->name, what);
          return NULL;
        }
      PGresult *result = PQgetResult (self->connection);
      if (result == NULL)
        break;
      if (kept != NULL && !is_good (kept))
        {
          PQclear (result);
          continue;
        }
      PQclear (kept);
      kept = result;
    }
  if (kept != NULL && is_good (kept))
    return kept;
  fail (self, kept, what, error);
  PQclear (kept);
  return NULL;
}

static gboolean
execute (KioskGatewayDatabase *self, const char *sql, GError **error)
{
  PGresult *result
    = answer_take (self, PQsendQuery (self->connection, sql), "cannot use the database", error);
  PQclear (result);
  return result != NULL;
}

static void
disconnect (KioskGatewayDatabase *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  PQfinish (self->connection);
}

static gboolean
session_open (KioskGatewayDatabase *self, GError **error)
{
  if (PQstatus (self->connection) != CONNECTION_OK)
    return fail (self, NULL, "cannot connect", error);
  kiosk_gateway_pg_silence (self->connection);
  g_free (self->name);
  self->name
    = g_strdup_printf ("postgresql://%s/%s", PQhost (self->connection), PQdb (self->connection));
  gint64 timeout_ms;
  self->answer_ms = ANSWER_MS;
  if (!execute (self, session, error)
      || !kiosk_gateway_database_number (self, &timeout_ms, error,
                                         "SELECT setting::bigint FROM pg_catalog.pg_settings"
                                         " WHERE name = 'statement_timeout'",
                                         ""))
    return FALSE;
  /* A third more than the server needs to give up by itself. */
  self->answer_ms = timeout_ms * 4 / 3;
  return !self->reader || execute (self, "SET default_transaction_read_only = on", error);
}

gboolean
kiosk_gateway_pg_target_check (const char *target, GError **error)
{
  char *complaint = NULL; /* it repeats what it could not read, which may be a password */
  PQconninfoOption *options = PQconninfoParse (target, &complaint);
  PQfreemem (complaint);
  if (options == NULL)
    g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_OPTION,
                 "--database: libpq cannot read it; give it as postgresql://HOST/DATABASE or"
                 " postgresql:host=HOST dbname=DATABASE");
  PQconninfoFree (options);
  return options != NULL;
}

static gboolean
connect_server (KioskGatewayDatabase *self, GError **error)
{
  if (!kiosk_gateway_pg_target_check (self->target, error))
    return FALSE;
  const char *keys[KIOSK_GATEWAY_PG_PARAMETERS];
  const char *values[KIOSK_GATEWAY_PG_PARAMETERS];
  kiosk_gateway_pg_parameters (self->target, keys, values);
  self->connection = PQconnectdbParams (keys, values, 1);
  self->statements = g_hash_table_new (g_direct_hash, g_direct_equal);
  if (session_open (self, error))
    return TRUE;
  if (self->connection != NULL)
    disconnect (self);
  self->connection = NULL;
  return FALSE;
}

/* Tables of the schema that new ones would be made in, those of extensions apart. */
#define OUR_TABLES                                                                                 \
  "SELECT count(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"                \
  " ON n.oid = c.relnamespace AND n.nspname = current_schema()"                                    \
  " WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d"         \
  " WHERE d.objid = c.oid AND d.deptype = 'e')"

static gboolean
identify (KioskGatewayDatabase *self, gboolean *ret_empty, gboolean *ret_ours, gint64 *ret_version,
          GError **error)
{
  gint64 tables, ours;
  if (!kiosk_gateway_database_number (self, &tables, error, OUR_TABLES, "")
      || !kiosk_gateway_database_number (self, &ours, error,
                                         OUR_TABLES " AND c.relname = 'kiosk_gateway'", ""))
    return FALSE;
  *ret_empty = tables == 0;
  *ret_ours = ours > 0;
  *ret_version = 0;
  return ours == 0
         || kiosk_gateway_database_number (self, ret_version, error,
                                           "SELECT version FROM kiosk_gateway", "");
}

static gboolean
sign (KioskGatewayDatabase *self, gint64 version, GError **error)
{
  g_autofree char *sql
    = g_strdup_printf ("CREATE TABLE IF NOT EXISTS kiosk_gateway (version BIGINT NOT NULL);"
                       "DELETE FROM kiosk_gateway;"
                       "INSERT INTO kiosk_gateway VALUES (%" G_GINT64_FORMAT ")",
                       version);
  return execute (self, sql, error);
}

static gboolean
nothing_to_do (KioskGatewayDatabase *self, GError **error)
{
  return TRUE; /* the server looks after its files, and the session is set when it begins */
}

/* One writer at a time, as in SQLite: what a group reads and counts stays true until its commit,
 * and commits are seen in their order. Groups that wait for it grow, so the flush is shared. */
static gboolean
begin (KioskGatewayDatabase *self, GError **error)
{
  if (execute (self, "BEGIN; SELECT pg_advisory_xact_lock (" WRITERS_LOCK ")", error))
    return TRUE;
  kiosk_gateway_database_rollback (self);
  return FALSE;
}

static void
rollback (KioskGatewayDatabase *self)
{
  PGTransactionStatusType status = PQtransactionStatus (self->connection);
  if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
    execute (self, "ROLLBACK", NULL); /* when it fails the line is gone, and the transaction too */
}

static gboolean
script (KioskGatewayDatabase *self, const char *sql, GError **error)
{
  static const char identity[] = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
  static const char *const words[][2] = {
    { "INTEGER PRIMARY KEY AUTOINCREMENT", identity },
    { "INTEGER PRIMARY KEY", identity },
    { "INTEGER", "BIGINT" },
    { "BLOB", "BYTEA" },
    { "WITHOUT ROWID", "" },
  };
  /* An index over millions of rows takes its time. */
  g_autoptr (GString) text = g_string_new ("SET LOCAL statement_timeout = 0;");
  g_string_append (text, sql);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_string_replace (text, words[i][0], words[i][1], 0);
  gint64 answer_ms = self->answer_ms;
  self->answer_ms = SCRIPT_MS;
  gboolean good = execute (self, text->str, error);
  self->answer_ms = answer_ms;
  return good;
}

/* ? and ?N outside quotes become $1, $2 …; (transfer full). */
static char *
placeholders_rewrite (const char *sql)
{
  GString *text = g_string_new (NULL);
  gboolean quoted = FALSE;
  for (guint n = 1; *sql != '\0'; sql++)
    {
      quoted ^= *sql == '\'';
      if (quoted || *sql != '?')
        g_string_append_c (text, *sql);
      else if (g_ascii_isdigit (sql[1]))
        g_string_append_c (text, '$');
      else
        g_string_append_printf (text, "$%u", n++);
    }
  return g_string_free (text, FALSE);
}

static Oid
value_type (const KioskGatewayValue *value)
{
  switch (value->type)
    {
    case 'i':
      return OID_INT8;
    case 's':
      return OID_TEXT;
    default:
      return OID_BYTEA;
    }
}

/* The name of the prepared statement, by number; 0 with an error. */
static guint
statement_get (KioskGatewayDatabase *self, const char *sql, const KioskGatewayValue *values,
               guint n_values, GError **error)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->statements, sql));
  if (number != 0)
    return number;
  Oid types[KIOSK_GATEWAY_VALUES_MAX];
  for (guint i = 0; i < n_values; i++)
    types[i] = value_type (&values[i]);
  number = g_hash_table_size (self->statements) + 1;
  g_autofree char *name = g_strdup_printf ("s%u", number);
  g_autofree char *text = placeholders_rewrite (sql);
  PGresult *result
    = answer_take (self, PQsendPrepare (self->connection, name, text, (int)n_values, types),
                   "cannot prepare a statement", error);
  if (result == NULL)
    return 0;
  PQclear (result);
  g_hash_table_insert (self->statements, (gpointer)sql, GUINT_TO_POINTER (number));
  return number;
}

/* PostgreSQL answers a COMMIT of a failed transaction with a good ROLLBACK. */
static gboolean
commit_was_rollback (const char *sql, PGresult *result)
{
  return strcmp (sql, "COMMIT") == 0 && strcmp (PQcmdStatus (result), "ROLLBACK") == 0;
}

static gboolean
start (KioskGatewayQuery *query, const char *sql, const KioskGatewayValue *values, guint n_values,
       GError **error)
{
  KioskGatewayDatabase *self = query->database;
  guint number = statement_get (self, sql, values, n_values, error);
  if (number == 0)
    return FALSE;
  gint64 numbers[KIOSK_GATEWAY_VALUES_MAX];
  const char *data[KIOSK_GATEWAY_VALUES_MAX];
  int sizes[KIOSK_GATEWAY_VALUES_MAX], binary[KIOSK_GATEWAY_VALUES_MAX];
  for (guint i = 0; i < n_values; i++)
    {
      const KioskGatewayValue *value = &values[i];
      numbers[i] = GINT64_TO_BE (value->number);
      binary[i] = 1;
      sizes[i] = value->type == 'i' ? 8 : (int)value->size;
      data[i] = value->type == 'i' ? (const char *)&numbers[i] : value->data;
      if (data[i] == NULL && !value->is_null)
        data[i] = ""; /* no bytes, which is not NULL */
    }
  char name[16];
  g_snprintf (name, sizeof name, "s%u", number);
  PGresult *result = answer_take (
    self, PQsendQueryPrepared (self->connection, name, (int)n_values, data, sizes, binary, 1),
    "cannot read or write", error);
  if (result != NULL && commit_was_rollback (sql, result))
    {
      g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_STORAGE,
                   "%s: a statement had failed, so its transaction was rolled back", self->name);
      g_clear_pointer (&result, PQclear);
    }
  query->native = result;
  return result != NULL;
}

static gboolean
step (KioskGatewayQuery *query, gboolean *ret_row, GError **error)
{
  *ret_row = query->row + 1 < PQntuples (query->native);
  query->row += *ret_row;
  return TRUE;
}

static void
finish (KioskGatewayQuery *query)
{
  PQclear (query->native);
}

static gint64
changed (KioskGatewayQuery *query)
{
  return atoll (PQcmdTuples (query->native));
}

static gint64
integer (KioskGatewayQuery *query, guint column)
{
  const char *data = PQgetvalue (query->native, query->row, (int)column);
  gint16 two;
  gint32 four;
  gint64 eight;
  switch (PQftype (query->native, (int)column))
    {
    case OID_BOOL:
      return data[0];
    case OID_INT2:
      memcpy (&two, data, sizeof two);
      return GINT16_FROM_BE (two);
    case OID_INT4:
      memcpy (&four, data, sizeof four);
      return GINT32_FROM_BE (four);
    case OID_INT8:
      memcpy (&eight, data, sizeof eight);
      return GINT64_FROM_BE (eight);
    default:
      g_assert_not_reached (); /* a statement of ours that casts nothing: its test ends here */
    }
}

static gboolean
is_null (KioskGatewayQuery *query, guint column)
{
  return PQgetisnull (query->native, query->row, (int)column);
}

static gconstpointer
data (KioskGatewayQuery *query, guint column, gsize *ret_size)
{
  *ret_size = (gsize)PQgetlength (query->native, query->row, (int)column);
  return PQgetvalue (query->native, query->row, (int)column);
}

static gboolean
notify (KioskGatewayDatabase *self, const char *channel, const char *payload, GError **error)
{
  return kiosk_gateway_database_run (self, error, "SELECT pg_notify (?, ?)", "ss", channel,
                                     payload);
}

const KioskGatewayDriver kiosk_gateway_postgresql = {
  .connect = connect_server,
  .disconnect = disconnect,
  .identify = identify,
  .sign = sign,
  .check = nothing_to_do,
  .settle = nothing_to_do,
  .begin = begin,
  .rollback = rollback,
  .script = script,
  .start = start,
  .step = step,
  .finish = finish,
  .changed = changed,
  .integer = integer,
  .is_null = is_null,
  .data = data,
  .notify = notify,
  .listen = kiosk_gateway_listen_postgresql,
};
