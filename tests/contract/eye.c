#include "eye.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <qrencode.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_S   60
#define MODULE       4  /* pixels */
#define FRAMES_AHEAD 4  /* of a pipe with room for thirteen */
#define BEAT_MS      20 /* between two frames */

void
eye_init (Eye *self)
{
  *self = (Eye){ .folder = g_dir_make_tmp ("eye-XXXXXX", NULL),
                 .clock = kiosk_clock_new_system (),
                 .heard = g_string_new (""),
                 .feed = -1 };
  self->pipe = g_build_filename (self->folder, "pipe", NULL);
}

void
eye_clear (Eye *self)
{
  if (self->port != NULL)
    self->port->free (self->port);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  eye_unplug (self);
  for (guint i = 0; i < self->slides; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u.grey", self->folder, i);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->pipe);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_string_free (self->heard, TRUE);
  kiosk_clock_unref (self->clock);
}

void
eye_paint (guint8 frame[EYE_FRAME], const char *text, gssize length)
{
  QRcode *code;
  int left, top, side;

  memset (frame, 255, EYE_FRAME);
  if (text == NULL)
    {
      memset (frame, 40, EYE_FRAME / 2);
      return;
    }
  code = QRcode_encodeData ((int)(length < 0 ? (gssize)strlen (text) : length),
                            (const unsigned char *)text, 0, QR_ECLEVEL_M);
  g_assert_nonnull (code);
  side = code->width * MODULE;
  left = (EYE_WIDTH - side) / 2;
  top = (EYE_HEIGHT - side) / 2;
  g_assert_cmpint (top, >=, 4 * MODULE);
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      if (code->data[y / MODULE * code->width + x / MODULE] & 1)
        frame[(top + y) * EYE_WIDTH + left + x] = 0;
  QRcode_free (code);
}

char *
eye_slides (Eye *self, const guint8 *frames, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u.grey", self->folder, i);
      g_autoptr (GError) error = NULL;

      g_file_set_contents (path, (const char *)frames + (gsize)i * EYE_FRAME, EYE_FRAME, &error);
      g_assert_no_error (error);
    }
  self->slides = MAX (self->slides, n);
  return g_strdup_printf ("multifilesrc location=%s/%%d.grey start-index=0 stop-index=%u loop=true "
                          "caps=video/x-raw,format=GRAY8,width=%d,height=%d,framerate=30/1",
                          self->folder, n - 1, EYE_WIDTH, EYE_HEIGHT);
}

char *
eye_still (Eye *self, const guint8 frame[EYE_FRAME])
{
  return eye_slides (self, frame, 1);
}

char *
eye_cable (Eye *self)
{
  return g_strdup_printf ("filesrc location=%s blocksize=%d ! rawvideoparse format=gray8 width=%d "
                          "height=%d framerate=30/1",
                          self->pipe, EYE_FRAME, EYE_WIDTH, EYE_HEIGHT);
}

static gboolean
feed (gpointer data)
{
  Eye *self = data;
  int waiting;

  /* Whole frames or none: a pipe that is nearly full would take a part of one. */
  g_assert_cmpint (ioctl (self->feed, FIONREAD, &waiting), ==, 0);
  if (waiting <= FRAMES_AHEAD * EYE_FRAME)
    g_assert_cmpint (write (self->feed, self->frame, EYE_FRAME), ==, EYE_FRAME);
  return G_SOURCE_CONTINUE;
}

void
eye_plug (Eye *self)
{
  eye_unplug (self);
  g_assert_cmpint (mkfifo (self->pipe, 0600), ==, 0);
  self->feed = open (self->pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->feed, >=, 0);
  g_assert_cmpint (fcntl (self->feed, F_SETPIPE_SZ, 1024 * 1024), >, 0);
  self->feeding = g_timeout_add (BEAT_MS, feed, self);
}

void
eye_stall (Eye *self)
{
  g_clear_handle_id (&self->feeding, g_source_remove);
}

void
eye_unplug (Eye *self)
{
  eye_stall (self);
  if (self->feed < 0)
    return;
  close (self->feed);
  self->feed = -1;
  g_assert_cmpint (g_unlink (self->pipe), ==, 0);
}

static void
on_event (gpointer data, const KioskCameraEvent *event)
{
  Eye *self = data;

  self->heard_us = g_get_monotonic_time ();
  switch (event->type)
    {
    case KIOSK_CAMERA_EVENT_READY:
      g_string_append (self->heard, "ready ");
      break;
    case KIOSK_CAMERA_EVENT_GUIDANCE:
      g_string_append_printf (self->heard, "guidance-%s ",
                              kiosk_camera_guidance_name (event->guidance));
      break;
    case KIOSK_CAMERA_EVENT_CODE:
      g_string_append (self->heard, "code ");
      g_clear_pointer (&self->payload, g_bytes_unref);
      self->payload = g_bytes_new (event->payload, event->length);
      break;
    case KIOSK_CAMERA_EVENT_PICTURE:
    case KIOSK_CAMERA_EVENT_NO_PICTURE:
      g_assert_not_reached (); /* no portrait is asked for */
    case KIOSK_CAMERA_EVENT_TROUBLE:
      g_string_append_printf (self->heard, "%s ", kiosk_camera_trouble_name (event->trouble));
      break;
    }
}

void
eye_open (Eye *self, const char *source)
{
  const char *program = g_getenv ("SCANNER");

  if (program == NULL)
    g_error ("SCANNER is not set: run this test by meson");
  self->port = kiosk_camera_worker_new (program, source, self->clock);
  eye_start (self);
}

void
eye_start (Eye *self)
{
  self->port->start (self->port, on_event, self);
}

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

void
eye_await (Eye *self, const char *word)
{
  gboolean gave_up = FALSE;
  guint guard = g_timeout_add_seconds (PATIENCE_S, set_flag, &gave_up);

  while (strstr (self->heard->str, word) == NULL && !gave_up)
    g_main_context_iteration (NULL, TRUE);
  if (gave_up)
    g_error ("waited for \"%s\", heard \"%s\"", word, self->heard->str);
  g_source_remove (guard);
}

void
eye_forget (Eye *self)
{
  g_string_truncate (self->heard, 0);
}

/* Each wait is for the next sign of life; only a scanner that shows none is given up. */
void
eye_await_frames (Eye *self, guint64 frames)
{
  gint64 moved_us = g_get_monotonic_time ();
  guint64 last = kiosk_camera_worker_frames (self->port);

  while (last < frames)
    {
      guint64 now;

      g_main_context_iteration (NULL, TRUE);
      now = kiosk_camera_worker_frames (self->port);
      if (now != last)
        moved_us = g_get_monotonic_time ();
      last = now;
      if (g_get_monotonic_time () - moved_us > PATIENCE_S * G_USEC_PER_SEC)
        g_error ("stopped after %" G_GUINT64_FORMAT " frames, heard \"%s\"", last,
                 self->heard->str);
    }
}

int
eye_process (Eye *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int)getpid ());
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return (int)g_ascii_strtoll (text, NULL, 10);
}

gint64
eye_resident_bytes (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", -1);
  return g_ascii_strtoll (words[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

int
eye_descriptors (Eye *self, int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  int n = 0;

  if (folder == NULL)
    return -1;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *link = g_build_filename (path, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      /* One that is closed meanwhile leads nowhere. */
      if (target != NULL && !g_str_has_prefix (target, self->folder))
        n++;
    }
  return n;
}
