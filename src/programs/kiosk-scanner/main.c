/* kiosk-scanner: the process between kioskd and the camera. */
#include <malloc.h>

#include "devices/camera/camera-wire.h"
#include "devices/worker/worker-main.h"
#include "programs/kiosk-scanner/serve.h"

int
main (int argc, char **argv)
{
  static const KioskWorkerProgram program = {
    .name = "kiosk-scanner",
    .version = KIOSK_VERSION,
    .purpose
    = "Reads QR codes before a camera for kioskd, which starts it with a socket as descriptor 3.",
    .limits = { .memory_bytes = 1024ul * 1024 * 1024, .cpu_seconds = 3600, .files = 64 },
    .dialect = &kiosk_camera_wire,
    .serve = serve,
  };

  mallopt (M_ARENA_MAX, 2); /* an arena a thread would be most of the address space allowed */
  return kiosk_worker_main (&program, argc, argv);
}
