/* The life of one scanner process (private): open, lock, look, report. */
#pragma once

#include "devices/worker/worker-pipe.h"

G_BEGIN_DECLS

/* Ends when kioskd hangs up, or when only a fresh process can go on: it has then said why. Returns
 * the status to exit with. */
int serve (KioskWorkerPipe *pipe);

G_END_DECLS
