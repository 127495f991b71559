#include "identity/iamsmart-profile.h"

#include "base/file.h"
#include "base/settings.h"

#include <string.h>

#define CODES_BYTES_MAX (64 * 1024)
#define CODES_MAX       1000
#define DAY_MS          (24 * 60 * 60 * G_GINT64_CONSTANT (1000))
#define N_DIGITS        5
#define REASON_MAX      32

G_DEFINE_QUARK (kiosk_iamsmart_error, kiosk_iamsmart_error)

typedef struct
{
  KioskIamsmartError action;
  char *says;
  char *reason; /* NULL: none of its own */
} Meaning;

#define PATH(key)                                                                                  \
  {                                                                                                \
    "paths", key, KIOSK_SETTING_STRING, NULL, 2, 200, "path that begins with /"                    \
  }

static const KioskSettingSpec specs[] = {
  { "signature", "method", KIOSK_SETTING_STRING, NULL, 1, 40, "name of the signature method" },
  { "signature", "encoding", KIOSK_SETTING_STRING, NULL, 1, 10, "url or plain" },
  { "signature", "window-ms", KIOSK_SETTING_INTEGER, NULL, 1000, DAY_MS, "milliseconds" },
  { "signature", "nonces-most", KIOSK_SETTING_INTEGER, NULL, 1, 10000000, "nonces" },
  { "key", "padding", KIOSK_SETTING_STRING, NULL, 1, 40, "pkcs1, oaep-sha1, oaep-sha256, …" },
  { "key", "text-inside", KIOSK_SETTING_BOOLEAN, NULL, 0, 0, "true or false" },
  { "key", "absolute-from-ms", KIOSK_SETTING_INTEGER, NULL, DAY_MS, 1000 * 365 * DAY_MS, "ms" },
  { "key", "rekey-before-ms", KIOSK_SETTING_INTEGER, NULL, 0, DAY_MS, "milliseconds" },
  { "key", "longest-ms", KIOSK_SETTING_INTEGER, NULL, 1000, 365 * DAY_MS, "milliseconds" },
  { "content", "most", KIOSK_SETTING_INTEGER, NULL, 1024, 64 * 1024 * 1024, "bytes" },
  PATH ("get-key"),
  PATH ("revoke-key"),
  PATH ("get-qr"),
  PATH ("get-token"),
  PATH ("profile"),
  PATH ("form-filling"),
  PATH ("step-up"),
  PATH ("signing"),
  PATH ("signing-acknowledge"),
  PATH ("pdf-signing"),
  PATH ("anonymous-form-filling"),
  PATH ("anonymous-form-filling-result"),
  PATH ("anonymous-signing"),
  PATH ("anonymous-signing-result"),
  PATH ("anonymous-pdf-signing"),
  PATH ("anonymous-pdf-signing-result"),
};

/* In the order of KioskIamsmartPath, at the end of the table above. */
#define FIRST_PATH (G_N_ELEMENTS (specs) - KIOSK_IAMSMART_N_PATHS)

static const char *const paddings[]
  = { "pkcs1", "oaep-sha1", "oaep-sha256", "oaep-sha256-mgf1-sha1" };
static const char *const encodings[] = { "plain", "url" };
/* The order of KioskIamsmartError's first codes. */
static const char *const actions[]
  = { "retry", "rekey", "ask-again", "start-over", "tell-person", "operator" };
static const char *const standings[] = { "public", "inferred" };

static void
meaning_free (gpointer data)
{
  Meaning *meaning = data;

  g_free (meaning->says);
  g_free (meaning->reason);
  g_free (meaning);
}

