#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pty.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "card.h"

typedef struct
{
  gint64 due_us;
  GByteArray *bytes;
} Burst;

struct _KioskEmuTerminal
{
  int master;
  int slave; /* held open: between two clients the line goes quiet instead of hanging up */
  int timer; /* microseconds; a main loop's own timeouts are a thousand times coarser */
  int closes;
  guint master_source;
  guint timer_source;
  guint closes_source;
  char *name;
  GQueue *bursts;
  KioskEmuTerminalRead function;
  gpointer data;
};

static void
burst_free (gpointer data)
{
  Burst *burst = data;

  g_byte_array_unref (burst->bytes);
  g_free (burst);
}

static gboolean
readable (int fd, GIOCondition condition, gpointer data)
{
  KioskEmuTerminal *self = data;
  guint8 bytes[4096];
  ssize_t length = read (fd, bytes, sizeof bytes);

  if (length > 0)
    self->function (self->data, bytes, (gsize)length);
  return G_SOURCE_CONTINUE;
}

/* A client that has closed the line may have asked for it alone; that would outlive it, because we
 * hold the line open too, and shut out the next one. */
static gboolean
client_closed (int fd, GIOCondition condition, gpointer data)
{
  KioskEmuTerminal *self = data;
  guint8 events[4096];

  if (read (fd, events, sizeof events) > 0)
    ioctl (self->slave, TIOCNXCL);
  return G_SOURCE_CONTINUE;
}

/* What a full line does not take is lost, as on a wire that nobody reads. */
static void
put (KioskEmuTerminal *self, const GByteArray *bytes)
{
  gsize done = 0;

  while (done < bytes->len)
    {
      ssize_t length = write (self->master, bytes->data + done, bytes->len - done);

      if (length < 0 && errno != EINTR)
        return;
      if (length > 0)
        done += (gsize)length;
    }
}

static void
arm (KioskEmuTerminal *self, gint64 in_us)
{
  struct itimerspec when = { .it_value = { .tv_sec = in_us / G_USEC_PER_SEC,
                                           .tv_nsec = in_us % G_USEC_PER_SEC * 1000 } };

  timerfd_settime (self->timer, 0, &when, NULL);
}

static void
flush (KioskEmuTerminal *self)
{
  Burst *burst;

  while ((burst = g_queue_peek_head (self->bursts)) != NULL)
    {
      gint64 left_us = burst->due_us - g_get_monotonic_time ();

      if (left_us > 0)
        {
          arm (self, left_us);
          return;
        }
      g_queue_pop_head (self->bursts);
      put (self, burst->bytes);
      burst_free (burst);
    }
}

static gboolean
timer_fired (int fd, GIOCondition condition, gpointer data)
{
  guint64 times;

  if (read (fd, &times, sizeof times) > 0)
    flush (data);
  return G_SOURCE_CONTINUE;
}

void
kiosk_emu_terminal_write (KioskEmuTerminal *self, const guint8 *bytes, gsize length,
                          gint64 delay_us)
{
  Burst *last = g_queue_peek_tail (self->bursts);
  Burst *burst;
  gint64 from_us = g_get_monotonic_time ();

  if (self->master < 0)
    return;
  burst = g_new0 (Burst, 1);
  if (last != NULL)
    from_us = MAX (from_us, last->due_us);
  burst->due_us = from_us + delay_us;
  burst->bytes = g_byte_array_new ();
  g_byte_array_append (burst->bytes, bytes, (guint)length);
  g_queue_push_tail (self->bursts, burst);
  flush (self);
}

static gboolean
open_terminal (KioskEmuTerminal *self)
{
  char name[128];
  struct termios settings;

  if (openpty (&self->master, &self->slave, name, NULL, NULL) != 0)
    return FALSE;
  if (tcgetattr (self->slave, &settings) != 0)
    return FALSE;
  cfmakeraw (&settings);
  if (tcsetattr (self->slave, TCSANOW, &settings) != 0)
    return FALSE;
  self->name = g_strdup (name);
  return fcntl (self->master, F_SETFD, FD_CLOEXEC) == 0
         && fcntl (self->slave, F_SETFD, FD_CLOEXEC) == 0
         && fcntl (self->master, F_SETFL, O_NONBLOCK) == 0;
}

static gboolean
watch_closes (KioskEmuTerminal *self)
{
  self->closes = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  return self->closes >= 0 && inotify_add_watch (self->closes, self->name, IN_CLOSE) >= 0;
}

static void
drop_source (guint *source)
{
  if (*source != 0)
    g_source_remove (*source);
  *source = 0;
}

static void
drop_file (int *file)
{
  if (*file >= 0)
    close (*file);
  *file = -1;
}

void
kiosk_emu_terminal_unplug (KioskEmuTerminal *self)
{
  arm (self, 0);
  g_queue_clear_full (self->bursts, burst_free);
  drop_source (&self->master_source);
  drop_source (&self->closes_source);
  drop_file (&self->closes);
  drop_file (&self->master);
  drop_file (&self->slave);
  g_clear_pointer (&self->name, g_free);
}

gboolean
kiosk_emu_terminal_plug (KioskEmuTerminal *self, GError **error)
{
  if (!open_terminal (self) || !watch_closes (self))
    {
      g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_DEVICE,
                   "no pseudo-terminal for the reader (%s): is /dev/pts mounted?",
                   g_strerror (errno));
      kiosk_emu_terminal_unplug (self);
      return FALSE;
    }
  self->master_source = g_unix_fd_add (self->master, G_IO_IN, readable, self);
  self->closes_source = g_unix_fd_add (self->closes, G_IO_IN, client_closed, self);
  return TRUE;
}

KioskEmuTerminal *
kiosk_emu_terminal_new (KioskEmuTerminalRead function, gpointer data, GError **error)
{
  g_autoptr (KioskEmuTerminal) self = g_new0 (KioskEmuTerminal, 1);

  self->master = self->slave = self->closes = -1;
  self->bursts = g_queue_new ();
  self->function = function;
  self->data = data;
  self->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->timer < 0)
    {
      g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_DEVICE, "no timer: %s",
                   g_strerror (errno));
      return NULL;
    }
  self->timer_source = g_unix_fd_add (self->timer, G_IO_IN, timer_fired, self);
  return kiosk_emu_terminal_plug (self, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_emu_terminal_free (KioskEmuTerminal *self)
{
  kiosk_emu_terminal_unplug (self);
  drop_source (&self->timer_source);
  drop_file (&self->timer);
  g_queue_free (self->bursts);
  g_free (self);
}

const char *
kiosk_emu_terminal_name (const KioskEmuTerminal *self)
{
  return self->name;
}
