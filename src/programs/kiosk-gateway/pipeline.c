#include "programs/kiosk-gateway/pipeline.h"
#include <libsoup/soup.h>

#define CHECKERS  2
#define GROUP_MAX 256 /* requests in one commit */

struct _KioskGatewayPipeline
{
  KioskGatewayContext *context;
  KioskGatewayDone done;
  gpointer data;
  GThread *checkers[CHECKERS];
  GAsyncQueue *to_check; /* of KioskGatewayCall; a stop ends each checker */
  GAsyncQueue *to_write; /* of KioskGatewayCall; stop ends it */
  GThread *writer;
  gboolean store_broken; /* the writer's */
  GAsyncQueue *finished; /* of KioskGatewayCall */
  GSource *wake;         /* in the server's context: empties finished */
};

static char stop; /* its address in a queue ends who reads it */

static void
finish (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  g_async_queue_push (self->finished, call);
  g_source_set_ready_time (self->wake, 0);
}

static gboolean
wake_dispatch (GSource *source, GSourceFunc function, gpointer data)
{
  KioskGatewayPipeline *self = data;
  g_source_set_ready_time (source, -1);
  for (KioskGatewayCall *call; (call = g_async_queue_try_pop (self->finished)) != NULL;)
    self->done (call, self->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
never (gpointer data)
{
  g_assert_not_reached ();
}

static GSourceFuncs wake_functions = { .dispatch = wake_dispatch };

/* Who asks, and whether that opens this route. FALSE: answered. */
static gboolean
peer_admit (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  call->peer = kiosk_gateway_authority_judge (context->authority, call->peer_cert,
                                              kiosk_clock_wall_ms (context->clock), &call->peer_id);
  KioskGatewayNeed need = call->route->need;
  if (call->peer == KIOSK_GATEWAY_PEER_NONE)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNAUTHORIZED, "client-certificate",
                                       "This needs a certificate that the gateway gave out.");
  if (call->peer == KIOSK_GATEWAY_PEER_KIOSK_LAPSED && need != KIOSK_GATEWAY_NEED_KIOSK_OR_LAPSED)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNAUTHORIZED, "certificate-lapsed",
                                       "The certificate has run out: renew it first.");
  gboolean department = call->peer == KIOSK_GATEWAY_PEER_DEPARTMENT;
  if (need != KIOSK_GATEWAY_NEED_PEER && department != (need == KIOSK_GATEWAY_NEED_DEPARTMENT))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_FORBIDDEN, "role",
                                       "This is not for such a certificate.");
  return TRUE;
}

static void
check (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  gboolean open = call->route->need == KIOSK_GATEWAY_NEED_NOTHING;
  gboolean good = (open || peer_admit (call, self->context))
                  && (call->route->prepare == NULL || call->route->prepare (call, self->context));
  if (good && call->execute != NULL)
    g_async_queue_push (self->to_write, call);
  else
    finish (self, call);
}

/* Threads of our own and not a GThreadPool: its threads are never joined, and what OpenSSL keeps
 * for each would outlive the program's orderly end. */
static gpointer
checker_run (gpointer data)
{
  KioskGatewayPipeline *self = data;
  gpointer item;
  while ((item = g_async_queue_pop (self->to_check)) != &stop)
    check (self, item);
  return NULL;
}

static void
store_failed (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  kiosk_gateway_metrics_add (self->context->metrics, KIOSK_GATEWAY_COUNT_STORE_FAILURES);
  call->count = KIOSK_GATEWAY_N_COUNTS;
  call->after = NULL;
  kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "storage",
                                    "Nothing was stored: send it again.", 5);
}

static gboolean
call_execute (KioskGatewayPipeline *self, KioskGatewayCall *call, GError **error)
{
  KioskGatewayStore *store = self->context->store;
  call->after = NULL;
  if (call->peer == KIOSK_GATEWAY_PEER_KIOSK || call->peer == KIOSK_GATEWAY_PEER_KIOSK_LAPSED)
    {
      gboolean active;
      if (!kiosk_gateway_store_is_active (store, call->peer_id, &active, error))
        return FALSE;
      if (!active)
        {
          kiosk_gateway_call_problem (
            call, SOUP_STATUS_FORBIDDEN, "revoked",
            "This kiosk is unknown here, or was revoked: enrol it again.");
          return TRUE;
        }
    }
  return call->execute (call, self->context, error);
}

/* FALSE: the group as a whole cannot go on. */
static gboolean
call_write (KioskGatewayPipeline *self, KioskGatewayCall *call, GError **error)
{
  KioskGatewayStore *store = self->context->store;
  if (!kiosk_gateway_store_mark (store, error))
    return FALSE;
  g_autoptr (GError) own = NULL;
  if (call_execute (self, call, &own))
    return kiosk_gateway_store_keep (store, error);
  g_printerr ("kiosk-gateway: %s\n", own->message);
  store_failed (self, call);
  return kiosk_gateway_store_undo (store, error);
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
}

static gboolean
store_mend (KioskGatewayPipeline *self, GError **error)
{
  if (self->store_broken && !kiosk_gateway_store_reopen (self->context->store, error))
    return FALSE;
  self->store_broken = FALSE;
  return TRUE;
}

/* A line that broke while nobody used it, when the server was started anew, costs nobody a
 * refusal: nothing has been asked of it yet. */
static gboolean
group_begin (KioskGatewayPipeline *self, GError **error)
{
  g_autoptr (GError) own = NULL;
  if (!store_mend (self, error))
    return FALSE;
  if (kiosk_gateway_store_begin (self->context->store, &own))
    return TRUE;
  self->store_broken = is_gone (own);
  if (self->store_broken)
    return store_mend (self, error) && kiosk_gateway_store_begin (self->context->store, error);
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}

