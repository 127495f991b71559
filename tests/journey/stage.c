#include "stage-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READY_SECONDS 30

char *
stage_program_path (Stage *self, const char *name)
{
  return g_build_filename (self->build, "src", "programs", name, name, NULL);
}

StageProcess *
stage_raise_in (Stage *self, const char *name, const char *const *argv,
                const char *const *environment, GError **error)
{
  StageProcess *process = stage_process_start (name, argv, environment, self->logs, error);

  if (process == NULL)
    return NULL;
  g_ptr_array_add (self->running, process);
  g_hash_table_insert (self->by_name, g_strdup (name), process);
  if (!stage_process_wait_ready (process, READY_SECONDS, error))
    {
      stage_drop (self, name);
      return NULL;
    }
  return process;
}

StageProcess *
stage_raise (Stage *self, const char *name, const char *const *argv, GError **error)
{
  return stage_raise_in (self, name, argv, (const char *const *)self->environ, error);
}

void
stage_drop (Stage *self, const char *name)
{
  StageProcess *process = g_hash_table_lookup (self->by_name, name);

  if (process == NULL)
    return;
  g_hash_table_remove (self->by_name, name);
  g_ptr_array_remove (self->running, process);
}

/* A folder of ours and all that is in it. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf info;

      if (g_lstat (child, &info) == 0 && S_ISDIR (info.st_mode))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* The folder that goes with the stage; one stage a process. */
static char *passing_now;

/* An interrupt, whatever the stage is doing: what we started ends with us (the kernel sees to it),
 * and the passing folder goes now. */
static gboolean
on_interrupt (gpointer data)
{
  const char *passing = g_atomic_pointer_get (&passing_now);

  if (passing == NULL) /* our own session bus went away as the stage was struck */
    return G_SOURCE_CONTINUE;
  remove_tree (passing);
  _exit (130);
}

static gpointer
watch_interrupts (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);

      g_source_set_callback (source, on_interrupt, NULL, NULL);
      g_source_attach (source, context);
    }
  g_main_loop_run (loop);
  return NULL;
}

static gboolean
make_folders (Stage *self, GError **error)
{
  self->passing = g_dir_make_tmp ("kiosk-stage-XXXXXX", error);
  if (self->passing == NULL)
    return FALSE;
  if (self->state == NULL)
    self->state = stage_passing_path (self, "state");
  self->logs = g_build_filename (self->state, "logs", NULL);
  g_atomic_pointer_set (&passing_now, self->passing);
  g_thread_unref (g_thread_new ("interrupts", watch_interrupts, NULL));
  if (g_mkdir_with_parents (self->logs, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", self->logs,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static gboolean
raise_all (Stage *self, gboolean headless, GError **error)
{
  if (!make_folders (self, error))
    return FALSE;
  if (headless)
    {
      self->display = stage_display_new (self->width, self->height, self->logs, error);
      if (self->display == NULL)
        return FALSE;
      self->environ = stage_display_environ (self->display);
      stage_display_enter (self->display);
    }
  else
    {
      self->environ = g_get_environ ();
    }
  return stage_raise_reader (self, error) && stage_raise_authorities (self, error)
         && stage_raise_printer (self, error) && stage_raise_terminal (self, error);
}

Stage *
stage_new (const StageOptions *options, GError **error)
{
  g_autoptr (Stage) self = g_new0 (Stage, 1);

  self->build = g_canonicalize_filename (options->build, NULL);
  self->source = g_canonicalize_filename (options->source, NULL);
  self->state = options->state != NULL ? g_canonicalize_filename (options->state, NULL) : NULL;
  self->window = options->window;
  self->width = options->width;
  self->height = options->height;
  self->scale = options->scale > 0 ? options->scale : 1;
  self->poll_ms = options->poll_ms > 0 ? options->poll_ms : 500;
  self->running = g_ptr_array_new_with_free_func ((GDestroyNotify)stage_process_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!raise_all (self, options->headless, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
stage_strike (Stage *self, GError **error)
{
  while (self->running->len > 0)
    {
      StageProcess *last = g_ptr_array_index (self->running, self->running->len - 1);

      if (!stage_process_stop (last, SIGTERM, error))
        return FALSE;
      g_ptr_array_remove_index (self->running, self->running->len - 1);
    }
  g_hash_table_remove_all (self->by_name);
  return TRUE;
}

void
stage_free (Stage *self)
{
  if (self == NULL)
    return;
  g_atomic_pointer_set (&passing_now, NULL);
  while (self->running->len > 0)
    g_ptr_array_remove_index (self->running, self->running->len - 1);
  g_ptr_array_unref (self->running);
  g_hash_table_unref (self->by_name);
  g_clear_object (&self->cable_control);
  stage_cable_free (self->cable);
  stage_display_free (self->display);
  if (self->passing != NULL)
    remove_tree (self->passing);
  g_strfreev (self->environ);
  g_strfreev (self->kioskd_environ);
  g_free (self->printer_uri);
  g_free (self->passing);
  g_free (self->logs);
  g_free (self->state);
  g_free (self->source);
  g_free (self->build);
  g_free (self);
}

StageCable *
stage_cable (Stage *self)
{
  return self->cable;
}

StageDisplay *
stage_display (Stage *self)
{
  return self->display;
}

char *
stage_passing_path (Stage *self, const char *name)
{
  return g_build_filename (self->passing, name, NULL);
}

char *
stage_texts_path (Stage *self, const char *language)
{
  g_autofree char *file = g_strconcat (language, ".mo", NULL);

  return g_build_filename (self->build, "src", "programs", "kiosk", file, NULL);
}

const char *
stage_state (Stage *self)
{
  return self->state;
}

StageProcess *
stage_program (Stage *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

void
stage_set_kioskd_environ (Stage *self, const char *const *variables)
{
  g_strfreev (self->kioskd_environ);
  self->kioskd_environ = g_strdupv ((char **)variables);
}

void
stage_set_control_role (Stage *self, const char *role)
{
  self->control_role = role;
}

gboolean
stage_restart (Stage *self, const char *name, GError **error)
{
  stage_drop (self, name);
  if (strcmp (name, "kioskd") == 0)
    return stage_raise_kioskd (self, error);
  if (strcmp (name, "kiosk-gateway") == 0)
    return stage_raise_gateway (self, error);
  return stage_raise_kiosk (self, error);
}
