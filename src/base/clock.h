/* Time comes in from outside: programs pass a system clock, tests a manual one that never waits. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KioskClock KioskClock;

KioskClock *kiosk_clock_new_system (void);
/* Stands at @wall_ms (Unix milliseconds) until kiosk_clock_advance(). */
KioskClock *kiosk_clock_new_manual (gint64 wall_ms);
KioskClock *kiosk_clock_ref (KioskClock *self);
void kiosk_clock_unref (KioskClock *self);

/* Unix milliseconds, never below the floor. Any thread. */
gint64 kiosk_clock_wall_ms (KioskClock *self);
/* Microseconds that only grow, from an arbitrary start. Any thread. */
gint64 kiosk_clock_steady_us (KioskClock *self);
/* Time never runs below the last time that the gateway signed. A lower floor is ignored. */
void kiosk_clock_raise_floor (KioskClock *self, gint64 floor_ms);
/* TRUE when the machine's own clock is behind the floor by more than @tolerance_ms. */
gboolean kiosk_clock_is_behind (KioskClock *self, gint64 tolerance_ms);

/**
 * kiosk_clock_add_timeout:
 * @delay_ms: 0 or more
 *
 * Calls @function once in the thread-default main context of the caller. On a manual clock it is
 * called from kiosk_clock_advance(), in order of due time.
 *
 * Returns: a handle for kiosk_clock_cancel(), never 0
 */
guint kiosk_clock_add_timeout (KioskClock *self, gint64 delay_ms, GSourceOnceFunc function,
                               gpointer data);
/* Zero and a handle that has fired are ignored. */
void kiosk_clock_cancel (KioskClock *self, guint handle);

/* Manual clocks only: moves wall and steady time, and fires what falls due. */
void kiosk_clock_advance (KioskClock *self, gint64 ms);
/* Manual clocks only: sets the wall time, backwards too, without touching steady time. */
void kiosk_clock_set_wall (KioskClock *self, gint64 wall_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskClock, kiosk_clock_unref)

G_END_DECLS
