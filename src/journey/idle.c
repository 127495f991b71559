#include "journey/idle.h"

struct _KioskIdle
{
  KioskClock *clock;
  gint64 quiet_ms;
  guint warning_seconds;
  KioskIdleWatch watch;
  gpointer data;

  gboolean running;
  gboolean warned;
  guint left; /* seconds of the countdown; 0: none */
  guint timer;
};

KioskIdle *
kiosk_idle_new (KioskClock *clock, gint64 quiet_ms, guint warning_seconds,
                const KioskIdleWatch *watch, gpointer data)
{
  KioskIdle *self = g_new0 (KioskIdle, 1);

  self->clock = kiosk_clock_ref (clock);
  self->quiet_ms = quiet_ms;
  self->warning_seconds = warning_seconds;
  self->watch = *watch;
  self->data = data;
  return self;
}

static void
clear_timer (KioskIdle *self)
{
  kiosk_clock_cancel (self->clock, self->timer);
  self->timer = 0;
}

void
kiosk_idle_free (KioskIdle *self)
{
  clear_timer (self);
  kiosk_clock_unref (self->clock);
  g_free (self);
}

static void
go_out (KioskIdle *self)
{
  self->running = FALSE;
  self->watch.out (self->data);
}

static void
count_down (gpointer data)
{
  KioskIdle *self = data;

  self->timer = 0;
  self->left--;
  if (self->left > 0)
    self->timer = kiosk_clock_add_timeout (self->clock, 1000, count_down, self);
  self->watch.warn (self->data, self->left);
  if (self->left == 0)
    go_out (self);
}

static void
quiet_is_over (gpointer data)
{
  KioskIdle *self = data;

  self->timer = 0;
  if (!self->warned || self->warning_seconds == 0)
    {
      go_out (self);
      return;
    }
  self->left = self->warning_seconds;
  self->timer = kiosk_clock_add_timeout (self->clock, 1000, count_down, self);
  self->watch.warn (self->data, self->left);
}

void
kiosk_idle_touch (KioskIdle *self)
{
  gboolean counting = self->left > 0;

  if (!self->running)
    return;
  clear_timer (self);
  self->left = 0;
  self->timer = kiosk_clock_add_timeout (self->clock, self->quiet_ms, quiet_is_over, self);
  if (counting)
    self->watch.warn (self->data, 0);
}

void
kiosk_idle_run (KioskIdle *self, gboolean warned)
{
  self->running = TRUE;
  self->warned = warned;
  kiosk_idle_touch (self);
}

void
kiosk_idle_stop (KioskIdle *self)
{
  gboolean counting = self->left > 0;

  clear_timer (self);
  self->left = 0;
  self->running = FALSE;
  if (counting)
    self->watch.warn (self->data, 0);
}
