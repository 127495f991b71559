#include "programs/kiosk-gateway/database-private.h"
#include <string.h>

G_DEFINE_QUARK (kiosk_gateway_database_error, kiosk_gateway_database_error)

#define PAYLOAD_MAX 200 /* bytes; PostgreSQL would take 8,000 */

/* What @uri names, and by which driver; (transfer full) (nullable). */
static char *
uri_parse (const char *uri, const KioskGatewayDriver **ret_driver, GError **error)
{
  static const char sqlite[] = "sqlite:", postgresql[] = "postgresql:";
  const char *rest = NULL;
  if (uri != NULL && g_str_has_prefix (uri, sqlite))
    {
      *ret_driver = &kiosk_gateway_sqlite;
      rest = uri + strlen (sqlite);
    }
  else if (uri != NULL && g_str_has_prefix (uri, postgresql))
    {
      *ret_driver = &kiosk_gateway_postgresql;
      rest = uri + strlen (postgresql);
      if (g_str_has_prefix (rest, "//"))
        rest = uri; /* libpq reads the whole of it */
    }
  if (rest != NULL && *rest != '\0')
    return g_strdup (rest);
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_OPTION,
               "--database %s: give it as sqlite:PATH or postgresql://HOST/DATABASE",
               uri == NULL ? "is missing" : "cannot be read");
  return NULL;
}

static KioskGatewayDatabase *
database_open (const char *uri, gboolean reader, GError **error)
{
  const KioskGatewayDriver *driver;
  char *target = uri_parse (uri, &driver, error);
  if (target == NULL)
    return NULL;
  g_autoptr (KioskGatewayDatabase) self = g_new0 (KioskGatewayDatabase, 1);
  self->driver = driver;
  self->target = target;
  self->name = g_strdup (driver == &kiosk_gateway_sqlite ? target : "postgresql");
  self->reader = reader;
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_gateway_notice_free);
  self->marks = g_array_new (FALSE, FALSE, sizeof (guint));
  if (!driver->connect (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskGatewayDatabase *
kiosk_gateway_database_open (const char *uri, GError **error)
{
  return database_open (uri, FALSE, error);
}

KioskGatewayDatabase *
kiosk_gateway_database_open_reader (const char *uri, GError **error)
{
  return database_open (uri, TRUE, error);
}

static void
disconnect (KioskGatewayDatabase *self)
{
  g_ptr_array_set_size (self->notices, 0);
  g_array_set_size (self->marks, 0);
  if (self->connection != NULL)
    self->driver->disconnect (self);
  self->connection = NULL;
}

void
kiosk_gateway_database_close (KioskGatewayDatabase *self)
{
  if (self == NULL)
    return;
  disconnect (self);
  g_ptr_array_unref (self->notices);
  g_array_unref (self->marks);
  g_free (self->target);
  g_free (self->name);
  g_free (self);
}

gboolean
kiosk_gateway_database_reopen (KioskGatewayDatabase *self, GError **error)
{
  disconnect (self);
  return self->driver->connect (self, error)
         && (self->reader || self->driver->settle (self, error));
}

const char *
kiosk_gateway_database_name (const KioskGatewayDatabase *self)
{
  return self->name;
}

/* A line that could not be taken again is asked for by reopen, not by each statement. */
static gboolean
is_connected (const KioskGatewayDatabase *self, GError **error)
{
  if (self->connection != NULL)
    return TRUE;
  g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE,
               "%s: not connected", self->name);
  return FALSE;
}

gboolean
kiosk_gateway_database_begin (KioskGatewayDatabase *self, GError **error)
{
  return is_connected (self, error) && self->driver->begin (self, error);
}

gboolean
kiosk_gateway_database_commit (KioskGatewayDatabase *self, GError **error)
{
  if (!kiosk_gateway_database_run (self, error, "COMMIT", ""))
    return FALSE;
  for (guint i = 0; i < self->notices->len; i++)
    kiosk_gateway_notice_tell (g_ptr_array_index (self->notices, i), self->target);
  g_ptr_array_set_size (self->notices, 0);
  g_array_set_size (self->marks, 0);
  return TRUE;
}

void
kiosk_gateway_database_rollback (KioskGatewayDatabase *self)
{
  g_ptr_array_set_size (self->notices, 0);
  g_array_set_size (self->marks, 0);
  if (self->connection != NULL)
    self->driver->rollback (self);
}

gboolean
kiosk_gateway_database_mark (KioskGatewayDatabase *self, GError **error)
{
  if (!kiosk_gateway_database_run (self, error, "SAVEPOINT request", ""))
    return FALSE;
  g_array_append_val (self->marks, self->notices->len);
  return TRUE;
}

gboolean
kiosk_gateway_database_keep (KioskGatewayDatabase *self, GError **error)
{
  g_return_val_if_fail (self->marks->len > 0, FALSE);
  g_array_set_size (self->marks, self->marks->len - 1);
  return kiosk_gateway_database_run (self, error, "RELEASE SAVEPOINT request", "");
}

gboolean
kiosk_gateway_database_undo (KioskGatewayDatabase *self, GError **error)
{
  g_return_val_if_fail (self->marks->len > 0, FALSE);
  guint notices = g_array_index (self->marks, guint, self->marks->len - 1);
  g_ptr_array_set_size (self->notices, (gint)notices);
  return kiosk_gateway_database_run (self, error, "ROLLBACK TO SAVEPOINT request", "")
         && kiosk_gateway_database_keep (self, error);
}

static void
value_set_bytes (KioskGatewayValue *value, GBytes *bytes)
{
  if (bytes == NULL)
    value->is_null = TRUE;
  else
    value->data = g_bytes_get_data (bytes, &value->size);
}

static guint
values_take (KioskGatewayValue values[KIOSK_GATEWAY_VALUES_MAX], const char *format, va_list list)
{
  guint n = 0;
  for (; format[n] != '\0'; n++)
    {
      g_assert (n < KIOSK_GATEWAY_VALUES_MAX);
      KioskGatewayValue *value = &values[n];
      *value = (KioskGatewayValue){ .type = format[n] };
      if (format[n] == 'i')
        value->number = va_arg (list, gint64);
      else if (format[n] == 'b')
        value_set_bytes (value, va_arg (list, GBytes *));
      else
        {
          g_assert (format[n] == 's' || format[n] == 'd');
          value->data = va_arg (list, const char *);
          if (value->data == NULL)
            value->is_null = TRUE;
          else
            value->size = format[n] == 'd' ? 32 : strlen (value->data);
        }
    }
  return n;
}

static KioskGatewayQuery *
query_start (KioskGatewayDatabase *self, GError **error, const char *sql, const char *format,
             va_list list)
{
  KioskGatewayValue values[KIOSK_GATEWAY_VALUES_MAX];
  if (!is_connected (self, error))
    return NULL;
  guint n_values = values_take (values, format, list);
  g_autoptr (KioskGatewayQuery) query = g_new0 (KioskGatewayQuery, 1);
  query->database = self;
  query->row = -1;
  if (!self->driver->start (query, sql, values, n_values, error))
    return NULL;
  return g_steal_pointer (&query);
}

KioskGatewayQuery *
kiosk_gateway_database_query (KioskGatewayDatabase *self, GError **error, const char *sql,
                              const char *format, ...)
{
  va_list list;
  va_start (list, format);
  KioskGatewayQuery *query = query_start (self, error, sql, format, list);
  va_end (list);
  return query;
}

void
kiosk_gateway_query_free (KioskGatewayQuery *query)
{
  if (query == NULL)
    return;
  if (query->native != NULL)
    query->database->driver->finish (query);
  g_free (query);
}

gboolean
kiosk_gateway_query_step (KioskGatewayQuery *query, gboolean *ret_row, GError **error)
{
  return query->database->driver->step (query, ret_row, error);
}

gint64
kiosk_gateway_query_integer (KioskGatewayQuery *query, guint column)
{
  return query->database->driver->integer (query, column);
}

gboolean
kiosk_gateway_query_is_null (KioskGatewayQuery *query, guint column)
{
  return query->database->driver->is_null (query, column);
}

char *
kiosk_gateway_query_text (KioskGatewayQuery *query, guint column)
{
  if (kiosk_gateway_query_is_null (query, column))
    return NULL;
  gsize size;
  const char *data = query->database->driver->data (query, column, &size);
  return size > 0 ? g_strndup (data, size) : g_strdup ("");
}

GBytes *
kiosk_gateway_query_bytes (KioskGatewayQuery *query, guint column)
{
  if (kiosk_gateway_query_is_null (query, column))
    return NULL;
  gsize size;
  gconstpointer data = query->database->driver->data (query, column, &size);
  return g_bytes_new (data, size);
}

gboolean
kiosk_gateway_query_digest (KioskGatewayQuery *query, guint column, guint8 ret_digest[32],
                            GError **error)
{
  gsize size = 0;
  gconstpointer data = kiosk_gateway_query_is_null (query, column)
                         ? NULL
                         : query->database->driver->data (query, column, &size);
  if (size != 32)
    {
      g_set_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED,
                   "%s: a digest is not 32 bytes; restore the database from its backup",
                   query->database->name);
      return FALSE;
    }
  memcpy (ret_digest, data, 32);
  return TRUE;
}

