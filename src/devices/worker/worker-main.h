/* The life of a device's process before it serves: arguments, limits, its socket, a user and a
 * network of its own. Its arguments and environment say nothing; all comes over its socket. */
#pragma once

#include "devices/worker/worker-pipe.h"
#include "devices/worker/worker-sandbox.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *version;
  const char *purpose; /* one sentence, for --help */
  KioskWorkerLimits limits;
  const KioskWorkerDialect *dialect;
  int (*serve) (KioskWorkerPipe *pipe); /* returns what the process exits with */
} KioskWorkerProgram;

/* Returns what main() does; why it could not begin is one line on standard error. */
int kiosk_worker_main (const KioskWorkerProgram *program, int argc, char **argv);

G_END_DECLS
