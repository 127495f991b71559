#include "programs/kiosk-sandbox/credential.h"
#include "programs/kiosk-sandbox/department.h"
#include "programs/kiosk-sandbox/error.h"
#include "programs/kiosk-sandbox/iam-run.h"
#include "programs/kiosk-sandbox/setup.h"
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

typedef struct
{
  char *csca;
  char *links;
  char **crls;
  char **master_lists;
  char *services;
  char **lost;
  char *staff_issuer;
  char **staff;
  char *identity;
  char **iam_users;
  char *folder;
  char *gateway_ca;
  int port;
  int key_seconds;
  char *gateway;
  char *department;
  char *refuse;
  char *issuer;
  int poll_ms;
  gboolean hold;
  gboolean version;
  char **rest;
} Options;

/* The office works in a thread of its own; what moves it comes by the queue. */
typedef struct
{
  KioskSandboxDepartment *department;
  GAsyncQueue *bell; /* of words */
  GCancellable *cancellable;
  GMainLoop *loop;
  gboolean hold;
  const char *refuse; /* (nullable): of the command line */
  gint64 poll_us;
} Office;

static char decide_word[] = "decide";
#define REFUSE_WORD "refuse "
static char stop_word[] = "stop";

static gboolean
options_parse (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "csca", 0, 0, G_OPTION_ARG_FILENAME, &options->csca,
      "setup: the country signers that kiosks will trust", "FILE" },
    { "csca-link", 0, 0, G_OPTION_ARG_FILENAME, &options->links,
      "setup: certificates that link their keys to newer ones", "FILE" },
    { "crl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->crls,
      "setup: a list of those that they called back; may be given again", "FILE" },
    { "master-list", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->master_lists,
      "setup: a master list that one of them signed; may be given again", "FILE" },
    { "services", 0, 0, G_OPTION_ARG_FILENAME, &options->services,
      "setup: the catalogue's source, data/services", "DIR" },
    { "lost", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->lost,
      "setup: a document reported lost; may be given again", "NUMBER" },
    { "staff-issuer", 0, 0, G_OPTION_ARG_FILENAME, &options->staff_issuer,
      "setup: who makes staff cards", "FILE" },
    { "staff", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->staff,
      "setup: who works here: a staff card's card.ini; may be given again", "FILE" },
    { "iam-user", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->iam_users,
      "setup: whom iAM Smart knows: a card.ini, basic or sign; may be given again", "FILE:TYPE" },
    { "identity", 0, 0, G_OPTION_ARG_FILENAME, &options->identity,
      "setup: iAM Smart's wire (SERVICES/../identity)", "DIR" },
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &options->folder, "iamsmart: SETUP/iamsmart", "DIR" },
    { "gateway-ca", 0, 0, G_OPTION_ARG_FILENAME, &options->gateway_ca,
      "iamsmart: who may be the gateway when it is called back", "FILE" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "iamsmart: 0: the system picks one", "N" },
    { "key-seconds", 0, 0, G_OPTION_ARG_INT, &options->key_seconds,
      "iamsmart: a content key's life (3600)", "N" },
    { "gateway", 0, 0, G_OPTION_ARG_STRING, &options->gateway, "https://HOST:PORT", "URL" },
    { "department", 0, 0, G_OPTION_ARG_FILENAME, &options->department,
      "The department's folder: SETUP/department/td", "DIR" },
    { "poll-ms", 0, 0, G_OPTION_ARG_INT, &options->poll_ms, "How often to look (1000)", "N" },
    { "hold", 0, 0, G_OPTION_ARG_NONE, &options->hold,
      "Decide at a line \"decide\" or \"refuse CODE\" on standard input and answer it; not "
      "before; end with it",
      NULL },
    { "refuse", 0, 0, G_OPTION_ARG_STRING, &options->refuse,
      "Refuse what could be granted, with this reason", "CODE" },
    { "issuer", 0, 0, G_OPTION_ARG_FILENAME, &options->issuer,
      "Give each enrolment that is granted a credential, in state/issued: SETUP/issuer", "DIR" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[setup DIR | credential | iamsmart]");
  g_option_context_set_summary (
    context, "Stands in for the government's side: nothing it decides is real.\n\n"
             "setup DIR makes keys, certificates and signed bundles;\n"
             "credential gives a person's data to a phone: credential --help says how;\n"
             "iamsmart plays iAM Smart's core, to which nothing of it is connected;\n"
             "without it, plays the Transport Department behind a gateway.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
round_run (Office *office, guint *ret_decided)
{
  g_autoptr (GError) error = NULL;
  if (kiosk_sandbox_department_round (office->department, office->cancellable, ret_decided, &error))
    return TRUE;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_printerr ("kiosk-sandbox: %s; looking again later\n", error->message);
  return FALSE;
}

static gpointer
office_run (gpointer data)
{
  Office *office = data;
  const char *word = NULL;
  guint decided;
  while (word != stop_word)
    {
      if (word == decide_word || (word != NULL && g_str_has_prefix (word, REFUSE_WORD)))
        {
          if (word != decide_word)
            kiosk_sandbox_department_refuse (office->department, word + strlen (REFUSE_WORD));
          gboolean good = round_run (office, &decided);
          g_print ("%s decided=%u\n", good ? "ok" : "error", decided);
          fflush (stdout);
          if (word != decide_word)
            kiosk_sandbox_department_refuse (office->department, office->refuse);
        }
      else if (!office->hold)
        round_run (office, &decided);
      word = office->hold ? g_async_queue_pop (office->bell)
                          : g_async_queue_timeout_pop (office->bell, (guint64)office->poll_us);
    }
  return NULL;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Office *office = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line
    = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (line == NULL)
    {
      g_main_loop_quit (office->loop); /* nobody is there any more who could say decide */
      return;
    }
  if (strcmp (line, decide_word) == 0)
    g_async_queue_push (office->bell, decide_word);
  else if (g_str_has_prefix (line, REFUSE_WORD))
    g_async_queue_push (office->bell, (gpointer)g_intern_string (line));
  else
    g_printerr ("kiosk-sandbox: \"%s\": the lines that mean something are decide and refuse CODE\n",
                line);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT,
                                       office->cancellable, line_read, office);
}

static void
office_open (Office *office)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (in);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  office->loop = loop;
  if (office->hold)
    g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, office->cancellable, line_read,
                                         office);
  GThread *thread = g_thread_new ("office", office_run, office);
  g_unix_signal_add (SIGTERM, quit, loop);
  g_unix_signal_add (SIGINT, quit, loop);
  g_print ("ready\n");
  fflush (stdout);
  g_main_loop_run (loop);
  g_cancellable_cancel (office->cancellable);
  g_async_queue_push (office->bell, stop_word);
  g_thread_join (thread);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* the cancelled read still holds the office */
}

