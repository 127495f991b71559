#include "programs/kiosk-sandbox/iam-server.h"
#include "programs/kiosk-sandbox/error.h"
#include "trust/cms.h"
#include <libsoup/soup.h>
#include <string.h>

#define BODY_MAX      (6 * 1024 * 1024) /* the largest content, in Base64 */
#define DISCARD_MAX   (1024 * 1024)     /* of a refused body, before the line is cut */
#define SILENCE_MAX_S 120
#define REFUSED_KEY   "kiosk-refused"
#define GARBAGE       "<html>not what was asked for"
#define BEARER        "Bearer "

struct _KioskIamServer
{
  KioskIamCore *core;
  SoupServer *soup;
  GPtrArray *held; /* of SoupServerMessage, paused */
  guint16 port;
};

static void
answer (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}

static void
cut (SoupServerMessage *message)
{
  g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void
refused_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  gsize seen = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), REFUSED_KEY));

  seen += g_bytes_get_size (chunk);
  g_object_set_data (G_OBJECT (message), REFUSED_KEY, GSIZE_TO_POINTER (seen));
  if (seen > DISCARD_MAX)
    cut (message);
}

/* A body's length is known beforehand or it is not taken. */
static void
early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CHUNKED
      && soup_message_headers_get_content_length (headers) <= BODY_MAX)
    return;
  answer (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "{}");
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (refused_chunk), NULL);
}

/* NULL unless it was there once. */
static char *
header_once (SoupServerMessage *message, const char *name)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *list = soup_message_headers_get_list (headers, name);
  const char *one = soup_message_headers_get_one (headers, name);

  return g_strcmp0 (list, one) == 0 ? g_strdup (one) : NULL;
}

static void
party (KioskIamServer *self, SoupServerMessage *message, const char *path, GBytes *body)
{
  g_autoptr (KioskIamsmartHeaders) headers = g_new0 (KioskIamsmartHeaders, 1);
  g_autofree char *text = NULL;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  headers->client = header_once (message, KIOSK_IAMSMART_HEADER_CLIENT);
  headers->method = header_once (message, KIOSK_IAMSMART_HEADER_METHOD);
  headers->timestamp = header_once (message, KIOSK_IAMSMART_HEADER_TIMESTAMP);
  headers->nonce = header_once (message, KIOSK_IAMSMART_HEADER_NONCE);
  headers->signature = header_once (message, KIOSK_IAMSMART_HEADER_SIGNATURE);
  text = kiosk_iam_core_post (self->core, path, headers, data, length);
  answer (message, text != NULL ? SOUP_STATUS_OK : SOUP_STATUS_NOT_FOUND,
          text != NULL ? text : "{}");
}

static void
browser (KioskIamServer *self, SoupServerMessage *message, GHashTable *query)
{
  g_autofree char *link = NULL;
  g_autofree char *text = kiosk_iam_core_qr (self->core, query, &link);

  if (text != NULL)
    answer (message, SOUP_STATUS_OK, text);
  else
    {
      answer (message, SOUP_STATUS_FOUND, "{}");
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                    link);
    }
}

static void
phone (KioskIamServer *self, SoupServerMessage *message, const char *path, GBytes *body)
{
  g_autofree char *header = header_once (message, "Authorization");
  g_autofree char *text = NULL;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  const char *token
    = header != NULL && g_str_has_prefix (header, BEARER) ? header + strlen (BEARER) : NULL;
  guint status = kiosk_iam_core_app (self->core, path, token, data, length, &text);

  answer (message, status, text);
}

/* What befalls the answer to a relying party on its way. */
static void
meet_fate (KioskIamServer *self, SoupServerMessage *message)
{
  switch (kiosk_iam_core_fate (self->core))
    {
    case KIOSK_IAM_ANSWER_500:
      answer (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, "{}");
      return;
    case KIOSK_IAM_ANSWER_GARBAGE:
      answer (message, SOUP_STATUS_OK, GARBAGE);
      return;
    case KIOSK_IAM_ANSWER_CUT:
      cut (message);
      return;
    case KIOSK_IAM_ANSWER_HELD:
      soup_server_message_pause (message);
      g_ptr_array_add (self->held, g_object_ref (message));
      return;
    case KIOSK_IAM_ANSWER_GOES:
    default:
      return;
    }
}

static void
handle (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
        gpointer data)
{
  KioskIamServer *self = data;
  const char *method = soup_server_message_get_method (message);
  g_autoptr (GBytes) body
    = soup_message_body_flatten (soup_server_message_get_request_body (message));

  if (method == SOUP_METHOD_POST && g_str_has_prefix (path, "/app/"))
    {
      phone (self, message, path, body);
      return;
    }
  if (method == SOUP_METHOD_POST)
    party (self, message, path, body);
  else if (method == SOUP_METHOD_GET && kiosk_iam_core_is_qr (self->core, path))
    browser (self, message, query);
  else
    {
      answer (message, SOUP_STATUS_NOT_FOUND, "{}");
      return;
    }
  meet_fate (self, message);
}

static void
request_started (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_set_timeout (socket, SILENCE_MAX_S);
}

static GTlsCertificate *
certificate_load (const char *folder, GError **error)
{
  g_autofree char *cert_path = g_build_filename (folder, "tls.pem", NULL);
  g_autofree char *key_path = g_build_filename (folder, "tls.key", NULL);
  /* GnuTLS would take a file of any size, and the key of another certificate. */
  KioskSigner pair = { 0 };

  if (!kiosk_signer_load (cert_path, key_path, &pair, error))
    return NULL;
  kiosk_signer_clear (&pair);
  return g_tls_certificate_new_from_files (cert_path, key_path, error);
}

static gboolean
listen (KioskIamServer *self, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autofree char *base = NULL;
  GSList *uris;

  if (!soup_server_listen (self->soup, address, SOUP_SERVER_LISTEN_HTTPS, error))
    {
      g_prefix_error (error, "port %u: choose another --port, or 0 for any: ", port);
      return FALSE;
    }
  uris = soup_server_get_uris (self->soup);
  self->port = (guint16)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  base = g_strdup_printf ("https://localhost:%u", self->port);
  kiosk_iam_core_set_base (self->core, base);
  return TRUE;
}

KioskIamServer *
kiosk_iam_server_new (KioskIamCore *core, const char *folder, guint16 port, GError **error)
{
  g_autoptr (GTlsCertificate) cert = certificate_load (folder, error);
  g_autoptr (KioskIamServer) self = NULL;

  if (cert == NULL)
    return NULL;
  self = g_new0 (KioskIamServer, 1);
  self->core = core;
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->soup = soup_server_new ("server-header", "kiosk-sandbox", NULL);
  soup_server_set_tls_certificate (self->soup, cert);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (request_started), NULL);
  soup_server_add_early_handler (self->soup, NULL, early, NULL, NULL);
  soup_server_add_handler (self->soup, NULL, handle, self, NULL);
  return listen (self, port, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_iam_server_free (KioskIamServer *self)
{
  if (self == NULL)
    return;
  kiosk_iam_server_release (self);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_ptr_array_unref (self->held);
  g_free (self);
}

guint16
kiosk_iam_server_port (const KioskIamServer *self)
{
  return self->port;
}

void
kiosk_iam_server_release (KioskIamServer *self)
{
  for (guint i = 0; i < self->held->len; i++)
    soup_server_message_unpause (g_ptr_array_index (self->held, i));
  g_ptr_array_set_size (self->held, 0);
}