static gboolean
find (const char *const *names, guint n_names, const char *name, guint *ret_index)
{
  for (guint i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
refuse (GError **error, const char *path, const char *group, const char *key, const char *what)
{
  g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED, "%s: [%s] %s: %s", path,
               group, key, what);
  return FALSE;
}

/* What names one place on the server and nothing else: no query, no dots to climb by. */
static gboolean
is_plain_path (const char *path)
{
  const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-";

  return path[0] == '/' && path[1] != '/' && strspn (path, allowed) == strlen (path);
}

static gboolean
take_wire (KioskIamsmartProfile *self, const KioskSettings *wire, const char *path, GError **error)
{
  guint encoding = 0;
  guint padding = 0;

  if (!find (encodings, G_N_ELEMENTS (encodings),
             kiosk_settings_string (wire, "signature", "encoding"), &encoding))
    return refuse (error, path, "signature", "encoding", "must be url or plain");
  if (!find (paddings, G_N_ELEMENTS (paddings), kiosk_settings_string (wire, "key", "padding"),
             &padding))
    return refuse (error, path, "key", "padding", "no such padding; README.md names them");
  for (guint i = 0; i < KIOSK_IAMSMART_N_PATHS; i++)
    {
      const char *key = specs[FIRST_PATH + i].key;

      self->paths[i] = g_strdup (kiosk_settings_string (wire, "paths", key));
      if (!is_plain_path (self->paths[i]))
        return refuse (error, path, "paths", key, "must begin with / and hold no query");
    }
  self->method = g_strdup (kiosk_settings_string (wire, "signature", "method"));
  self->percent = encoding == 1;
  self->window_ms = kiosk_settings_integer (wire, "signature", "window-ms");
  self->nonces_most = (guint)kiosk_settings_integer (wire, "signature", "nonces-most");
  self->padding = (KioskIamsmartPadding)padding;
  self->text_inside = kiosk_settings_boolean (wire, "key", "text-inside");
  self->absolute_from_ms = kiosk_settings_integer (wire, "key", "absolute-from-ms");
  self->rekey_before_ms = kiosk_settings_integer (wire, "key", "rekey-before-ms");
  self->longest_ms = kiosk_settings_integer (wire, "key", "longest-ms");
  self->content_most = (gsize)kiosk_settings_integer (wire, "content", "most");
  return TRUE;
}

/* Five digits; the last of a family is an x. */
static gboolean
is_number (const char *text, gboolean family)
{
  if (strlen (text) != N_DIGITS || strspn (text, "0123456789") < N_DIGITS - 1)
    return FALSE;
  return g_ascii_isdigit (text[N_DIGITS - 1]) || (family && text[N_DIGITS - 1] == 'x');
}

static gboolean
take_code (KioskIamsmartProfile *self, GKeyFile *file, const char *path, const char *number,
           GError **error)
{
  g_autofree char *line = g_key_file_get_string (file, "codes", number, NULL);
  g_auto (GStrv) parts = g_strsplit (line != NULL ? line : "", ";", 4);
  Meaning *meaning = NULL;
  guint action = 0;
  guint standing = 0;

  if (!is_number (number, TRUE))
    return refuse (error, path, "codes", number, "must be five digits, the last of a family an x");
  if (g_strv_length (parts) != 3 || *parts[2] == '\0' || !g_utf8_validate (parts[2], -1, NULL))
    return refuse (error, path, "codes", number, "must be action;standing;what it says");
  if (!find (actions, G_N_ELEMENTS (actions), parts[0], &action))
    return refuse (error, path, "codes", number, "no such action; README.md names them");
  if (!find (standings, G_N_ELEMENTS (standings), parts[1], &standing))
    return refuse (error, path, "codes", number, "its standing must be public or inferred");
  meaning = g_new0 (Meaning, 1);
  meaning->action = (KioskIamsmartError)action;
  meaning->says = g_strdup (parts[2]);
  g_hash_table_insert (self->codes, g_strdup (number), meaning);
  return TRUE;
}

static gboolean
check_table (KioskIamsmartProfile *self, GKeyFile *file, const char *path, GError **error)
{
  static const char *const known[] = { "table", "codes", "reasons" };
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, "table", NULL, NULL);
  const char *upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  guint at = 0;

  for (gsize i = 0; groups[i] != NULL; i++)
    if (!find (known, G_N_ELEMENTS (known), groups[i], &at))
      return refuse (error, path, groups[i], "", "no such group; remove it");
  if (keys == NULL || g_strv_length (keys) != 2)
    return refuse (error, path, "table", "", "holds success and letters, nothing else");
  self->success = g_key_file_get_string (file, "table", "success", NULL);
  self->letters = g_key_file_get_string (file, "table", "letters", NULL);
  if (self->letters == NULL || *self->letters == '\0'
      || strspn (self->letters, upper) != strlen (self->letters))
    return refuse (error, path, "table", "letters", "must be capital letters");
  if (self->success == NULL || *self->success == '\0'
      || strchr (self->letters, *self->success) == NULL || !is_number (self->success + 1, FALSE))
    return refuse (error, path, "table", "success", "must be one of the letters and five digits");
  return TRUE;
}

