/* One process of a device and the socket to it: kioskd's end. */
#pragma once

#include "base/clock.h"
#include "devices/worker/worker-frame.h"

G_BEGIN_DECLS

#define KIOSK_WORKER_LENT_FD 4 /* of the process: what it is lent, if anything */

typedef struct
{
  const char *program;
  const char *const *environment; /* all that there is of it */
  const KioskWorkerDialect *dialect;
  int lent_fd; /* duplicated for the process; −1: nothing is lent */
} KioskWorkerSpec;

typedef struct _KioskWorkerLink KioskWorkerLink;

typedef void (*KioskWorkerLinkMessage) (gpointer data, guint kind, GVariant *payload);
/* The process is gone and everything it said has been told. */
typedef void (*KioskWorkerLinkClosed) (gpointer data);

/* Spawns the program with its socket as descriptor KIOSK_WORKER_FD. NULL: it cannot be run. */
KioskWorkerLink *kiosk_worker_link_new (const KioskWorkerSpec *spec, KioskClock *clock,
                                        KioskWorkerLinkMessage on_message,
                                        KioskWorkerLinkClosed on_closed, gpointer data);
/* @payload: consumed if floating. */
void kiosk_worker_link_send (KioskWorkerLink *self, guint kind, GVariant *payload);
void kiosk_worker_link_kill (KioskWorkerLink *self);
/* Hangs up, so that the process closes its device and ends, and kills it after @patience_ms.
 * Nothing more is told but @on_closed; the link must still be freed. */
void kiosk_worker_link_end (KioskWorkerLink *self, gint64 patience_ms);
/* Kills the process if it runs; nothing more is told. NULL is ignored. */
void kiosk_worker_link_free (KioskWorkerLink *self);

G_END_DECLS
