#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card.h"

#define PERIOD_US  (G_USEC_PER_SEC / KIOSK_EMU_VIEW_RATE)
#define PIPE_BYTES (1024 * 1024) /* less than a frame: none waits behind another */

struct _KioskEmuCamera
{
  char *path;
  GThread *thread;
  int wake; /* an eventfd: something has changed */

  GMutex mutex; /* all that follows */
  GCond changed;
  KioskEmuScene *scene;
  gboolean is_new_scene;
  gboolean is_covered, is_stalled, is_unplugged, is_over;
  gboolean is_parked; /* the thread waits for a plug and holds no pipe */
  guint64 frames;

  /* The thread's own. */
  KioskEmuView *view;
  guint64 number; /* of the frame since the scene is there */
};

static gboolean
fail (GError **error, const char *path, int number)
{
  g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_DEVICE, "camera %s: %s", path,
               g_strerror (number));
  return FALSE;
}

/* A new pipe in the place of whatever pipe has the name; nobody ever finds none. */
static gboolean
make_pipe (const char *path, GError **error)
{
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  GStatBuf status;

  if (g_lstat (path, &status) == 0 && !S_ISFIFO (status.st_mode))
    return fail (error, path, EEXIST);
  g_unlink (fresh); /* one that a killed emulator left */
  if (mkfifo (fresh, 0600) != 0 || g_rename (fresh, path) != 0)
    return fail (error, path, errno);
  return TRUE;
}

/* The thread */

static gboolean
is_reader_wanted (const KioskEmuCamera *self)
{
  return !self->is_over && !self->is_unplugged;
}

