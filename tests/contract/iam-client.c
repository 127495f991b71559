#include "iam-client.h"
#include "formats/json.h"
#include <string.h>

#define SILENCE_S  150
#define ANSWER_MAX (1024 * 1024)

IamClient *
iam_client_new (const char *authority, const char *cert, const char *key)
{
  g_autoptr (GError) error = NULL;
  IamClient *self = g_new0 (IamClient, 1);
  g_autoptr (GTlsDatabase) authorities = g_tls_file_database_new (authority, &error);
  g_assert_no_error (error);
  self->session = soup_session_new_with_options ("tls-database", authorities, "timeout", SILENCE_S,
                                                 "max-conns-per-host", 8, NULL);
  g_object_set (self->session, "proxy-resolver", NULL, NULL);
  if (cert != NULL)
    self->certificate = g_tls_certificate_new_from_files (cert, key, &error);
  g_assert_no_error (error);
  return self;
}

void
iam_client_free (IamClient *self)
{
  if (self == NULL)
    return;
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_clear_object (&self->certificate);
  g_free (self->token);
  g_free (self);
}

void
iam_reply_free (IamReply *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->json, json_object_unref);
  g_free (self);
}

typedef struct
{
  SoupMessage *message;
  IamAnswered answered;
  gpointer data;
} Exchange;

static void
came (GObject *session, GAsyncResult *result, gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body
    = soup_session_send_and_read_finish (SOUP_SESSION (session), result, &error);
  IamReply *reply = g_new0 (IamReply, 1);
  if (body != NULL)
    {
      gsize size;
      gconstpointer bytes = g_bytes_get_data (body, &size);
      reply->status = soup_message_get_status (exchange->message);
      reply->json = kiosk_json_parse (bytes, size, ANSWER_MAX, NULL);
      if (reply->json != NULL && reply->status >= 400
          && json_object_has_member (reply->json, "code"))
        reply->code = json_object_get_string_member (reply->json, "code");
    }
  else
    g_test_message ("%s", error->message);
  exchange->answered (reply, exchange->data);
  g_object_unref (exchange->message);
  g_free (exchange);
}

void
iam_client_send (IamClient *self, const char *method, const char *url, const char *body,
                 GCancellable *cancellable, IamAnswered answered, gpointer data)
{
  Exchange *exchange = g_new0 (Exchange, 1);
  SoupMessage *message = soup_message_new (method, url);
  exchange->message = message;
  exchange->answered = answered;
  exchange->data = data;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->certificate != NULL)
    soup_message_set_tls_client_certificate (message, self->certificate);
  if (self->token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);
      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    bearer);
    }
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, cancellable, came,
                                    exchange);
}

static void
take (IamReply *reply, gpointer ret_reply)
{
  *(IamReply **)ret_reply = reply;
}

IamReply *
iam_client_ask (IamClient *self, const char *method, const char *url, const char *body)
{
  IamReply *reply = NULL;
  iam_client_send (self, method, url, body, NULL, take, &reply);
  while (reply == NULL)
    g_main_context_iteration (NULL, TRUE);
  return reply;
}
