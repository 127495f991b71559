/* One request and its answer: TLS 1.3, both sides by certificate, every size bounded. */
#include "sync-private.h"

#include <string.h>

#define SILENCE_S     30  /* without a byte from the gateway */
#define WHOLE_S       120 /* for a whole body */
#define RETRY_MOST_MS G_GINT64_CONSTANT (3600000)
#define CHUNK         (64 * 1024)
#define PROBLEM_MAX   (16 * 1024)

void
kiosk_answer_free (KioskAnswer *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

/* Made on the worker's thread, in the context of its exchanges. No cookies, redirects, cache,
 * decoder or proxy: the gateway is the one address that was configured. */
SoupSession *
kiosk_sync_session_new (KioskSync *self)
{
  SoupSession *session = soup_session_new_with_options (
    "tls-database", self->authorities, "timeout", SILENCE_S, "idle-timeout", 2 * SILENCE_S,
    "max-conns-per-host", 2, "user-agent", "kiosk", NULL);

  g_object_set (session, "proxy-resolver", NULL, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* GnuTLS would also speak 1.2; nothing is sent to a gateway that does not speak 1.3. */
static void
watch_handshake (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer data)
{
  GCancellable *exchange = data;

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (stream)
      && g_tls_connection_get_protocol_version (G_TLS_CONNECTION (stream))
           != G_TLS_PROTOCOL_VERSION_TLS_1_3)
    g_cancellable_cancel (exchange);
}

static SoupMessage *
message_new (KioskSync *self, const KioskRequest *request, GError **error)
{
  g_autofree char *uri = g_strconcat (self->gateway, request->path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (request->method, uri);

  if (message == NULL
      || g_strcmp0 (g_uri_get_scheme (soup_message_get_uri (message)), "https") != 0)
    {
      g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE,
                   "%s: not an https address: mend the settings", self->gateway);
      return NULL;
    }
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (request->header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), request->header,
                                  request->header_value);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);
  return g_steal_pointer (&message);
}

static gint64
retry_after (KioskSync *self, SoupMessage *message)
{
  const char *text
    = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds = 0;

  if (text == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &seconds, NULL))
    return MIN ((gint64)seconds * 1000, RETRY_MOST_MS);
  date = soup_date_time_new_from_http_string (text);
  if (date == NULL)
    return -1;
  return CLAMP (g_date_time_to_unix (date) * 1000 - kiosk_clock_wall_ms (self->clock), 0,
                RETRY_MOST_MS);
}

static gboolean
fail (KioskSyncError code, const char *what, GError **error)
{
  g_set_error (error, KIOSK_SYNC_ERROR, code, "%s", what);
  return FALSE;
}

/* Reads to the end, the bound, or the deadline. */
static GBytes *
read_body (KioskSync *self, GInputStream *stream, gsize maximum, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gint64 deadline = kiosk_clock_steady_us (self->clock) + WHOLE_S * G_USEC_PER_SEC;
  gssize got;

  while ((got = g_input_stream_read (stream, chunk, CHUNK, self->cancellable, error)) > 0)
    {
      g_byte_array_append (body, chunk, (guint)got);
      if (body->len > maximum)
        return fail (KIOSK_SYNC_ERROR_PROTOCOL, "an answer larger than it may be", error), NULL;
      if (kiosk_clock_steady_us (self->clock) > deadline)
        return fail (KIOSK_SYNC_ERROR_UNREACHABLE, "an answer that does not end", error), NULL;
    }
  return got == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

static void
answered (GObject *session, GAsyncResult *result, gpointer ret_result)
{
  *(GAsyncResult **)ret_result = g_object_ref (result);
}

static void
took_too_long (gpointer exchange)
{
  g_cancellable_cancel (exchange);
}

/* Blocks, yet by the asynchronous call: GLib asks for a client certificate in the main context of
 * the session, which must be running. That context is the exchange's alone, so nothing else of the
 * worker's is run in between. */
static GInputStream *
send_and_wait (KioskSync *self, SoupMessage *message, GCancellable *exchange, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint deadline;

  deadline = kiosk_clock_add_timeout (self->clock, WHOLE_S * 1000, took_too_long, exchange);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, exchange, answered, &result);
  while (result == NULL)
    g_main_context_iteration (self->exchanges, TRUE);
  kiosk_clock_cancel (self->clock, deadline);
  return soup_session_send_finish (self->session, result, error);
}

