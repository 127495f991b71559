/* The real kiosk-scanner before the emulator's camera: what is between a phone and the payload is
 * light alone. */
#include <cairo.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "eye.h"
#include "process.h"

#define PATIENCE_S 30
#define RECEIPT    "https://kiosk.example.gov.hk/r/K7-000123?t=4f9b2c7e81d04a5fb3e6c9a2d5170e88"
#define KILLS      5
#define ZOOM       4

typedef struct
{
  char *fifo, *socket;
  StageProcess *emulator;
  GSocketConnection *control;
  GDataInputStream *answers;
  Eye eye;
} Bench;

static void
start_emulator (Bench *self)
{
  g_autofree char *camera = g_strconcat ("--camera=", self->fifo, NULL);
  g_autofree char *control = g_strconcat ("--control=", self->socket, NULL);
  const char *const argv[] = { g_getenv ("EMULATOR"), camera, control, NULL };
  g_autoptr (GError) error = NULL;

  self->emulator = stage_process_start ("kiosk-emulator", argv, NULL, self->eye.folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->emulator, PATIENCE_S, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stage_process_value (self->emulator, "camera"), ==, self->fifo);
}

/* (transfer full) */
static char *
ask (Bench *self, const char *line)
{
  g_autofree char *sent = g_strconcat (line, "\n", NULL);
  g_autoptr (GError) error = NULL;
  char *answer;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->control)), sent,
                             strlen (sent), NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  return answer;
}

static void
tell (Bench *self, const char *line)
{
  g_autofree char *answer = ask (self, line);

  g_assert_cmpstr (answer, ==, "ok");
}

static void
bench_init (Bench *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  eye_init (&self->eye);
  self->fifo = g_build_filename (self->eye.folder, "camera", NULL);
  self->socket = g_build_filename (self->eye.folder, "control", NULL);
  start_emulator (self);
  address = g_unix_socket_address_new (self->socket);
  self->control = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  self->answers
    = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->control)));
  tell (self, "phone text " RECEIPT);
}

/* The line of settings that the README gives. */
static void
open_camera (Bench *self)
{
  g_autofree char *source
    = g_strdup_printf ("filesrc location=%s blocksize=1382400 ! "
                       "rawvideoparse format=i420 width=1280 height=720 framerate=15/1",
                       self->fifo);

  eye_open (&self->eye, source);
}

static void
bench_clear (Bench *self)
{
  g_autofree char *log = g_build_filename (self->eye.folder, "kiosk-emulator.log", NULL);
  g_autoptr (GError) error = NULL;

  g_object_unref (self->answers);
  g_object_unref (self->control);
  stage_process_stop (self->emulator, SIGTERM, &error);
  g_assert_no_error (error);
  stage_process_free (self->emulator);
  g_remove (log);
  eye_clear (&self->eye); /* the pipe has gone with its camera: the folder is empty */
  g_free (self->fifo);
  g_free (self->socket);
}

static void
assert_payload (Bench *self, const char *text)
{
  g_autoptr (GBytes) wanted = g_bytes_new (text, strlen (text));

  g_assert_true (g_bytes_equal (self->eye.payload, wanted));
}

static void
test_hall (void)
{
  Bench bench;

  bench_init (&bench);
  open_camera (&bench);
  eye_await (&bench.eye, "guidance-nothing");
  g_assert_cmpstr (bench.eye.heard->str, ==, "ready guidance-nothing ");
  g_assert_cmpstr (kiosk_camera_worker_kind (bench.eye.port), ==, "files");
  bench_clear (&bench);
}

/* Each shows another code, so that each is told. */
static void
test_poses (void)
{
  static const char *const poses[] = {
    "module=3",
    "module=5",
    "module=4 tilt=20",
    "module=5 tilt=-20 turn=35",
    "module=4 dim=75",
    "module=5 dark",
    "module=4 hand=3",
    "module=5 glare=40",
    "module=4 moire=30 noise=6",
  };
  Bench bench;

  bench_init (&bench);
  open_camera (&bench);
  eye_await (&bench.eye, "guidance-nothing");
  for (guint i = 0; i < G_N_ELEMENTS (poses); i++)
    {
      g_autofree char *text = g_strdup_printf (RECEIPT "&pose=%u", i);
      g_autofree char *has = g_strconcat ("phone text ", text, NULL);
      g_autofree char *show = g_strconcat ("phone show ", poses[i], NULL);

      g_test_message ("%s", poses[i]);
      eye_forget (&bench.eye);
      tell (&bench, has);
      tell (&bench, show);
      eye_await (&bench.eye, "code");
      assert_payload (&bench, text);
    }
  eye_forget (&bench.eye);
  tell (&bench, "phone away");
  eye_await (&bench.eye, "guidance-nothing");
  bench_clear (&bench);
}

