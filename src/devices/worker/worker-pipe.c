#include "devices/worker/worker-pipe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
kiosk_worker_pipe_init (KioskWorkerPipe *self, const KioskWorkerDialect *dialect)
{
  struct stat info;

  *self = (KioskWorkerPipe){ .dialect = dialect, .fd = KIOSK_WORKER_FD };
  return fstat (self->fd, &info) == 0 && S_ISSOCK (info.st_mode);
}

static gboolean
wait_for (KioskWorkerPipe *self, int timeout_ms)
{
  struct pollfd wait = { .fd = self->fd, .events = POLLIN };
  int n;

  do
    n = poll (&wait, 1, timeout_ms);
  while (n < 0 && errno == EINTR);
  return n > 0;
}

static gboolean
read_whole (KioskWorkerPipe *self, guint8 *to, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      ssize_t n = read (self->fd, to + done, length - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize)n;
    }
  return TRUE;
}

static GVariant *
take_frame (KioskWorkerPipe *self, guint *ret_kind)
{
  guint8 header[KIOSK_WORKER_FRAME_HEADER];
  g_autoptr (KioskSecret) body = NULL;
  gsize length;

  if (!read_whole (self, header, sizeof header)
      || !kiosk_worker_frame_length (header, &length, NULL))
    return NULL;
  body = kiosk_secret_new (length);
  if (!read_whole (self, kiosk_secret_data (body), length))
    return NULL;
  return kiosk_worker_frame_unpack (self->dialect, body, ret_kind, NULL);
}

GVariant *
kiosk_worker_pipe_take (KioskWorkerPipe *self, int timeout_ms, guint *ret_kind)
{
  GVariant *payload;

  if (self->is_over || !wait_for (self, timeout_ms))
    return NULL;
  payload = take_frame (self, ret_kind);
  self->is_over = payload == NULL;
  return payload;
}

void
kiosk_worker_pipe_say (KioskWorkerPipe *self, guint kind, GVariant *payload)
{
  g_autoptr (KioskSecret) frame = kiosk_worker_frame_pack (self->dialect, kind, payload);
  const guint8 *at = kiosk_secret_data (frame);
  gsize left = kiosk_secret_length (frame);

  while (left > 0 && !self->is_over)
    {
      ssize_t n = send (self->fd, at, left, MSG_NOSIGNAL);

      if (n > 0)
        {
          at += n;
          left -= (gsize)n;
        }
      else if (n == 0 || errno != EINTR)
        self->is_over = TRUE;
    }
}
