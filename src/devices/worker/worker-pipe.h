/* The process's end of its socket to kioskd: blocking, one thread. */
#pragma once

#include "devices/worker/worker-frame.h"

G_BEGIN_DECLS

typedef struct
{
  const KioskWorkerDialect *dialect;
  int fd;
  gboolean is_over; /* kioskd hung up, or spoke out of form: end */
} KioskWorkerPipe;

/* Descriptor KIOSK_WORKER_FD; FALSE: it is no socket, so kioskd did not start this program. */
gboolean kiosk_worker_pipe_init (KioskWorkerPipe *self, const KioskWorkerDialect *dialect);
/* Waits at most @timeout_ms, −1 for ever. NULL: nothing came, or it is over. */
GVariant *kiosk_worker_pipe_take (KioskWorkerPipe *self, int timeout_ms, guint *ret_kind);
/* @payload: consumed if floating. */
void kiosk_worker_pipe_say (KioskWorkerPipe *self, guint kind, GVariant *payload);

G_END_DECLS
