/* A document read once by the real kiosk-reader, without kioskd: what opened it, what was proved,
 * what it holds, how long it took. Nothing of the person on it is printed. */
#include "base/clock.h"
#include "devices/card/card-worker.h"
#include "programs/kioskctl/card-report.h"
#include "programs/kioskctl/client.h"
#include "trust/csca.h"

#include <stdio.h>
#include <string.h>

#define SETTINGS     "/etc/kiosk/kioskd.ini"
#define DEVICE       "pn532_uart:/dev/ttyS0"
#define READER       "/usr/libexec/kiosk/kiosk-reader"
#define PROFILES     "/usr/share/kiosk/cards"
#define PATIENCE_S   30
#define PATIENCE_MAX 3600
#define KEY_MAX      64
#define USAGE                                                                                      \
  "card read --profile NAME --can N|- | --mrz DOC,YYMMDD,YYMMDD|-\n"                               \
  "  [--csca FILE]… [--crl FILE]… [--settings FILE] [--device D] [--reader PROGRAM]\n"         \
  "  [--profiles FOLDER] [--timeout SECONDS] [--json]\n\n"                                         \
  "A key on the command line is seen by everyone on this machine and kept by the shell: give one " \
  "there\nfor a test card only, and \"-\" for standard input otherwise"

typedef struct
{
  char *settings, *device, *reader, *profiles, *profile, *can, *mrz;
  char **csca, **crl;
  int timeout_s;
  gboolean json;
  KioskSecret *key;
  KioskCardKey kind;
} Asked;

typedef struct
{
  const Asked *asked;
  KioskCardPort *port;
  char *found; /* the profile that the document fits */
  gboolean given, over;
  int status; /* of the program */
} Reading;

static void
asked_clear (Asked *self)
{
  g_free (self->settings);
  g_free (self->device);
  g_free (self->reader);
  g_free (self->profiles);
  g_free (self->profile);
  kiosk_wipe_string (self->can);
  kiosk_wipe_string (self->mrz);
  g_strfreev (self->csca);
  g_strfreev (self->crl);
  g_clear_pointer (&self->key, kiosk_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

/* (transfer full) (nullable) */
static KioskSecret *
read_key (const char *word)
{
  char line[KEY_MAX + 2] = "";
  KioskSecret *key = NULL;
  gsize length;

  if (strcmp (word, "-") != 0)
    return kiosk_secret_new_copy (word, strlen (word));
  if (fgets (line, sizeof line, stdin) != NULL)
    {
      length = strcspn (line, "\r\n");
      if (length > 0 && length <= KEY_MAX)
        key = kiosk_secret_new_copy (line, length);
    }
  explicit_bzero (line, sizeof line);
  return key;
}

/* An option, else the settings of kioskd, else what kioskd takes without any. */
static void
settle (GKeyFile *ini, const char *group, const char *key, const char *folder, const char *fallback,
        char **value)
{
  g_autofree char *given = NULL;

  if (*value != NULL)
    return;
  given = g_key_file_get_string (ini, group, key, NULL);
  if (given == NULL || folder == NULL || g_path_is_absolute (given))
    *value = given != NULL ? g_steal_pointer (&given) : g_strdup (fallback);
  else
    *value = g_build_filename (folder, given, NULL);
}

static gboolean
settle_all (Asked *self, GError **error)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autofree char *folder = NULL;
  const char *path = self->settings != NULL ? self->settings : SETTINGS;

  if (!g_key_file_load_from_file (ini, path, G_KEY_FILE_NONE, error))
    {
      if (self->settings != NULL || !g_error_matches (*error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
      g_clear_error (error);
    }
  folder = g_path_get_dirname (path);
  settle (ini, "nfc", "device", NULL, DEVICE, &self->device);
  settle (ini, "paths", "reader", folder, READER, &self->reader);
  settle (ini, "paths", "profiles", folder, PROFILES, &self->profiles);
  return TRUE;
}

/* (transfer container) (element-type GBytes) */
static GPtrArray *
load_csca (const Asked *self, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; self->csca != NULL && self->csca[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) certs = kiosk_pki_certs_load (self->csca[i], error);

      if (certs == NULL)
        return NULL;
      for (guint j = 0; j < certs->len; j++)
        g_ptr_array_add (all, kiosk_pki_cert_to_der (g_ptr_array_index (certs, j)));
    }
  return g_steal_pointer (&all);
}

/* (transfer container) (element-type GBytes) */
static GPtrArray *
load_crls (const Asked *self, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; self->crl != NULL && self->crl[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) some = kiosk_csca_crls_load (self->crl[i], error);

      if (some == NULL)
        return NULL;
      for (guint j = 0; j < some->len; j++)
        g_ptr_array_add (all, g_bytes_ref (g_ptr_array_index (some, j)));
    }
  return g_steal_pointer (&all);
}

static void
end (Reading *self, int status)
{
  self->over = TRUE;
  self->status = status;
}

static void
fail (Reading *self, const KioskCardEvent *event)
{
  gboolean is_other = event->error == KIOSK_CARD_ERROR_OTHER_DOCUMENT && self->found != NULL;
  g_autofree char *tries = event->tries_left >= 0
                             ? g_strdup_printf (", tries left: %d", event->tries_left)
                             : g_strdup ("");

  g_printerr ("kioskctl: %s%s%s%s\n", kiosk_card_error_name (event->error), tries,
              is_other ? ": this is " : "", is_other ? self->found : "");
  end (self, 1);
}

static void
on_event (gpointer data, const KioskCardEvent *event)
{
  Reading *self = data;
  const Asked *asked = self->asked;

  switch (event->type)
    {
    case KIOSK_CARD_EVENT_READY:
      g_printerr ("kioskctl: lay the document on the reader\n");
      break;
    case KIOSK_CARD_EVENT_FOUND:
      g_free (self->found);
      self->found = g_strdup (event->profile);
      break;
    case KIOSK_CARD_EVENT_NEEDS_KEY:
      if (self->given)
        end (self, 1);
      else
        self->port->give_key (self->port, asked->kind, asked->key);
      self->given = TRUE;
      break;
    case KIOSK_CARD_EVENT_EVIDENCE:
      if (asked->json)
        kioskctl_card_print_json (event->evidence);
      else
        kioskctl_card_print_text (event->evidence);
      end (self, kioskctl_card_has_failed (event->evidence) ? 1 : 0);
      break;
    case KIOSK_CARD_EVENT_FAILED:
      fail (self, event);
      break;
    default:
      break;
    }
}

static void
on_timeout (gpointer data)
{
  g_printerr ("kioskctl: no document was read in that time\n");
  end (data, 1);
}

static int
read_card (const Asked *asked, GPtrArray *csca, GPtrArray *crls)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  Reading reading = { .asked = asked, .status = 1 };
  guint timeout
    = kiosk_clock_add_timeout (clock, (gint64)asked->timeout_s * 1000, on_timeout, &reading);

  reading.port = kiosk_card_worker_new (asked->reader, asked->device, asked->profiles, clock, csca);
  kiosk_card_worker_set_crls (reading.port, crls);
  kiosk_card_worker_set_profile (reading.port, asked->profile);
  kiosk_card_worker_set_details (reading.port, TRUE);
  reading.port->start (reading.port, on_event, &reading);
  while (!reading.over)
    g_main_context_iteration (NULL, TRUE);
  reading.port->free (reading.port);
  kiosk_clock_cancel (clock, timeout);
  g_free (reading.found);
  return reading.status;
}

