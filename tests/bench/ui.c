/* How quick and how small the window is: bench-ui [--json FILE]. Prints a table; start-up is
 * compared with an empty GTK window of the same run, because machines differ. */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fake-kioskd.h"
#include "look.h"
#include "scene.h"
#include "stage.h"

#define STARTS     5
#define STILL_MS   4000
#define SETTLE_MS  1500
#define PICTURE_MS 60 /* as kiosk-scanner hands them out: some 16 a second */

typedef struct
{
  const char *measure;
  double value;
  const char *unit;
  double goal; /* 0: none */
} Row;

static GArray *rows;

static void
row (const char *measure, double value, const char *unit, double goal)
{
  g_array_append_val (rows, ((Row){ measure, value, unit, goal }));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *)a - *(const double *)b;
  return difference < 0 ? -1 : difference > 0;
}

static double
percentile (GArray *values, double fraction)
{
  if (values->len == 0)
    return 0;
  g_array_sort (values, compare);
  return g_array_index (values, double, (guint)((values->len - 1) * fraction + .5));
}

/* --- a process --- */

typedef struct
{
  GSubprocess *process;
  GDataInputStream *output;
  gboolean ready;
} Child;

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line
    = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (line == NULL || !g_str_has_prefix (line, "ready"))
    g_error ("a program did not start: %s", line != NULL ? line : "it ended");
  ((Child *)data)->ready = TRUE;
}

/* Milliseconds from starting it to its line "ready". */
static double
child_start (Child *child, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  child->process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (child->process == NULL)
    g_error ("%s", error->message);
  child->ready = FALSE;
  child->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child->process));
  g_data_input_stream_read_line_async (child->output, G_PRIORITY_DEFAULT, NULL, on_line, child);
  while (!child->ready)
    g_main_context_iteration (NULL, TRUE);
  return (double)(g_get_monotonic_time () - start) / 1000;
}

static void
child_stop (Child *child)
{
  g_subprocess_send_signal (child->process, SIGTERM);
  g_subprocess_wait (child->process, NULL, NULL);
  g_clear_object (&child->output);
  g_clear_object (&child->process);
}

static double
child_pss_mb (Child *child)
{
  g_autofree char *path
    = g_strdup_printf ("/proc/%s/smaps_rollup", g_subprocess_get_identifier (child->process));
  g_autofree char *text = NULL;
  const char *pss;
  if (!g_file_get_contents (path, &text, NULL, NULL) || (pss = strstr (text, "\nPss:")) == NULL)
    return 0;
  return strtod (pss + strlen ("\nPss:"), NULL) / 1024;
}

