#include "programs/kiosk-sandbox/iam-post.h"
#include "trust/pki.h"
#include <libsoup/soup.h>

#define TIMEOUT_S 10
#define HELD_MAX  1024

struct _KioskIamPost
{
  SoupSession *session;
  GCancellable *cancellable;
  GQueue held; /* of SoupMessage */
  guint under_way;
  KioskIamPostCounts counts;
};

KioskIamPost *
kiosk_iam_post_new (const char *gateway_ca, GError **error)
{
  g_autofree char *ca = g_canonicalize_filename (gateway_ca, NULL);
  /* GnuTLS would take a file of any size, and one without a certificate. */
  g_autoptr (GPtrArray) authorities = kiosk_pki_certs_load (ca, error);
  g_autoptr (GTlsDatabase) database
    = authorities != NULL ? g_tls_file_database_new (ca, error) : NULL;
  KioskIamPost *self;

  if (database == NULL)
    return NULL;
  self = g_new0 (KioskIamPost, 1);
  self->session = soup_session_new_with_options ("tls-database", database, "timeout", TIMEOUT_S,
                                                 "user-agent", "kiosk-sandbox", NULL);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->held);
  return self;
}

void
kiosk_iam_post_free (KioskIamPost *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  while (self->under_way > 0)
    g_main_context_iteration (NULL, TRUE);
  g_queue_clear_full (&self->held, g_object_unref);
  g_object_unref (self->session);
  g_object_unref (self->cancellable);
  g_free (self);
}

/* The path alone: what follows it is a code, or whose it is. */
static void
complain (SoupMessage *message, const char *why)
{
  g_printerr ("kiosk-sandbox: callback to %s: %s\n",
              g_uri_get_path (soup_message_get_uri (message)), why);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  KioskIamPost *self = data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream
    = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (message);

  self->under_way--;
  if (stream != NULL && SOUP_STATUS_IS_SUCCESSFUL (status))
    self->counts.delivered++;
  else if (stream != NULL)
    complain (message, soup_status_get_phrase (status));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    complain (message, error->message);
}

static void
go (KioskIamPost *self, SoupMessage *message)
{
  self->under_way++;
  self->counts.sent++;
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, self->cancellable, answered,
                           self);
}

void
kiosk_iam_post_send (KioskIamPost *self, const char *uri, GBytes *body, gboolean hold)
{
  g_autoptr (SoupMessage) message = soup_message_new (body != NULL ? "POST" : "GET", uri);

  if (message == NULL)
    return; /* it was checked when it was registered or came */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  if (hold && g_queue_get_length (&self->held) < HELD_MAX)
    g_queue_push_tail (&self->held, g_steal_pointer (&message));
  else
    go (self, message);
}

void
kiosk_iam_post_release (KioskIamPost *self)
{
  while (!g_queue_is_empty (&self->held))
    {
      g_autoptr (SoupMessage) message = g_queue_pop_head (&self->held);

      go (self, message);
    }
}

KioskIamPostCounts
kiosk_iam_post_counts (const KioskIamPost *self)
{
  KioskIamPostCounts counts = self->counts;

  counts.held = g_queue_get_length ((GQueue *)&self->held);
  return counts;
}
