#include "bench.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <string.h>

#include "base/file.h"
#include "trust/pki.h"

#define PATIENCE_S 30

static const char *
from_environment (const char *name)
{
  const char *value = g_getenv (name);

  if (value == NULL)
    g_error ("%s is not set: run this test by meson", name);
  return value;
}

static void
personalise (Bench *self, gboolean matrix)
{
  const char *const argv[] = { from_environment ("EMULATOR"), "personalise", self->folder,
                               matrix ? "--matrix" : NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *said = stage_run (argv, NULL, &error);

  g_assert_no_error (error);
}

static void
start_emulator (Bench *self, const char *socket)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *cards = g_strconcat ("--cards=", self->folder, NULL);
  g_autofree char *control = g_strconcat ("--control=", socket, NULL);
  g_autofree char *link = g_strconcat ("--link=", self->folder, "/reader", NULL);
  const char *const argv[]
    = { from_environment ("EMULATOR"), cards, control, link, "--vpcd=0", NULL };

  self->emulator = stage_process_start ("kiosk-emulator", argv, NULL, self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->emulator, PATIENCE_S, &error);
  g_assert_no_error (error);
  self->device = g_strconcat ("pn532_uart:", stage_process_value (self->emulator, "tty"), NULL);
}

static void
connect_control (Bench *self, const char *socket)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autoptr (GError) error = NULL;

  self->control = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  self->answers
    = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->control)));
}

static GBytes *
country_signer (Bench *self)
{
  g_autofree char *path = g_build_filename (self->folder, "csca.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) certificate = kiosk_pki_cert_load (path, &error);
  GBytes *bytes;
  guint8 *der = NULL;
  int length;

  g_assert_no_error (error);
  length = i2d_X509 (certificate, &der);
  g_assert_cmpint (length, >, 0);
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}

/* Whom the country called back. */
static GBytes *
called_back (Bench *self)
{
  g_autofree char *path = g_build_filename (self->folder, "csca.crl.pem", NULL);
  BIO *bio = BIO_new_file (path, "r");
  X509_CRL *crl = PEM_read_bio_X509_CRL (bio, NULL, NULL, NULL);
  guint8 *der = NULL;
  int length = i2d_X509_CRL (crl, &der);
  GBytes *bytes = g_bytes_new (der, (gsize)length);

  g_assert_cmpint (length, >, 0);
  OPENSSL_free (der);
  X509_CRL_free (crl);
  BIO_free (bio);
  return bytes;
}

static void
init (Bench *self, gboolean matrix)
{
  g_autoptr (GPtrArray) crls = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autofree char *socket = NULL;
  g_autoptr (GPtrArray) csca = g_ptr_array_new ();

  *self = (Bench){ .folder = g_dir_make_tmp ("card-bench-XXXXXX", NULL),
                   .clock = kiosk_clock_new_system (),
                   .heard = g_string_new (""),
                   .key_kind = KIOSK_CARD_KEY_CAN };
  socket = g_build_filename (self->folder, "control", NULL);
  personalise (self, matrix);
  start_emulator (self, socket);
  connect_control (self, socket);
  self->csca = country_signer (self);
  g_ptr_array_add (csca, self->csca);
  self->port = kiosk_card_worker_new (from_environment ("READER"), self->device,
                                      from_environment ("PROFILES"), self->clock, csca);
  g_ptr_array_add (crls, called_back (self));
  kiosk_card_worker_set_crls (self->port, crls);
}

void
bench_init (Bench *self)
{
  init (self, FALSE);
}

void
bench_init_matrix (Bench *self)
{
  init (self, TRUE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

void
bench_clear (Bench *self)
{
  self->port->free (self->port);
  if (stage_process_is_running (self->emulator))
    bench_do (self, "quit");
  stage_process_free (self->emulator);
  g_object_unref (self->answers);
  g_object_unref (self->control);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->device);
  g_bytes_unref (self->csca);
  kiosk_evidence_free (self->evidence);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  kiosk_clock_unref (self->clock);
  g_string_free (self->heard, TRUE);
}

char *
bench_ask (Bench *self, const char *line)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = g_strconcat (line, "\n", NULL);
  char *answer;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->control)), sent,
                             strlen (sent), NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  if (answer == NULL || !g_str_has_prefix (answer, "ok"))
    g_error ("the emulator answered \"%s\" to \"%s\"", answer, line);
  return answer;
}

void
bench_do (Bench *self, const char *format, ...)
{
  g_autofree char *line = NULL, *answer = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  answer = bench_ask (self, line);
}

static void
on_event (gpointer data, const KioskCardEvent *event)
{
  static const char *const words[] = { "ready",    "found",  "needs-key", "preview", "progress",
                                       "evidence", "failed", "removed",   "staff" };
  Bench *self = data;

  if (event->type == KIOSK_CARD_EVENT_PROGRESS)
    {
      g_assert_cmpfloat (event->fraction, >=, self->fraction);
      self->fraction = event->fraction;
      return;
    }
  g_string_append_printf (self->heard, "%s ",
                          event->type == KIOSK_CARD_EVENT_FAILED
                            ? kiosk_card_error_name (event->error)
                            : words[event->type]);
  self->tries_left = event->tries_left;
  if (event->type == KIOSK_CARD_EVENT_PREVIEW)
    g_strlcpy (self->previewed, event->name, sizeof self->previewed);
  if (event->type == KIOSK_CARD_EVENT_FOUND)
    self->fraction = 0;
  if (event->type == KIOSK_CARD_EVENT_EVIDENCE)
    {
      kiosk_evidence_free (self->evidence);
      self->evidence = kiosk_evidence_copy (event->evidence);
    }
  if (event->type == KIOSK_CARD_EVENT_STAFF)
    {
      g_clear_pointer (&self->certificate, g_bytes_unref);
      self->certificate = g_bytes_ref (event->certificate);
    }
  if (event->type == KIOSK_CARD_EVENT_NEEDS_KEY)
    {
      self->asked = event->key;
      if (self->key != NULL)
        {
          g_autoptr (KioskSecret) key = kiosk_secret_new_copy (self->key, strlen (self->key));

          self->port->give_key (self->port, self->key_kind, key);
        }
    }
}

void
bench_start (Bench *self)
{
  bench_forget (self);
  self->port->start (self->port, on_event, self);
}

void
bench_start_staff (Bench *self)
{
  bench_forget (self);
  self->port->start_staff (self->port, on_event, self);
}

void
bench_forget (Bench *self)
{
  g_string_truncate (self->heard, 0);
  g_clear_pointer (&self->evidence, kiosk_evidence_free);
}

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_await (Bench *self, const char *word)
{
  gboolean gave_up = FALSE;
  guint guard = g_timeout_add_seconds (PATIENCE_S, set_flag, &gave_up);

  while (strstr (self->heard->str, word) == NULL && !gave_up)
    g_main_context_iteration (NULL, TRUE);
  if (gave_up)
    g_error ("waited for \"%s\", heard \"%s\"", word, self->heard->str);
  g_source_remove (guard);
}

char *
bench_card_value (Bench *self, const char *card, const char *group, const char *key)
{
  g_autofree char *path = g_build_filename (self->folder, "cards", card, "card.ini", NULL);
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (ini, path, G_KEY_FILE_NONE, NULL));
  return g_key_file_get_string (ini, group, key, NULL);
}
