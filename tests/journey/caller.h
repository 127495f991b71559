/* Someone at one of kioskd's sockets: the connection, whether kioskd is still there, and waiting
 * for what it is to say. */
#pragma once

#include "stage.h"

G_BEGIN_DECLS

typedef struct
{
  GDBusConnection *connection;
  gboolean gone; /* kioskd is */
  gboolean late; /* the last wait ended by its deadline */
} Caller;

/* To the kioskd that runs now, in the default main context. @socket: "front" or "control", as its
 * ready line has it. @self must stay where it is. */
gboolean caller_connect (Caller *self, Stage *stage, const char *socket, GError **error);
/* @proxy: (nullable): of this connection, with handlers of @data, or none. */
void caller_hang_up (Caller *self, gpointer proxy, gpointer data);

typedef gboolean (*CallerTest) (gpointer data);
/* Asked after whatever happens, the end too: everything that kioskd has said is heard before its
 * end is. FALSE: @seconds passed, or kioskd went away. */
gboolean caller_wait (Caller *self, CallerTest is_so, gpointer data, guint seconds);

G_END_DECLS
