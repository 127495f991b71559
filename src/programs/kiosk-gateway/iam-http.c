#include "programs/kiosk-gateway/iam-http.h"
#include "base/secret.h"
#include <libsoup/soup.h>
#include <string.h>

#define CHUNK    (16 * 1024)
#define GRACE_MS 2000 /* for libsoup to notice that it was cut */

struct _KioskGatewayIamHttp
{
  char *base;
  GTlsDatabase *authorities;
  GMainContext *context; /* run only while a request is under way */
  SoupSession *session;
  GCancellable *cancellable;
};

/* One request's: cut by the gateway's end or by its own deadline. */
typedef struct
{
  GCancellable *cancellable;
  GSource *end;
  GSource *deadline;
  GSource *last; /* when it is no longer waited for */
  gboolean given_up;
} Bound;

/* What one asynchronous call comes to. Outlives a request that no longer waits for it. */
typedef struct
{
  GAsyncResult *result;
  gboolean abandoned;
} Pending;

void
kiosk_gateway_iam_reply_free (KioskGatewayIamReply *self)
{
  if (self == NULL)
    return;
  g_free (self->location);
  g_clear_pointer (&self->body, kiosk_wipe_bytes);
  g_free (self);
}

/* No cookies, cache or proxy: the core is the one address that was configured. */
static void
session_open (KioskGatewayIamHttp *self)
{
  self->session = soup_session_new_with_options (
    "tls-database", self->authorities, "timeout", KIOSK_GATEWAY_IAM_PATIENCE_MS / 1000,
    "idle-timeout", 30, "user-agent", "kiosk-gateway", NULL);
  g_object_set (self->session, "proxy-resolver", NULL, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
}

static void
session_close (KioskGatewayIamHttp *self)
{
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
}

KioskGatewayIamHttp *
kiosk_gateway_iam_http_new (const char *base, GTlsDatabase *authorities, GCancellable *cancellable)
{
  KioskGatewayIamHttp *self = g_new0 (KioskGatewayIamHttp, 1);
  self->base = g_strdup (base);
  self->authorities = g_object_ref (authorities);
  self->cancellable = g_object_ref (cancellable);
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  session_open (self);
  g_main_context_pop_thread_default (self->context);
  return self;
}

void
kiosk_gateway_iam_http_free (KioskGatewayIamHttp *self)
{
  if (self == NULL)
    return;
  g_main_context_push_thread_default (self->context);
  session_close (self);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_object_unref (self->authorities);
  g_object_unref (self->cancellable);
  g_free (self->base);
  g_free (self);
}

static gboolean
took_too_long (gpointer own)
{
  g_cancellable_cancel (own);
  return G_SOURCE_REMOVE;
}

static gboolean
gateway_ends (GCancellable *gateway, gpointer own)
{
  g_cancellable_cancel (own);
  return G_SOURCE_REMOVE;
}

static gboolean
give_up (gpointer data)
{
  ((Bound *)data)->given_up = TRUE;
  return G_SOURCE_REMOVE;
}

/* In the request's own context, never from the thread that ends the gateway: libsoup crashes when a
 * send is cancelled after its answer is on the way to us. */
static void
bound_begin (KioskGatewayIamHttp *self, Bound *bound)
{
  bound->cancellable = g_cancellable_new ();
  bound->end = g_cancellable_source_new (self->cancellable);
  g_source_set_callback (bound->end, G_SOURCE_FUNC (gateway_ends), bound->cancellable, NULL);
  g_source_attach (bound->end, self->context);
  bound->deadline = g_timeout_source_new (KIOSK_GATEWAY_IAM_PATIENCE_MS);
  g_source_set_callback (bound->deadline, took_too_long, bound->cancellable, NULL);
  g_source_attach (bound->deadline, self->context);
  bound->last = g_timeout_source_new (KIOSK_GATEWAY_IAM_PATIENCE_MS + GRACE_MS);
  g_source_set_callback (bound->last, give_up, bound, NULL);
  g_source_attach (bound->last, self->context);
}

static void
bound_end (Bound *bound)
{
  g_source_destroy (bound->last);
  g_source_unref (bound->last);
  g_source_destroy (bound->deadline);
  g_source_unref (bound->deadline);
  g_source_destroy (bound->end);
  g_source_unref (bound->end);
  g_object_unref (bound->cancellable);
}

/* GnuTLS would also speak 1.2; nothing is sent to a core that does not speak 1.3. */
static void
watch_handshake (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer bound)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (stream)
      && g_tls_connection_get_protocol_version (G_TLS_CONNECTION (stream))
           != G_TLS_PROTOCOL_VERSION_TLS_1_3)
    g_cancellable_cancel (bound);
}

/* A connection that was kept open turned out closed, and libsoup would send the same bytes again:
 * their nonce may have been seen. Whoever asked signs anew. */
