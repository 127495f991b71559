#include "devices/worker/worker-keeper.h"

struct _KioskWorkerKeeper
{
  KioskWorkerCare care;
  KioskClock *clock;
  gpointer data;
  KioskWorkerLink *link;    /* NULL: none runs */
  KioskWorkerLink *leaving; /* has been asked to end; the next waits for it to leave the device */
  gboolean is_wanted;
  guint deadline, retry;
  gint64 retry_ms;
};

static void spawn (KioskWorkerKeeper *self);

static void
on_retry (gpointer data)
{
  KioskWorkerKeeper *self = data;

  self->retry = 0;
  spawn (self);
}

static void
spawn_later (KioskWorkerKeeper *self, gint64 delay_ms)
{
  if (self->is_wanted && self->retry == 0)
    self->retry = kiosk_clock_add_timeout (self->clock, delay_ms, on_retry, self);
}

static void
on_silence (gpointer data)
{
  KioskWorkerKeeper *self = data;

  self->deadline = 0;
  kiosk_worker_link_kill (self->link);
}

static void
restart_deadline (KioskWorkerKeeper *self)
{
  kiosk_clock_cancel (self->clock, self->deadline);
  self->deadline = kiosk_clock_add_timeout (self->clock, self->care.silence_ms, on_silence, self);
}

static void
on_message (gpointer data, guint kind, GVariant *payload)
{
  KioskWorkerKeeper *self = data;

  restart_deadline (self);
  /* One that speaks out of form is no longer ours: whatever broke into it gets no further. */
  if (!self->care.said (self->data, kind, payload) && self->link != NULL)
    kiosk_worker_link_kill (self->link);
}

static void
replace (KioskWorkerKeeper *self)
{
  gint64 wait_ms = self->care.gone (self->data, self->retry_ms);

  spawn_later (self, wait_ms);
  self->retry_ms = MIN (self->retry_ms * 2, self->care.retry_max_ms);
}

static void
on_closed (gpointer data)
{
  KioskWorkerKeeper *self = data;

  if (self->leaving != NULL)
    {
      g_clear_pointer (&self->leaving, kiosk_worker_link_free);
      if (self->care.left != NULL)
        self->care.left (self->data);
      spawn_later (self, 0);
      return;
    }
  g_clear_pointer (&self->link, kiosk_worker_link_free);
  kiosk_clock_cancel (self->clock, self->deadline);
  self->deadline = 0;
  replace (self);
}

static void
spawn (KioskWorkerKeeper *self)
{
  if (self->leaving != NULL)
    return;
  self->link = kiosk_worker_link_new (&self->care.spec, self->clock, on_message, on_closed, self);
  if (self->link == NULL)
    {
      replace (self);
      return;
    }
  restart_deadline (self);
  self->care.born (self->data);
}

void
kiosk_worker_keeper_stop (KioskWorkerKeeper *self)
{
  self->is_wanted = FALSE;
  kiosk_clock_cancel (self->clock, self->deadline);
  kiosk_clock_cancel (self->clock, self->retry);
  self->deadline = self->retry = 0;
  if (self->link == NULL)
    return;
  self->leaving = g_steal_pointer (&self->link);
  kiosk_worker_link_end (self->leaving, self->care.goodbye_ms);
}

void
kiosk_worker_keeper_start (KioskWorkerKeeper *self)
{
  kiosk_worker_keeper_stop (self);
  self->is_wanted = TRUE;
  self->retry_ms = self->care.retry_ms;
  spawn_later (self, 0);
}

void
kiosk_worker_keeper_send (KioskWorkerKeeper *self, guint kind, GVariant *payload)
{
  g_autoptr (GVariant) sunk = payload == NULL ? NULL : g_variant_ref_sink (payload);

  if (self->link != NULL)
    kiosk_worker_link_send (self->link, kind, sunk);
}

void
kiosk_worker_keeper_works (KioskWorkerKeeper *self)
{
  self->retry_ms = self->care.retry_ms;
}

KioskWorkerKeeper *
kiosk_worker_keeper_new (const KioskWorkerCare *care, KioskClock *clock, gpointer data)
{
  KioskWorkerKeeper *self = g_new0 (KioskWorkerKeeper, 1);

  self->care = *care;
  self->clock = kiosk_clock_ref (clock);
  self->data = data;
  return self;
}

void
kiosk_worker_keeper_free (KioskWorkerKeeper *self)
{
  if (self == NULL)
    return;
  kiosk_worker_keeper_stop (self);
  g_clear_pointer (&self->leaving, kiosk_worker_link_free);
  kiosk_clock_unref (self->clock);
  g_free (self);
}
