/* The door of staff as a journey sees it: a port, for it blocks (staff-door.h). kioskd implements
 * it off the main thread. */
#pragma once

#include "journey/staff-door.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskDoorPort KioskDoorPort;
struct _KioskDoorPort
{
  /* There is a list of staff, so that somebody could come in. Never blocks. */
  gboolean (*is_there) (KioskDoorPort *self);
  /* @pin: (nullable): NULL looks what stands before the next try, without counting one. */
  void (*ask_async) (KioskDoorPort *self, GBytes *certificate, KioskSecret *pin,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  /* (transfer full): NULL: nothing was judged, try again. */
  KioskDoorAnswer *(*ask_finish) (KioskDoorPort *self, GAsyncResult *result, GError **error);
  /* Who did what, and why, into the audit log; never about a citizen. @second, @why: nullable. */
  void (*note) (KioskDoorPort *self, const char *kind, const char *who, const char *second,
                const char *what, const char *why);
};

G_END_DECLS
