#include "programs/kiosk-gateway/database.h"
#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/iam-errand.h"
#include "programs/kiosk-gateway/iam-poll.h"
#include "programs/kiosk-gateway/iam-session.h"
#include "programs/kiosk-gateway/iam.h"
#include <libsoup/soup.h>

#define PLAIN_WORKERS 4 /* who ask what goes unsigned; one more asks what goes in order */
#define QUEUE_MAX     256
#define LOOK_MS       1000 /* between two looks for what is due */

typedef struct
{
  KioskGatewayIam *iam;
  GAsyncQueue *queue; /* not ours */
  gboolean signs;
  GThread *thread;
} Worker;

struct _KioskGatewayIam
{
  KioskGatewayContext *context;
  KioskGatewayPipeline *pipeline;
  KioskGatewayIamSettings *settings;
  char *database;
  GCancellable *cancellable;
  GAsyncQueue *plain;   /* of KioskGatewayCall; stop ends a worker */
  GAsyncQueue *signed_; /* likewise */
  Worker workers[PLAIN_WORKERS + 1];
  KioskGatewayIamPolls *polls;
  KioskGatewayListener *listener;
  guint look;
  GMutex kek_lock;
  KioskIamsmartKek *kek; /* the callbacks'; under the lock */
};

static char stop;

static KioskGatewayIamClient *
client_new (KioskGatewayIam *self, KioskGatewayIamSequence *sequence)
{
  g_autoptr (GError) error = NULL;
  KioskGatewayIamClient *client
    = kiosk_gateway_iam_client_new (self->settings, self->context->clock, self->context->random,
                                    sequence, self->cancellable, &error);
  /* The key was looked at when the hub was made: see kiosk_gateway_iam_new(). */
  g_assert_no_error (error);
  return client;
}

static gpointer
worker_run (gpointer data)
{
  Worker *worker = data;
  KioskGatewayIam *self = worker->iam;
  g_autoptr (KioskGatewayIamSequence) sequence
    = worker->signs ? kiosk_gateway_iam_sequence_new (self->database, self->context->clock,
                                                      self->context->metrics)
                    : NULL;
  g_autoptr (KioskGatewayIamClient) client = client_new (self, sequence);
  gpointer item;
  while ((item = g_async_queue_pop (worker->queue)) != &stop)
    {
      KioskGatewayCall *call = item;
      kiosk_gateway_iam_errand_run (call->prepared, self->settings, client);
      call->execute = kiosk_gateway_iam_errand_execute;
      kiosk_gateway_pipeline_again (self->pipeline, call);
    }
  return NULL;
}

static void
workers_start (KioskGatewayIam *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->workers); i++)
    {
      Worker *worker = &self->workers[i];
      worker->iam = self;
      worker->signs = i == PLAIN_WORKERS;
      worker->queue = worker->signs ? self->signed_ : self->plain;
      worker->thread = g_thread_new ("iam", worker_run, worker);
    }
}

static void
heard (const char *payload, gpointer data)
{
  KioskGatewayIam *self = data;
  kiosk_gateway_iam_polls_wake (self->polls, payload);
}

static void
look (gpointer data)
{
  KioskGatewayIam *self = data;
  kiosk_gateway_pipeline_again (self->pipeline, kiosk_gateway_iam_due_call ());
  self->look = kiosk_clock_add_timeout (self->context->clock, LOOK_MS, look, self);
}

/* What cannot be used is said at the start, not to the first citizen. */
static gboolean
settings_check (KioskGatewayIam *self, const KioskGatewayConfig *config, GError **error)
{
  if (!kiosk_gateway_iam_address_is_good (self->settings->public_base))
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
                   "--iam-public %s: give it as https://HOST:PORT", config->iam_public);
      return FALSE;
    }
  self->kek = kiosk_iamsmart_kek_new (self->settings->profile, self->settings->kek,
                                      self->context->random, error);
  if (self->kek == NULL)
    g_prefix_error (error, "%s/iamsmart/kek.key: ", config->pki_folder);
  return self->kek != NULL;
}

