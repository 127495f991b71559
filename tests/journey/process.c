#include "process.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

G_DEFINE_QUARK (stage_error, stage_error)

struct _StageProcess
{
  char *name;
  char *log;
  GSubprocess *process;
  int output; /* reading end of its standard output */
  GHashTable *values;
};

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

StageProcess *
stage_process_start (const char *name, const char *const *argv, const char *const *environment,
                     const char *log_folder, GError **error)
{
  g_autoptr (StageProcess) self = g_new0 (StageProcess, 1);
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *file = g_strconcat (name, ".log", NULL);
  GInputStream *output;

  self->name = g_strdup (name);
  self->log = g_build_filename (log_folder, file, NULL);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_subprocess_launcher_set_stderr_file_path (launcher, self->log);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  if (environment != NULL)
    g_subprocess_launcher_set_environ (launcher, (char **)environment);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (self->process == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  output = g_subprocess_get_stdout_pipe (self->process);
  self->output = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (output));
  return g_steal_pointer (&self);
}

/* The last line that the program wrote to its log: its own words for what went wrong. */
static char *
last_words (StageProcess *self)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (self->log, &text, NULL, NULL))
    return g_strdup ("it said nothing");
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  if (g_strv_length (lines) == 0)
    return g_strdup ("it said nothing");
  return g_strdup (lines[g_strv_length (lines) - 1]);
}

static void
fail_start (StageProcess *self, const char *what, GError **error)
{
  g_autofree char *words = last_words (self);

  g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "%s %s: %s", self->name, what, words);
}

char *
stage_process_read_line (StageProcess *self, guint seconds, GError **error)
{
  GString *line = g_string_new (NULL);
  gint64 deadline = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;
  const char *what = "was not ready in time";

  for (;;)
    {
      gint64 left_ms = (deadline - g_get_monotonic_time ()) / 1000;
      struct pollfd waited = { self->output, POLLIN, 0 };
      char c;

      if (left_ms <= 0 || poll (&waited, 1, (int)left_ms) <= 0)
        break;
      if (read (self->output, &c, 1) != 1)
        {
          what = "ended before it was ready";
          break;
        }
      if (c == '\n')
        return g_string_free (line, FALSE);
      g_string_append_c (line, c);
    }

  g_string_free (line, TRUE);
  fail_start (self, what, error);
  return NULL;
}

/* Its standard output is closed: it ends, if it has not. */
static gboolean
has_ended (StageProcess *self)
{
  struct pollfd output = { self->output, POLLIN, 0 };

  return poll (&output, 1, 0) == 1 && (output.revents & POLLHUP) != 0;
}

static gboolean
has_logged (StageProcess *self, const char *beginning)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (self->log, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], beginning))
      return TRUE;
  return FALSE;
}

gboolean
stage_process_wait_log (StageProcess *self, const char *beginning, guint seconds, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;
  int news = inotify_init1 (IN_CLOEXEC);
  gboolean has_said, is_over = FALSE;

  if (inotify_add_watch (news, self->log, IN_MODIFY) < 0)
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "%s cannot be watched: %s", self->log,
                   g_strerror (errno));
      close (news);
      return FALSE;
    }
  /* Looked at after the watch begins, so that no line is missed between the two. */
  while (!(has_said = has_logged (self, beginning)) && !is_over)
    {
      gint64 left_ms = (deadline - g_get_monotonic_time ()) / 1000;
      struct pollfd waited[] = { { news, POLLIN, 0 }, { self->output, 0, 0 } };
      char events[4096];

      is_over = left_ms <= 0 || poll (waited, G_N_ELEMENTS (waited), (int)left_ms) <= 0
                || waited[1].revents != 0
                || (waited[0].revents != 0 && read (news, events, sizeof events) <= 0);
    }
  close (news);
  if (!has_said)
    fail_start (self, has_ended (self) ? "ended before it was ready" : "was not ready in time",
                error);
  return has_said;
}

typedef struct
{
  GMainLoop *loop;
  gboolean ended;
} Wait;

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->ended = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_main_loop_quit (wait->loop);
}

