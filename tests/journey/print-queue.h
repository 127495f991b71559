/* The printer of tests and of the demo: cups-ipp-utils' ippeveprinter, and the message bus that it
 * wants though nothing is to be announced. */
#pragma once

#include "process.h"

G_BEGIN_DECLS

typedef struct
{
  StageProcess *bus, *printer;
  guint16 port;
} PrintQueue;

/* Returns when the queue takes jobs at ipp://localhost:PORT/ipp/print. @spool: a folder for what it
 * is given; @options: (array zero-terminated=1): more of ippeveprinter's. On failure whatever runs
 * already is left in @ret_queue, for its owner to end. */
gboolean
print_queue_start (const char *spool, const char *const *options, const char *const *environment,
                   const char *log_folder, PrintQueue *ret_queue, GError **error);
/* A port that nobody has now: ippeveprinter cannot choose one and say which. */
guint16 print_queue_free_port (void);

G_END_DECLS
