/* kiosk-sandbox iamsmart: the simulated core as a program of its own. */
#pragma once

#include "programs/kiosk-sandbox/iam-core.h"

G_BEGIN_DECLS

/* Prints "ready port=N" and runs until SIGTERM or SIGINT; lines of standard input as
 * kiosk_iam_core_control() has them, each answered by one. */
gboolean
kiosk_iam_run (const KioskIamConfig *config, guint16 port, KioskClock *clock, GError **error);

G_END_DECLS