KioskGatewayIam *
kiosk_gateway_iam_new (const KioskGatewayConfig *config, KioskGatewayContext *context,
                       KioskGatewayPipeline *pipeline, guint16 port, GError **error)
{
  g_autofree char *folder = g_build_filename (config->pki_folder, "iamsmart", NULL);
  g_autoptr (KioskGatewayIam) self = g_new0 (KioskGatewayIam, 1);
  g_mutex_init (&self->kek_lock);
  self->context = context;
  self->pipeline = pipeline;
  self->settings = kiosk_gateway_iam_settings_load (folder, config->iam, error);
  if (self->settings == NULL)
    return NULL;
  self->settings->public_base = config->iam_public != NULL
                                  ? g_strdup (config->iam_public)
                                  : g_strdup_printf ("https://localhost:%u", port);
  if (!settings_check (self, config, error))
    return NULL;
  self->database = g_strdup (config->database);
  self->polls = kiosk_gateway_iam_polls_new (context, pipeline);
  self->listener = kiosk_gateway_database_listen (config->database, KIOSK_GATEWAY_IAM_CHANNEL,
                                                  heard, self, error);
  if (self->listener == NULL)
    return NULL;
  self->cancellable = g_cancellable_new ();
  self->plain = g_async_queue_new_full ((GDestroyNotify)kiosk_gateway_call_free);
  self->signed_ = g_async_queue_new_full ((GDestroyNotify)kiosk_gateway_call_free);
  workers_start (self);
  self->look = kiosk_clock_add_timeout (context->clock, LOOK_MS, look, self);
  return g_steal_pointer (&self);
}

void
kiosk_gateway_iam_stop (KioskGatewayIam *self)
{
  if (self == NULL || self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  kiosk_clock_cancel (self->context->clock, self->look);
  for (guint i = 0; i < G_N_ELEMENTS (self->workers); i++)
    g_async_queue_push (self->workers[i].queue, &stop);
  for (guint i = 0; i < G_N_ELEMENTS (self->workers); i++)
    g_thread_join (self->workers[i].thread);
  g_clear_pointer (&self->plain, g_async_queue_unref);
  g_clear_pointer (&self->signed_, g_async_queue_unref);
  g_clear_pointer (&self->listener, kiosk_gateway_listener_free);
  g_clear_pointer (&self->polls, kiosk_gateway_iam_polls_free);
  g_clear_object (&self->cancellable);
}

void
kiosk_gateway_iam_free (KioskGatewayIam *self)
{
  if (self == NULL)
    return;
  kiosk_gateway_iam_stop (self);
  g_clear_pointer (&self->polls, kiosk_gateway_iam_polls_free);
  g_clear_pointer (&self->kek, kiosk_iamsmart_kek_free);
  g_mutex_clear (&self->kek_lock);
  kiosk_gateway_iam_settings_free (self->settings);
  g_free (self->database);
  g_free (self);
}

const KioskGatewayIamSettings *
kiosk_gateway_iam_settings (const KioskGatewayIam *self)
{
  return self->settings;
}

void
kiosk_gateway_iam_after_errand (KioskGatewayCall *call, KioskGatewayContext *context)
{
  KioskGatewayIam *self = context->iam;
  KioskGatewayIamErrand *errand = call->prepared;
  gboolean in_order = kiosk_gateway_iam_errand_is_signed (errand);
  GAsyncQueue *queue = in_order ? self->signed_ : self->plain;
  errand->pushed_us = g_get_monotonic_time ();
  if (g_async_queue_length (queue) < QUEUE_MAX)
    {
      g_async_queue_push (queue, call);
      return;
    }
  errand->reason = KIOSK_GATEWAY_IAM_UNAVAILABLE;
  call->execute = kiosk_gateway_iam_errand_execute;
  kiosk_gateway_pipeline_again (self->pipeline, call);
}

void
kiosk_gateway_iam_after_park (KioskGatewayCall *call, KioskGatewayContext *context)
{
  kiosk_gateway_iam_polls_park (context->iam->polls, call);
}

void
kiosk_gateway_iam_again (KioskGatewayIam *self, KioskGatewayCall *call)
{
  kiosk_gateway_pipeline_again (self->pipeline, call);
}

KioskSecret *
kiosk_gateway_iam_open_callback (KioskGatewayIam *self, const KioskIamsmartAnswer *answer,
                                 GError **error)
{
  g_mutex_lock (&self->kek_lock);
  KioskSecret *plain
    = kiosk_iamsmart_callback_open (self->settings->profile, answer, self->kek, error);
  g_mutex_unlock (&self->kek_lock);
  return plain;
}