static gboolean
is_complete (Asked *self)
{
  const char *word = self->can != NULL ? self->can : self->mrz;

  self->kind = self->can != NULL ? KIOSK_CARD_KEY_CAN : KIOSK_CARD_KEY_MRZ;
  if (self->profile == NULL || (self->can == NULL) == (self->mrz == NULL))
    g_printerr ("kioskctl: say --profile NAME, and one of --can and --mrz\n");
  else if (self->timeout_s < 1 || self->timeout_s > PATIENCE_MAX)
    g_printerr ("kioskctl: --timeout is 1 to %d seconds\n", PATIENCE_MAX);
  else if ((self->key = read_key (word)) == NULL)
    g_printerr ("kioskctl: there is no key on standard input\n");
  else
    return TRUE;
  return FALSE;
}

int
kioskctl_card (const KioskctlContext *context, int argc, char **argv)
{
  g_auto (Asked) asked = { .timeout_s = PATIENCE_S };
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING, &asked.profile, "the kind of document", "NAME" },
    { "can", 0, 0, G_OPTION_ARG_STRING, &asked.can, "card access number, - for stdin", "N" },
    { "mrz", 0, 0, G_OPTION_ARG_STRING, &asked.mrz, "of the zone, - for stdin", "D,B,E" },
    { "csca", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &asked.csca, "PEM: country signers", "FILE" },
    { "crl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &asked.crl, "PEM or DER: whom they called back",
      "FILE" },
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &asked.settings, "of kioskd", "FILE" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &asked.device, "libnfc connection string", "D" },
    { "reader", 0, 0, G_OPTION_ARG_FILENAME, &asked.reader, "kiosk-reader", "PROGRAM" },
    { "profiles", 0, 0, G_OPTION_ARG_FILENAME, &asked.profiles, "card profiles", "FOLDER" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &asked.timeout_s, "how long to wait", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &asked.json, "one line of JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GPtrArray) csca = NULL, crls = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, entries, USAGE, 1) || strcmp (argv[1], "read") != 0)
    return 2;
  if (!is_complete (&asked))
    return 2;
  if (!settle_all (&asked, &error))
    return kioskctl_fail (error);
  csca = load_csca (&asked, &error);
  crls = csca != NULL ? load_crls (&asked, &error) : NULL;
  if (crls == NULL)
    return kioskctl_fail (error);
  kiosk_wipe_string (g_steal_pointer (&asked.can));
  kiosk_wipe_string (g_steal_pointer (&asked.mrz));
  return read_card (&asked, csca, crls);
}
