#include "programs/kiosk-reader/inbox.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static gboolean
wait_for (Inbox *self, int timeout_ms)
{
  struct pollfd wait = { .fd = self->fd, .events = POLLIN };
  int n;

  do
    n = poll (&wait, 1, timeout_ms);
  while (n < 0 && errno == EINTR);
  return n > 0;
}

static gboolean
read_whole (Inbox *self, guint8 *to, gsize length)
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
take_frame (Inbox *self, KioskCardWireKind *ret_kind)
{
  guint8 header[KIOSK_CARD_WIRE_HEADER];
  g_autoptr (KioskSecret) body = NULL;
  gsize length;

  if (!read_whole (self, header, sizeof header) || !kiosk_card_wire_length (header, &length, NULL))
    return NULL;
  body = kiosk_secret_new (length);
  if (!read_whole (self, kiosk_secret_data (body), length))
    return NULL;
  return kiosk_card_wire_unpack (body, ret_kind, NULL);
}

GVariant *
inbox_take (Inbox *self, int timeout_ms, KioskCardWireKind *ret_kind)
{
  GVariant *payload;

  if (self->is_over || !wait_for (self, timeout_ms))
    return NULL;
  payload = take_frame (self, ret_kind);
  self->is_over = payload == NULL;
  return payload;
}

void
inbox_say (Inbox *self, KioskCardWireKind kind, GVariant *payload)
{
  g_autoptr (KioskSecret) frame = kiosk_card_wire_pack (kind, payload);
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

void
inbox_say_failed (Inbox *self, const GError *error)
{
  KioskCardError code
    = error->domain == KIOSK_CARD_ERROR ? (KioskCardError)error->code : KIOSK_CARD_ERROR_INTERNAL;

  inbox_say (self, KIOSK_CARD_WIRE_FAILED,
             g_variant_new ("(si)", kiosk_card_error_name (code), -1));
}
