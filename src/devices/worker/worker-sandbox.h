/* What the process of a device may still do. It talks to what strangers bring, through libraries
 * that were not written for that, so it gives up whatever it does not need. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 memory_bytes; /* of address space */
  guint64 cpu_seconds;  /* the kernel ends the process after that; kioskd starts the next */
  guint64 files;        /* descriptors open at once */
} KioskWorkerLimits;

typedef struct
{
  const int *also; /* numbers of system calls beside those that every worker needs */
  guint n_also;
  gboolean threads;    /* more threads of this process may begin */
  gboolean read_files; /* files may be opened, for reading */
} KioskWorkerNeeds;

/* Before anything is opened: no core, no file written, no privileges to gain, bounds. */
gboolean kiosk_worker_sandbox_limit (const KioskWorkerLimits *limits, GError **error);

/* A user and a network of its own, where the kernel lets an ordinary process have them; FALSE where
 * it does not. Before the first thread. */
gboolean kiosk_worker_sandbox_isolate (void);

/* Once the device is open, for all threads: no network, no program, no process, no trace, no memory
 * made executable; files as @needs says. */
gboolean kiosk_worker_sandbox_close (const KioskWorkerNeeds *needs, GError **error);

G_END_DECLS
