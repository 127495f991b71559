#include "liar.h"

#include <libsoup/soup.h>
#include <string.h>

struct _Liar
{
  Lie lie;
  GTlsCertificate *certificate;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;

  GMutex lock; /* everything below */
  GCond news;
  gboolean listens;
  guint16 port;
  guint records;
  gint64 first_us, second_us;
};

static void
note_record (Liar *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 now = g_get_monotonic_time ();

  self->records++;
  if (self->records == 1)
    self->first_us = now;
  if (self->records == 2)
    self->second_us = now;
  g_cond_broadcast (&self->news);
}

/* "/v1/transactions/KIOSK/TXID" */
static void
answer_record (Liar *self, SoupServerMessage *message, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", 6);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) sealed = soup_message_body_flatten (body);
  g_autoptr (GBytes) receipt = NULL;
  gsize length;
  gconstpointer data;

  note_record (self);
  if (self->lie.receipt == NULL || g_strv_length (parts) != 5)
    return;
  receipt = self->lie.receipt (parts[3], parts[4], sealed, self->lie.data);
  data = g_bytes_get_data (receipt, &length);
  soup_server_message_set_response (message, "application/cms", SOUP_MEMORY_COPY, data, length);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  Liar *self = data;

  soup_server_message_set_status (message, self->lie.status, NULL);
  if (self->lie.retry_after != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After",
                                  self->lie.retry_after);
  if (strcmp (soup_server_message_get_method (message), "PUT") == 0)
    answer_record (self, message, path);
}

static void
tell_port (Liar *self, guint16 port)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->listens = TRUE;
  self->port = port;
  g_cond_broadcast (&self->news);
}

static guint16
port_of (SoupServer *server)
{
  GSList *uris = soup_server_get_uris (server);
  guint16 port = uris != NULL ? (guint16)g_uri_get_port (uris->data) : 0;

  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return port;
}

static gpointer
serve (gpointer data)
{
  Liar *self = data;
  g_autoptr (SoupServer) server = NULL;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new ("tls-certificate", self->certificate, NULL);
  soup_server_add_handler (server, NULL, on_request, self, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY,
                            NULL);
  tell_port (self, port_of (server));
  g_main_loop_run (self->loop);
  soup_server_disconnect (server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

Liar *
liar_new (const char *pki, const Lie *lie, GError **error)
{
  g_autofree char *certificate = g_build_filename (pki, "server.pem", NULL);
  g_autofree char *key = g_build_filename (pki, "server.key", NULL);
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_files (certificate, key, error);
  Liar *self;

  if (tls == NULL)
    return NULL;
  self = g_new0 (Liar, 1);
  g_mutex_init (&self->lock);
  g_cond_init (&self->news);
  self->lie = *lie;
  self->certificate = g_steal_pointer (&tls);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("liar", serve, self);
  g_mutex_lock (&self->lock);
  while (!self->listens)
    g_cond_wait (&self->news, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
liar_free (Liar *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->certificate);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->news);
  g_free (self);
}

guint16
liar_port (Liar *self)
{
  return self->port;
}

gboolean
liar_await_records (Liar *self, guint records, guint seconds)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 deadline = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;

  while (self->records < records)
    {
      if (!g_cond_wait_until (&self->news, &self->lock, deadline))
        return self->records >= records;
    }
  return TRUE;
}

gint64
liar_first_gap_us (Liar *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->second_us - self->first_us;
}
