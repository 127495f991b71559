#include "programs/kiosk-gateway/commands.h"
#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/gateway.h"
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GnuTLS reads it before the first connection: TLS 1.3 and nothing older. */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

typedef struct
{
  char *database;
  char *pki;
  char *address;
  int port;
  int valid_minutes;
  char *iam;
  char *iam_public;
  gboolean json;
  gboolean version;
  char **rest;
} Options;

static gboolean
options_parse (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "database", 0, 0, G_OPTION_ARG_STRING, &options->database,
      "Where records are kept: sqlite:PATH, or"
      " postgresql://HOST/NAME shared by several gateways",
      "URI" },
    { "pki", 0, 0, G_OPTION_ARG_FILENAME, &options->pki, "Keys, certificates and bundles", "DIR" },
    { "address", 0, 0, G_OPTION_ARG_STRING, &options->address,
      "Numeric address to listen on (127.0.0.1)", "ADDRESS" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "0: the system picks one", "N" },
    { "iam", 0, 0, G_OPTION_ARG_STRING, &options->iam,
      "iAM Smart's core (none); PKI/iamsmart holds our side's keys", "https://HOST:PORT" },
    { "iam-public", 0, 0, G_OPTION_ARG_STRING, &options->iam_public,
      "Where it calls us back (https://localhost:PORT)", "https://HOST:PORT" },
    { "minutes", 0, 0, G_OPTION_ARG_INT, &options->valid_minutes,
      "code: how long it may be used (60)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, "report: as JSON", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->rest, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[VERB]");
  g_option_context_set_summary (
    context, "Receives what kiosks sealed, once each, and hands it to departments.\n\n"
             "Without a verb it serves: it needs --database and --pki.\n"
             "  code          print a one-time enrolment code\n"
             "  report        count what the database holds\n"
             "  revoke KIOSK  let that kiosk in no more\n"
             "  restored      after putting back a backup: kiosks send again");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
serve (const Options *options, KioskClock *clock, KioskRandom *random, GError **error)
{
  if (options->pki == NULL || options->port < 0 || options->port > G_MAXUINT16)
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
                   options->pki == NULL ? "--pki: give the folder of keys and bundles"
                                        : "--port: give a number up to 65535");
      return FALSE;
    }
  const KioskGatewayConfig config = {
    .database = options->database,
    .pki_folder = options->pki,
    .address = options->address != NULL ? options->address : "127.0.0.1",
    .port = (guint16)options->port,
    .iam = options->iam,
    .iam_public = options->iam_public,
  };
  g_autoptr (KioskGateway) gateway = kiosk_gateway_new (&config, clock, random, error);
  if (gateway == NULL)
    return FALSE;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  /* A limit on file sizes is a disk that is full: it fails the write, not the program. */
  signal (SIGXFSZ, SIG_IGN);
  g_unix_signal_add (SIGTERM, quit, loop);
  g_unix_signal_add (SIGINT, quit, loop);
  g_print ("ready port=%u\n", kiosk_gateway_port (gateway));
  fflush (stdout);
  g_main_loop_run (loop);
  return TRUE;
}

static gboolean
run (const Options *options, GError **error)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  if (options->rest == NULL)
    return serve (options, clock, random, error);
  const KioskGatewayCommand command = {
    .database = options->database,
    .valid_minutes = options->valid_minutes,
    .json = options->json,
    .clock = clock,
    .random = random,
  };
  guint words = g_strv_length (options->rest);
  const char *verb = options->rest[0];
  if (words == 1 && strcmp (verb, "code") == 0)
    return kiosk_gateway_command_code (&command, error);
  if (words == 1 && strcmp (verb, "report") == 0)
    return kiosk_gateway_command_report (&command, error);
  if (words == 1 && strcmp (verb, "restored") == 0)
    return kiosk_gateway_command_restored (&command, error);
  if (words == 2 && strcmp (verb, "revoke") == 0)
    return kiosk_gateway_command_revoke (&command, options->rest[1], error);
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
               "%s: no such verb, or the wrong number of words; see --help", verb);
  return FALSE;
}

static void
options_clear (Options *options)
{
  g_free (options->database);
  g_free (options->pki);
  g_free (options->address);
  g_free (options->iam);
  g_free (options->iam_public);
  g_strfreev (options->rest);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  Options options = { .valid_minutes = 60 };
  g_autoptr (GError) error = NULL;
  gboolean good = options_parse (&options, &argc, &argv, &error);
  if (good && options.version)
    g_print ("kiosk-gateway %s\n", KIOSK_VERSION);
  else if (good)
    good = run (&options, &error);
  if (!good)
    g_printerr ("kiosk-gateway: %s\n", error->message);
  options_clear (&options);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
