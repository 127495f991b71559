#include "gateway-double.h"

#include <string.h>

#include "gateway-private.h"
#include "trust/pki.h"

static void
transaction_free (gpointer data)
{
  GatewayTransaction *transaction = data;

  g_free (transaction->digest);
  g_bytes_unref (transaction->receipt);
  g_free (transaction);
}

static void
stored_free (gpointer data)
{
  GatewayBundle *stored = data;

  g_bytes_unref (stored->cms);
  g_free (stored);
}

static void
planned_free (gpointer data)
{
  GatewayPlanned *planned = data;

  g_clear_pointer (&planned->fault.body, g_bytes_unref);
  g_free (planned->prefix);
  g_free (planned);
}

/* The head, up to its empty line. FALSE: the peer is gone. */
static gboolean
read_head (GInputStream *in, GString *head)
{
  guint8 byte;

  while (!g_str_has_suffix (head->str, "\r\n\r\n"))
    {
      if (head->len > 16384 || g_input_stream_read (in, &byte, 1, NULL, NULL) != 1)
        return FALSE;
      g_string_append_c (head, (char)byte);
    }
  return TRUE;
}

static gboolean
read_request (GInputStream *in, GatewayRequest *request)
{
  g_autoptr (GString) head = g_string_new (NULL);
  const char *length_line;
  gsize length = 0, got = 0;
  g_autofree guint8 *body = NULL;

  if (!read_head (in, head))
    return FALSE;
  length_line = strstr (head->str, "Content-Length: ");
  if (length_line != NULL)
    length = g_ascii_strtoull (length_line + strlen ("Content-Length: "), NULL, 10);
  body = g_malloc (length + 1);
  if (!g_input_stream_read_all (in, body, length, &got, NULL, NULL) || got != length)
    return FALSE;
  request->line = g_strndup (head->str, (gsize)(strstr (head->str, " HTTP/1.1") - head->str));
  request->head = g_string_free (g_steal_pointer (&head), FALSE);
  request->body = g_bytes_new (body, length);
  return TRUE;
}

static void
request_clear (GatewayRequest *request)
{
  g_free (request->line);
  g_free (request->head);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request->peer);
}

static GatewayPlanned *
take_fault (Gateway *self, const char *line)
{
  for (GList *at = self->faults.head; at != NULL; at = at->next)
    {
      GatewayPlanned *planned = at->data;

      if (g_str_has_prefix (line, planned->prefix))
        {
          g_queue_delete_link (&self->faults, at);
          return planned;
        }
    }
  return NULL;
}

static GatewayAnswer
answer_for (Gateway *self, const GatewayRequest *request, const GatewayFault *fault)
{
  GatewayAnswer answer;

  if (fault != NULL && fault->kind == GATEWAY_FAULT_STATUS)
    return (GatewayAnswer){ .status = fault->status,
                            .header = g_strdup (fault->header),
                            .body = fault->body != NULL ? g_bytes_ref (fault->body)
                                                        : g_bytes_new (NULL, 0) };
  answer = gateway_route (self, request);
  if (fault != NULL && fault->kind == GATEWAY_FAULT_BODY)
    {
      g_bytes_unref (answer.body);
      answer.body = g_bytes_ref (fault->body);
    }
  return answer;
}

/* TRUE: the connection goes on. */
static gboolean
send_answer (Gateway *self, GIOStream *tls, GIOStream *tcp, const GatewayAnswer *answer,
             const GatewayFault *fault)
{
  gboolean cut = fault != NULL && fault->kind >= GATEWAY_FAULT_CUT;
  gboolean clean = cut && fault->kind == GATEWAY_FAULT_CUT_CLEAN;
  gsize length = g_bytes_get_size (answer->body);
  g_autofree char *size = clean
                            ? g_strdup ("Connection: close\r\n")
                            : g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "HTTP/1.1 %u X\r\n%s%s\r\n", answer->status,
                   answer->header != NULL ? answer->header : "", size);
  g_string_append_len (text, g_bytes_get_data (answer->body, NULL), (gssize)length);
  g_output_stream_write_all (g_io_stream_get_output_stream (tls), text->str,
                             cut ? MIN (fault->cut, text->len) : text->len, NULL, NULL, NULL);
  if (clean)
    g_io_stream_close (tls, NULL, NULL);
  if (cut)
    g_io_stream_close (tcp, NULL, NULL);
  return !cut;
}

static char *
peer_name (GTlsConnection *tls)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (tls);
  g_autofree char *pem = NULL;
  g_autoptr (X509) cert = NULL;

  if (certificate == NULL)
    return NULL;
  g_object_get (certificate, "certificate-pem", &pem, NULL);
  cert = kiosk_pki_cert_from_pem (pem, NULL);
  return kiosk_pki_cert_common_name (cert);
}

static gboolean
serve_one (Gateway *self, GIOStream *tls, GIOStream *tcp)
{
  GatewayRequest request = { 0 };
  GatewayAnswer answer;
  GatewayPlanned *planned;
  gboolean goes_on;

  if (!read_request (g_io_stream_get_input_stream (tls), &request))
    return FALSE;
  request.peer = peer_name (G_TLS_CONNECTION (tls));
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->lines, g_strdup (request.line));
  planned = take_fault (self, request.line);
  answer = answer_for (self, &request, planned != NULL ? &planned->fault : NULL);
  goes_on = send_answer (self, tls, tcp, &answer, planned != NULL ? &planned->fault : NULL);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&planned, planned_free);
  g_free (answer.header);
  g_bytes_unref (answer.body);
  request_clear (&request);
  return goes_on;
}

