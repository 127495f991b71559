/* The port over a stand-in for kiosk-scanner, under a clock that moves only when told. */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/camera/camera-worker.h"

#define PATIENCE_S 20
#define GOOD       "ready hold-still code "

typedef struct
{
  KioskClock *clock;
  KioskCameraPort *port;
  char *folder;
  GString *heard; /* one word an event */
  gboolean gave_up;
} Fixture;

static void
on_event (gpointer data, const KioskCameraEvent *event)
{
  Fixture *self = data;
  const char *word = "";

  switch (event->type)
    {
    case KIOSK_CAMERA_EVENT_READY:
      word = "ready";
      break;
    case KIOSK_CAMERA_EVENT_GUIDANCE:
      word = kiosk_camera_guidance_name (event->guidance);
      break;
    case KIOSK_CAMERA_EVENT_TROUBLE:
      word = kiosk_camera_trouble_name (event->trouble);
      break;
    case KIOSK_CAMERA_EVENT_PICTURE:
      word = "picture";
      break;
    case KIOSK_CAMERA_EVENT_NO_PICTURE:
      word = "no-picture";
      break;
    case KIOSK_CAMERA_EVENT_CODE:
      word = "code";
      g_assert_cmpuint (event->length, ==, KIOSK_CAMERA_PAYLOAD_MAX);
      g_assert_cmpuint (event->payload[event->length - 1], ==, '7');
      break;
    }
  g_string_append_printf (self->heard, "%s ", word);
}

static gboolean
give_up (gpointer data)
{
  ((Fixture *)data)->gave_up = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until @wanted has been heard, letting clock timers of up to @step_ms fire. */
static void
await (Fixture *self, const char *wanted, gint64 step_ms)
{
  guint guard = g_timeout_add_seconds (PATIENCE_S, give_up, self);

  kiosk_clock_advance (self->clock, step_ms);
  while (strstr (self->heard->str, wanted) == NULL && !self->gave_up)
    {
      g_main_context_iteration (NULL, TRUE);
      kiosk_clock_advance (self->clock, 0);
    }
  if (self->gave_up)
    g_error ("waited for \"%s\", heard \"%s\"", wanted, self->heard->str);
  g_source_remove (guard);
}

static void
fixture_init (Fixture *self, const char *program, const char *way)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "devices/camera", program, NULL);
  g_autofree char *source = NULL;

  *self = (Fixture){ .clock = kiosk_clock_new_manual (1700000000000),
                     .folder = g_dir_make_tmp ("camera-XXXXXX", NULL),
                     .heard = g_string_new ("") };
  source = g_strdup_printf ("%s %s", way, self->folder);
  self->port = kiosk_camera_worker_new (path, source, self->clock);
  self->port->start (self->port, on_event, self);
}

static void
fixture_clear (Fixture *self)
{
  g_autofree char *lives = g_build_filename (self->folder, "lives", NULL);

  self->port->free (self->port);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_remove (lives);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_string_free (self->heard, TRUE);
  kiosk_clock_unref (self->clock);
}

static void
test_code (void)
{
  Fixture f;

  fixture_init (&f, "fake-scanner", "good");
  g_assert_cmpstr (kiosk_camera_worker_state (f.port), ==, "starting");
  g_assert_cmpstr (kiosk_camera_worker_kind (f.port), ==, "none");
  await (&f, "code", 0);
  g_assert_cmpstr (f.heard->str, ==, GOOD);
  g_assert_cmpstr (kiosk_camera_worker_state (f.port), ==, "ready");
  g_assert_cmpstr (kiosk_camera_worker_kind (f.port), ==, "test");
  g_assert_cmpuint (kiosk_camera_worker_frames (f.port), ==, 41);
  fixture_clear (&f);
}

/* Each way of going wrong ends in one fault and a fresh process that works. */
static void
test_faults (void)
{
  static const char *const ways[] = {
    "dies",    "raves",       "misnames", "opens-nothing", "invents",
    "advises", "overreaches", "blabs",    "mumbles",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      Fixture f;

      fixture_init (&f, "fake-scanner", ways[i]);
      await (&f, "fault", 0);
      g_assert_cmpstr (kiosk_camera_worker_state (f.port), ==, "fault");
      await (&f, "code", 1000);
      g_assert_cmpstr (f.heard->str, ==, "fault " GOOD);
      fixture_clear (&f);
    }
}

static void
test_silence (void)
{
  g_autofree char *lives = NULL;
  Fixture f;

  fixture_init (&f, "fake-scanner", "hangs");
  kiosk_clock_advance (f.clock, 0);
  lives = g_build_filename (f.folder, "lives", NULL);
  while (!g_file_test (lives, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, FALSE);
  kiosk_clock_advance (f.clock, 2499);
  g_assert_cmpstr (f.heard->str, ==, "");
  await (&f, "fault", 1);
  await (&f, "code", 1000);
  fixture_clear (&f);
}

static gboolean
pass_time (gpointer clock)
{
  kiosk_clock_advance (clock, 40);
  return G_SOURCE_CONTINUE;
}

static void
test_missing (void)
{
  Fixture f;
  guint hurry;

  fixture_init (&f, "fake-scanner", "missing");
  await (&f, "missing", 0);
  g_assert_cmpstr (kiosk_camera_worker_state (f.port), ==, "missing");
  /* Two more attempts fail without a word. */
  hurry = g_timeout_add (2, pass_time, f.clock);
  await (&f, "code", 0);
  g_source_remove (hurry);
  g_assert_cmpstr (f.heard->str, ==, "missing " GOOD);
  fixture_clear (&f);
}

static void
test_stop (void)
{
  Fixture f;

  fixture_init (&f, "fake-scanner", "good");
  await (&f, "code", 0);
  f.port->stop (f.port);
  g_assert_cmpstr (kiosk_camera_worker_state (f.port), ==, "off");
  g_string_truncate (f.heard, 0);
  for (guint i = 0; i < 100; i++)
    {
      kiosk_clock_advance (f.clock, 1000);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
  g_assert_cmpstr (f.heard->str, ==, "");
  f.port->start (f.port, on_event, &f);
  await (&f, "code", 0);
  g_assert_cmpstr (f.heard->str, ==, GOOD);
  fixture_clear (&f);
}

static void
test_no_program (void)
{
  Fixture f;

  fixture_init (&f, "no-such-scanner", "good");
  await (&f, "fault", 0);
  for (guint i = 0; i < 20; i++)
    kiosk_clock_advance (f.clock, 5000);
  g_assert_cmpstr (f.heard->str, ==, "fault ");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/worker/tells-a-code-whole", test_code);
  g_test_add_func ("/camera/worker/replaces-a-process-that-fails", test_faults);
  g_test_add_func ("/camera/worker/ends-a-process-that-is-silent", test_silence);
  g_test_add_func ("/camera/worker/tells-a-missing-camera-once-and-heals", test_missing);
  g_test_add_func ("/camera/worker/stop-is-off", test_stop);
  g_test_add_func ("/camera/worker/a-missing-program-is-told-once", test_no_program);
  return g_test_run ();
}
