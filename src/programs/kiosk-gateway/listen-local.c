/* Notices inside one process: what SQLite has of PostgreSQL's LISTEN. */
#include "programs/kiosk-gateway/database-private.h"
#include <string.h>

struct _KioskGatewayNotice
{
  char *channel;
  char *payload;
};

typedef struct
{
  KioskGatewayListener base;
  char *target;
  char *channel;
  KioskGatewayHeard heard;
  gpointer data;
  GAsyncQueue *payloads;
  GSource *wake;
} LocalListener;

static GMutex lock; /* of listeners */
static GList *listeners;

KioskGatewayNotice *
kiosk_gateway_notice_new (const char *channel, const char *payload)
{
  KioskGatewayNotice *self = g_new (KioskGatewayNotice, 1);
  self->channel = g_strdup (channel);
  self->payload = g_strdup (payload);
  return self;
}

void
kiosk_gateway_notice_free (KioskGatewayNotice *self)
{
  g_free (self->channel);
  g_free (self->payload);
  g_free (self);
}

void
kiosk_gateway_notice_tell (const KioskGatewayNotice *self, const char *target)
{
  g_mutex_lock (&lock);
  for (GList *item = listeners; item != NULL; item = item->next)
    {
      LocalListener *listener = item->data;
      if (strcmp (listener->target, target) != 0 || strcmp (listener->channel, self->channel) != 0)
        continue;
      g_async_queue_push (listener->payloads, g_strdup (self->payload));
      g_source_set_ready_time (listener->wake, 0);
    }
  g_mutex_unlock (&lock);
}

static gboolean
wake_dispatch (GSource *source, GSourceFunc function, gpointer data)
{
  LocalListener *self = data;
  g_source_set_ready_time (source, -1);
  /* What is heard may end the listener, and with it the source. */
  g_autoptr (GAsyncQueue) payloads = g_async_queue_ref (self->payloads);
  for (char *payload;
       !g_source_is_destroyed (source) && (payload = g_async_queue_try_pop (payloads)) != NULL;)
    {
      self->heard (payload, self->data);
      g_free (payload);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
never (gpointer data)
{
  g_assert_not_reached ();
}

static GSourceFuncs wake_functions = { .dispatch = wake_dispatch };

static void
local_free (KioskGatewayListener *base)
{
  LocalListener *self = (LocalListener *)base;
  g_mutex_lock (&lock);
  listeners = g_list_remove (listeners, self);
  g_mutex_unlock (&lock);
  g_source_destroy (self->wake);
  g_source_unref (self->wake);
  g_async_queue_unref (self->payloads);
  g_free (self->target);
  g_free (self->channel);
  g_free (self);
}

KioskGatewayListener *
kiosk_gateway_listen_local (const char *target, const char *channel, KioskGatewayHeard heard,
                            gpointer data, GError **error)
{
  LocalListener *self = g_new0 (LocalListener, 1);
  self->base.free = local_free;
  self->target = g_strdup (target);
  self->channel = g_strdup (channel);
  self->heard = heard;
  self->data = data;
  self->payloads = g_async_queue_new_full (g_free);
  self->wake = g_source_new (&wake_functions, sizeof (GSource));
  g_source_set_callback (self->wake, never, self, NULL);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_source_attach (self->wake, context);
  g_mutex_lock (&lock);
  listeners = g_list_prepend (listeners, self);
  g_mutex_unlock (&lock);
  return &self->base;
}