static gboolean
accept_certificate (GTlsConnection *tls, GTlsCertificate *peer, GTlsCertificateFlags errors,
                    gpointer data)
{
  return errors == 0;
}

static gboolean
run_connection (GThreadedSocketService *service, GSocketConnection *tcp, GObject *source,
                gpointer data)
{
  Gateway *self = data;
  g_autoptr (GIOStream) tls
    = g_tls_server_connection_new (G_IO_STREAM (tcp), self->certificate, NULL);

  g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), self->authorities);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate), NULL);
  if (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL))
    {
      g_mutex_lock (&self->lock);
      if (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (tls))
          != G_TLS_PROTOCOL_VERSION_TLS_1_3)
        self->old_handshakes++;
      g_mutex_unlock (&self->lock);
      while (serve_one (self, tls, G_IO_STREAM (tcp)))
        ;
    }
  g_io_stream_close (G_IO_STREAM (tcp), NULL, NULL);
  g_mutex_lock (&self->lock);
  self->connections--;
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* In the service's own thread, before the connection's thread exists. */
static gboolean
count_connection (GSocketService *service, GSocketConnection *tcp, GObject *source, gpointer data)
{
  Gateway *self = data;

  g_mutex_lock (&self->lock);
  self->connections++;
  g_mutex_unlock (&self->lock);
  return FALSE;
}

static gpointer
run_service (gpointer data)
{
  Gateway *self = data;

  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (64);
  g_signal_connect (self->service, "incoming", G_CALLBACK (count_connection), self);
  g_signal_connect (self->service, "run", G_CALLBACK (run_connection), self);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_socket_service_start (self->service);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static GTlsDatabase *
kiosk_authorities (World *world)
{
  g_autofree char *path = g_build_filename (world->folder, "kiosk-ca.pem", NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (world->kiosk_ca.cert);
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database;

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  return database;
}

Gateway *
gateway_new (World *world, const KioskSigner *server)
{
  Gateway *self = g_new0 (Gateway, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  g_cond_init (&self->iam_news);
  self->world = world;
  self->certificate = world_tls (world, server);
  self->authorities = kiosk_authorities (world);
  self->transactions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, transaction_free);
  self->bundles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, stored_free);
  self->outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->faults);
  self->epoch = g_strdup ("epoch-1");
  self->time_ms = WORLD_NOW;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_mutex_lock (&self->lock);
  self->thread = g_thread_new ("gateway-double", run_service, self);
  while (self->port == 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* The kiosk's side must be gone first: a connection ends when its peer does. */
void
gateway_free (Gateway *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->iam_news);
  while (self->connections > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->certificate);
  g_object_unref (self->authorities);
  g_hash_table_unref (self->transactions);
  g_hash_table_unref (self->bundles);
  g_ptr_array_unref (self->outcomes);
  g_ptr_array_unref (self->lines);
  g_queue_clear_full (&self->faults, planned_free);
  gateway_iam_clear (self);
  g_free (self->epoch);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self);
}

char *
gateway_url (Gateway *self)
{
  return g_strdup_printf ("https://localhost:%u", self->port);
}

void
gateway_fault (Gateway *self, const char *prefix, const GatewayFault *fault)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GatewayPlanned *planned = g_new0 (GatewayPlanned, 1);

  planned->prefix = g_strdup (prefix);
  planned->fault = *fault;
  if (fault->body != NULL)
    g_bytes_ref (fault->body);
  g_queue_push_tail (&self->faults, planned);
}

guint
gateway_requests (Gateway *self, const char *prefix)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (self->lines, i), prefix);
  return n;
}

guint
gateway_old_handshakes (Gateway *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->old_handshakes;
}

guint
gateway_transactions (Gateway *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_size (self->transactions);
}

char *
gateway_digest (Gateway *self, const char *txid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GatewayTransaction *transaction = g_hash_table_lookup (self->transactions, txid);

  return transaction != NULL ? g_strdup (transaction->digest) : NULL;
}

GBytes *
gateway_receipt (Gateway *self, const char *txid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GatewayTransaction *transaction = g_hash_table_lookup (self->transactions, txid);

  return transaction != NULL ? g_bytes_ref (transaction->receipt) : NULL;
}

void
gateway_restore (Gateway *self, const char *lost_txid, const char *epoch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_remove (self->transactions, lost_txid);
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
}

void
gateway_add_outcome (Gateway *self, GBytes *cms)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->outcomes, g_bytes_ref (cms));
}

void
gateway_set_bundle (Gateway *self, const char *name, guint64 serial, GBytes *cms)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GatewayBundle *stored = g_new0 (GatewayBundle, 1);

  stored->serial = serial;
  stored->cms = g_bytes_ref (cms);
  g_hash_table_replace (self->bundles, g_strdup (name), stored);
}

void
gateway_set_time (Gateway *self, gint64 time_ms)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->time_ms = time_ms;
}