/* Until a reader is there. −1: there is none; look again at what is wanted. */
static int
await_reader (KioskEmuCamera *self)
{
  int pipe = open (self->path, O_WRONLY | O_CLOEXEC);

  g_mutex_lock (&self->mutex);
  /* The next reader gets another pipe. Where none can be made, the camera is gone. */
  if (is_reader_wanted (self) && !make_pipe (self->path, NULL))
    self->is_unplugged = TRUE;
  if (!is_reader_wanted (self) && pipe >= 0)
    {
      close (pipe);
      pipe = -1;
    }
  g_mutex_unlock (&self->mutex);
  if (pipe >= 0)
    {
      fcntl (pipe, F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; it works with less as well */
      fcntl (pipe, F_SETFL, O_NONBLOCK);
    }
  return pipe;
}

/* Until @events come at @pipe, something has changed, or it is @until_us. FALSE: nobody reads. */
static gboolean
await (KioskEmuCamera *self, int pipe, short events, gint64 until_us)
{
  struct pollfd fds[]
    = { { .fd = pipe, .events = events }, { .fd = self->wake, .events = POLLIN } };
  gint64 left_us = until_us - g_get_monotonic_time ();
  guint64 count;

  poll (fds, G_N_ELEMENTS (fds), until_us == 0 ? -1 : (int)(MAX (left_us, 0) + 999) / 1000);
  if (fds[1].revents != 0 && read (self->wake, &count, sizeof count) < 0)
    return FALSE;
  return (fds[0].revents & POLLERR) == 0;
}

static gboolean
is_wanted (KioskEmuCamera *self)
{
  gboolean wanted;

  g_mutex_lock (&self->mutex);
  wanted = is_reader_wanted (self);
  g_mutex_unlock (&self->mutex);
  return wanted;
}

static gboolean
write_frame (KioskEmuCamera *self, int pipe, const KioskEmuRaster *frame)
{
  gsize length = kiosk_emu_raster_size (frame), done = 0;

  while (done < length)
    {
      gssize n = write (pipe, frame->luma + done, length - done);

      if (n > 0)
        done += (gsize)n;
      else if (errno != EAGAIN || !await (self, pipe, POLLOUT, 0) || !is_wanted (self))
        return FALSE;
    }
  g_mutex_lock (&self->mutex);
  self->frames++;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/* NULL: stalled. (transfer none) */
static const KioskEmuRaster *
draw_frame (KioskEmuCamera *self)
{
  g_autoptr (KioskEmuScene) scene = NULL;
  gboolean is_covered;

  g_mutex_lock (&self->mutex);
  if (!self->is_stalled)
    scene = kiosk_emu_scene_ref (self->scene);
  if (self->is_new_scene)
    self->number = 0;
  self->is_new_scene = FALSE;
  is_covered = self->is_covered;
  g_mutex_unlock (&self->mutex);
  return scene == NULL ? NULL
                       : kiosk_emu_view_frame (self->view, scene, self->number++, is_covered);
}

/* Until the reader goes, or the camera does. */
static void
serve_reader (KioskEmuCamera *self, int pipe)
{
  gint64 next_us = g_get_monotonic_time ();

  while (is_wanted (self))
    {
      gint64 now_us = g_get_monotonic_time ();
      const KioskEmuRaster *frame = now_us < next_us ? NULL : draw_frame (self);

      if (frame != NULL)
        {
          /* Beats that a slow reader has missed are not made up for. */
          next_us = MAX (next_us + PERIOD_US, now_us);
          if (!write_frame (self, pipe, frame))
            return;
        }
      else if (!await (self, pipe, 0, now_us < next_us ? next_us : 0))
        return;
    }
}

/* FALSE: over. */
static gboolean
await_plug (KioskEmuCamera *self)
{
  gboolean goes_on;

  g_mutex_lock (&self->mutex);
  while (self->is_unplugged && !self->is_over)
    {
      self->is_parked = TRUE;
      g_cond_broadcast (&self->changed);
      g_cond_wait (&self->changed, &self->mutex);
    }
  self->is_parked = FALSE;
  goes_on = !self->is_over;
  g_mutex_unlock (&self->mutex);
  return goes_on;
}

static gpointer
run (gpointer data)
{
  KioskEmuCamera *self = data;
  sigset_t signals;

  /* A reader that goes is an error of write(). */
  sigemptyset (&signals);
  sigaddset (&signals, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  self->view = kiosk_emu_view_new ();
  while (await_plug (self))
    {
      int pipe = await_reader (self);

      if (pipe < 0)
        continue;
      serve_reader (self, pipe);
      close (pipe);
    }
  kiosk_emu_view_free (self->view);
  return NULL;
}

/* From outside */

static void
wake (KioskEmuCamera *self)
{
  const guint64 one = 1;

  if (write (self->wake, &one, sizeof one) < 0)
    g_error ("camera: eventfd: %s", g_strerror (errno)); /* it would have to be full */
}

/* Takes the name away, and ends the thread's wait for someone who opens it. The reader that this is
 * must stay until the thread has seen what changed. */
static int
release_thread (KioskEmuCamera *self)
{
  int reader = open (self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  g_unlink (self->path);
  return reader;
}

KioskEmuCamera *
kiosk_emu_camera_new (const char *path, GError **error)
{
  g_autoptr (KioskEmuCamera) self = g_new0 (KioskEmuCamera, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->scene = kiosk_emu_scene_new_hall ();
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->wake < 0)
    fail (error, path, errno);
  else if (make_pipe (path, error))
    {
      self->path = g_strdup (path);
      self->thread = g_thread_new ("camera", run, self);
      return g_steal_pointer (&self);
    }
  return NULL;
}

void
kiosk_emu_camera_free (KioskEmuCamera *self)
{
  int reader = -1;

  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->is_over = TRUE;
      reader = release_thread (self);
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->mutex);
      wake (self);
      g_thread_join (self->thread);
    }
  if (reader >= 0)
    close (reader);
  if (self->wake >= 0)
    close (self->wake);
  kiosk_emu_scene_unref (self->scene);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

void
kiosk_emu_camera_show (KioskEmuCamera *self, KioskEmuScene *scene)
{
  g_mutex_lock (&self->mutex);
  kiosk_emu_scene_unref (self->scene);
  self->scene = kiosk_emu_scene_ref (scene);
  self->is_new_scene = TRUE;
  g_mutex_unlock (&self->mutex);
}

/* With the mutex. */
static void
unplug (KioskEmuCamera *self)
{
  int reader;

  if (self->is_unplugged)
    return;
  self->is_unplugged = TRUE;
  reader = release_thread (self);
  wake (self);
  while (!self->is_parked)
    g_cond_wait (&self->changed, &self->mutex);
  if (reader >= 0)
    close (reader);
}

/* With the mutex. */
static gboolean
plug (KioskEmuCamera *self, GError **error)
{
  if (!self->is_unplugged)
    return TRUE;
  if (!make_pipe (self->path, error))
    return FALSE;
  self->is_unplugged = FALSE;
  g_cond_broadcast (&self->changed);
  return TRUE;
}

gboolean
kiosk_emu_camera_do (KioskEmuCamera *self, KioskEmuCameraDeed deed, GError **error)
{
  gboolean done = TRUE;

  g_mutex_lock (&self->mutex);
  switch (deed)
    {
    case KIOSK_EMU_CAMERA_COVER:
    case KIOSK_EMU_CAMERA_UNCOVER:
      self->is_covered = deed == KIOSK_EMU_CAMERA_COVER;
      break;
    case KIOSK_EMU_CAMERA_STALL:
    case KIOSK_EMU_CAMERA_RESUME:
      self->is_stalled = deed == KIOSK_EMU_CAMERA_STALL;
      break;
    case KIOSK_EMU_CAMERA_UNPLUG:
      unplug (self);
      break;
    case KIOSK_EMU_CAMERA_PLUG:
      done = plug (self, error);
      break;
    }
  g_mutex_unlock (&self->mutex);
  wake (self);
  return done;
}

const char *
kiosk_emu_camera_state (KioskEmuCamera *self)
{
  const char *state;

  g_mutex_lock (&self->mutex);
  if (self->is_unplugged)
    state = "unplugged";
  else if (self->is_stalled)
    state = "stalled";
  else
    state = self->is_covered ? "covered" : "plugged";
  g_mutex_unlock (&self->mutex);
  return state;
}

guint64
kiosk_emu_camera_frames (KioskEmuCamera *self)
{
  guint64 frames;

  g_mutex_lock (&self->mutex);
  frames = self->frames;
  g_mutex_unlock (&self->mutex);
  return frames;
}

const char *
kiosk_emu_camera_path (const KioskEmuCamera *self)
{
  return self->path;
}
