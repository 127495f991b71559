/* A private D-Bus server on a UNIX socket: one folder, one mode, one user. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Called for each peer whose credentials hold, in the main context of whoever made the socket.
 * FALSE refuses it. */
typedef gboolean (*KioskSocketPeer) (gpointer data, GDBusConnection *connection);

typedef struct _KioskSocket KioskSocket;

/**
 * kiosk_socket_new:
 * @uid: user id that the peer must have; −1: our own
 *
 * The socket has mode 0600 when that user is ours, 0666 otherwise, in a folder of mode 0755: who
 * connects is judged by credentials. A socket left by a process that died is replaced.
 */
KioskSocket *kiosk_socket_new (const char *folder, const char *name, gint64 uid,
                               KioskSocketPeer peer, gpointer data, GError **error);
void kiosk_socket_free (KioskSocket *self);
const char *kiosk_socket_path (const KioskSocket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSocket, kiosk_socket_free)

G_END_DECLS
