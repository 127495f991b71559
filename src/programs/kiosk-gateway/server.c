#include "programs/kiosk-gateway/server.h"
#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/routes.h"
#include <libsoup/soup.h>
#include <string.h>

#define BODIES_MAX    (128 * 1024 * 1024) /* bytes of request bodies in memory at once */
#define DISCARD_MAX   (4 * 1024 * 1024)   /* of a refused body, before the line is cut */
#define SILENCE_MAX_S 120                 /* of a connection, handshake included */
#define BUSY_RETRY_S  5
#define INTAKE_KEY    "kiosk-intake"
#define PEER_KEY      "kiosk-peer"

struct _KioskGatewayServer
{
  KioskGatewayContext *context;
  KioskGatewayPipeline *pipeline;
  SoupServer *soup;
  guint16 port;
  gsize bodies; /* bytes reserved by requests under way */
};

/* What is known of a request once its headers are there. */
typedef struct
{
  KioskGatewayServer *server;
  const KioskGatewayRoute *route;
  char *captures[KIOSK_GATEWAY_CAPTURES];
  gsize reserved;
  gsize discarded;
} Intake;

static void
intake_free (gpointer data)
{
  Intake *intake = data;
  intake->server->bodies -= intake->reserved;
  for (guint i = 0; i < KIOSK_GATEWAY_CAPTURES; i++)
    g_free (intake->captures[i]);
  g_free (intake);
}

static void
headers_set (SoupServerMessage *message, const KioskGatewayCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (call->etag != NULL)
    {
      soup_message_headers_replace (headers, "Cache-Control", "no-cache");
      soup_message_headers_replace (headers, "ETag", call->etag);
    }
  if (call->retry_after_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", call->retry_after_s);
      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
}

static void
answer_write (SoupServerMessage *message, const KioskGatewayCall *call)
{
  headers_set (message, call);
  if (call->reply != NULL)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (call->reply, &size);
      soup_server_message_set_response (message, call->reply_type, SOUP_MEMORY_COPY, data, size);
    }
  soup_server_message_set_status (message, call->status, NULL);
}

void
kiosk_gateway_server_answer (KioskGatewayCall *call, KioskGatewayContext *context)
{
  SoupServerMessage *message = SOUP_SERVER_MESSAGE (call->message);
  answer_write (message, call);
  kiosk_gateway_metrics_request (context->metrics, call->route->method, call->route->pattern,
                                 call->status);
  g_atomic_int_add (&context->in_hand, -1);
  soup_server_message_unpause (message);
  kiosk_gateway_call_free (call);
}

/* The certificate of the connection's other end; NULL if it showed none. libsoup tells it to the
 * first message of a connection only, so it is kept with the socket for those that follow. */
static GTlsCertificate *
peer_tls (SoupServerMessage *message)
{
  GObject *socket = G_OBJECT (soup_server_message_get_socket (message));
  GTlsCertificate *cert = soup_server_message_get_tls_peer_certificate (message);
  if (cert == NULL)
    return g_object_get_data (socket, PEER_KEY);
  g_object_set_data_full (socket, PEER_KEY, g_object_ref (cert), g_object_unref);
  return cert;
}

/* libsoup reads a refused body to its end so that the answer arrives; up to a point. */
static void
refused_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Intake *intake = data;
  intake->discarded += g_bytes_get_size (chunk);
  if (intake->discarded > DISCARD_MAX)
    g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void
refuse (SoupServerMessage *message, Intake *intake, guint status, const char *code,
        const char *detail)
{
  static const KioskGatewayRoute no_route = { .method = "ANY", .pattern = "other" };
  const KioskGatewayRoute *route = intake->route != NULL ? intake->route : &no_route;
  g_autoptr (KioskGatewayCall) call = kiosk_gateway_call_new (route, G_OBJECT (message));
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    call->retry_after_s = BUSY_RETRY_S;
  kiosk_gateway_call_problem (call, status, code, detail);
  answer_write (message, call);
  kiosk_gateway_metrics_request (intake->server->context->metrics, route->method, route->pattern,
                                 status);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (refused_chunk), intake);
}

