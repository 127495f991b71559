/* Keeps the process of a device: spawned by start(), asked to end by stop() and killed if it does
 * not, killed when it is silent or speaks out of form, replaced when it ends. Everything happens in
 * the main context that created the keeper. */
#pragma once

#include "devices/worker/worker-link.h"

G_BEGIN_DECLS

typedef struct
{
  KioskWorkerSpec spec;         /* copied; what it points to must outlive the keeper */
  gint64 silence_ms;            /* a process that says nothing for so long is killed */
  gint64 goodbye_ms;            /* what it may take to end by itself */
  gint64 retry_ms;              /* before a next one that follows on one that failed; doubled … */
  gint64 retry_max_ms;          /* … up to here, until kiosk_worker_keeper_works() */
  void (*born) (gpointer data); /* a process runs: send it what it needs */
  /* FALSE: not for it to say; it is killed. */
  gboolean (*said) (gpointer data, guint kind, GVariant *payload);
  /* It is gone, or cannot be run; @retry_ms until the next. Returns the wait that shall be. */
  gint64 (*gone) (gpointer data, gint64 retry_ms);
  /* (nullable): the one that was asked to end by stop() is gone. */
  void (*left) (gpointer data);
} KioskWorkerCare;

typedef struct _KioskWorkerKeeper KioskWorkerKeeper;

KioskWorkerKeeper *
kiosk_worker_keeper_new (const KioskWorkerCare *care, KioskClock *clock, gpointer data);
/* The first process comes from the main loop, not from inside this call; after one that is leaving.
 */
void kiosk_worker_keeper_start (KioskWorkerKeeper *self);
/* Nothing more is told. */
void kiosk_worker_keeper_stop (KioskWorkerKeeper *self);
/* Dropped while no process runs. @payload: consumed if floating. */
void kiosk_worker_keeper_send (KioskWorkerKeeper *self, guint kind, GVariant *payload);
/* The process does what it is for: the next failure is a first one. */
void kiosk_worker_keeper_works (KioskWorkerKeeper *self);
/* NULL is ignored. */
void kiosk_worker_keeper_free (KioskWorkerKeeper *self);

G_END_DECLS
