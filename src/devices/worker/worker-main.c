#include "devices/worker/worker-main.h"

#include <locale.h>

#ifdef __SANITIZE_ADDRESS__
/* Leak detection needs ptrace, which the sandbox forbids. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

static gboolean
parse_arguments (const KioskWorkerProgram *program, int *argc, char ***argv, GError **error)
{
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &version, "Print the version and exit",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, program->purpose);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (!version)
    return TRUE;
  g_print ("%s %s\n", program->name, program->version);
  exit (0);
}

int
kiosk_worker_main (const KioskWorkerProgram *program, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  KioskWorkerPipe pipe;

  setlocale (LC_ALL, "C.UTF-8");
  if (!parse_arguments (program, &argc, &argv, &error)
      || !kiosk_worker_sandbox_limit (&program->limits, &error))
    {
      g_printerr ("%s: %s\n", program->name, error->message);
      return 1;
    }
  if (!kiosk_worker_pipe_init (&pipe, program->dialect))
    {
      g_printerr ("%s: descriptor %d is no socket: kioskd starts this program\n", program->name,
                  KIOSK_WORKER_FD);
      return 1;
    }
  kiosk_worker_sandbox_isolate (); /* where it may be had; the lock holds without it */
  return program->serve (&pipe);
}