/* A word for a code of the table, for those whose words a program knows. */
static gboolean
take_reason (KioskIamsmartProfile *self, GKeyFile *file, const char *path, const char *number,
             GError **error)
{
  Meaning *meaning = g_hash_table_lookup (self->codes, number);
  g_autofree char *word = g_key_file_get_string (file, "reasons", number, NULL);

  if (meaning == NULL)
    return refuse (error, path, "reasons", number, "no such code above");
  if (word == NULL || *word == '\0' || strlen (word) > REASON_MAX
      || strspn (word, "abcdefghijklmnopqrstuvwxyz-") != strlen (word))
    return refuse (error, path, "reasons", number, "must be one word of small letters and -");
  meaning->reason = g_steal_pointer (&word);
  return TRUE;
}

static gboolean
take_reasons (KioskIamsmartProfile *self, GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) numbers = g_key_file_get_keys (file, "reasons", NULL, NULL);

  for (gsize i = 0; numbers != NULL && numbers[i] != NULL; i++)
    if (!take_reason (self, file, path, numbers[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
take_codes (KioskIamsmartProfile *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) bytes = kiosk_file_read (path, CODES_BYTES_MAX, &problem);
  g_auto (GStrv) numbers = NULL;
  gsize length = 0;

  if (bytes == NULL || g_bytes_get_size (bytes) == 0
      || !g_key_file_load_from_data (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                     G_KEY_FILE_NONE, &problem))
    {
      g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED,
                   "%s: not a table of codes: %s; put a sound copy there", path,
                   problem != NULL ? problem->message : "it is empty");
      return FALSE;
    }
  if (!check_table (self, file, path, error))
    return FALSE;
  numbers = g_key_file_get_keys (file, "codes", &length, NULL);
  if (numbers == NULL || length == 0 || length > CODES_MAX)
    return refuse (error, path, "codes", "", "must hold from one to a thousand codes");
  for (gsize i = 0; i < length; i++)
    if (!take_code (self, file, path, numbers[i], error))
      return FALSE;
  return take_reasons (self, file, path, error);
}

KioskIamsmartProfile *
kiosk_iamsmart_profile_load (const char *folder, GError **error)
{
  g_autofree char *wire_path = g_build_filename (folder, "iamsmart.ini", NULL);
  g_autofree char *codes_path = g_build_filename (folder, "iamsmart-codes.ini", NULL);
  g_autoptr (KioskIamsmartProfile) self = g_new0 (KioskIamsmartProfile, 1);
  g_autoptr (KioskSettings) wire
    = kiosk_settings_load (wire_path, specs, G_N_ELEMENTS (specs), error);

  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, meaning_free);
  if (wire == NULL || !take_wire (self, wire, wire_path, error)
      || !take_codes (self, codes_path, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_iamsmart_profile_free (KioskIamsmartProfile *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < KIOSK_IAMSMART_N_PATHS; i++)
    g_free (self->paths[i]);
  g_free (self->method);
  g_free (self->success);
  g_free (self->letters);
  g_hash_table_unref (self->codes);
  g_free (self);
}

/* NULL for what has not the shape of a code, and for one that the table does not know. */
static const Meaning *
meaning_of (const KioskIamsmartProfile *self, const char *code)
{
  const Meaning *meaning = NULL;
  char number[N_DIGITS + 1] = "";

  if (*code == '\0' || strchr (self->letters, *code) == NULL || !is_number (code + 1, FALSE))
    return NULL;
  memcpy (number, code + 1, N_DIGITS);
  meaning = g_hash_table_lookup (self->codes, number);
  if (meaning == NULL)
    {
      number[N_DIGITS - 1] = 'x';
      meaning = g_hash_table_lookup (self->codes, number);
    }
  return meaning;
}

gboolean
kiosk_iamsmart_profile_check_code (const KioskIamsmartProfile *self, const char *code,
                                   GError **error)
{
  const Meaning *meaning = NULL;

  if (strcmp (code, self->success) == 0)
    return TRUE;
  if (!g_ascii_isupper (*code) || !is_number (code + 1, FALSE))
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                           "an answer whose code is no letter and five digits");
      return FALSE;
    }
  meaning = meaning_of (self, code);
  g_set_error (error, KIOSK_IAMSMART_ERROR,
               meaning != NULL ? meaning->action : KIOSK_IAMSMART_ERROR_OPERATOR, "%s: %s", code,
               meaning != NULL ? meaning->says : "not in the table of codes");
  return FALSE;
}

const char *
kiosk_iamsmart_profile_reason (const KioskIamsmartProfile *self, const char *code)
{
  const Meaning *meaning = meaning_of (self, code);

  return meaning != NULL ? meaning->reason : NULL;
}