static void
sent_again (SoupMessage *message, gpointer bound)
{
  g_cancellable_cancel (bound);
}

static SoupMessage *
message_new (KioskGatewayIamHttp *self, const char *method, const char *path,
             const KioskGatewayIamHeader *headers, gsize n_headers, const char *body)
{
  g_autofree char *uri = g_strconcat (self->base, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  g_assert (message != NULL); /* the base was checked, paths and queries are our own */
  /* "Idempotent", or each POST would have a connection and a handshake of its own. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  for (gsize i = 0; i < n_headers; i++)
    soup_message_headers_replace (soup_message_get_request_headers (message), headers[i].name,
                                  headers[i].value);
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  return message;
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Pending *pending = data;
  if (pending->abandoned)
    g_free (pending);
  else
    pending->result = g_object_ref (result);
}

/* (transfer full) (nullable): what came of it. A send that was cut at the wrong moment has been
 * seen never to end: it is left behind with its session, and the worker goes on. */
static GAsyncResult *
wait_for (KioskGatewayIamHttp *self, Pending *pending, Bound *bound, GError **error)
{
  while (pending->result == NULL && !bound->given_up)
    g_main_context_iteration (self->context, TRUE);
  GAsyncResult *result = pending->result;
  if (result != NULL)
    {
      g_free (pending);
      return result;
    }
  pending->abandoned = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the core does not answer");
  return NULL;
}

/* The asynchronous calls throughout, so that the deadline cuts a body that trickles, too. */
static GBytes *
body_read (KioskGatewayIamHttp *self, GInputStream *stream, gsize maximum, Bound *bound,
           GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  for (;;)
    {
      Pending *pending = g_new0 (Pending, 1);
      g_input_stream_read_bytes_async (stream, CHUNK, G_PRIORITY_DEFAULT, bound->cancellable,
                                       answered, pending);
      g_autoptr (GAsyncResult) result = wait_for (self, pending, bound, error);
      g_autoptr (GBytes) chunk
        = result != NULL ? g_input_stream_read_bytes_finish (stream, result, error) : NULL;
      if (chunk == NULL)
        return NULL;
      if (g_bytes_get_size (chunk) == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&body));
      if (body->len + g_bytes_get_size (chunk) > maximum)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                               "an answer larger than it may be");
          return NULL;
        }
      g_byte_array_append (body, g_bytes_get_data (chunk, NULL), (guint)g_bytes_get_size (chunk));
    }
}

/* Only a stream that was closed gives its connection back for the next request. */
static void
stream_close (KioskGatewayIamHttp *self, GInputStream *stream, Bound *bound)
{
  Pending *pending = g_new0 (Pending, 1);
  g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, bound->cancellable, answered, pending);
  g_autoptr (GAsyncResult) result = wait_for (self, pending, bound, NULL);
  if (result != NULL)
    g_input_stream_close_finish (stream, result, NULL);
}

static KioskGatewayIamReply *
message_send (KioskGatewayIamHttp *self, SoupMessage *message, gsize maximum, Bound *bound,
              GError **error)
{
  Pending *pending = g_new0 (Pending, 1);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, bound->cancellable, answered,
                           pending);
  g_autoptr (GAsyncResult) result = wait_for (self, pending, bound, error);
  if (result == NULL)
    return NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (self->session, result, error);
  GBytes *body = stream != NULL ? body_read (self, stream, maximum, bound, error) : NULL;
  if (stream != NULL)
    stream_close (self, stream, bound);
  if (body == NULL)
    return NULL;
  KioskGatewayIamReply *reply = g_new0 (KioskGatewayIamReply, 1);
  reply->status = soup_message_get_status (message);
  reply->location = g_strdup (
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
  reply->body = body;
  return reply;
}

KioskGatewayIamReply *
kiosk_gateway_iam_http_send (KioskGatewayIamHttp *self, const char *method, const char *path,
                             const KioskGatewayIamHeader *headers, gsize n_headers,
                             const char *body, gsize maximum, GError **error)
{
  Bound bound = { 0 };
  g_autoptr (SoupMessage) message = message_new (self, method, path, headers, n_headers, body);
  g_main_context_push_thread_default (self->context);
  bound_begin (self, &bound);
  g_signal_connect (message, "network-event", G_CALLBACK (watch_handshake), bound.cancellable);
  g_signal_connect (message, "restarted", G_CALLBACK (sent_again), bound.cancellable);
  KioskGatewayIamReply *reply = message_send (self, message, maximum, &bound, error);
  g_signal_handlers_disconnect_by_data (message, bound.cancellable);
  bound_end (&bound);
  if (reply == NULL)
    {
      /* Whatever state its connections are in, the next request begins with new ones. */
      session_close (self);
      session_open (self);
    }
  g_main_context_pop_thread_default (self->context);
  return reply;
}
