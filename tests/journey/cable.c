#include "cable.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* One thread polls the listener and every pair; pulling the cable wakes it by an eventfd. */
typedef struct
{
  int kiosk;
  int gateway;
  gint64 left; /* bytes that may still come from the gateway; −1: any number */
} Link;

struct _StageCable
{
  GMutex lock;
  GCond obeyed; /* the thread has taken the cable out */
  GThread *thread;
  int wake;
  int listener; /* −1 while the cable is out */
  guint16 port;
  guint16 target;
  gint64 cut_after;
  gint64 carried;
  guint cuts; /* links that broke because they had carried all that they might */
  gboolean out, ending;
  GArray *links; /* Link; the thread's own */
};

static struct sockaddr_in
loopback (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return address;
}

static int
listen_on (guint16 *port, GError **error)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = loopback (*port);
  socklen_t length = sizeof address;
  int one = 1;

  if (fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
      && bind (fd, (struct sockaddr *)&address, length) == 0 && listen (fd, 64) == 0
      && getsockname (fd, (struct sockaddr *)&address, &length) == 0)
    {
      *port = ntohs (address.sin_port);
      return fd;
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "the cable cannot listen: %s",
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Closes with a reset, as a pulled cable or a dead middlebox looks from either end. */
static void
reset (int fd)
{
  struct linger now = { 1, 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close (fd);
}

static void
drop_link (StageCable *self, guint index)
{
  Link *link = &g_array_index (self->links, Link, index);

  reset (link->kiosk);
  reset (link->gateway);
  g_array_remove_index_fast (self->links, index);
}

static void
accept_link (StageCable *self)
{
  Link link = { -1, -1, -1 };
  struct sockaddr_in address;

  link.kiosk = accept4 (self->listener, NULL, NULL, SOCK_CLOEXEC);
  if (link.kiosk < 0)
    return;
  address = loopback (self->target);
  link.gateway = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (link.gateway < 0 || connect (link.gateway, (struct sockaddr *)&address, sizeof address) != 0)
    {
      reset (link.kiosk);
      if (link.gateway >= 0)
        close (link.gateway);
      return;
    }
  link.left = self->cut_after;
  self->carried = 0;
  g_array_append_val (self->links, link);
}

static gboolean
put_all (int fd, const guint8 *data, gssize length)
{
  while (length > 0)
    {
      gssize put = send (fd, data, (gsize)length, MSG_NOSIGNAL);

      if (put <= 0)
        return FALSE;
      data += put;
      length -= put;
    }
  return TRUE;
}

/* Moves what waits at one end to the other; FALSE when the link is over. */
static gboolean
carry (StageCable *self, Link *link, gboolean down)
{
  guint8 buffer[16384];
  gsize room = sizeof buffer;
  gssize got;

  if (down && link->left >= 0)
    room = (gsize)MIN ((gint64)room, link->left);
  got = room > 0 ? recv (down ? link->gateway : link->kiosk, buffer, room, MSG_DONTWAIT) : 0;
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (got <= 0 || !put_all (down ? link->kiosk : link->gateway, buffer, got))
    return FALSE;
  if (!down)
    return TRUE;
  self->carried += got;
  if (link->left > 0)
    link->left -= got;
  return link->left != 0;
}

static void
serve_links (StageCable *self, const struct pollfd *polled)
{
  for (guint i = self->links->len; i-- > 0;)
    {
      Link *link = &g_array_index (self->links, Link, i);

      if ((polled[i * 2].revents != 0 && !carry (self, link, FALSE))
          || (polled[i * 2 + 1].revents != 0 && !carry (self, link, TRUE)))
        {
          self->cuts += link->left == 0;
          drop_link (self, i);
        }
    }
}

/* What to poll: the links, then the listener, then the wake-up. */
static GArray *
gather (StageCable *self)
{
  GArray *polled = g_array_new (FALSE, TRUE, sizeof (struct pollfd));
  struct pollfd one = { .events = POLLIN };

  for (guint i = 0; i < self->links->len; i++)
    {
      one.fd = g_array_index (self->links, Link, i).kiosk;
      g_array_append_val (polled, one);
      one.fd = g_array_index (self->links, Link, i).gateway;
      g_array_append_val (polled, one);
    }
  one.fd = self->listener;
  g_array_append_val (polled, one);
  one.fd = self->wake;
  g_array_append_val (polled, one);
  return polled;
}

static void
obey (StageCable *self)
{
  eventfd_t value;

  eventfd_read (self->wake, &value);
  if (!self->out && !self->ending)
    return;
  while (self->links->len > 0)
    drop_link (self, 0);
  if (self->listener >= 0)
    close (self->listener);
  self->listener = -1;
  g_cond_broadcast (&self->obeyed);
}

static gpointer
run (gpointer data)
{
  StageCable *self = data;

  g_mutex_lock (&self->lock);
  while (!self->ending)
    {
      g_autoptr (GArray) polled = gather (self);
      struct pollfd *first = &g_array_index (polled, struct pollfd, 0);
      guint links = self->links->len;

      g_mutex_unlock (&self->lock);
      while (poll (first, polled->len, -1) < 0 && errno == EINTR)
        ;
      g_mutex_lock (&self->lock);
      serve_links (self, first);
      if (first[links * 2].revents != 0 && self->listener >= 0)
        accept_link (self);
      if (first[links * 2 + 1].revents != 0)
        obey (self);
    }
  obey (self);
  g_mutex_unlock (&self->lock);
  return NULL;
}

StageCable *
stage_cable_new (guint16 port, GError **error)
{
  StageCable *self = g_new0 (StageCable, 1);

  g_mutex_init (&self->lock);
  self->links = g_array_new (FALSE, FALSE, sizeof (Link));
  self->cut_after = -1;
  self->target = port;
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->listener = listen_on (&self->port, error);
  if (self->listener < 0 || self->wake < 0)
    {
      stage_cable_free (self);
      return NULL;
    }
  self->thread = g_thread_new ("cable", run, self);
  return self;
}

static void
wake (StageCable *self)
{
  eventfd_write (self->wake, 1);
}

void
stage_cable_free (StageCable *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      g_mutex_lock (&self->lock);
      self->ending = TRUE;
      g_mutex_unlock (&self->lock);
      wake (self);
      g_thread_join (self->thread);
    }
  close (self->wake);
  g_array_unref (self->links);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
stage_cable_port (StageCable *self)
{
  return self->port;
}

void
stage_cable_pull (StageCable *self)
{
  g_mutex_lock (&self->lock);
  self->out = TRUE;
  wake (self);
  while (self->listener >= 0)
    g_cond_wait (&self->obeyed, &self->lock);
  g_mutex_unlock (&self->lock);
}

gboolean
stage_cable_put_back (StageCable *self, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->out = FALSE;
  if (self->listener < 0)
    self->listener = listen_on (&self->port, error);
  wake (self);
  return self->listener >= 0;
}

gboolean
stage_cable_is_in (StageCable *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return !self->out;
}

void
stage_cable_cut_after (StageCable *self, gint64 bytes)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->cut_after = bytes;
  self->cuts = 0;
}

void
stage_cable_lead_to (StageCable *self, guint16 port)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->target = port;
}

gint64
stage_cable_carried (StageCable *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->carried;
}

guint
stage_cable_cuts (StageCable *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->cuts;
}
