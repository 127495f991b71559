#include "devices/worker/worker-link.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

struct _KioskWorkerLink
{
  gint refs; /* ours, and one for each call under way */
  GSubprocess *process;
  GSocketConnection *connection;
  KioskClock *clock;
  const KioskWorkerDialect *dialect;
  GCancellable *cancellable;
  guint patience;
  guint8 header[KIOSK_WORKER_FRAME_HEADER];
  KioskSecret *body;
  GQueue outbox; /* (element-type KioskSecret); the first is being written */
  gboolean said_all, exited;
  KioskWorkerLinkMessage on_message; /* NULL: ended */
  KioskWorkerLinkClosed on_closed;   /* NULL: freed */
  gpointer data;
};

static void read_header (KioskWorkerLink *self);
static void write_first (KioskWorkerLink *self);

static KioskWorkerLink *
link_ref (KioskWorkerLink *self)
{
  self->refs++;
  return self;
}

static void
link_unref (KioskWorkerLink *self)
{
  if (--self->refs > 0)
    return;
  g_clear_object (&self->connection);
  g_clear_object (&self->process);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->body, kiosk_secret_unref);
  g_queue_clear_full (&self->outbox, (GDestroyNotify)kiosk_secret_unref);
  kiosk_clock_unref (self->clock);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskWorkerLink, link_unref)

static void
close_if_over (KioskWorkerLink *self)
{
  KioskWorkerLinkClosed on_closed = self->on_closed;

  if (!self->said_all || !self->exited || on_closed == NULL)
    return;
  self->on_closed = NULL;
  on_closed (self->data);
}

/* Nothing more will come. A process that closed its end has no reason to stay. */
static void
said_all (KioskWorkerLink *self)
{
  self->said_all = TRUE;
  if (!self->exited)
    kiosk_worker_link_kill (self);
  close_if_over (self);
}

static void
on_body (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskWorkerLink) self = data;
  g_autoptr (KioskSecret) body = g_steal_pointer (&self->body);
  g_autoptr (GVariant) payload = NULL;
  guint kind;
  gsize n;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, NULL)
      || n < kiosk_secret_length (body))
    {
      said_all (self);
      return;
    }
  payload = kiosk_worker_frame_unpack (self->dialect, body, &kind, NULL);
  if (payload == NULL)
    {
      said_all (self);
      return;
    }
  if (self->on_message != NULL)
    self->on_message (self->data, kind, payload);
  read_header (self);
}

static void
on_header (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskWorkerLink) self = data;
  gsize n, length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n, NULL)
      || n < KIOSK_WORKER_FRAME_HEADER || !kiosk_worker_frame_length (self->header, &length, NULL))
    {
      said_all (self);
      return;
    }
  self->body = kiosk_secret_new (length);
  g_input_stream_read_all_async (G_INPUT_STREAM (source), kiosk_secret_data (self->body), length,
                                 G_PRIORITY_DEFAULT, self->cancellable, on_body, link_ref (self));
}

static void
read_header (KioskWorkerLink *self)
{
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                                 self->header, sizeof self->header, G_PRIORITY_DEFAULT,
                                 self->cancellable, on_header, link_ref (self));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskWorkerLink) self = data;
  gboolean written
    = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);

  /* The reading side sees a broken socket too and ends the link. */
  kiosk_secret_unref (g_queue_pop_head (&self->outbox));
  if (written && !g_queue_is_empty (&self->outbox))
    write_first (self);
}

static void
write_first (KioskWorkerLink *self)
{
  KioskSecret *frame = g_queue_peek_head (&self->outbox);

  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)),
                                   kiosk_secret_data (frame), kiosk_secret_length (frame),
                                   G_PRIORITY_DEFAULT, self->cancellable, on_written,
                                   link_ref (self));
}

void
kiosk_worker_link_send (KioskWorkerLink *self, guint kind, GVariant *payload)
{
  g_queue_push_tail (&self->outbox, kiosk_worker_frame_pack (self->dialect, kind, payload));
  if (g_queue_get_length (&self->outbox) == 1)
    write_first (self);
}

static void
on_process_exit (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskWorkerLink) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  self->exited = TRUE;
  kiosk_clock_cancel (self->clock, self->patience);
  self->patience = 0;
  close_if_over (self);
}

static GSubprocess *
run (const KioskWorkerSpec *spec, int socket)
{
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

  g_subprocess_launcher_set_environ (launcher, (char **)spec->environment);
  g_subprocess_launcher_take_fd (launcher, socket, KIOSK_WORKER_FD);
  if (spec->lent_fd >= 0)
    g_subprocess_launcher_take_fd (launcher, fcntl (spec->lent_fd, F_DUPFD_CLOEXEC, 0),
                                   KIOSK_WORKER_LENT_FD);
  return g_subprocess_launcher_spawn (launcher, NULL, spec->program, NULL);
}

KioskWorkerLink *
kiosk_worker_link_new (const KioskWorkerSpec *spec, KioskClock *clock,
                       KioskWorkerLinkMessage on_message, KioskWorkerLinkClosed on_closed,
                       gpointer data)
{
  g_autoptr (KioskWorkerLink) self = g_new0 (KioskWorkerLink, 1);
  g_autoptr (GSocket) socket = NULL;
  int ends[2];

  self->refs = 1;
  self->clock = kiosk_clock_ref (clock);
  self->dialect = spec->dialect;
  self->cancellable = g_cancellable_new ();
  self->on_message = on_message;
  self->on_closed = on_closed;
  self->data = data;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return NULL;
  socket = g_socket_new_from_fd (ends[0], NULL);
  self->process = run (spec, ends[1]);
  if (socket == NULL || self->process == NULL)
    return NULL;
  self->connection = g_socket_connection_factory_create_connection (socket);
  g_subprocess_wait_async (self->process, NULL, on_process_exit, link_ref (self));
  read_header (self);
  return g_steal_pointer (&self);
}

void
kiosk_worker_link_kill (KioskWorkerLink *self)
{
  g_subprocess_force_exit (self->process);
}

static void
on_patience (gpointer data)
{
  KioskWorkerLink *self = data;

  self->patience = 0;
  kiosk_worker_link_kill (self);
}

void
kiosk_worker_link_end (KioskWorkerLink *self, gint64 patience_ms)
{
  self->on_message = NULL;
  g_socket_shutdown (g_socket_connection_get_socket (self->connection), FALSE, TRUE, NULL);
  if (!self->exited)
    self->patience = kiosk_clock_add_timeout (self->clock, patience_ms, on_patience, self);
}

void
kiosk_worker_link_free (KioskWorkerLink *self)
{
  if (self == NULL)
    return;
  self->on_message = NULL;
  self->on_closed = NULL;
  kiosk_clock_cancel (self->clock, self->patience);
  self->patience = 0;
  g_cancellable_cancel (self->cancellable);
  if (!self->exited)
    kiosk_worker_link_kill (self);
  link_unref (self);
}