static double
child_cpu_ms (Child *child)
{
  g_autofree char *path
    = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (child->process));
  g_autofree char *text = NULL;
  unsigned long user = 0;
  unsigned long system = 0;
  if (g_file_get_contents (path, &text, NULL, NULL))
    sscanf (strrchr (text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
            &system);
  return (double)(user + system) * 1000 / (double)sysconf (_SC_CLK_TCK);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Measuring over a span of time, not waiting for something to happen. */
static void
run_for (guint milliseconds)
{
  gboolean over = FALSE;
  g_timeout_add (milliseconds, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* --- the journey --- */

static const char *const journey[] = {
  "home",           "identify",
  "access-key-can", "reading",
  "services",       "eligibility",
  "question-text",  "question-choice",
  "question-date",  "question-integer",
  "review",         "declaration",
  "sealing",        "receipt",
  "transactions",   "receipt-granted",
  "ended",          "home",
};

static Fixture *
load (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.page", FIXTURES, name);
  return fixture_load (path);
}

static GPtrArray *
load_journey (void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)fixture_free);
  for (guint i = 0; i < G_N_ELEMENTS (journey); i++)
    g_ptr_array_add (all, load (journey[i]));
  return all;
}

/* --- frames of transitions, in this process --- */

typedef struct
{
  KioskShell *shell;
  GArray *cpu_ms;
  GArray *prepared_ms; /* CPU from being told of a page to its first moving frame */
  gint64 before_us;
  gint64 told_us;
} Frames;

static gint64
cpu_us (void)
{
  struct timespec now;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
on_before (GdkFrameClock *clock, Frames *frames)
{
  frames->before_us = cpu_us ();
}

static void
on_after (GdkFrameClock *clock, Frames *frames)
{
  double milliseconds = (double)(cpu_us () - frames->before_us) / 1000;
  if (!kiosk_shell_is_moving (frames->shell))
    return;
  g_array_append_val (frames->cpu_ms, milliseconds);
  if (frames->told_us == 0)
    return;
  double prepared = (double)(frames->before_us - frames->told_us) / 1000;
  g_array_append_val (frames->prepared_ms, prepared);
  frames->told_us = 0;
}

static void
measure_transitions (GPtrArray *fixtures)
{
  KioskShell *shell = stage_window_new (FALSE);
  Frames frames = { .shell = shell };
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (shell));
  frames.cpu_ms = g_array_new (FALSE, FALSE, sizeof (double));
  frames.prepared_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  kiosk_shell_set_animated (shell, TRUE);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before), &frames);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after), &frames);
  for (guint i = 0; i < fixtures->len; i++)
    {
      const Fixture *fixture = fixtures->pdata[i];
      guint first = frames.cpu_ms->len;
      double sum = 0;
      frames.told_us = cpu_us ();
      kiosk_shell_show (shell, i + 1, fixture->page, fixture_model (fixture, "zh_HK"),
                        (const char *const *)fixture->actions);
      while (!kiosk_shell_is_still (shell))
        g_main_context_iteration (NULL, TRUE);
      stage_next_frame (shell);
      for (guint f = first; f < frames.cpu_ms->len; f++)
        sum += g_array_index (frames.cpu_ms, double, f);
      if (frames.cpu_ms->len > first && g_getenv ("KIOSK_BENCH_VERBOSE") != NULL)
        fprintf (stderr, "%-18s %2u frames, first %5.1f, mean %5.1f ms\n", fixture->name,
                 frames.cpu_ms->len - first, g_array_index (frames.cpu_ms, double, first),
                 sum / (frames.cpu_ms->len - first));
    }
  g_signal_handlers_disconnect_by_data (clock, &frames);
  row ("transition frames", frames.cpu_ms->len, "frames", 0);
  row ("transition CPU p50", percentile (frames.cpu_ms, .50), "ms", 0);
  row ("transition CPU p95", percentile (frames.cpu_ms, .95), "ms", 10);
  row ("transition CPU p99", percentile (frames.cpu_ms, .99), "ms", 0);
  row ("page prepared, CPU p50", percentile (frames.prepared_ms, .50), "ms", 0);
  row ("page prepared, CPU p95", percentile (frames.prepared_ms, .95), "ms", 0);
  g_array_unref (frames.cpu_ms);
  g_array_unref (frames.prepared_ms);
  gtk_window_destroy (GTK_WINDOW (shell));
}

/* --- start, size, rest, in a process of its own --- */

static void
measure_starts (const char *const *kiosk, const char *const *empty)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (double));
  for (int i = 0; i < STARTS; i++)
    {
      Child child;
      double milliseconds = child_start (&child, empty);
      g_array_append_val (theirs, milliseconds);
      child_stop (&child);
      milliseconds = child_start (&child, kiosk);
      g_array_append_val (ours, milliseconds);
      child_stop (&child);
    }
  row ("first frame, empty window", percentile (theirs, .5), "ms", 0);
  row ("first frame", percentile (ours, .5), "ms", 0);
  row ("first frame ratio", percentile (ours, .5) / percentile (theirs, .5), "times", 3.5);
}

static double
rest (FakeKioskd *kioskd, Child *child, const Fixture *fixture)
{
  fake_kioskd_show (kioskd, fixture);
  run_for (SETTLE_MS);
  double before = child_cpu_ms (child);
  run_for (STILL_MS);
  return (child_cpu_ms (child) - before) * 100 / STILL_MS;
}

static gboolean
on_picture (gpointer data)
{
  static guint n;
  scene_paint (data, ++n % 2 == 0 ? "hold-still" : "");
  return G_SOURCE_CONTINUE;
}

/* A camera that never rests, and the page that shows what it sees. */
static void
measure_camera (FakeKioskd *kioskd, Child *child)
{
  g_autoptr (Fixture) scan = load ("scan-ready");
  g_autoptr (Scene) scene = scene_new ();
  int memory = scene_share (scene);
  fake_kioskd_set_preview (kioskd, memory);
  guint pictures = g_timeout_add (PICTURE_MS, on_picture, scene);
  row ("CPU of the camera's picture", rest (kioskd, child, scan), "%", 25);
  row ("PSS while scanning", child_pss_mb (child), "MB", 100);
  g_source_remove (pictures);
  fake_kioskd_set_preview (kioskd, -1);
  close (memory);
}

