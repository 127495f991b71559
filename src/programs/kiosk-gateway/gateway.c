#include "programs/kiosk-gateway/gateway.h"
#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/iam.h"
#include "programs/kiosk-gateway/pipeline.h"
#include "programs/kiosk-gateway/server.h"
#include <string.h>

G_DEFINE_QUARK (kiosk_gateway_error, kiosk_gateway_error)

struct _KioskGateway
{
  KioskGatewayContext context;
  KioskGatewayGuesses guesses;
  KioskGatewayPipeline *pipeline;
  KioskGatewayServer *server;
};

static void
done (KioskGatewayCall *call, gpointer data)
{
  KioskGateway *self = data;
  if (call->after != NULL)
    {
      void (*after) (KioskGatewayCall *, KioskGatewayContext *) = call->after;
      call->after = NULL;
      after (call, &self->context);
    }
  else if (call->message != NULL)
    kiosk_gateway_server_answer (call, &self->context);
  else
    kiosk_gateway_call_free (call);
}

static gboolean
context_load (KioskGateway *self, const KioskGatewayConfig *config, GError **error)
{
  KioskGatewayContext *context = &self->context;
  context->guesses = &self->guesses;
  context->bundles_folder = g_build_filename (config->pki_folder, "bundles", NULL);
  context->metrics = kiosk_gateway_metrics_new ();
  context->authority = kiosk_gateway_authority_load (config->pki_folder, error);
  if (context->authority == NULL)
    return FALSE;
  context->store = kiosk_gateway_store_open (config->database, context->random, error);
  if (context->store == NULL)
    return FALSE;
  context->epoch = g_strdup (kiosk_gateway_store_epoch (context->store));
  memcpy (context->salt, kiosk_gateway_store_salt (context->store), sizeof context->salt);
  return TRUE;
}

KioskGateway *
kiosk_gateway_new (const KioskGatewayConfig *config, KioskClock *clock, KioskRandom *random,
                   GError **error)
{
  g_autoptr (KioskGateway) self = g_new0 (KioskGateway, 1);
  self->context.clock = clock;
  self->context.random = random;
  if (!context_load (self, config, error))
    return NULL;
  self->pipeline = kiosk_gateway_pipeline_new (&self->context, done, self);
  self->server = kiosk_gateway_server_new (config, &self->context, self->pipeline, error);
  if (self->server == NULL)
    return NULL;
  if (config->iam != NULL)
    {
      self->context.iam = kiosk_gateway_iam_new (config, &self->context, self->pipeline,
                                                 kiosk_gateway_server_port (self->server), error);
      if (self->context.iam == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
kiosk_gateway_free (KioskGateway *self)
{
  if (self == NULL)
    return;
  kiosk_gateway_iam_stop (self->context.iam);
  /* The requests in hand hold their messages, and those their place in the server's count of
   * bytes: the pipeline ends while the server is still there. */
  kiosk_gateway_pipeline_free (self->pipeline);
  kiosk_gateway_server_free (self->server);
  kiosk_gateway_iam_free (self->context.iam);
  kiosk_gateway_store_close (self->context.store);
  kiosk_gateway_authority_free (self->context.authority);
  kiosk_gateway_metrics_free (self->context.metrics);
  g_free (self->context.bundles_folder);
  g_free (self->context.epoch);
  g_free (self);
}

guint16
kiosk_gateway_port (KioskGateway *self)
{
  return kiosk_gateway_server_port (self->server);
}
