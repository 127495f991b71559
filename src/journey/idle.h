/* Nobody there: a quiet time, then a countdown by seconds, then the end. Private to the room. */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

typedef struct _KioskIdle KioskIdle;

typedef struct
{
  void (*warn) (gpointer data, guint seconds); /* 0: the warning goes away */
  void (*out) (gpointer data);
} KioskIdleWatch;

KioskIdle *kiosk_idle_new (KioskClock *clock, gint64 quiet_ms, guint warning_seconds,
                           const KioskIdleWatch *watch, gpointer data);
void kiosk_idle_free (KioskIdle *self);

/* Starts the quiet time afresh; a countdown under way goes away. */
void kiosk_idle_touch (KioskIdle *self);
/* @warned: FALSE: goes out after the quiet time, without a countdown. */
void kiosk_idle_run (KioskIdle *self, gboolean warned);
void kiosk_idle_stop (KioskIdle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIdle, kiosk_idle_free)

G_END_DECLS