gboolean
kiosk_gateway_database_run (KioskGatewayDatabase *self, GError **error, const char *sql,
                            const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autoptr (KioskGatewayQuery) query = query_start (self, error, sql, format, list);
  va_end (list);
  gboolean row;
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return FALSE;
  self->changed = self->driver->changed (query);
  return TRUE;
}

gint64
kiosk_gateway_database_changed (const KioskGatewayDatabase *self)
{
  return self->changed;
}

gboolean
kiosk_gateway_database_number (KioskGatewayDatabase *self, gint64 *ret_number, GError **error,
                               const char *sql, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autoptr (KioskGatewayQuery) query = query_start (self, error, sql, format, list);
  va_end (list);
  gboolean row;
  if (query == NULL || !kiosk_gateway_query_step (query, &row, error))
    return FALSE;
  *ret_number
    = row && !kiosk_gateway_query_is_null (query, 0) ? kiosk_gateway_query_integer (query, 0) : 0;
  return TRUE;
}

gboolean
kiosk_gateway_database_notify (KioskGatewayDatabase *self, const char *channel, const char *payload,
                               GError **error)
{
  g_return_val_if_fail (strlen (payload) <= PAYLOAD_MAX, FALSE);
  return is_connected (self, error) && self->driver->notify (self, channel, payload, error);
}

KioskGatewayListener *
kiosk_gateway_database_listen (const char *uri, const char *channel, KioskGatewayHeard heard,
                               gpointer data, GError **error)
{
  const KioskGatewayDriver *driver;
  g_autofree char *target = uri_parse (uri, &driver, error);
  return target != NULL ? driver->listen (target, channel, heard, data, error) : NULL;
}

void
kiosk_gateway_listener_free (KioskGatewayListener *self)
{
  if (self != NULL)
    self->free (self);
}
