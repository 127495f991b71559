/* kiosk-reader: the process between kioskd and libnfc. */
#include "devices/card/card-wire.h"
#include "devices/worker/worker-main.h"
#include "programs/kiosk-reader/serve.h"

int
main (int argc, char **argv)
{
  static const KioskWorkerProgram program = {
    .name = "kiosk-reader",
    .version = KIOSK_VERSION,
    .purpose
    = "Reads identity documents for kioskd, which starts it with a socket as descriptor 3.",
    .limits = { .memory_bytes = 512ul * 1024 * 1024, .cpu_seconds = 900, .files = 24 },
    .dialect = &kiosk_card_wire,
    .serve = serve,
  };

  return kiosk_worker_main (&program, argc, argv);
}
