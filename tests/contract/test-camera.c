/* The camera port over the real kiosk-scanner, whose camera is made of files and of a pipe. */
#include <cairo.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "devices/camera/camera-preview.h"
#include "eye.h"

#define RECEIPT   "HKSARG-RECEIPT:1:K7-000123:0f9a"
#define HEAL_US   (3 * G_USEC_PER_SEC)
#define BACK_US   (1 * G_USEC_PER_SEC)
#define FEW_TIMES 3

static void
assert_payload (Eye *eye, const void *data, gsize length)
{
  g_autoptr (GBytes) wanted = g_bytes_new (data, length);

  g_assert_true (g_bytes_equal (eye->payload, wanted));
}

static void
open_still (Eye *eye, const char *text, gssize length)
{
  g_autofree char *source = NULL;

  eye_init (eye);
  eye_paint (eye->frame, text, length);
  source = eye_still (eye, eye->frame);
  eye_open (eye, source);
}

static void
test_code (void)
{
  Eye eye;

  open_still (&eye, RECEIPT, -1);
  g_assert_cmpstr (kiosk_camera_worker_state (eye.port), ==, "starting");
  eye_await (&eye, "code");
  g_assert_cmpstr (eye.heard->str, ==, "ready code ");
  assert_payload (&eye, RECEIPT, strlen (RECEIPT));
  g_assert_cmpstr (kiosk_camera_worker_state (eye.port), ==, "ready");
  g_assert_cmpstr (kiosk_camera_worker_kind (eye.port), ==, "files");
  /* It is told once, however long it is shown. */
  eye_await_frames (&eye, kiosk_camera_worker_frames (eye.port) + 50);
  g_assert_cmpstr (eye.heard->str, ==, "ready code ");
  eye_clear (&eye);
}

static void
test_bytes (void)
{
  static const char bytes[] = "\0\xff\xe6\xb8\xac\0\n";
  Eye eye;

  open_still (&eye, bytes, sizeof bytes);
  eye_await (&eye, "code");
  assert_payload (&eye, bytes, sizeof bytes);
  eye_clear (&eye);
}

static void
test_nothing (void)
{
  Eye eye;

  open_still (&eye, NULL, 0);
  eye_await (&eye, "guidance-nothing");
  g_assert_cmpstr (eye.heard->str, ==, "ready guidance-nothing ");
  eye_clear (&eye);
}

static void
test_off (void)
{
  Eye eye;

  open_still (&eye, RECEIPT, -1);
  eye_await (&eye, "ready");
  g_assert_cmpint (eye_process (&eye), >, 0);
  eye.port->stop (eye.port);
  eye_forget (&eye);
  g_assert_cmpstr (kiosk_camera_worker_state (eye.port), ==, "off");
  while (eye_process (&eye) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (eye.heard->str, ==, "");
  eye_clear (&eye);
}

/* The value of a line of /proc/PID/task/TID/status. */
static void
assert_thread (const char *path, const char *key, const char *wanted)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, key);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line + strlen (key), wanted));
}

static void
test_lock (void)
{
  g_autofree char *tasks = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *task;
  guint threads = 0;
  Eye eye;

  open_still (&eye, RECEIPT, -1);
  eye_await (&eye, "code");
  tasks = g_strdup_printf ("/proc/%d/task", eye_process (&eye));
  folder = g_dir_open (tasks, 0, NULL);
  g_assert_nonnull (folder);
  while ((task = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *status = g_build_filename (tasks, task, "status", NULL);

      assert_thread (status, "\nSeccomp:", "\t2");
      assert_thread (status, "\nNoNewPrivs:", "\t1");
      threads++;
    }
  g_assert_cmpuint (threads, >, 1);
  eye_clear (&eye);
}

/* What a link of /proc/PID/ns leads to; NULL: this user may not see. */
static char *
space_of (int pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/ns/%s", pid, name);

  return g_file_read_link (path, NULL);
}

static void
test_spaces (void)
{
  static const char *const names[] = { "user", "net", "ipc" };
  const char *const probe[] = { "unshare", "--user", "--net", "--ipc", "true", NULL };
  int status = -1;
  Eye eye;

  if (!g_spawn_sync (NULL, (char **)probe, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL)
      || status != 0)
    {
      g_test_skip ("the kernel gives an ordinary process no namespaces here");
      return;
    }
  open_still (&eye, RECEIPT, -1);
  eye_await (&eye, "code");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *ours = space_of ((int)getpid (), names[i]);
      g_autofree char *theirs = space_of (eye_process (&eye), names[i]);

      if (theirs == NULL)
        g_test_skip ("this user may not look into the scanner's process");
      else
        g_assert_cmpstr (ours, !=, theirs);
    }
  eye_clear (&eye);
}

