#include "caller.h"

static void
on_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  ((Caller *)data)->gone = TRUE;
}

static void
on_late (gpointer data)
{
  ((Caller *)data)->late = TRUE;
}

gboolean
caller_connect (Caller *self, Stage *stage, const char *socket, GError **error)
{
  const char *path = stage_process_value (stage_program (stage, "kioskd"), socket);
  g_autofree char *address = g_strconcat ("unix:path=", path, NULL);

  self->connection = g_dbus_connection_new_for_address_sync (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, error);
  if (self->connection == NULL)
    return FALSE;
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  self->gone = g_dbus_connection_is_closed (self->connection);
  return TRUE;
}

void
caller_hang_up (Caller *self, gpointer proxy, gpointer data)
{
  if (proxy != NULL)
    g_signal_handlers_disconnect_by_data (proxy, data);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      g_dbus_connection_close_sync (self->connection, NULL, NULL);
    }
  g_clear_object (&self->connection);
}

gboolean
caller_wait (Caller *self, CallerTest is_so, gpointer data, guint seconds)
{
  gboolean has_come;
  guint deadline;

  self->late = FALSE;
  deadline = g_timeout_add_once (seconds * 1000, on_late, self);
  while (!(has_come = is_so (data)) && !self->gone && !self->late)
    g_main_context_iteration (NULL, TRUE);
  if (!self->late)
    g_source_remove (deadline);
  return has_come;
}
