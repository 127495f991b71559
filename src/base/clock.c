#include "base/clock.h"

typedef struct
{
  guint handle;
  gint64 due_us;
  GSourceOnceFunc function;
  gpointer data;
} ManualTimer;

struct _KioskClock
{
  gatomicrefcount references;
  GMutex lock;
  gboolean manual;
  gint64 floor_ms;
  gint64 wall_ms;   /* manual only */
  gint64 steady_us; /* manual only */
  guint last_handle;
  GArray *timers;      /* ManualTimer, manual only */
  GHashTable *sources; /* handle → GSource, system only */
};

static KioskClock *
clock_new (gboolean manual)
{
  KioskClock *self = g_new0 (KioskClock, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->manual = manual;
  self->floor_ms = G_MININT64;
  self->timers = g_array_new (FALSE, FALSE, sizeof (ManualTimer));
  self->sources = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)(void *)g_source_unref);
  return self;
}

KioskClock *
kiosk_clock_new_system (void)
{
  return clock_new (FALSE);
}

KioskClock *
kiosk_clock_new_manual (gint64 wall_ms)
{
  KioskClock *self = clock_new (TRUE);

  self->wall_ms = wall_ms;
  return self;
}

KioskClock *
kiosk_clock_ref (KioskClock *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_clock_unref (KioskClock *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;

  g_array_unref (self->timers);
  g_hash_table_unref (self->sources);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gint64
machine_wall_ms (const KioskClock *self)
{
  return self->manual ? self->wall_ms : g_get_real_time () / 1000;
}

gint64
kiosk_clock_wall_ms (KioskClock *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return MAX (machine_wall_ms (self), self->floor_ms);
}

gint64
kiosk_clock_steady_us (KioskClock *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = NULL;

  if (!self->manual)
    return g_get_monotonic_time ();
  locker = g_mutex_locker_new (&self->lock);
  return self->steady_us;
}

void
kiosk_clock_raise_floor (KioskClock *self, gint64 floor_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->floor_ms = MAX (self->floor_ms, floor_ms);
}

gboolean
kiosk_clock_is_behind (KioskClock *self, gint64 tolerance_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->floor_ms != G_MININT64 && machine_wall_ms (self) < self->floor_ms - tolerance_ms;
}

typedef struct
{
  KioskClock *clock;
  guint handle;
  GSourceOnceFunc function;
  gpointer data;
} SystemTimer;

static void
system_timer_free (gpointer data)
{
  SystemTimer *timer = data;

  kiosk_clock_unref (timer->clock);
  g_free (timer);
}

static gboolean
system_timer_fire (gpointer data)
{
  SystemTimer *timer = data;

  g_mutex_lock (&timer->clock->lock);
  g_hash_table_remove (timer->clock->sources, GUINT_TO_POINTER (timer->handle));
  g_mutex_unlock (&timer->clock->lock);
  timer->function (timer->data);
  return G_SOURCE_REMOVE;
}

static void
add_system_timer (KioskClock *self, guint handle, gint64 delay_ms, GSourceOnceFunc function,
                  gpointer data)
{
  SystemTimer *timer = g_new0 (SystemTimer, 1);
  GSource *source = g_timeout_source_new ((guint)CLAMP (delay_ms, 0, G_MAXINT));

  timer->clock = kiosk_clock_ref (self);
  timer->handle = handle;
  timer->function = function;
  timer->data = data;
  g_source_set_callback (source, system_timer_fire, timer, system_timer_free);
  g_hash_table_insert (self->sources, GUINT_TO_POINTER (handle), source);
  g_source_attach (source, g_main_context_get_thread_default ());
}

guint
kiosk_clock_add_timeout (KioskClock *self, gint64 delay_ms, GSourceOnceFunc function, gpointer data)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint handle = ++self->last_handle;

  if (self->manual)
    {
      ManualTimer timer = { handle, self->steady_us + delay_ms * 1000, function, data };

      g_array_append_val (self->timers, timer);
    }
  else
    {
      add_system_timer (self, handle, delay_ms, function, data);
    }
  return handle;
}

static void
cancel_manual (KioskClock *self, guint handle)
{
  for (guint i = 0; i < self->timers->len; i++)
    {
      if (g_array_index (self->timers, ManualTimer, i).handle == handle)
        {
          g_array_remove_index (self->timers, i);
          return;
        }
    }
}

void
kiosk_clock_cancel (KioskClock *self, guint handle)
{
  GSource *source = NULL;

  g_mutex_lock (&self->lock);
  cancel_manual (self, handle);
  source = g_hash_table_lookup (self->sources, GUINT_TO_POINTER (handle));
  if (source != NULL)
    g_hash_table_steal (self->sources, GUINT_TO_POINTER (handle));
  g_mutex_unlock (&self->lock);

  /* Outside the lock: destroying a source drops its reference to this clock. */
  if (source != NULL)
    {
      g_source_destroy (source);
      g_source_unref (source);
    }
}

/* The earliest timer due by @until_us, taken out; FALSE when there is none. */
static gboolean
take_due (KioskClock *self, gint64 until_us, ManualTimer *ret_timer)
{
  guint best = self->timers->len;

  for (guint i = 0; i < self->timers->len; i++)
    {
      const ManualTimer *timer = &g_array_index (self->timers, ManualTimer, i);

      if (timer->due_us <= until_us
          && (best == self->timers->len
              || timer->due_us < g_array_index (self->timers, ManualTimer, best).due_us))
        best = i;
    }
  if (best == self->timers->len)
    return FALSE;

  *ret_timer = g_array_index (self->timers, ManualTimer, best);
  g_array_remove_index (self->timers, best);
  return TRUE;
}

static void
move_to (KioskClock *self, gint64 steady_us)
{
  if (steady_us <= self->steady_us)
    return;
  self->wall_ms += (steady_us - self->steady_us) / 1000;
  self->steady_us = steady_us;
}

void
kiosk_clock_advance (KioskClock *self, gint64 ms)
{
  ManualTimer timer;
  gint64 until_us;

  g_return_if_fail (self->manual && ms >= 0);

  g_mutex_lock (&self->lock);
  until_us = self->steady_us + ms * 1000;
  while (take_due (self, until_us, &timer))
    {
      move_to (self, timer.due_us);
      g_mutex_unlock (&self->lock);
      timer.function (timer.data);
      g_mutex_lock (&self->lock);
    }
  move_to (self, until_us);
  g_mutex_unlock (&self->lock);
}

void
kiosk_clock_set_wall (KioskClock *self, gint64 wall_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self->manual);
  locker = g_mutex_locker_new (&self->lock);
  self->wall_ms = wall_ms;
}
