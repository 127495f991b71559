/* What the process asks of the kernel and of malloc before it holds anything personal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kiosk_harden:
 * @argv: as main() got it
 *
 * Freed memory is overwritten (malloc keeps no cache that would escape it), no core is written,
 * nobody but root may look inside, and, where the limit allows, no page is swapped. The memory
 * settings are read when a program starts, so this starts it once more with them.
 */
void kiosk_harden (char **argv);
/* Whether every page of the process stays in memory. */
gboolean kiosk_harden_is_locked (void);

G_END_DECLS
