/* HTTPS of a test's own to gateways and to the simulated core of iAM Smart: asynchronous, so that
 * one test can be many kiosks and phones. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct
{
  SoupSession *session;
  GTlsCertificate *certificate; /* NULL: comes without one */
  char *token;                  /* of a phone; NULL: none */
} IamClient;

typedef struct
{
  guint status;     /* 0: the line broke */
  JsonObject *json; /* NULL: none */
  const char *code; /* of a problem; else NULL */
} IamReply;

/* @authority: PEM of who certifies the other side. */
IamClient *iam_client_new (const char *authority, const char *cert, const char *key);
void iam_client_free (IamClient *self);
void iam_reply_free (IamReply *self);

/* @reply: (transfer full). */
typedef void (*IamAnswered) (IamReply *reply, gpointer data);
/* @body: (nullable) (transfer none): JSON. @cancellable: nullable. */
void iam_client_send (IamClient *self, const char *method, const char *url, const char *body,
                      GCancellable *cancellable, IamAnswered answered, gpointer data);
/* The same, waited for. */
IamReply *iam_client_ask (IamClient *self, const char *method, const char *url, const char *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamClient, iam_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamReply, iam_reply_free)

G_END_DECLS
