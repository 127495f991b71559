/* One real program on the stage: started, waited for until it says that it is ready, ended. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STAGE_ERROR (stage_error_quark ())
GQuark stage_error_quark (void);

typedef enum
{
  STAGE_ERROR_START,  /* a program did not start or did not become ready; the message says why */
  STAGE_ERROR_KILLED, /* SIGKILL ended it before it was ready */
  STAGE_ERROR_RUN,    /* a command ended with another status than 0 */
  STAGE_ERROR_SCENE,  /* what should be on the screen is not there */
} StageError;

typedef struct _StageProcess StageProcess;

/**
 * stage_process_start:
 * @name: what it is called in messages and which log it writes: FOLDER/NAME.log
 * @argv: NULL-terminated
 * @environment: (nullable): the whole environment; NULL for ours
 *
 * The process is ended by the kernel when we die, however we die.
 */
StageProcess *
stage_process_start (const char *name, const char *const *argv, const char *const *environment,
                     const char *log_folder, GError **error);
/* Waits for the line "ready key=value …" on standard output; the last line of the log says why not.
 */
gboolean stage_process_wait_ready (StageProcess *self, guint seconds, GError **error);
/* A value of the ready line, "" if it has none of that name. */
const char *stage_process_value (StageProcess *self, const char *key);
/* Waits for a next line of any kind (Xvfb, dbus-daemon). (transfer full). */
char *stage_process_read_line (StageProcess *self, guint seconds, GError **error);
/* Waits until it has written a line that begins with @beginning to its log (standard error). */
gboolean
stage_process_wait_log (StageProcess *self, const char *beginning, guint seconds, GError **error);
/* A line to its standard input. */
gboolean stage_process_tell (StageProcess *self, const char *line, GError **error);
int stage_process_pid (StageProcess *self);
gboolean stage_process_is_running (StageProcess *self);
/* Whether SIGKILL ended it, or does so within five seconds. */
gboolean stage_process_was_killed (StageProcess *self);
/* As g_subprocess_wait_async(). */
void stage_process_wait_async (StageProcess *self, GAsyncReadyCallback callback, gpointer data);
/* Sends @signal and waits. FALSE if it ended in any other way than exit 0 or @signal. */
gboolean stage_process_stop (StageProcess *self, int signal, GError **error);
/* Ends it (SIGTERM, then SIGKILL after five seconds) and frees it. NULL is ignored. */
void stage_process_free (StageProcess *self);

/* Runs a command to its end. (transfer full): its standard output; error unless it exits with 0.
 * @input: (nullable): what it reads. */
char *stage_run (const char *const *argv, const char *input, GError **error);
/* The same for one that must exit with @status. @ret_words (optional) (transfer full): its standard
 * error. */
char *stage_run_to (const char *const *argv, const char *input, int status, char **ret_words,
                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StageProcess, stage_process_free)

G_END_DECLS
