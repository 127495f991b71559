/* kioskd: owns the vault, the keys, the network, the devices and the journey. */
#include "base/events.h"
#include "programs/kioskd/control.h"
#include "programs/kioskd/front.h"
#include "programs/kioskd/harden.h"
#include "programs/kioskd/settings.h"

#include <glib-unix.h>
#include <locale.h>

typedef struct
{
  char *settings;
  gboolean describe;
  gboolean version;
} Options;

static gboolean
parse_options (Options *options, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &options->settings, "The settings file", "FILE" },
    { "describe-settings", 0, 0, G_OPTION_ARG_NONE, &options->describe,
      "Print every setting with its meaning, as a settings file", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_printerr ("kioskd: %s; see kioskd --help\n", error->message);
  else if (argc > 1)
    g_printerr ("kioskd: %s: not expected; see kioskd --help\n", argv[1]);
  else
    return TRUE;
  return FALSE;
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static int
serve (const char *settings)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHouse) house = kiosk_house_open (settings, &error);

  if (house == NULL)
    {
      g_printerr ("kioskd: %s\n", error->message);
      return 1;
    }
  g_unix_signal_add (SIGTERM, quit, loop);
  g_unix_signal_add (SIGINT, quit, loop);
  kiosk_event_program_started (KIOSK_EVENT_PROGRAM_STARTED_PROGRAM_KIOSKD);
  g_print ("ready front=%s control=%s\n", kiosk_front_path (house->front),
           kiosk_control_path (house->control));
  g_main_loop_run (loop);
  kiosk_event_program_stopped (KIOSK_EVENT_PROGRAM_STOPPED_PROGRAM_KIOSKD);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *description = NULL;
  Options options = { 0 };
  int status;

  kiosk_harden (argv); /* first: option parsing takes words out of @argv */
  setlocale (LC_ALL, "C.UTF-8");
  if (!parse_options (&options, argc, argv))
    return 2;
  if (options.version)
    {
      g_print ("kioskd %s\n", KIOSK_VERSION);
      return 0;
    }
  if (options.describe)
    {
      description = kiosk_house_settings_describe ();
      g_print ("%s", description);
      return 0;
    }
  if (options.settings == NULL)
    {
      g_printerr ("kioskd: say --settings FILE; kioskd --describe-settings prints one to start "
                  "from\n");
      return 2;
    }
  status = serve (options.settings);
  g_free (options.settings);
  return status;
}
