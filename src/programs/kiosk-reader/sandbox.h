/* What a process that talks to strangers' chips through libnfc may still do (private). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before anything is opened: no core, no privileges to gain, bounds on memory, time and files. */
gboolean sandbox_limit (GError **error);
/* Once the device is open: no new file, no network, no program, no process. */
gboolean sandbox_close (GError **error);

G_END_DECLS
