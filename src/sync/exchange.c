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

/* Made on the link's thread, in its context. No cookies, redirects, cache, decoder or proxy: the
 * gateway is the one address that was configured. */
static SoupSession *
session_new (KioskSync *self)
{
  SoupSession *session = soup_session_new_with_options (
    "tls-database", self->authorities, "timeout", SILENCE_S, "idle-timeout", 2 * SILENCE_S,
    "max-conns-per-host", 2, "user-agent", "kiosk", NULL);

  g_object_set (session, "proxy-resolver", NULL, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

void
kiosk_link_open (KioskLink *self, KioskSync *sync, GMainContext *context)
{
  self->sync = sync;
  self->context = context;
  g_main_context_push_thread_default (self->context);
  self->session = session_new (sync);
  g_main_context_pop_thread_default (self->context);
}

void
kiosk_link_close (KioskLink *self)
{
  g_main_context_push_thread_default (self->context);
  soup_session_abort (self->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_clear_object (&self->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
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

static void
answered (GObject *session, GAsyncResult *result, gpointer ret_result)
{
  *(GAsyncResult **)ret_result = g_object_ref (result);
}

static gssize
read_chunk (KioskLink *self, GInputStream *stream, guint8 *chunk, GCancellable *exchange,
            GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_input_stream_read_async (stream, chunk, CHUNK, G_PRIORITY_DEFAULT, exchange, answered, &result);
  while (result == NULL)
    g_main_context_iteration (self->context, TRUE);
  return g_input_stream_read_finish (stream, result, error);
}

/* Reads to the end, the bound, or the deadline. */
static GBytes *
read_body (KioskLink *self, GInputStream *stream, gsize maximum, GCancellable *exchange,
           GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  KioskClock *clock = self->sync->clock;
  gint64 deadline = kiosk_clock_steady_us (clock) + WHOLE_S * G_USEC_PER_SEC;
  gssize got;

  while ((got = read_chunk (self, stream, chunk, exchange, error)) > 0)
    {
      g_byte_array_append (body, chunk, (guint)got);
      if (body->len > maximum)
        return fail (KIOSK_SYNC_ERROR_PROTOCOL, "an answer larger than it may be", error), NULL;
      if (kiosk_clock_steady_us (clock) > deadline)
        return fail (KIOSK_SYNC_ERROR_UNREACHABLE, "an answer that does not end", error), NULL;
    }
  return got == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

static void
took_too_long (gpointer exchange)
{
  g_cancellable_cancel (exchange);
}

/* Blocks, yet by the asynchronous call: GLib asks for a client certificate in the main context of
 * the session, which must be running. That context is the exchange's alone, so nothing else of the
 * thread's is run in between. */
static GInputStream *
send_and_wait (KioskLink *self, SoupMessage *message, GCancellable *exchange, GError **error)
{
  KioskClock *clock = self->sync->clock;
  g_autoptr (GAsyncResult) result = NULL;
  guint deadline;

  deadline = kiosk_clock_add_timeout (clock, WHOLE_S * 1000, took_too_long, exchange);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, exchange, answered, &result);
  while (result == NULL)
    g_main_context_iteration (self->context, TRUE);
  kiosk_clock_cancel (clock, deadline);
  return soup_session_send_finish (self->session, result, error);
}

static KioskAnswer *
send_message (KioskLink *self, SoupMessage *message, gsize maximum, GCancellable *exchange,
              GError **error)
{
  g_autoptr (KioskAnswer) answer = g_new0 (KioskAnswer, 1);
  g_autoptr (GInputStream) stream = send_and_wait (self, message, exchange, error);

  if (stream == NULL)
    return NULL;
  answer->status = soup_message_get_status (message);
  answer->retry_after_ms = retry_after (self->sync, message);
  if (answer->status >= 400)
    maximum = PROBLEM_MAX;
  answer->body = read_body (self, stream, maximum, exchange, error);
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

typedef struct
{
  GMainContext *context;
  GCancellable *exchange;
} Cut;

static gboolean
cut_exchange (gpointer exchange)
{
  g_cancellable_cancel (exchange);
  return G_SOURCE_REMOVE;
}

/* In the exchange's own context, never from the thread that wants it cut: libsoup crashes when a
 * send is cancelled after its answer is on the way to us. No source of the cancellable's own:
 * GLib 2.74 now and then leaks one that is destroyed while it fires. */
static void
ask_to_cut (GCancellable *cancellable, gpointer data)
{
  const Cut *cut = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, cut_exchange, g_object_ref (cut->exchange), g_object_unref);
  g_source_attach (source, cut->context);
}

static KioskAnswer *
run_exchange (KioskLink *self, SoupMessage *message, const KioskRequest *request,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) exchange = g_cancellable_new ();
  Sending sending = { .sync = self->sync, .request = request };
  Cut cut = { .context = self->context, .exchange = exchange };
  gulong waits;
  KioskAnswer *answer;

  g_signal_connect (message, "network-event", G_CALLBACK (watch_handshake), exchange);
  g_signal_connect (message, "restarted", G_CALLBACK (rewind_body), &sending);
  g_signal_connect (message, "request-certificate", G_CALLBACK (show_certificate), &sending);
  waits = g_cancellable_connect (cancellable, G_CALLBACK (ask_to_cut), &cut, NULL);
  g_main_context_push_thread_default (self->context);
  answer = send_message (self, message, request->maximum, exchange, error);
  g_main_context_pop_thread_default (self->context);
  g_cancellable_disconnect (cancellable, waits);
  g_signal_handlers_disconnect_by_data (message, exchange);
  g_signal_handlers_disconnect_by_data (message, &sending);
  return answer;
}

KioskAnswer *
kiosk_link_exchange (KioskLink *self, const KioskRequest *request, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (SoupMessage) message = message_new (self->sync, request, error);
  g_autoptr (GError) problem = NULL;
  KioskAnswer *answer;

  if (message == NULL)
    return NULL;
  answer = run_exchange (self, message, request, cancellable, &problem);
  if (answer != NULL)
    {
      kiosk_sync_set_reachable (self->sync, TRUE);
      return answer;
    }
  /* Whoever cut it off knows why; it says nothing of the gateway. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (problem->domain == KIOSK_SYNC_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  kiosk_sync_set_reachable (self->sync, FALSE);
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE, "%s: %s", self->sync->gateway,
               problem->message);
  return NULL;
}

KioskAnswer *
kiosk_sync_exchange (KioskSync *self, const KioskRequest *request, GError **error)
{
  return kiosk_link_exchange (&self->link, request, self->cancellable, error);
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
