#include "programs/kiosk-sandbox/credential.h"
#include "base/file.h"
#include "base/secret.h"
#include "formats/hkid.h"
#include "formats/personal.h"
#include "programs/kiosk-sandbox/error.h"
#include "trust/cose.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER   "https://issuer.sandbox.invalid"
#define COUNTRY  "HK"
#define DAY_MS   (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define DAYS_MAX 3650
#define PEM_MAX  4096
#define POINT    65 /* bytes: 04, x, y */
#define LATIN    "eng"
#define CHINESE  "zho"

static EVP_PKEY *
public_key_load (const char *path, GError **error)
{
  g_autoptr (GBytes) pem = kiosk_file_read (path, PEM_MAX, error);
  if (pem == NULL)
    return NULL;
  BIO *bio = BIO_new_mem_buf (g_bytes_get_data (pem, NULL), (int)g_bytes_get_size (pem));
  EVP_PKEY *key = PEM_read_bio_PUBKEY (bio, NULL, NULL, NULL);
  BIO_free (bio);
  ERR_clear_error ();
  if (key == NULL)
    g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_PERSON,
                 "--key %s: no public key in PEM; a phone's wallet has one in public.pem", path);
  return key;
}

/* The point of a phone's key. */
static GBytes *
point_load (const char *path, GError **error)
{
  g_autoptr (EVP_PKEY) key = public_key_load (path, error);
  char group[32] = "";
  guint8 point[POINT];
  gsize length = 0;
  if (key == NULL)
    return NULL;
  if (EVP_PKEY_get_group_name (key, group, sizeof group, NULL) == 1
      && strcmp (group, SN_X9_62_prime256v1) == 0
      && EVP_PKEY_get_octet_string_param (key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                          &length)
           == 1
      && length == sizeof point)
    return g_bytes_new (point, sizeof point);
  ERR_clear_error ();
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_PERSON,
               "--key %s: phones have keys of P-256, uncompressed", path);
  return NULL;
}

/* "1984-07-19" → "19840719" */
static char *
digits_of (const char *date)
{
  GString *digits = g_string_new (NULL);
  for (; date != NULL && *date != '\0'; date++)
    if (*date != '-')
      g_string_append_c (digits, *date);
  return g_string_free (digits, FALSE);
}

static gint64
gender_of (const char *sex)
{
  static const char *const sexes[] = { "M", "F", "X" };
  for (gsize i = 0; i < G_N_ELEMENTS (sexes); i++)
    if (g_strcmp0 (sex, sexes[i]) == 0)
      return (gint64)i + 1;
  return 0;
}

static KioskPersonal *
person_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "--person %s: ", path);
      return NULL;
    }
  g_autoptr (KioskPersonal) person = g_new0 (KioskPersonal, 1);
  g_autofree char *birth = g_key_file_get_string (file, "person", "birth", NULL);
  g_autofree char *sex = g_key_file_get_string (file, "person", "sex", NULL);
  person->id = g_key_file_get_string (file, "person", "number", NULL);
  person->full_name = g_key_file_get_string (file, "person", "name", NULL);
  person->language = g_strdup (LATIN);
  person->second_name = g_key_file_get_string (file, "person", "name-chinese", NULL);
  person->second_language = person->second_name != NULL ? g_strdup (CHINESE) : NULL;
  person->birth = digits_of (birth);
  person->gender = gender_of (sex);
  person->issuing_country = g_strdup (COUNTRY);
  if (person->id != NULL && kiosk_hkid_is_valid (person->id) && person->full_name != NULL
      && strlen (person->birth) == 8)
    return g_steal_pointer (&person);
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_PERSON,
               "--person %s: [person] needs name, birth, and a number that is a valid HKID's",
               path);
  return NULL;
}