static gboolean
play (const Options *options, KioskClock *clock, GError **error)
{
  if (options->gateway == NULL || options->department == NULL || options->poll_ms < 10)
    {
      g_set_error_literal (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                           "give --gateway and --department, and --poll-ms of 10 or more");
      return FALSE;
    }
  const KioskSandboxConfig config = {
    .gateway = options->gateway,
    .folder = options->department,
    .refuse = options->refuse,
    .issuer = options->issuer,
  };
  g_autoptr (KioskSandboxDepartment) department
    = kiosk_sandbox_department_new (&config, clock, error);
  if (department == NULL)
    return FALSE;
  g_autoptr (GAsyncQueue) bell = g_async_queue_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Office office = {
    .department = department,
    .bell = bell,
    .cancellable = cancellable,
    .hold = options->hold,
    .refuse = options->refuse,
    .poll_us = (gint64)options->poll_ms * 1000,
  };
  office_open (&office);
  return TRUE;
}

static gboolean
setup (const Options *options, KioskClock *clock, GError **error)
{
  if (options->csca == NULL || options->services == NULL)
    {
      g_set_error_literal (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                           "setup: give --csca FILE and --services DIR");
      return FALSE;
    }
  g_autofree char *beside = g_build_filename (options->services, "..", "identity", NULL);
  const KioskSandboxSetup what = {
    .folder = options->rest[1],
    .csca_file = options->csca,
    .links_file = options->links,
    .crls = (const char *const *)options->crls,
    .master_lists = (const char *const *)options->master_lists,
    .services = options->services,
    .lost = (const char *const *)options->lost,
    .staff_issuer = options->staff_issuer,
    .staff = (const char *const *)options->staff,
    .identity = options->identity != NULL ? options->identity : beside,
    .iam_users = (const char *const *)options->iam_users,
  };
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  return kiosk_sandbox_setup (&what, clock, random, error);
}

static gboolean
iamsmart (const Options *options, KioskClock *clock, GError **error)
{
  const KioskIamConfig config = {
    .folder = options->folder,
    .gateway_ca = options->gateway_ca,
    .key_ms = (gint64)options->key_seconds * 1000,
  };
  if (config.folder == NULL || config.gateway_ca == NULL || options->key_seconds < 1
      || options->port < 0 || options->port > G_MAXUINT16)
    {
      g_set_error_literal (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                           "iamsmart: give --folder DIR and --gateway-ca FILE, a --port up to "
                           "65535 and --key-seconds of 1 or more");
      return FALSE;
    }
  return kiosk_iam_run (&config, (guint16)options->port, clock, error);
}

static gboolean
run (const Options *options, GError **error)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  if (options->rest == NULL)
    return play (options, clock, error);
  if (strcmp (options->rest[0], "setup") == 0 && g_strv_length (options->rest) == 2)
    return setup (options, clock, error);
  if (strcmp (options->rest[0], "iamsmart") == 0 && g_strv_length (options->rest) == 1)
    return iamsmart (options, clock, error);
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
               "%s: the verbs are setup, with one folder, credential and iamsmart; see --help",
               options->rest[0]);
  return FALSE;
}

static void
options_clear (Options *options)
{
  g_free (options->csca);
  g_free (options->links);
  g_strfreev (options->crls);
  g_strfreev (options->master_lists);
  g_free (options->services);
  g_strfreev (options->lost);
  g_free (options->staff_issuer);
  g_strfreev (options->staff);
  g_free (options->identity);
  g_strfreev (options->iam_users);
  g_free (options->folder);
  g_free (options->gateway_ca);
  g_free (options->gateway);
  g_free (options->department);
  g_free (options->refuse);
  g_free (options->issuer);
  g_strfreev (options->rest);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  if (argc > 1 && strcmp (argv[1], "credential") == 0)
    return kiosk_sandbox_credential_main (argc - 1, argv + 1);
  Options options = { .poll_ms = 1000, .key_seconds = 3600 };
  g_autoptr (GError) error = NULL;
  gboolean good = options_parse (&options, &argc, &argv, &error);
  if (good && options.version)
    g_print ("kiosk-sandbox %s\n", KIOSK_VERSION);
  else if (good)
    good = run (&options, &error);
  if (!good)
    g_printerr ("kiosk-sandbox: %s\n", error->message);
  options_clear (&options);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
