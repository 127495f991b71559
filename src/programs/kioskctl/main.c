/* kioskctl: a technician's commands, one file each. */
#include "programs/kioskctl/commands.h"

#include <locale.h>
#include <string.h>

#define DEFAULT_SOCKET "/run/kioskd/control.sock"

static const struct
{
  const char *name;
  int (*run) (const KioskctlContext *context, int argc, char **argv);
  const char *help;
} commands[] = {
  { "status", kioskctl_status, "how this kiosk is: gateway, vault, reader, last card [--json]" },
  { "enrol", kioskctl_enrol, "CODE: get this kiosk's certificate for a one-time code" },
  { "bundle", kioskctl_bundle, "install NAME FILE: put a signed bundle in force" },
  { "outbox", kioskctl_outbox, "records that are not settled [--json]" },
  { "nudge", kioskctl_nudge, "talk to the gateway now" },
  { "wait", kioskctl_wait,
    "STATE [--reference REF|--txid ID]: until a record, or the kiosk, is so" },
  { "audit", kioskctl_audit, "verify: check the audit log from its first leaf [--json]" },
  { "verify", kioskctl_verify, "--trust FILE TEXT|-: judge a receipt's code, without kioskd" },
  { "camera", kioskctl_camera,
    "look through the camera until a code is read [--seconds N] [--json]" },
  { "card", kioskctl_card,
    "read --profile NAME --can N|- | --mrz D,B,E|-: one document, without kioskd; - reads stdin" },
  { "flow", kioskctl_flow, "citizen: the journey as a Mermaid diagram" },
};

static char *
describe (void)
{
  GString *text = g_string_new ("Commands:\n");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-8s %s\n", commands[i].name, commands[i].help);
  return g_string_free (text, FALSE);
}

static int
run (const KioskctlContext *context, int argc, char **argv)
{
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, argv[1]) == 0)
      return commands[i].run (context, argc - 1, argv + 1);
  g_printerr ("kioskctl: %s; see kioskctl --help\n",
              argc > 1 ? "there is no such command" : "say a command");
  return 2;
}

int
main (int argc, char **argv)
{
  g_autofree char *socket = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &socket, "kioskd's control socket", "PATH" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("COMMAND …");
  g_autofree char *description = describe ();
  g_autoptr (GError) error = NULL;
  KioskctlContext context;

  setlocale (LC_ALL, "C.UTF-8");
  g_option_context_add_main_entries (options, entries, NULL);
  g_option_context_set_description (options, description);
  /* What follows the command is the command's. */
  g_option_context_set_strict_posix (options, TRUE);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return 2;
    }
  if (version)
    {
      g_print ("kioskctl %s\n", KIOSK_VERSION);
      return 0;
    }
  context.socket = socket == NULL ? DEFAULT_SOCKET : socket;
  return run (&context, argc, argv);
}