/* @person: with its key; completed here. */
static char *
grant_sign (const char *issuer, KioskPersonal *person, int days, gint64 now_ms, GError **error)
{
  g_autofree char *key_path = g_build_filename (issuer, "issuer.key", NULL);
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_load (key_path, error);
  if (key == NULL)
    return NULL;
  person->token = g_new0 (KioskCwt, 1);
  person->token->issuer = g_strdup (ISSUER);
  person->token->issued_ms = now_ms;
  person->token->not_before_ms = -1;
  person->token->expires_ms = now_ms + days * DAY_MS;
  GBytes *claims = kiosk_personal_claims (person);
  GBytes *cose = kiosk_cose_sign1_unnamed (claims, key, error);
  char *text = cose != NULL ? kiosk_personal_text (cose) : NULL;
  kiosk_wipe_bytes (claims);
  kiosk_wipe_bytes (cose);
  return text;
}

char *
kiosk_sandbox_credential_new (const KioskSandboxCredential *what, KioskClock *clock, GError **error)
{
  g_autoptr (KioskPersonal) person = person_load (what->person, error);
  if (person == NULL)
    return NULL;
  person->holder_key = point_load (what->key, error);
  return person->holder_key == NULL
           ? NULL
           : grant_sign (what->issuer, person, what->days, kiosk_clock_wall_ms (clock), error);
}

char *
kiosk_sandbox_credential_for (const char *issuer, const KioskEvidence *evidence, GBytes *key,
                              int days, KioskClock *clock, GError **error)
{
  g_autoptr (KioskPersonal) person = g_new0 (KioskPersonal, 1);
  person->id = g_strdup (evidence->national_number);
  person->full_name = g_strdup (evidence->name_latin);
  person->language = g_strdup (LATIN);
  person->second_name = g_strdup (evidence->name_chinese);
  person->second_language = person->second_name != NULL ? g_strdup (CHINESE) : NULL;
  person->birth = digits_of (evidence->birth_date);
  person->gender = gender_of (evidence->sex);
  person->issuing_country = g_strdup (COUNTRY);
  person->holder_key = g_bytes_ref (key);
  if (g_bytes_get_size (key) == POINT && person->full_name != NULL && strlen (person->birth) == 8)
    return grant_sign (issuer, person, days, kiosk_clock_wall_ms (clock), error);
  g_set_error_literal (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_PERSON,
                       "a credential needs a name, a birth date and a key of P-256");
  return NULL;
}

static gboolean
write_out (const KioskSandboxCredential *what, const char *out, GError **error)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  char *text = kiosk_sandbox_credential_new (what, clock, error);
  if (text == NULL)
    return FALSE;
  GBytes *bytes = g_bytes_new (text, strlen (text));
  gboolean written = kiosk_file_write (out, bytes, 0600, error);
  kiosk_wipe_bytes (bytes);
  kiosk_wipe_string (text);
  return written;
}

static gboolean
run (int *argc, char ***argv, GError **error)
{
  g_autofree char *issuer = NULL;
  g_autofree char *person = NULL;
  g_autofree char *key = NULL;
  g_autofree char *out = NULL;
  int days = KIOSK_SANDBOX_CREDENTIAL_DAYS;
  const GOptionEntry entries[] = {
    { "issuer", 0, 0, G_OPTION_ARG_FILENAME, &issuer, "The issuer's folder: SETUP/issuer", "DIR" },
    { "person", 0, 0, G_OPTION_ARG_FILENAME, &person, "A file with [person], as card.ini", "FILE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "The public key of the phone, PEM", "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Where the credential's code is written", "FILE" },
    { "days", 0, 0, G_OPTION_ARG_INT, &days, "How long it is good (365); 0: not at all", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_summary (context, "Gives a person's data, signed, to a phone. Simulated: no "
                                         "one outside this sandbox takes its word.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (issuer == NULL || person == NULL || key == NULL || out == NULL || *argc != 1 || days < 0
      || days > DAYS_MAX)
    {
      g_set_error_literal (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
                           "give --issuer, --person, --key and --out, and --days of 0 to 3650");
      return FALSE;
    }
  const KioskSandboxCredential what
    = { .issuer = issuer, .person = person, .key = key, .days = days };
  return write_out (&what, out, error);
}

int
kiosk_sandbox_credential_main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (run (&argc, &argv, &error))
    return EXIT_SUCCESS;
  g_printerr ("kiosk-sandbox credential: %s\n", error->message);
  return EXIT_FAILURE;
}