/* Grey in, the same grey out, in the page's own mapping. */
static void
test_preview (void)
{
  g_autofree guint8 *pixels = g_malloc (KIOSK_PREVIEW_MAX_BYTES);
  g_autoptr (KioskPreview) preview = NULL;
  KioskPreviewPicture picture = { 0 };
  Eye eye;
  int memory;

  open_still (&eye, RECEIPT, -1);
  memory = eye.port->preview (eye.port);
  g_assert_cmpint (memory, >=, 0);
  g_assert_cmpint (write (memory, "x", 1), <, 0);
  preview = kiosk_preview_map (memory, FALSE);
  close (memory);
  g_assert_nonnull (preview);
  eye_await (&eye, "ready");
  while (!kiosk_preview_read (preview, pixels, &picture))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (picture.width, ==, EYE_WIDTH);
  g_assert_cmpuint (picture.height, ==, EYE_HEIGHT);
  for (guint i = 0; i < EYE_FRAME; i++)
    {
      g_assert_cmpuint (ABS (pixels[4 * i] - eye.frame[i]), <=, 2);
      g_assert_cmpuint (pixels[4 * i + 3], ==, 255);
    }
  /* And nothing of it is left when the camera is off. */
  eye.port->stop (eye.port);
  while (kiosk_preview_read (preview, pixels, &picture))
    g_main_context_iteration (NULL, TRUE);
  eye_clear (&eye);
}

static void
write_png (const char *path, const guint8 frame[EYE_FRAME])
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, EYE_WIDTH, EYE_HEIGHT);
  guint8 *pixels = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  for (guint i = 0; i < EYE_FRAME; i++)
    memset (pixels + i / EYE_WIDTH * stride + i % EYE_WIDTH * 4, frame[i], 4);
  cairo_surface_mark_dirty (surface);
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
}

/* Compressed pictures are unpacked behind the lock, as those of a camera are. */
static void
test_png (void)
{
  g_autofree char *path = NULL, *source = NULL;
  Eye eye;

  eye_init (&eye);
  eye_paint (eye.frame, RECEIPT, -1);
  path = g_build_filename (eye.folder, "frame.png", NULL);
  write_png (path, eye.frame);
  source = g_strdup_printf ("multifilesrc location=%s loop=true caps=image/png,framerate=30/1 ! "
                            "pngdec",
                            path);
  eye_open (&eye, source);
  eye_await (&eye, "code");
  assert_payload (&eye, RECEIPT, strlen (RECEIPT));
  g_remove (path);
  eye_clear (&eye);
}

static void
test_jpeg (void)
{
  Eye eye;

  eye_init (&eye);
  eye_open (&eye, "videotestsrc is-live=true pattern=gradient ! "
                  "video/x-raw,format=I420,width=1280,height=720,framerate=30/1 ! jpegenc ! "
                  "image/jpeg,width=1280,height=720 ! jpegdec");
  eye_await (&eye, "guidance-nothing");
  g_assert_cmpstr (kiosk_camera_worker_kind (eye.port), ==, "test");
  g_assert_cmpstr (eye.heard->str, ==, "ready guidance-nothing ");
  eye_clear (&eye);
}

static void
test_killed (void)
{
  gint64 killed_us;
  Eye eye;

  open_still (&eye, RECEIPT, -1);
  eye_await (&eye, "code");
  for (guint i = 0; i < FEW_TIMES; i++)
    {
      eye_forget (&eye);
      killed_us = g_get_monotonic_time ();
      g_assert_cmpint (kill (eye_process (&eye), SIGKILL), ==, 0);
      eye_await (&eye, "code");
      g_assert_cmpstr (eye.heard->str, ==, "fault ready code ");
      g_test_message ("back after %" G_GINT64_FORMAT " ms", (eye.heard_us - killed_us) / 1000);
      g_assert_cmpint (eye.heard_us - killed_us, <, BACK_US);
    }
  eye_clear (&eye);
}

/* One that neither dies nor speaks. */
static void
test_frozen (void)
{
  gint64 frozen_us;
  Eye eye;

  open_still (&eye, RECEIPT, -1);
  eye_await (&eye, "code");
  eye_forget (&eye);
  frozen_us = g_get_monotonic_time ();
  g_assert_cmpint (kill (eye_process (&eye), SIGSTOP), ==, 0);
  eye_await (&eye, "ready");
  g_assert_cmpint (eye.heard_us - frozen_us, <, HEAL_US + BACK_US);
  eye_clear (&eye);
}

static void
open_cable (Eye *eye)
{
  g_autofree char *source = NULL;

  eye_init (eye);
  eye_paint (eye->frame, RECEIPT, -1);
  source = eye_cable (eye);
  eye_open (eye, source);
}

static void
test_absent (void)
{
  Eye eye;

  open_cable (&eye);
  eye_await (&eye, "missing");
  eye_plug (&eye);
  eye_await (&eye, "code");
  g_assert_cmpstr (eye.heard->str, ==, "missing ready code ");
  eye_clear (&eye);
}