static gboolean
on_late (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* Waits up to five seconds, on a context of its own so that no other source runs meanwhile. */
static gboolean
wait_for_end (StageProcess *self)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) late = g_timeout_source_new (5000);
  Wait wait = { loop, FALSE };

  g_main_context_push_thread_default (context);
  g_source_set_callback (late, on_late, cancellable, NULL);
  g_source_attach (late, context);
  g_subprocess_wait_async (self->process, cancellable, on_ended, &wait);
  g_main_loop_run (loop);
  g_source_destroy (late);
  g_main_context_pop_thread_default (context);
  return wait.ended;
}

gboolean
stage_process_was_killed (StageProcess *self)
{
  return wait_for_end (self) && g_subprocess_get_if_signaled (self->process)
         && g_subprocess_get_term_sig (self->process) == SIGKILL;
}

gboolean
stage_process_wait_ready (StageProcess *self, guint seconds, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *line = stage_process_read_line (self, seconds, &problem);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    {
      if (has_ended (self) && stage_process_was_killed (self))
        problem->code = STAGE_ERROR_KILLED;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  words = g_strsplit (line, " ", -1);
  if (g_strcmp0 (words[0], "ready") != 0)
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "%s: said “%s” instead of ready",
                   self->name, line);
      return FALSE;
    }
  for (gsize i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

      if (g_strv_length (pair) == 2)
        g_hash_table_replace (self->values, g_strdup (pair[0]), g_strdup (pair[1]));
    }
  return TRUE;
}

const char *
stage_process_value (StageProcess *self, const char *key)
{
  const char *value = g_hash_table_lookup (self->values, key);

  return value != NULL ? value : "";
}

gboolean
stage_process_tell (StageProcess *self, const char *line, GError **error)
{
  return g_output_stream_printf (g_subprocess_get_stdin_pipe (self->process), NULL, NULL, error,
                                 "%s\n", line);
}

int
stage_process_pid (StageProcess *self)
{
  const char *identifier = g_subprocess_get_identifier (self->process);

  return identifier != NULL ? atoi (identifier) : 0;
}

gboolean
stage_process_is_running (StageProcess *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return g_subprocess_get_identifier (self->process) != NULL;
}

void
stage_process_wait_async (StageProcess *self, GAsyncReadyCallback callback, gpointer data)
{
  g_subprocess_wait_async (self->process, NULL, callback, data);
}

gboolean
stage_process_stop (StageProcess *self, int signal, GError **error)
{
  g_subprocess_send_signal (self->process, signal);
  if (!wait_for_end (self))
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "%s did not end on signal %d", self->name,
                   signal);
      return FALSE;
    }
  if (g_subprocess_get_if_signaled (self->process)
        ? g_subprocess_get_term_sig (self->process) == signal
        : g_subprocess_get_exit_status (self->process) == 0)
    return TRUE;

  g_autofree char *words = last_words (self);
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "%s ended badly: %s", self->name, words);
  return FALSE;
}

void
stage_process_free (StageProcess *self)
{
  if (self == NULL)
    return;
  if (self->process != NULL && g_subprocess_get_identifier (self->process) != NULL)
    {
      g_subprocess_send_signal (self->process, SIGTERM);
      if (!wait_for_end (self))
        {
          g_subprocess_force_exit (self->process);
          wait_for_end (self);
        }
    }
  g_clear_object (&self->process);
  g_clear_pointer (&self->values, g_hash_table_unref);
  g_free (self->log);
  g_free (self->name);
  g_free (self);
}

char *
stage_run (const char *const *argv, const char *input, GError **error)
{
  return stage_run_to (argv, input, 0, NULL, error);
}

char *
stage_run_to (const char *const *argv, const char *input, int status, char **ret_words,
              GError **error)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autofree char *words = NULL;

  if (input != NULL)
    flags |= G_SUBPROCESS_FLAGS_STDIN_PIPE;
  process = g_subprocess_newv (argv, flags, error);
  if (process == NULL
      || !g_subprocess_communicate_utf8 (process, input, NULL, &output, &words, error))
    return NULL;
  if (!g_subprocess_get_if_exited (process) || g_subprocess_get_exit_status (process) != status)
    {
      g_autofree char *line = g_strjoinv (" ", (char **)argv);

      g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "%s: %s%s", line, output,
                   g_strchomp (words));
      return NULL;
    }
  if (ret_words != NULL)
    *ret_words = g_steal_pointer (&words);
  return g_steal_pointer (&output);
}
