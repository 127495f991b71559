/* A small window over the control sockets, for a person at the demo: place and remove cards, pull
 * the network cable. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @control: the emulator's socket; @cable: (nullable): the relay's. Prints "ready" and runs until
 * it is closed, SIGTERM or SIGINT. */
gboolean kiosk_emu_bench_run (const char *control, const char *cable, GError **error);

G_END_DECLS
