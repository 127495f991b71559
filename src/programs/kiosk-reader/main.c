/* kiosk-reader: the process between kioskd and libnfc. It is told everything over descriptor 3; its
 * arguments and environment say nothing. */
#include <locale.h>

#include "devices/card/card-wire.h"
#include "devices/worker/worker-sandbox.h"
#include "programs/kiosk-reader/sandbox.h"
#include "programs/kiosk-reader/serve.h"

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
print_version (const char *name, const char *value, gpointer data, GError **error)
{
  g_print ("kiosk-reader %s\n", KIOSK_VERSION);
  exit (0);
}

static gboolean
parse_arguments (int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, print_version,
      "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
                                "Reads identity documents for kioskd, which starts it with a "
                                "socket as descriptor 3.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  KioskWorkerPipe inbox;

  setlocale (LC_ALL, "C.UTF-8");
  if (!parse_arguments (&argc, &argv, &error) || !sandbox_limit (&error))
    {
      g_printerr ("kiosk-reader: %s\n", error->message);
      return 1;
    }
  if (!kiosk_worker_pipe_init (&inbox, &kiosk_card_wire))
    {
      g_printerr ("kiosk-reader: descriptor %d is no socket: kioskd starts this program\n",
                  inbox.fd);
      return 1;
    }
  kiosk_worker_sandbox_isolate (); /* where it may be had; the lock holds without it */
  serve (&inbox);
  return 0;
}
