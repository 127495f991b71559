#include "programs/kiosk-reader/sandbox.h"

#include "devices/worker/worker-sandbox.h"

gboolean
sandbox_limit (GError **error)
{
  static const KioskWorkerLimits limits
    = { .memory_bytes = 512ul * 1024 * 1024, .cpu_seconds = 900, .files = 24 };

  return kiosk_worker_sandbox_limit (&limits, error);
}

/* A tty and an open socket: what every worker may do. */
gboolean
sandbox_close (GError **error)
{
  static const KioskWorkerNeeds needs = { 0 };

  return kiosk_worker_sandbox_close (&needs, error);
}
