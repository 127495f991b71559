/* The life of one reader process (private): set up, wait for cards, read them, report. */
#pragma once

#include "devices/worker/worker-pipe.h"

G_BEGIN_DECLS

/* Returns when kioskd hangs up, or when only a fresh process can go on: it has then said why. The
 * status to exit with is 0 either way. */
int serve (KioskWorkerPipe *inbox);

G_END_DECLS
