#include "programs/kioskd/socket.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct _KioskSocket
{
  char *path;
  gint64 uid;
  KioskSocketPeer peer;
  gpointer data;
  GDBusServer *server;
};

static gboolean
allow_mechanism (GDBusAuthObserver *observer, const char *mechanism, gpointer data)
{
  return g_strcmp0 (mechanism, "EXTERNAL") == 0;
}

/* On GDBus's thread: reads only what never changes. */
static gboolean
authorize_peer (GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials,
                gpointer data)
{
  const KioskSocket *self = data;

  return credentials != NULL
         && (gint64)g_credentials_get_unix_user (credentials, NULL) == self->uid;
}

static gboolean
meet_peer (GDBusServer *server, GDBusConnection *connection, gpointer data)
{
  KioskSocket *self = data;

  return self->peer (self->data, connection);
}

static gboolean
prepare_path (KioskSocket *self, const char *folder, GError **error)
{
  struct sockaddr_un address;

  if (!kiosk_folder_make (folder, 0755, error))
    return FALSE;
  if (strlen (self->path) >= sizeof address.sun_path)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                   "%s: longer than a socket's name may be (%zu bytes); set [paths] sockets to a "
                   "shorter folder",
                   self->path, sizeof address.sun_path - 1);
      return FALSE;
    }
  unlink (self->path);
  return TRUE;
}

static GDBusServer *
listen_at (KioskSocket *self, GError **error)
{
  g_autoptr (GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *escaped = g_dbus_address_escape_value (self->path);
  g_autofree char *address = g_strdup_printf ("unix:path=%s", escaped);
  g_autofree char *guid = g_dbus_generate_guid ();
  mode_t old = umask (self->uid == (gint64)getuid () ? 0177 : 0111);
  GDBusServer *server;

  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (allow_mechanism), self);
  g_signal_connect (observer, "authorize-authenticated-peer", G_CALLBACK (authorize_peer), self);
  server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, observer, NULL, error);
  umask (old);
  return server;
}

KioskSocket *
kiosk_socket_new (const char *folder, const char *name, gint64 uid, KioskSocketPeer peer,
                  gpointer data, GError **error)
{
  g_autoptr (KioskSocket) self = g_new0 (KioskSocket, 1);

  self->path = g_build_filename (folder, name, NULL);
  self->uid = uid < 0 ? (gint64)getuid () : uid;
  self->peer = peer;
  self->data = data;
  if (!prepare_path (self, folder, error))
    return NULL;
  self->server = listen_at (self, error);
  if (self->server == NULL)
    {
      g_prefix_error (error, "%s: ", self->path);
      return NULL;
    }
  g_signal_connect (self->server, "new-connection", G_CALLBACK (meet_peer), self);
  g_dbus_server_start (self->server);
  return g_steal_pointer (&self);
}

void
kiosk_socket_free (KioskSocket *self)
{
  if (self == NULL)
    return;
  if (self->server != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->server, self);
      g_dbus_server_stop (self->server);
      g_object_unref (self->server);
      unlink (self->path);
    }
  g_free (self->path);
  g_free (self);
}

const char *
kiosk_socket_path (const KioskSocket *self)
{
  return self->path;
}