/* A terminal's screen with a code on it, or a sheet of paper. */
static char *
write_page (Bench *self, const char *text)
{
  char *path = g_build_filename (self->eye.folder, "page.png", NULL);
  cairo_surface_t *page
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, ZOOM * EYE_WIDTH, ZOOM * EYE_HEIGHT);
  guint8 *pixels = cairo_image_surface_get_data (page);
  int stride = cairo_image_surface_get_stride (page);

  eye_paint (self->eye.frame, text, -1);
  for (int y = 0; y < ZOOM * EYE_HEIGHT; y++)
    for (int x = 0; x < ZOOM * EYE_WIDTH; x++)
      memset (pixels + y * stride + 4 * x, self->eye.frame[y / ZOOM * EYE_WIDTH + x / ZOOM], 4);
  cairo_surface_mark_dirty (page);
  g_assert_cmpint (cairo_surface_write_to_png (page, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (page);
  return path;
}

/* From one screen to the camera by light alone: nobody tells the phone what the screen says. */
static void
test_passed_on (void)
{
  static const char seen[] = "seen and passed on", printed[] = "printed on paper";
  g_autofree char *path = NULL, *look = NULL, *paper = NULL, *answer = NULL;
  Bench bench;

  bench_init (&bench);
  path = write_page (&bench, seen);
  look = g_strconcat ("phone look ", path, NULL);
  answer = ask (&bench, look);
  g_assert_cmpstr (answer, ==, "ok 18");
  open_camera (&bench);
  tell (&bench, "phone show module=4 tilt=10");
  eye_await (&bench.eye, "code");
  assert_payload (&bench, seen);
  eye_forget (&bench.eye);
  g_free (write_page (&bench, printed));
  paper = g_strdup_printf ("paper %s module=4 turn=-15", path);
  tell (&bench, paper);
  eye_await (&bench.eye, "code");
  assert_payload (&bench, printed);
  g_remove (path);
  bench_clear (&bench);
}

/* @deed, what is heard of it, and what mends it. */
static void
befall (Bench *self, const char *deed, const char *heard, const char *mended)
{
  g_autofree char *whole = g_strconcat (heard, " ready code ", NULL);

  g_test_message ("%s", deed);
  eye_forget (&self->eye);
  tell (self, deed);
  eye_await (&self->eye, heard);
  tell (self, mended);
  eye_await (&self->eye, "code");
  g_assert_cmpstr (self->eye.heard->str, ==, whole);
  assert_payload (self, RECEIPT);
}

static void
test_troubles (void)
{
  Bench bench;

  bench_init (&bench);
  tell (&bench, "phone show module=4");
  open_camera (&bench);
  eye_await (&bench.eye, "code");
  befall (&bench, "camera cover", "covered", "camera uncover");
  befall (&bench, "camera stall", "stalled", "camera resume");
  befall (&bench, "camera unplug", "missing", "camera plug");
  befall (&bench, "camera unplug", "missing", "camera plug");
  bench_clear (&bench);
}

/* Nothing is there when the scanner opens it. */
static void
test_plugged_later (void)
{
  Bench bench;

  bench_init (&bench);
  tell (&bench, "phone show module=4");
  tell (&bench, "camera unplug");
  g_assert_false (g_file_test (bench.fifo, G_FILE_TEST_EXISTS));
  open_camera (&bench);
  eye_await (&bench.eye, "missing");
  tell (&bench, "camera plug");
  eye_await (&bench.eye, "code");
  g_assert_cmpstr (bench.eye.heard->str, ==, "missing ready code ");
  bench_clear (&bench);
}

/* The child that is not the emulator; 0: none. */
static int
scanner_process (Bench *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int)getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) children = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  children = g_strsplit (g_strstrip (text), " ", -1);
  for (guint i = 0; children[i] != NULL; i++)
    {
      int process = (int)g_ascii_strtoll (children[i], NULL, 10);

      if (process != stage_process_pid (self->emulator))
        return process;
    }
  return 0;
}

/* A frame takes most of a fifteenth of a second to come, so a kill at any moment is in one. */
static void
test_killed (void)
{
  Bench bench;

  bench_init (&bench);
  tell (&bench, "phone show module=4");
  open_camera (&bench);
  eye_await (&bench.eye, "code");
  for (guint i = 0; i < KILLS; i++)
    {
      eye_forget (&bench.eye);
      g_assert_cmpint (kill (scanner_process (&bench), SIGKILL), ==, 0);
      eye_await (&bench.eye, "code");
      g_assert_cmpstr (bench.eye.heard->str, ==, "fault ready code ");
      assert_payload (&bench, RECEIPT);
    }
  bench_clear (&bench);
}

/* Off and on again, as between two pages: the pipe is there for the next. */
static void
test_turned_off (void)
{
  Bench bench;

  bench_init (&bench);
  open_camera (&bench);
  eye_await (&bench.eye, "ready");
  bench.eye.port->stop (bench.eye.port);
  while (scanner_process (&bench) > 0)
    g_main_context_iteration (NULL, TRUE);
  tell (&bench, "phone show module=4");
  eye_forget (&bench.eye);
  eye_start (&bench.eye);
  eye_await (&bench.eye, "code");
  g_assert_cmpstr (bench.eye.heard->str, ==, "ready code ");
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("EMULATOR") == NULL)
    g_error ("EMULATOR is not set: run this test by meson");
  g_test_add_func ("/light/scanner/a-hall-is-neither-a-code-nor-covered", test_hall);
  g_test_add_func ("/light/scanner/reads-a-phone-however-it-is-held", test_poses);
  g_test_add_func ("/light/scanner/reads-what-a-phone-has-seen", test_passed_on);
  g_test_add_func ("/light/scanner/each-trouble-is-said-and-heals", test_troubles);
  g_test_add_func ("/light/scanner/a-camera-that-is-plugged-in-later-is-found", test_plugged_later);
  g_test_add_func ("/light/scanner/killed-in-a-frame-begins-with-a-whole-one", test_killed);
  g_test_add_func ("/light/scanner/off-and-on-again", test_turned_off);
  return g_test_run ();
}