/* Pulled out, seen as gone, plugged in again: from there on it is counted. */
static void
unplug_and_plug (Eye *eye)
{
  gint64 plugged_us;

  eye_forget (eye);
  eye_unplug (eye);
  eye_await (eye, "missing");
  plugged_us = g_get_monotonic_time ();
  eye_plug (eye);
  eye_await (eye, "code");
  g_assert_cmpstr (eye->heard->str, ==, "missing ready code ");
  g_test_message ("healed %" G_GINT64_FORMAT " ms after the plug",
                  (eye->heard_us - plugged_us) / 1000);
  g_assert_cmpint (eye->heard_us - plugged_us, <, HEAL_US);
}

/* From the last frame to the first that is seen again. */
static void
stall_and_heal (Eye *eye)
{
  gint64 stalled_us;

  eye_forget (eye);
  stalled_us = g_get_monotonic_time ();
  eye_stall (eye);
  eye_await (eye, "stalled");
  eye_plug (eye);
  eye_await (eye, "code");
  g_assert_cmpstr (eye->heard->str, ==, "stalled ready code ");
  g_test_message ("healed %" G_GINT64_FORMAT " ms after the last frame",
                  (eye->heard_us - stalled_us) / 1000);
  g_assert_cmpint (eye->heard_us - stalled_us, <, HEAL_US);
}

static void
heal (void (*once) (Eye *eye), guint times)
{
  Eye eye;

  open_cable (&eye);
  eye_plug (&eye);
  eye_await (&eye, "code");
  for (guint i = 0; i < times; i++)
    once (&eye);
  eye_clear (&eye);
}

static void
test_unplug (void)
{
  heal (unplug_and_plug, g_test_thorough () ? 100 : FEW_TIMES);
}

static void
test_stall (void)
{
  heal (stall_and_heal, g_test_thorough () ? 100 : FEW_TIMES);
}

/* GStreamer's own way of failing in the middle of a stream. */
static void
test_error (void)
{
  gint64 from_us;
  Eye eye;

  eye_init (&eye);
  eye_open (&eye, "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! "
                  "identity error-after=10");
  for (guint i = 0; i < FEW_TIMES; i++)
    {
      eye_await (&eye, "missing");
      from_us = eye.heard_us;
      eye_forget (&eye);
      eye_await (&eye, "ready");
      g_assert_cmpint (eye.heard_us - from_us, <, HEAL_US);
    }
  eye_clear (&eye);
}

static void
test_covered (void)
{
  Eye eye;

  open_cable (&eye);
  eye_plug (&eye);
  eye_await (&eye, "code");
  eye_forget (&eye);
  memset (eye.frame, 9, sizeof eye.frame);
  eye_await (&eye, "covered");
  g_assert_cmpstr (kiosk_camera_worker_state (eye.port), ==, "covered");
  eye_paint (eye.frame, RECEIPT, -1);
  eye_await (&eye, "code");
  g_assert_cmpstr (eye.heard->str, ==, "covered ready code ");
  eye_clear (&eye);
}

/* A technician must mend it. */
static void
test_refused (void)
{
  static const char *const sources[] = {
    "",
    "nosuchsrc",
    "souphttpsrc location=http://127.0.0.1/",
    "videotestsrc ! filesink location=/nonexistent/out",
    "videotestsrc ! x264enc",
    "videotestsrc ! (",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      Eye eye;

      eye_init (&eye);
      eye_open (&eye, sources[i]);
      eye_await (&eye, "source");
      g_assert_cmpstr (eye.heard->str, ==, "source ");
      g_assert_cmpstr (kiosk_camera_worker_state (eye.port), ==, "source");
      eye_clear (&eye);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!g_test_thorough ())
    {
      g_test_add_func ("/camera/scanner/a-code-is-told-once", test_code);
      g_test_add_func ("/camera/scanner/a-code-is-bytes", test_bytes);
      g_test_add_func ("/camera/scanner/says-that-there-is-no-code", test_nothing);
      g_test_add_func ("/camera/scanner/stop-is-off", test_off);
      g_test_add_func ("/camera/scanner/every-thread-is-locked", test_lock);
      g_test_add_func ("/camera/scanner/has-a-network-of-its-own", test_spaces);
      g_test_add_func ("/camera/scanner/reads-png", test_png);
      g_test_add_func ("/camera/scanner/unpacks-jpeg", test_jpeg);
      g_test_add_func ("/camera/scanner/the-page-sees-what-it-sees", test_preview);
      g_test_add_func ("/camera/scanner/killed-and-back", test_killed);
      g_test_add_func ("/camera/scanner/frozen-and-back", test_frozen);
      g_test_add_func ("/camera/scanner/waits-for-a-camera", test_absent);
      g_test_add_func ("/camera/scanner/an-error-heals", test_error);
      g_test_add_func ("/camera/scanner/covered-is-said-and-heals", test_covered);
      g_test_add_func ("/camera/scanner/a-source-that-cannot-be-is-refused", test_refused);
    }
  g_test_add_func ("/camera/scanner/unplugged-and-plugged-heals", test_unplug);
  g_test_add_func ("/camera/scanner/stalled-heals", test_stall);
  return g_test_run ();
}
