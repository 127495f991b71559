#include "programs/kiosk-sandbox/client.h"
#include "programs/kiosk-sandbox/error.h"
#include "trust/pki.h"
#include <libsoup/soup.h>

#define REPLY_MAX  (16 * 1024 * 1024) /* a full page of an inbox is less than half of it */
#define TIMEOUT_S  30
#define BLOCK_SIZE 65536

struct _KioskSandboxClient
{
  SoupSession *session;
  GTlsCertificate *cert;
  char *gateway;
};

void
kiosk_sandbox_reply_clear (KioskSandboxReply *reply)
{
  g_clear_pointer (&reply->etag, g_free);
  g_clear_pointer (&reply->body, g_bytes_unref);
}

KioskSandboxClient *
kiosk_sandbox_client_new (const char *gateway, const char *folder, GError **error)
{
  g_autofree char *ca_name = g_build_filename (folder, "gateway-ca.pem", NULL);
  g_autofree char *ca = g_canonicalize_filename (ca_name, NULL);
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *cert_path = g_strdup_printf ("%s/%s.pem", folder, name);
  g_autofree char *key_path = g_strdup_printf ("%s/%s.key", folder, name);
  g_autoptr (GUri) uri = g_uri_parse (gateway, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                   "--gateway %s: give it as https://HOST:PORT", gateway);
      return NULL;
    }
  /* GnuTLS would take a file of any size, and one without a certificate. */
  g_autoptr (GPtrArray) authorities = kiosk_pki_certs_load (ca, error);
  if (authorities == NULL)
    return NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (ca, error);
  if (database == NULL)
    {
      g_prefix_error (error, "%s: ", ca);
      return NULL;
    }
  g_autoptr (GTlsCertificate) cert = g_tls_certificate_new_from_files (cert_path, key_path, error);
  if (cert == NULL)
    {
      g_prefix_error (error, "%s with %s: ", cert_path, key_path);
      return NULL;
    }
  KioskSandboxClient *self = g_new0 (KioskSandboxClient, 1);
  self->session = soup_session_new_with_options ("tls-database", database, "timeout", TIMEOUT_S,
                                                 "user-agent", "kiosk-sandbox", NULL);
  self->cert = g_steal_pointer (&cert);
  self->gateway = g_strdup (gateway);
  return self;
}

void
kiosk_sandbox_client_free (KioskSandboxClient *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->session);
  g_object_unref (self->cert);
  g_free (self->gateway);
  g_free (self);
}

static GBytes *
body_read (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *block = g_malloc (BLOCK_SIZE);
  gssize n;
  while ((n = g_input_stream_read (stream, block, BLOCK_SIZE, cancellable, error)) > 0)
    {
      g_byte_array_append (body, block, (guint)n);
      if (body->len > REPLY_MAX)
        {
          g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_GATEWAY,
                       "the gateway's answer is longer than %d bytes", REPLY_MAX);
          return NULL;
        }
    }
  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

static SoupMessage *
message_new (KioskSandboxClient *self, const char *method, const char *path, GError **error)
{
  g_autofree char *uri = g_strconcat (self->gateway, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  if (message == NULL)
    g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                 "--gateway %s: give it as https://HOST:PORT", self->gateway);
  else
    soup_message_set_tls_client_certificate (message, self->cert);
  return message;
}

static gboolean
send (KioskSandboxClient *self, SoupMessage *message, GCancellable *cancellable,
      KioskSandboxReply *ret_reply, GError **error)
{
  g_autoptr (GInputStream) stream = soup_session_send (self->session, message, cancellable, error);
  GBytes *body = stream != NULL ? body_read (stream, cancellable, error) : NULL;
  if (body == NULL)
    return FALSE;
  ret_reply->status = soup_message_get_status (message);
  ret_reply->etag
    = g_strdup (soup_message_headers_get_one (soup_message_get_response_headers (message), "ETag"));
  ret_reply->body = body;
  return TRUE;
}

gboolean
kiosk_sandbox_client_get (KioskSandboxClient *self, const char *path, const char *etag,
                          GCancellable *cancellable, KioskSandboxReply *ret_reply, GError **error)
{
  g_autoptr (SoupMessage) message = message_new (self, "GET", path, error);
  if (message == NULL)
    return FALSE;
  if (etag != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "If-None-Match",
                                  etag);
  return send (self, message, cancellable, ret_reply, error);
}

gboolean
kiosk_sandbox_client_post (KioskSandboxClient *self, const char *path, const char *type,
                           GBytes *body, GCancellable *cancellable, KioskSandboxReply *ret_reply,
                           GError **error)
{
  g_autoptr (SoupMessage) message = message_new (self, "POST", path, error);
  if (message == NULL)
    return FALSE;
  soup_message_set_request_body_from_bytes (message, type, body);
  return send (self, message, cancellable, ret_reply, error);
}