static KioskAnswer *
send_message (KioskSync *self, SoupMessage *message, gsize maximum, GCancellable *exchange,
              GError **error)
{
  g_autoptr (KioskAnswer) answer = g_new0 (KioskAnswer, 1);
  g_autoptr (GInputStream) stream = send_and_wait (self, message, exchange, error);

  if (stream == NULL)
    return NULL;
  answer->status = soup_message_get_status (message);
  answer->retry_after_ms = retry_after (self, message);
  if (answer->status >= 400)
    maximum = PROBLEM_MAX;
  answer->body = read_body (self, stream, maximum, error);
  if (answer->body == NULL)
    {
      g_cancellable_cancel (exchange); /* the rest of it is not waited for */
      g_input_stream_close (stream, exchange, NULL);
      return NULL;
    }
  return g_steal_pointer (&answer);
}

typedef struct
{
  KioskSync *sync;
  const KioskRequest *request;
} Sending;

/* A connection that was kept open turned out closed, and libsoup sends the request once more: by
 * itself it would send what is left of the body. */
static void
rewind_body (SoupMessage *message, gpointer data)
{
  const KioskRequest *request = ((const Sending *)data)->request;

  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);
}

/* Asked by each connection; a certificate set beforehand would serve the first only. */
static gboolean
show_certificate (SoupMessage *message, GTlsClientConnection *connection, gpointer data)
{
  const KioskIdentity *identity = kiosk_sync_identity (((const Sending *)data)->sync);

  soup_message_set_tls_client_certificate (message, identity != NULL ? identity->client : NULL);
  return TRUE;
}

/* In the exchange's own context, never from the thread that frees the sync: libsoup crashes when a
 * send is cancelled after its answer is on the way to us. */
static gboolean
cut_exchange (GCancellable *sync, gpointer exchange)
{
  g_cancellable_cancel (exchange);
  return G_SOURCE_REMOVE;
}

KioskAnswer *
kiosk_sync_exchange (KioskSync *self, const KioskRequest *request, GError **error)
{
  g_autoptr (SoupMessage) message = message_new (self, request, error);
  g_autoptr (GCancellable) exchange = g_cancellable_new ();
  g_autoptr (KioskAnswer) answer = NULL;
  g_autoptr (GError) problem = NULL;
  Sending sending = { .sync = self, .request = request };
  g_autoptr (GSource) cut = NULL;

  if (message == NULL)
    return NULL;
  g_signal_connect (message, "network-event", G_CALLBACK (watch_handshake), exchange);
  g_signal_connect (message, "restarted", G_CALLBACK (rewind_body), &sending);
  g_signal_connect (message, "request-certificate", G_CALLBACK (show_certificate), &sending);
  cut = g_cancellable_source_new (self->cancellable);
  g_source_set_callback (cut, G_SOURCE_FUNC (cut_exchange), exchange, NULL);
  g_source_attach (cut, self->exchanges);
  g_main_context_push_thread_default (self->exchanges);
  answer = send_message (self, message, request->maximum, exchange, &problem);
  g_main_context_pop_thread_default (self->exchanges);
  g_source_destroy (cut);
  g_signal_handlers_disconnect_by_data (message, exchange);
  g_signal_handlers_disconnect_by_data (message, &sending);
  if (answer != NULL)
    {
      kiosk_sync_set_reachable (self, TRUE);
      return g_steal_pointer (&answer);
    }
  if (problem->domain == KIOSK_SYNC_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  kiosk_sync_set_reachable (self, FALSE);
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE, "%s: %s", self->gateway,
               problem->message);
  return NULL;
}

JsonObject *
kiosk_answer_json (const KioskAnswer *self, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (self->body, &length);
  JsonObject *object = kiosk_json_parse (data, length, length, &problem);

  if (object == NULL)
    g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL, "an answer: %s",
                 problem->message);
  return object;
}

char *
kiosk_answer_code (const KioskAnswer *self)
{
  g_autoptr (JsonObject) problem = kiosk_answer_json (self, NULL);
  const char *code = problem != NULL ? kiosk_json_string (problem, "code", 64, NULL) : NULL;

  if (code != NULL && strspn (code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (code))
    return g_strdup (code);
  return g_strdup_printf ("http-%u", self->status);
}

KioskStep
kiosk_sync_answer_trouble (KioskSync *self, const KioskAnswer *answer)
{
  if (answer->retry_after_ms < 0)
    return KIOSK_STEP_FAILED;
  self->gateway_not_before_us = kiosk_clock_steady_us (self->clock) + answer->retry_after_ms * 1000;
  return KIOSK_STEP_TROUBLE;
}
