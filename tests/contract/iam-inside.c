#include "iam-inside.h"
#include "programs/kiosk-gateway/gateway.h"
#include <string.h>

#define PATIENCE_US (60 * G_USEC_PER_SEC)

struct _IamInside
{
  IamStage *stage;
  KioskClock *clock;
  gint64 passed_ms;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GMutex lock;
  GCond cond;
  guint port;     /* 0: not yet; under the lock */
  gboolean moved; /* the clock has been; under the lock */
  gint64 by_ms;
};

static gpointer
inside_run (gpointer data)
{
  IamInside *self = data;
  Rig *rig = self->stage->rig;
  g_autofree char *pki = g_build_filename (rig->folder, "gateway", NULL);
  const KioskGatewayConfig config = { .database = rig->database,
                                      .pki_folder = pki,
                                      .address = "127.0.0.1",
                                      .iam = self->stage->core_url };
  g_autoptr (GError) error = NULL;
  g_main_context_push_thread_default (self->context);
  g_autoptr (KioskGateway) gateway = kiosk_gateway_new (&config, self->clock, rig->random, &error);
  g_assert_no_error (error);
  g_mutex_lock (&self->lock);
  self->port = kiosk_gateway_port (gateway);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);
  g_clear_pointer (&gateway, kiosk_gateway_free);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

IamInside *
iam_inside_new (IamStage *stage)
{
  IamInside *self = g_new0 (IamInside, 1);
  self->stage = stage;
  rig_stop (stage->rig);
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.3", TRUE);
  self->clock = kiosk_clock_new_manual (kiosk_clock_wall_ms (stage->rig->clock));
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("inside", inside_run, self);
  g_mutex_lock (&self->lock);
  while (self->port == 0)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  stage->rig->port = self->port;
  g_free (stage->urls[0]);
  stage->urls[0] = g_strdup_printf ("https://localhost:%u", self->port);
  return self;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
iam_inside_free (IamInside *self)
{
  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  kiosk_clock_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* In the gateway's thread, as its own timers would be. */
static gboolean
move (gpointer data)
{
  IamInside *self = data;
  if (self->by_ms >= 0)
    kiosk_clock_advance (self->clock, self->by_ms);
  else
    kiosk_clock_set_wall (self->clock, kiosk_clock_wall_ms (self->clock) + self->by_ms);
  g_mutex_lock (&self->lock);
  self->moved = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

static void
move_by (IamInside *self, gint64 ms)
{
  self->moved = FALSE;
  self->by_ms = ms;
  g_main_context_invoke (self->context, move, self);
  g_mutex_lock (&self->lock);
  while (!self->moved)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
iam_inside_advance (IamInside *self, gint64 ms)
{
  self->passed_ms += ms;
  g_autofree char *line = g_strdup_printf ("clock %" G_GINT64_FORMAT, self->passed_ms);
  g_free (iam_stage_core (self->stage, line));
  move_by (self, ms);
}

void
iam_inside_pass (IamInside *self, gint64 ms)
{
  move_by (self, ms);
}

void
iam_inside_set_back (IamInside *self, gint64 ms)
{
  move_by (self, -ms);
}

void
iam_inside_await_waiting (IamInside *self, guint polls)
{
  gint64 until_us = g_get_monotonic_time () + PATIENCE_US;
  gint64 waiting;
  do
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      waiting = iam_stage_gauge (self->stage, 0, "iam_waiting");
    }
  while (waiting != polls && g_get_monotonic_time () < until_us);
  g_assert_cmpint (waiting, ==, polls);
}
