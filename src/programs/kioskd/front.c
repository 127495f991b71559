#include "programs/kioskd/front.h"

#include <gio/gunixfdlist.h>

#include "bus-journey1.h"
#include "programs/kioskd/socket.h"

#define OBJECT_PATH "/hk/kiosk/journey"
/* More than any action that a journey takes: its arguments are 1 KiB at most. */
#define WASH_LENGTH     4000
#define WASH_TIMEOUT_MS 2000

struct _KioskFront
{
  KioskSocket *socket;
  KioskBusJourney1 *skeleton;
  GDBusConnection *connection; /* NULL: nobody looks */
  KioskTurns *turns;
  gboolean shows_pin; /* a PIN may have come over the connection */
};

static gboolean
handle_get (KioskBusJourney1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskFront *self = data;
  guint serial;
  const char *page;
  GVariant *model;
  const char *const *actions;

  kiosk_turns_get (self->turns, &serial, &page, &model, &actions);
  kiosk_bus_journey1_complete_get (skeleton, invocation, serial, page, model, actions);
  return TRUE;
}

static gboolean
handle_act (KioskBusJourney1 *skeleton, GDBusMethodInvocation *invocation, guint serial,
            const char *action, GVariant *arguments, gpointer data)
{
  KioskFront *self = data;
  KioskTurnsResult result = kiosk_turns_act (self->turns, serial, action, arguments);

  if (result == KIOSK_TURNS_DENIED)
    g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Denied",
                                                "not for whoever stands there");
  else
    kiosk_bus_journey1_complete_act (skeleton, invocation, result == KIOSK_TURNS_DONE);
  return TRUE;
}

static gboolean
handle_set_language (KioskBusJourney1 *skeleton, GDBusMethodInvocation *invocation,
                     const char *language, gpointer data)
{
  KioskFront *self = data;

  kiosk_turns_set_language (self->turns, language);
  kiosk_bus_journey1_complete_set_language (skeleton, invocation);
  return TRUE;
}

static gboolean
handle_touch (KioskBusJourney1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskFront *self = data;

  kiosk_turns_touch (self->turns);
  kiosk_bus_journey1_complete_touch (skeleton, invocation);
  return TRUE;
}

static gboolean
handle_preview (KioskBusJourney1 *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *lent,
                gpointer data)
{
  KioskFront *self = data;
  int memory = kiosk_turns_preview (self->turns);
  g_autoptr (GUnixFDList) list = NULL;

  if (memory < 0)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                     "there are no pictures on this page");
      return TRUE;
    }
  list = g_unix_fd_list_new_from_array (&memory, 1); /* the list's own from now on */
  kiosk_bus_journey1_complete_preview (skeleton, invocation, list, g_variant_new_handle (0));
  return TRUE;
}

static void
leave (KioskFront *self)
{
  if (self->connection == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->connection);
}

static void
hear_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  KioskFront *self = data;

  leave (self);
  if (self->turns != NULL)
    kiosk_turns_front_gone (self->turns);
}

static gboolean
meet_front (gpointer data, GDBusConnection *connection)
{
  KioskFront *self = data;

  if (self->turns == NULL
      || (self->connection != NULL && !g_dbus_connection_is_closed (self->connection)))
    return FALSE;
  if (self->connection != NULL)
    hear_closed (self->connection, TRUE, NULL, self);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         OBJECT_PATH, NULL))
    return FALSE;
  self->connection = g_object_ref (connection);
  g_signal_connect (connection, "closed", G_CALLBACK (hear_closed), self);
  return TRUE;
}

KioskFront *
kiosk_front_new (const char *folder, gint64 uid, GError **error)
{
  g_autoptr (KioskFront) self = g_new0 (KioskFront, 1);

  self->skeleton = kiosk_bus_journey1_skeleton_new ();
  g_signal_connect (self->skeleton, "handle-get", G_CALLBACK (handle_get), self);
  g_signal_connect (self->skeleton, "handle-act", G_CALLBACK (handle_act), self);
  g_signal_connect (self->skeleton, "handle-set-language", G_CALLBACK (handle_set_language), self);
  g_signal_connect (self->skeleton, "handle-touch", G_CALLBACK (handle_touch), self);
  g_signal_connect (self->skeleton, "handle-preview", G_CALLBACK (handle_preview), self);
  self->socket = kiosk_socket_new (folder, "front.sock", uid, meet_front, self, error);
  return self->socket == NULL ? NULL : g_steal_pointer (&self);
}

void
kiosk_front_free (KioskFront *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->socket, kiosk_socket_free);
  leave (self);
  g_signal_handlers_disconnect_by_data (self->skeleton, self);
  g_object_unref (self->skeleton);
  g_free (self);
}

const char *
kiosk_front_path (const KioskFront *self)
{
  return kiosk_socket_path (self->socket);
}

void
kiosk_front_set_turns (KioskFront *self, KioskTurns *turns)
{
  self->turns = turns;
}

static void
washed (GObject *source, GAsyncResult *result, gpointer data)
{
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_clear_pointer (&answer, g_variant_unref);
}

/* GDBus reads every message into one buffer of the connection and leaves it there: the end of what
 * was typed last would outlive the session. Asking for an object that is not there earns an error
 * that repeats its long path, and that overwrites the buffer. */
static void
wash_read_buffer (KioskFront *self)
{
  g_autofree char *filling = g_strnfill (WASH_LENGTH, 'w');
  g_autofree char *path = g_strconcat ("/", filling, NULL);

  g_dbus_connection_call (self->connection, NULL, path, "hk.kiosk.Wash", "Wash", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, WASH_TIMEOUT_MS, NULL, washed, NULL);
}

void
kiosk_front_tell_page (KioskFront *self, guint serial, const char *page, GVariant *model,
                       const char *const *actions)
{
  if (self->connection == NULL)
    return;
  kiosk_bus_journey1_emit_page (self->skeleton, serial, page, model, actions);
  if (g_str_equal (page, "ended") || self->shows_pin)
    wash_read_buffer (self);
  self->shows_pin = g_str_equal (page, "staff-pin");
}

void
kiosk_front_tell_idle (KioskFront *self, guint seconds)
{
  if (self->connection != NULL)
    kiosk_bus_journey1_emit_idle (self->skeleton, seconds);
}
