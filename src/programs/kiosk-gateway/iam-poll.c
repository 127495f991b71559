#include "programs/kiosk-gateway/iam-poll.h"
#include "programs/kiosk-gateway/server.h"
#include <glib-unix.h>
#include <libsoup/soup.h>
#include <poll.h>
#include <string.h>

#define RECENT_US (60 * G_USEC_PER_SEC) /* longer than any look takes */

typedef struct
{
  KioskGatewayIamPolls *polls;
  KioskGatewayCall *call;
  guint timer;
  GSource *line; /* whether the caller is still there */
} Poll;

struct _KioskGatewayIamPolls
{
  KioskGatewayContext *context;
  KioskGatewayPipeline *pipeline;
  GQueue *waiting;     /* of Poll, oldest first */
  GHashTable *changed; /* session → monotonic µs, boxed: changes of the last minute */
  gint64 swept_us;
  gint64 all_changed_us;
};

KioskGatewayIamPolls *
kiosk_gateway_iam_polls_new (KioskGatewayContext *context, KioskGatewayPipeline *pipeline)
{
  KioskGatewayIamPolls *self = g_new0 (KioskGatewayIamPolls, 1);
  self->context = context;
  self->pipeline = pipeline;
  self->waiting = g_queue_new ();
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/* (transfer full): the call, no longer waiting. */
static KioskGatewayCall *
poll_end (Poll *poll)
{
  KioskGatewayIamPolls *self = poll->polls;
  KioskGatewayCall *call = poll->call;
  g_queue_remove (self->waiting, poll);
  g_atomic_int_add (&self->context->iam_waiting, -1);
  kiosk_clock_cancel (self->context->clock, poll->timer);
  g_source_destroy (poll->line);
  g_source_unref (poll->line);
  g_free (poll);
  return call;
}

void
kiosk_gateway_iam_polls_free (KioskGatewayIamPolls *self)
{
  if (self == NULL)
    return;
  while (!g_queue_is_empty (self->waiting))
    kiosk_gateway_call_free (poll_end (g_queue_peek_head (self->waiting)));
  g_queue_free (self->waiting);
  g_hash_table_unref (self->changed);
  g_free (self);
}

static void
look_again (KioskGatewayIamPolls *self, KioskGatewayCall *call, gboolean last)
{
  KioskGatewayIamWait *wait = call->prepared;
  wait->last = last;
  kiosk_gateway_pipeline_again (self->pipeline, call);
}

static void
patience_ended (gpointer data)
{
  Poll *poll = data;
  KioskGatewayIamPolls *self = poll->polls;
  look_again (self, poll_end (poll), TRUE);
}

/* The answer goes nowhere, and libsoup then lets go of the connection. */
static gboolean
hung_up (gint fd, GIOCondition condition, gpointer data)
{
  Poll *poll = data;
  KioskGatewayContext *context = poll->polls->context;
  KioskGatewayCall *call = poll_end (poll);
  kiosk_gateway_call_answer (call, SOUP_STATUS_NO_CONTENT, NULL, NULL);
  kiosk_gateway_server_answer (call, context);
  return G_SOURCE_REMOVE;
}

static void
poll_begin (KioskGatewayIamPolls *self, KioskGatewayCall *call)
{
  Poll *poll = g_new0 (Poll, 1);
  const KioskGatewayIamWait *wait = call->prepared;
  gint64 left_us = wait->until_us - kiosk_clock_steady_us (self->context->clock);
  GSocket *socket = soup_server_message_get_socket (SOUP_SERVER_MESSAGE (call->message));
  poll->polls = self;
  poll->call = call;
  poll->timer
    = kiosk_clock_add_timeout (self->context->clock, MAX (left_us, 0) / 1000, patience_ended, poll);
  /* A caller that leaves shuts its half first, and TLS's farewell lies unread before it: neither is
   * a hang-up to poll(2) but this is. */
  poll->line = g_unix_fd_source_new (g_socket_get_fd (socket), (GIOCondition)POLLRDHUP);
  g_source_set_callback (poll->line, G_SOURCE_FUNC (hung_up), poll, NULL);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_source_attach (poll->line, context);
  g_queue_push_tail (self->waiting, poll);
  g_atomic_int_inc (&self->context->iam_waiting);
}

/* Whether the session changed after the writer began to look: what the writer saw is old. */
static gboolean
is_old (KioskGatewayIamPolls *self, const KioskGatewayCall *call)
{
  const KioskGatewayIamWait *wait = call->prepared;
  const gint64 *changed_us = g_hash_table_lookup (self->changed, call->captures[0]);
  return self->all_changed_us >= wait->looked_us
         || (changed_us != NULL && *changed_us >= wait->looked_us);
}

/* One session is waited for once, a kiosk waits for so many at most. */
static void
make_room (KioskGatewayIamPolls *self, const KioskGatewayCall *call)
{
  Poll *same = NULL, *oldest = NULL;
  guint own = 0;
  for (GList *item = self->waiting->head; item != NULL; item = item->next)
    {
      Poll *poll = item->data;
      if (strcmp (poll->call->peer_id, call->peer_id) != 0)
        continue;
      own++;
      oldest = oldest != NULL ? oldest : poll;
      if (strcmp (poll->call->captures[0], call->captures[0]) == 0)
        same = poll;
    }
  Poll *leaves = same != NULL ? same : own >= KIOSK_GATEWAY_IAM_POLLS_KIOSK ? oldest : NULL;
  if (leaves != NULL)
    look_again (self, poll_end (leaves), TRUE);
}

void
kiosk_gateway_iam_polls_park (KioskGatewayIamPolls *self, KioskGatewayCall *call)
{
  const KioskGatewayIamWait *wait = call->prepared;
  if (is_old (self, call))
    {
      look_again (self, call, FALSE);
      return;
    }
  if (kiosk_clock_steady_us (self->context->clock) >= wait->until_us)
    {
      look_again (self, call, TRUE);
      return;
    }
  make_room (self, call);
  if (g_queue_get_length (self->waiting) < KIOSK_GATEWAY_IAM_POLLS_ALL)
    {
      poll_begin (self, call);
      return;
    }
  kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy",
                                    "Too many wait here: ask again.", 5);
  kiosk_gateway_server_answer (call, self->context);
}

static gboolean
is_long_ago (gpointer session, gpointer changed_us, gpointer now_us)
{
  return *(gint64 *)changed_us < *(gint64 *)now_us - RECENT_US;
}

static void
change_note (KioskGatewayIamPolls *self, const char *session)
{
  gint64 now_us = g_get_monotonic_time ();
  if (session == NULL)
    {
      self->all_changed_us = now_us;
      return;
    }
  if (now_us - self->swept_us > RECENT_US)
    {
      g_hash_table_foreach_remove (self->changed, is_long_ago, &now_us);
      self->swept_us = now_us;
    }
  gint64 *changed_us = g_new (gint64, 1);
  *changed_us = now_us;
  g_hash_table_replace (self->changed, g_strdup (session), changed_us);
}

void
kiosk_gateway_iam_polls_wake (KioskGatewayIamPolls *self, const char *session)
{
  change_note (self, session);
  for (GList *item = self->waiting->head; item != NULL;)
    {
      Poll *poll = item->data;
      item = item->next;
      if (session == NULL || strcmp (poll->call->captures[0], session) == 0)
        look_again (self, poll_end (poll), FALSE);
    }
}