static void
refuse_path (SoupServerMessage *message, Intake *intake, const char *allow)
{
  if (allow == NULL)
    {
      refuse (message, intake, SOUP_STATUS_NOT_FOUND, "unknown-path", "There is nothing here.");
      return;
    }
  refuse (message, intake, SOUP_STATUS_METHOD_NOT_ALLOWED, "method",
          "The path does not know this method.");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", allow);
}

/* The body's length is known beforehand or it is not taken. */
static gboolean
body_admit (SoupServerMessage *message, Intake *intake)
{
  const KioskGatewayRoute *route = intake->route;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupEncoding encoding = soup_message_headers_get_encoding (headers);
  goffset length = soup_message_headers_get_content_length (headers);
  if (encoding == SOUP_ENCODING_CHUNKED
      || (route->media_type != NULL && encoding != SOUP_ENCODING_CONTENT_LENGTH))
    refuse (message, intake, SOUP_STATUS_LENGTH_REQUIRED, "length", "Content-Length is needed.");
  else if (length > (goffset)route->body_max)
    refuse (message, intake, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large",
            "The body is larger than this route takes.");
  else if (route->media_type != NULL
           && g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), route->media_type)
                != 0)
    refuse (message, intake, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, "media-type",
            "The body is not of the type that this route takes.");
  else if (intake->server->bodies + (gsize)length > BODIES_MAX)
    refuse (message, intake, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy", "Too much at once.");
  else
    {
      intake->reserved = (gsize)length;
      intake->server->bodies += intake->reserved;
      return TRUE;
    }
  return FALSE;
}

/* With the headers there and the body not yet: refuses what can be refused unread. */
static void
early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer data)
{
  Intake *intake = g_new0 (Intake, 1);
  intake->server = data;
  g_object_set_data_full (G_OBJECT (message), INTAKE_KEY, intake, intake_free);
  g_autofree char *allow = NULL;
  GTlsCertificate *peer = peer_tls (message);
  intake->route = kiosk_gateway_route_find (soup_server_message_get_method (message), path,
                                            intake->captures, &allow);
  if (intake->route == NULL)
    refuse_path (message, intake, allow);
  else if (intake->route->need != KIOSK_GATEWAY_NEED_NOTHING && peer == NULL)
    refuse (message, intake, SOUP_STATUS_UNAUTHORIZED, "client-certificate",
            "This needs a certificate that the gateway gave out.");
  else
    body_admit (message, intake);
}

static X509 *
peer_cert (SoupServerMessage *message)
{
  GTlsCertificate *tls = peer_tls (message);
  if (tls == NULL)
    return NULL;
  g_autoptr (GByteArray) der = NULL;
  g_object_get (tls, "certificate", &der, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (der->data, der->len);
  return kiosk_pki_cert_from_der (bytes, NULL);
}

/* FALSE: not a number. */
static gboolean
after_parse (GHashTable *query, guint64 *ret_after)
{
  const char *after = query != NULL ? g_hash_table_lookup (query, "after") : NULL;
  *ret_after = 0;
  return after == NULL || g_ascii_string_to_unsigned (after, 10, 0, G_MAXINT64, ret_after, NULL);
}

static void
handle (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
        gpointer data)
{
  KioskGatewayServer *self = data;
  Intake *intake = g_object_get_data (G_OBJECT (message), INTAKE_KEY);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  guint64 after;
  if (!after_parse (query, &after))
    {
      refuse (message, intake, SOUP_STATUS_BAD_REQUEST, "query", "after is not a number.");
      return;
    }
  KioskGatewayCall *call = kiosk_gateway_call_new (intake->route, G_OBJECT (message));
  for (guint i = 0; i < KIOSK_GATEWAY_CAPTURES; i++)
    call->captures[i] = g_strdup (intake->captures[i]);
  call->asked_after = after;
  call->query = query != NULL ? g_hash_table_ref (query) : NULL;
  call->content_digest = g_strdup (soup_message_headers_get_one (headers, "Content-Digest"));
  call->if_none_match = g_strdup (soup_message_headers_get_one (headers, "If-None-Match"));
  call->body = soup_message_body_flatten (body);
  call->peer_cert = peer_cert (message);
  soup_server_message_pause (message);
  g_atomic_int_inc (&self->context->in_hand);
  kiosk_gateway_pipeline_push (self->pipeline, call);
}

/* TLS lets any certificate in, and none: each route judges it, by the one chain check that the rest
 * of the house uses, and can then say in words what is wrong. A refusal inside the handshake would
 * look to a kiosk like a broken line, and it would try for ever. Without this handler libsoup
 * resets every connection that shows a certificate, good ones included. */
static gboolean
accept_certificate (SoupServerMessage *message, GTlsCertificate *cert, GTlsCertificateFlags errors,
                    gpointer data)
{
  return TRUE;
}

static void
request_started (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  /* Before the handshake for a connection's first request: who goes silent is let go. */
  GSocket *socket = soup_server_message_get_socket (message);
  if (socket != NULL)
    g_socket_set_timeout (socket, SILENCE_MAX_S);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate), NULL);
}

