/* When something is sent: a round is queued by the timer, a nudge or the start, runs on the worker,
 * and ends by arming the timer for the next. */
#include "sync-private.h"

/* Records erased a week after they were settled. */
#define KEEP_MS (7 * 24 * G_GINT64_CONSTANT (3600000))
/* No timer waits longer: the vault may have become readable again. */
#define LONGEST_MS G_GINT64_CONSTANT (3600000)

gint64
kiosk_sync_back_off_ms (KioskRandom *random, gint64 first_ms, gint64 most_ms, guint attempts)
{
  gint64 cap = MIN (most_ms, first_ms << MIN (attempts, 20));

  return 1 + (gint64)kiosk_random_below (random, (guint64)MAX (cap, 1));
}

/* Everything that is asked at each poll. One part that fails does not keep the next from its turn.
 */
static KioskStep
poll_gateway (KioskSync *self)
{
  KioskStep (*const parts[]) (KioskSync *)
    = { kiosk_sync_renew, kiosk_sync_fetch_bundles, kiosk_sync_fetch_outcomes, kiosk_sync_beat };
  KioskStep worst = KIOSK_STEP_DONE;

  for (gsize i = 0; i < G_N_ELEMENTS (parts) && worst != KIOSK_STEP_TROUBLE; i++)
    worst = kiosk_step_worse (worst, parts[i](self));
  if (worst == KIOSK_STEP_DONE && !kiosk_vault_purge (self->vault, KEEP_MS, NULL, NULL))
    worst = KIOSK_STEP_TROUBLE;
  if (worst != KIOSK_STEP_TROUBLE)
    self->next_poll_us = kiosk_clock_steady_us (self->clock) + self->poll_ms * 1000;
  return worst;
}

static KioskStep
run_parts (KioskSync *self)
{
  KioskStep step = KIOSK_STEP_DONE;

  kiosk_sync_load_trust (self);
  if (self->trust == NULL) /* no receipt can be judged without */
    step = kiosk_sync_fetch_bundles (self);
  if (step != KIOSK_STEP_TROUBLE)
    step = kiosk_sync_upload (self);
  if (step != KIOSK_STEP_TROUBLE && kiosk_clock_steady_us (self->clock) >= self->next_poll_us)
    step = poll_gateway (self);
  return step;
}

static void
timer_fired (gpointer data)
{
  kiosk_sync_queue_round (data);
}

static gint64
earliest_allowed_us (KioskSync *self)
{
  return MAX (self->not_before_us, self->gateway_not_before_us);
}

/* After whatever comes first, the next poll or the next record, but not before it is allowed. */
static void
arm (KioskSync *self)
{
  gint64 now_us = kiosk_clock_steady_us (self->clock);
  gint64 due_ms = kiosk_vault_next_due_ms (self->vault);
  gint64 record_ms = due_ms == G_MAXINT64 ? LONGEST_MS : due_ms - kiosk_clock_wall_ms (self->clock);
  gint64 poll_ms = (self->next_poll_us - now_us + 999) / 1000;
  gint64 allowed_ms = (earliest_allowed_us (self) - now_us + 999) / 1000;
  gint64 wait_ms = MAX (MIN (record_ms, poll_ms), allowed_ms);

  kiosk_clock_cancel (self->clock, self->timer);
  self->timer
    = kiosk_clock_add_timeout (self->clock, CLAMP (wait_ms, 0, LONGEST_MS), timer_fired, self);
}

static void
note_end (KioskSync *self, KioskStep step)
{
  gint64 wait_ms;

  if (step != KIOSK_STEP_TROUBLE)
    {
      self->failures = 0;
      return;
    }
  wait_ms = kiosk_sync_back_off_ms (self->random, self->retry_first_ms, self->retry_most_ms,
                                    self->failures++);
  self->not_before_us = kiosk_clock_steady_us (self->clock) + wait_ms * 1000;
}

/* A nudge makes everything due and ends our own back-off, never the gateway's Retry-After. */
static void
heed_nudge (KioskSync *self)
{
  if (!g_atomic_int_compare_and_exchange (&self->nudged, TRUE, FALSE))
    return;
  self->not_before_us = 0;
  self->next_poll_us = 0;
  kiosk_vault_hurry (self->vault, NULL);
}

static gboolean
may_run (KioskSync *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->started && self->identities->len > 0
         && !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
run_round (gpointer data)
{
  KioskSync *self = data;

  g_atomic_int_set (&self->round_queued, FALSE);
  if (!may_run (self))
    return G_SOURCE_REMOVE;
  heed_nudge (self);
  if (kiosk_clock_steady_us (self->clock) >= earliest_allowed_us (self))
    note_end (self, run_parts (self));
  if (g_cancellable_is_cancelled (self->cancellable))
    return G_SOURCE_REMOVE;
  arm (self);
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_STATUS, NULL);
  return G_SOURCE_REMOVE;
}

void
kiosk_sync_queue_round (KioskSync *self)
{
  g_autoptr (GSource) source = NULL;

  if (!may_run (self) || !g_atomic_int_compare_and_exchange (&self->round_queued, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_round, self, NULL);
  g_source_attach (source, self->context);
}