static gboolean
group_write (KioskGatewayPipeline *self, GPtrArray *group, GError **error)
{
  KioskGatewayStore *store = self->context->store;
  if (!group_begin (self, error))
    return FALSE;
  for (guint i = 0; i < group->len; i++)
    if (!call_write (self, g_ptr_array_index (group, i), error))
      return FALSE;
  return kiosk_gateway_store_commit (store, error);
}

static void
group_count (KioskGatewayPipeline *self, GPtrArray *group)
{
  kiosk_gateway_metrics_add (self->context->metrics, KIOSK_GATEWAY_COUNT_COMMITS);
  for (guint i = 0; i < group->len; i++)
    {
      KioskGatewayCall *call = g_ptr_array_index (group, i);
      if (call->count != KIOSK_GATEWAY_N_COUNTS)
        kiosk_gateway_metrics_add (self->context->metrics, call->count);
    }
}

/* Answers every call of @group. A failed flush is never tried again: what the disk holds is unknown
 * until the database was opened anew. */
static void
group_run (KioskGatewayPipeline *self, GPtrArray *group)
{
  g_autoptr (GError) error = NULL;
  if (group->len == 0)
    return;
  if (group_write (self, group, &error))
    group_count (self, group);
  else
    {
      g_printerr ("kiosk-gateway: %s\n", error->message);
      kiosk_gateway_store_rollback (self->context->store);
      self->store_broken = TRUE;
      for (guint i = 0; i < group->len; i++)
        store_failed (self, g_ptr_array_index (group, i));
    }
  for (guint i = 0; i < group->len; i++)
    finish (self, g_ptr_array_index (group, i));
}

/* FALSE, with @error: not answered. A broken line is taken anew once: looking twice harms nobody.
 */
static gboolean
reader_try (KioskGatewayPipeline *self, KioskGatewayCall *call, GError **error)
{
  g_autoptr (GError) own = NULL;
  gboolean was_broken = self->store_broken;
  if (!store_mend (self, error))
    return FALSE;
  if (call_execute (self, call, &own))
    return TRUE;
  self->store_broken = is_gone (own);
  if (self->store_broken && !was_broken)
    return store_mend (self, error) && call_execute (self, call, error);
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}

static void
reader_run (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  g_autoptr (GError) error = NULL;
  if (!reader_try (self, call, &error))
    {
      g_printerr ("kiosk-gateway: %s\n", error->message);
      store_failed (self, call);
    }
  finish (self, call);
}

/* Waits for one call, takes what else waits. FALSE: the queue has ended. */
static gboolean
group_collect (KioskGatewayPipeline *self, GPtrArray *writers, GPtrArray *readers)
{
  gpointer item = g_async_queue_pop (self->to_write);
  while (item != NULL && item != &stop)
    {
      KioskGatewayCall *call = item;
      g_ptr_array_add (call->route->writes ? writers : readers, call);
      item
        = writers->len + readers->len < GROUP_MAX ? g_async_queue_try_pop (self->to_write) : NULL;
    }
  return item != &stop;
}

static gpointer
writer_run (gpointer data)
{
  KioskGatewayPipeline *self = data;
  g_autoptr (GPtrArray) writers = g_ptr_array_new ();
  g_autoptr (GPtrArray) readers = g_ptr_array_new ();
  gboolean more;
  do
    {
      more = group_collect (self, writers, readers);
      group_run (self, writers);
      for (guint i = 0; i < readers->len; i++)
        reader_run (self, g_ptr_array_index (readers, i));
      g_ptr_array_set_size (writers, 0);
      g_ptr_array_set_size (readers, 0);
    }
  while (more);
  return NULL;
}

KioskGatewayPipeline *
kiosk_gateway_pipeline_new (KioskGatewayContext *context, KioskGatewayDone done, gpointer data)
{
  KioskGatewayPipeline *self = g_new0 (KioskGatewayPipeline, 1);
  self->context = context;
  self->done = done;
  self->data = data;
  self->to_check = g_async_queue_new ();
  self->to_write = g_async_queue_new ();
  self->finished = g_async_queue_new_full ((GDestroyNotify)kiosk_gateway_call_free);
  self->wake = g_source_new (&wake_functions, sizeof (GSource));
  g_source_set_callback (self->wake, never, self, NULL);
  g_autoptr (GMainContext) main_context = g_main_context_ref_thread_default ();
  g_source_attach (self->wake, main_context);
  for (guint i = 0; i < CHECKERS; i++)
    self->checkers[i] = g_thread_new ("checker", checker_run, self);
  self->writer = g_thread_new ("writer", writer_run, self);
  return self;
}

void
kiosk_gateway_pipeline_free (KioskGatewayPipeline *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < CHECKERS; i++)
    g_async_queue_push (self->to_check, &stop);
  for (guint i = 0; i < CHECKERS; i++)
    g_thread_join (self->checkers[i]);
  g_async_queue_push (self->to_write, &stop);
  g_thread_join (self->writer);
  g_source_destroy (self->wake);
  g_source_unref (self->wake);
  g_async_queue_unref (self->finished);
  g_async_queue_unref (self->to_check);
  g_async_queue_unref (self->to_write);
  g_free (self);
}

void
kiosk_gateway_pipeline_push (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  g_async_queue_push (self->to_check, call);
}

void
kiosk_gateway_pipeline_again (KioskGatewayPipeline *self, KioskGatewayCall *call)
{
  g_async_queue_push (self->to_write, call);
}
