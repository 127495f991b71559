#include "programs/kiosk-gateway/iam-sequence.h"
#include "programs/kiosk-gateway/database.h"

struct _KioskGatewayIamSequence
{
  char *uri;
  gboolean shared; /* other processes may come: PostgreSQL */
  KioskClock *clock;
  KioskGatewayDatabase *database; /* NULL: not connected */
  gint64 entered_us;
  KioskGatewayMetrics *metrics;
};

/* Literals: statements are found again by their address. 7801204 is ours among the locks. */
static const char settle[] = "SELECT length (set_config ('lock_timeout', '12000', false)"
                             " || set_config ('tcp_keepalives_idle', '5', false)"
                             " || set_config ('tcp_keepalives_interval', '2', false)"
                             " || set_config ('tcp_keepalives_count', '3', false))";
static const char take[]
  = "SELECT 1 FROM (SELECT pg_advisory_lock (7801204)) AS taken,"
    " (SELECT set_config ('idle_session_timeout', '15000', false)) AS bounded";
static const char give[] = "SELECT 1 FROM (SELECT pg_advisory_unlock (7801204)) AS given,"
                           " (SELECT set_config ('idle_session_timeout', '0', false)) AS unbounded";

KioskGatewayIamSequence *
kiosk_gateway_iam_sequence_new (const char *uri, KioskClock *clock, KioskGatewayMetrics *metrics)
{
  KioskGatewayIamSequence *self = g_new0 (KioskGatewayIamSequence, 1);
  self->uri = g_strdup (uri);
  self->shared = !g_str_has_prefix (uri, "sqlite:");
  self->clock = kiosk_clock_ref (clock);
  self->metrics = metrics;
  return self;
}

void
kiosk_gateway_iam_sequence_free (KioskGatewayIamSequence *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->database, kiosk_gateway_database_close);
  kiosk_clock_unref (self->clock);
  g_free (self->uri);
  g_free (self);
}

static gboolean
connect (KioskGatewayIamSequence *self, GError **error)
{
  gint64 length;
  if (self->database != NULL)
    return TRUE;
  self->database = kiosk_gateway_database_open (self->uri, error);
  if (self->database == NULL)
    return FALSE;
  if (!self->shared || kiosk_gateway_database_number (self->database, &length, error, settle, ""))
    return TRUE;
  g_clear_pointer (&self->database, kiosk_gateway_database_close);
  return FALSE;
}

/* A line that failed once is not used again, and the server lets go of what it held. */
static gboolean
broken (KioskGatewayIamSequence *self)
{
  g_clear_pointer (&self->database, kiosk_gateway_database_close);
  return FALSE;
}

gboolean
kiosk_gateway_iam_sequence_enter (KioskGatewayIamSequence *self, GError **error)
{
  gint64 began_us = kiosk_clock_steady_us (self->clock);
  gint64 one;
  if (!connect (self, error))
    return FALSE;
  if (self->shared && !kiosk_gateway_database_number (self->database, &one, error, take, ""))
    return broken (self);
  self->entered_us = kiosk_clock_steady_us (self->clock);
  kiosk_gateway_metrics_add (self->metrics, KIOSK_GATEWAY_COUNT_IAM_TURNS);
  kiosk_gateway_metrics_add_many (self->metrics, KIOSK_GATEWAY_COUNT_IAM_WAITED_US,
                                  (guint64)(self->entered_us - began_us));
  return TRUE;
}

void
kiosk_gateway_iam_sequence_leave (KioskGatewayIamSequence *self)
{
  gint64 one;
  gint64 held_us = kiosk_clock_steady_us (self->clock) - self->entered_us;
  kiosk_gateway_metrics_add_many (self->metrics, KIOSK_GATEWAY_COUNT_IAM_HELD_US, (guint64)held_us);
  if (self->database != NULL && self->shared
      && !kiosk_gateway_database_number (self->database, &one, NULL, give, ""))
    broken (self);
}

gboolean
kiosk_gateway_iam_sequence_stamp (KioskGatewayIamSequence *self, gint64 *ret_stamp_ms,
                                  gint64 *ret_serial, GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);
  gboolean row = FALSE;
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->database, error,
    "UPDATE iam_wire SET last_ms = CASE WHEN last_ms > ?1 THEN last_ms ELSE ?1 END"
    " WHERE id = 1 RETURNING last_ms, serial",
    "i", now_ms);
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    {
      g_clear_pointer (&query, kiosk_gateway_query_free);
      return broken (self);
    }
  if (row)
    {
      gint64 stamp_ms = kiosk_gateway_query_integer (query, 0);
      gint64 serial = kiosk_gateway_query_integer (query, 1);
      /* Its end is what makes it durable. */
      if (kiosk_gateway_query_step (query, &row, error) && !row)
        {
          *ret_stamp_ms = stamp_ms;
          *ret_serial = serial;
          return TRUE;
        }
    }
  if (error == NULL || *error == NULL)
    g_set_error_literal (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
                         "iam_wire has lost its row; restore the database from its backup");
  g_clear_pointer (&query, kiosk_gateway_query_free);
  return broken (self);
}

char *
kiosk_gateway_iam_sequence_get_key (KioskGatewayIamSequence *self, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    self->database, error, "SELECT content_key FROM iam_wire WHERE id = 1", "");
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return NULL;
  return row ? kiosk_gateway_query_text (query, 0) : NULL;
}

gboolean
kiosk_gateway_iam_sequence_put_key (KioskGatewayIamSequence *self, const char *wrapped,
                                    gint64 *ret_serial, GError **error)
{
  return kiosk_gateway_database_run (
           self->database, error,
           "UPDATE iam_wire SET content_key = ?, serial = serial + 1 WHERE id = 1", "s", wrapped)
         && kiosk_gateway_database_number (self->database, ret_serial, error,
                                           "SELECT serial FROM iam_wire WHERE id = 1", "");
}