static void
measure_process (FakeKioskd *kioskd, const char *const *kiosk, GPtrArray *fixtures)
{
  Child child;
  g_autoptr (Fixture) services = load ("services");
  g_autoptr (Fixture) identify = load ("identify");
  child_start (&child, kiosk);
  row ("PSS at first frame", child_pss_mb (&child), "MB", 0);
  for (guint i = 0; i < fixtures->len; i++)
    {
      fake_kioskd_show (kioskd, fixtures->pdata[i]);
      run_for (SETTLE_MS / 3);
    }
  row ("PSS after a journey", child_pss_mb (&child), "MB", 100);
  row ("CPU of a still page", rest (kioskd, &child, services), "%", 0.5);
  row ("CPU of the moving card", rest (kioskd, &child, identify), "%", 0);
  measure_camera (kioskd, &child);
  child_stop (&child);
}

static void
print_rows (void)
{
  printf ("%-28s %10s %-7s %8s\n", "measure", "value", "unit", "goal");
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *r = &g_array_index (rows, Row, i);
      printf ("%-28s %10.2f %-7s", r->measure, r->value, r->unit);
      if (r->goal > 0)
        printf (" %8.1f %s", r->goal, r->value <= r->goal ? "met" : "MISSED");
      putchar ('\n');
    }
}

static void
write_json (const char *path)
{
  g_autoptr (GString) text = g_string_new ("{\"rows\":[");
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *r = &g_array_index (rows, Row, i);
      char value[G_ASCII_DTOSTR_BUF_SIZE];
      char goal[G_ASCII_DTOSTR_BUF_SIZE];
      g_ascii_formatd (value, sizeof value, "%.3f", r->value);
      g_ascii_formatd (goal, sizeof goal, "%.1f", r->goal);
      g_string_append_printf (
        text, "%s\n{\"measure\":\"%s\",\"value\":%s,\"unit\":\"%s\",\"goal\":%s}", i > 0 ? "," : "",
        r->measure, value, r->unit, r->goal > 0 ? goal : "null");
    }
  g_string_append (text, "\n]}\n");
  g_autofree char *folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0755);
  if (!g_file_set_contents (path, text->str, -1, &error))
    g_error ("%s", error->message);
}

/* On a display of its own, whatever the caller has: the same window, the same renderer. */
static int
run_inside (char **argv)
{
  char *inside[] = {
    (char *)WITH_XVFB, argv[0], (char *)"--inside", argv[1], argv[1] != NULL ? argv[2] : NULL, NULL
  };
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  execv (inside[0], inside);
  fprintf (stderr, "bench-ui: %s: %s\n", inside[0], g_strerror (errno));
  return 1;
}

int
main (int argc, char **argv)
{
  gboolean inside = FALSE;
  g_autofree char *json = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Write the rows there too", "FILE" },
    { "inside", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &inside, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) kept = g_strdupv (argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "bench-ui: %s\n", error->message);
      return 2;
    }
  if (!inside)
    return run_inside (kept);
  g_autofree char *folder = g_dir_make_tmp ("kiosk-bench-XXXXXX", &error);
  if (folder == NULL)
    g_error ("%s", error->message);
  g_autofree char *socket = g_build_filename (folder, "front.sock", NULL);
  const char *kiosk[] = { KIOSK, "--socket", socket, "--width", "1080", "--height", "1920", NULL };
  const char *empty[] = { EMPTY_WINDOW, NULL };
  rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autoptr (GPtrArray) fixtures = load_journey ();
  FakeKioskd *kioskd = fake_kioskd_new (socket, fixtures->pdata[0]);
  measure_starts (kiosk, empty);
  measure_process (kioskd, kiosk, fixtures);
  stage_init (&argc, &argv); /* not before: what we share with the kiosk would not count as its */
  measure_transitions (fixtures);
  fake_kioskd_free (kioskd);
  g_unlink (socket);
  g_rmdir (folder);
  print_rows ();
  if (json != NULL)
    write_json (json);
  g_array_unref (rows);
  return 0;
}