static gboolean
listen (KioskGatewayServer *self, const KioskGatewayConfig *config, GError **error)
{
  g_autoptr (GError) own = NULL;
  g_autoptr (GSocketAddress) address
    = g_inet_socket_address_new_from_string (config->address, config->port);
  if (address == NULL)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_LISTEN,
                   "--address %s: give a numeric address such as 127.0.0.1", config->address);
      return FALSE;
    }
  if (!soup_server_listen (self->soup, address, SOUP_SERVER_LISTEN_HTTPS, &own))
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_LISTEN,
                   "%s port %u: %s; choose another --port, or 0 for any", config->address,
                   config->port, own->message);
      return FALSE;
    }
  GSList *uris = soup_server_get_uris (self->soup);
  self->port = (guint16)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return TRUE;
}

static GTlsCertificate *
certificate_load (const char *folder, GError **error)
{
  g_autofree char *cert_path = g_build_filename (folder, "server.pem", NULL);
  g_autofree char *key_path = g_build_filename (folder, "server.key", NULL);
  /* GnuTLS would take a file of any size, and the key of another certificate. */
  KioskSigner pair = { 0 };
  if (!kiosk_signer_load (cert_path, key_path, &pair, error))
    return NULL;
  kiosk_signer_clear (&pair);
  GTlsCertificate *cert = g_tls_certificate_new_from_files (cert_path, key_path, error);
  if (cert == NULL)
    g_prefix_error (error, "%s with %s: ", cert_path, key_path);
  return cert;
}

KioskGatewayServer *
kiosk_gateway_server_new (const KioskGatewayConfig *config, KioskGatewayContext *context,
                          KioskGatewayPipeline *pipeline, GError **error)
{
  g_autoptr (GTlsCertificate) cert = certificate_load (config->pki_folder, error);
  if (cert == NULL)
    return NULL;
  g_autoptr (KioskGatewayServer) self = g_new0 (KioskGatewayServer, 1);
  self->context = context;
  self->pipeline = pipeline;
  self->soup = soup_server_new ("server-header", "kiosk-gateway", NULL);
  soup_server_set_tls_certificate (self->soup, cert);
  soup_server_set_tls_auth_mode (self->soup, G_TLS_AUTHENTICATION_REQUESTED);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (request_started), self);
  soup_server_add_early_handler (self->soup, NULL, early, self, NULL);
  soup_server_add_handler (self->soup, NULL, handle, self, NULL);
  if (!listen (self, config, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_gateway_server_free (KioskGatewayServer *self)
{
  if (self == NULL)
    return;
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_free (self);
}

guint16
kiosk_gateway_server_port (const KioskGatewayServer *self)
{
  return self->port;
}
