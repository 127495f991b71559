#include "programs/kiosk-sandbox/setup-iam.h"
#include "base/file.h"
#include "base/secret.h"
#include "formats/hkid.h"
#include "identity/iamsmart-content.h"
#include "programs/kiosk-sandbox/error.h"
#include <openssl/rsa.h>
#include <string.h>

#define DAY_MS       (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define BACKDATE_MS  (5 * 60 * 1000)
#define CERT_DAYS    1095
#define RSA_BITS     2048
#define CARD_MAX     (64 * 1024)
#define WIRE_MAX     (64 * 1024)
#define SECRET_BYTES 32
#define CLIENT_ID    "simulated-self-service-kiosks"

typedef struct
{
  char *name;
  GKeyFile *ini;
  char *token;
  KioskSigner signer; /* of type "sign" */
} User;

struct _KioskSandboxIam
{
  GBytes *wire[2];
  KioskSigner kek;
  char *secret;
  GPtrArray *users; /* of User */
};

static const char *const wire_names[] = { "iamsmart.ini", "iamsmart-codes.ini" };

static void
user_free (gpointer data)
{
  User *user = data;

  g_free (user->name);
  g_clear_pointer (&user->ini, g_key_file_unref);
  kiosk_wipe_string (user->token);
  kiosk_signer_clear (&user->signer);
  g_free (user);
}

void
kiosk_sandbox_iam_free (KioskSandboxIam *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (self->wire); i++)
    g_clear_pointer (&self->wire[i], g_bytes_unref);
  kiosk_signer_clear (&self->kek);
  kiosk_wipe_string (self->secret);
  g_ptr_array_unref (self->users);
  g_free (self);
}

static char *
secret_new (KioskRandom *random)
{
  guint8 bytes[SECRET_BYTES];
  char *text;

  kiosk_random_fill (random, bytes, sizeof bytes);
  text = kiosk_hex_encode (bytes, sizeof bytes);
  explicit_bzero (bytes, sizeof bytes);
  return text;
}

static gboolean
signer_make (KioskSigner *signer, KioskCertTemplate *template, const KioskSigner *issuer,
             gint64 now_ms, GError **error)
{
  template->organization = "Simulated, for development only";
  template->country = "HK";
  template->not_before_ms = now_ms - BACKDATE_MS;
  template->not_after_ms = now_ms + CERT_DAYS *DAY_MS;
  signer->key = EVP_RSA_gen (RSA_BITS);
  if (signer->key == NULL)
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "making an RSA key");
      return FALSE;
    }
  signer->cert = kiosk_pki_issue (template, signer->key, issuer != NULL ? issuer->cert : NULL,
                                  issuer != NULL ? issuer->key : signer->key, error);
  return signer->cert != NULL;
}

static gboolean
refuse (GError **error, const char *user, const char *why)
{
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION, "--iam-user %s: %s", user,
               why);
  return FALSE;
}

static void
copy (GKeyFile *from, const char *from_key, GKeyFile *to, const char *to_key)
{
  g_autofree char *value = g_key_file_get_string (from, "person", from_key, NULL);

  g_key_file_set_string (to, "person", to_key, value != NULL ? value : "");
}

/* "1990-01-31" → "19900131" */
static void
copy_birth (GKeyFile *card, GKeyFile *ini)
{
  g_autofree char *birth = g_key_file_get_string (card, "person", "birth", NULL);
  g_auto (GStrv) parts = g_strsplit (birth != NULL ? birth : "", "-", -1);
  g_autofree char *joined = g_strjoinv ("", parts);

  g_key_file_set_string (ini, "person", "birth", joined);
}

/* What e-ME holds of somebody invented. */
static void
describe_contact (GKeyFile *ini, const char *name)
{
  g_autofree char *email = g_strdup_printf ("%s@citizen.example", name);

  g_key_file_set_string (ini, "contact", "email", email);
  g_key_file_set_string (ini, "contact", "mobile", "55550100");
  g_key_file_set_string (ini, "contact", "address-1", "FLAT A 1/F");
  g_key_file_set_string (ini, "contact", "address-2", "1 INVENTED ROAD");
  g_key_file_set_string (ini, "contact", "address-3", "KOWLOON");
}

static gboolean
describe (User *user, GKeyFile *card, const char *type, KioskRandom *random)
{
  g_autofree char *number = g_key_file_get_string (card, "person", "number", NULL);
  g_autofree char *id = kiosk_random_id (random);
  char check[2] = { 0, 0 };

  if (number == NULL || !kiosk_hkid_is_valid (number))
    return FALSE;
  check[0] = number[strlen (number) - 1];
  number[strlen (number) - 1] = '\0';
  user->ini = g_key_file_new ();
  user->token = secret_new (random);
  g_key_file_set_string (user->ini, "account", "type", type);
  g_key_file_set_string (user->ini, "account", "id", id);
  g_key_file_set_string (user->ini, "account", "token", user->token);
  g_key_file_set_string (user->ini, "person", "hkid", number);
  g_key_file_set_string (user->ini, "person", "check", check);
  copy (card, "name", user->ini, "name");
  copy (card, "name-chinese", user->ini, "name-chinese");
  copy_birth (card, user->ini);
  copy (card, "sex", user->ini, "gender");
  describe_contact (user->ini, user->name);
  return TRUE;
}

/* The certificate names its holder as the real ones do, and carries the hash that stands for the
 * identity card, so that a kiosk without a network can compare it. */
static gboolean
certify (User *user, const KioskSigner *signing_ca, gint64 now_ms, GError **error)
{
  g_autofree char *name = g_key_file_get_string (user->ini, "person", "name", NULL);
  g_autofree char *number = g_key_file_get_string (user->ini, "person", "hkid", NULL);
  g_autofree char *hash = kiosk_iamsmart_hkic_hash (number);
  KioskCertTemplate template
    = { .role = KIOSK_CERT_CITIZEN, .common_name = name, .serial_number = hash };

  return signer_make (&user->signer, &template, signing_ca, now_ms, error);
}

static gboolean
user_add (KioskSandboxIam *self, const char *text, const KioskSigner *signing_ca,
          KioskRandom *random, gint64 now_ms, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *path = colon != NULL ? g_strndup (text, (gsize)(colon - text)) : NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autoptr (GKeyFile) card = g_key_file_new ();
  g_autoptr (GBytes) bytes = NULL;
  gboolean may_sign = colon != NULL && strcmp (colon + 1, "sign") == 0;
  User *user;

  if (colon == NULL || (!may_sign && strcmp (colon + 1, "basic") != 0))
    return refuse (error, text, "give FILE:basic or FILE:sign");
  bytes = kiosk_file_read (path, CARD_MAX, error);
  if (bytes == NULL)
    return FALSE;
  user = g_new0 (User, 1);
  g_ptr_array_add (self->users, user);
  user->name = g_path_get_basename (folder);
  if (!g_key_file_load_from_bytes (card, bytes, G_KEY_FILE_NONE, NULL)
      || !describe (user, card, colon + 1, random))
    return refuse (error, text, "no identity card's [person] there, with a number that holds");
  return !may_sign || certify (user, signing_ca, now_ms, error);
}

KioskSandboxIam *
kiosk_sandbox_iam_new (const char *identity, const char *const *users,
                       const KioskSigner *signing_ca, KioskRandom *random, gint64 now_ms,
                       GError **error)
{
  g_autoptr (KioskSandboxIam) self = g_new0 (KioskSandboxIam, 1);
  KioskCertTemplate template = { .role = KIOSK_CERT_KEK, .common_name = CLIENT_ID };

  self->users = g_ptr_array_new_with_free_func (user_free);
  self->secret = secret_new (random);
  for (gsize i = 0; i < G_N_ELEMENTS (wire_names); i++)
    {
      g_autofree char *path = g_build_filename (identity, wire_names[i], NULL);

      self->wire[i] = kiosk_file_read (path, WIRE_MAX, error);
      if (self->wire[i] == NULL)
        return NULL;
    }
  if (!signer_make (&self->kek, &template, NULL, now_ms, error))
    return NULL;
  for (; users != NULL && *users != NULL; users++)
    if (!user_add (self, *users, signing_ca, random, now_ms, error))
      return NULL;
  return g_steal_pointer (&self);
}

static gboolean
text_save (const char *folder, const char *name, const char *text, int mode, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return kiosk_file_write (path, bytes, mode, error);
}

static gboolean
ini_save (const char *folder, const char *name, GKeyFile *ini, int mode, GError **error)
{
  char *text = g_key_file_to_data (ini, NULL, NULL);
  gboolean saved = text_save (folder, name, text, mode, error);

  kiosk_wipe_string (text);
  return saved;
}

static gboolean
signer_save (const char *folder, const char *name, const KioskSigner *signer, GError **error)
{
  g_autofree char *pem = kiosk_pki_cert_to_pem (signer->cert);
  g_autofree char *cert_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *path = g_build_filename (folder, key_name, NULL);

  return text_save (folder, cert_name, pem, 0644, error)
         && kiosk_pki_key_save (signer->key, path, error);
}

static gboolean
user_save (const User *user, const char *users, const char *phone, GError **error)
{
  g_autofree char *ini = g_strconcat (user->name, ".ini", NULL);
  g_autofree char *token = g_strconcat (user->name, ".token", NULL);

  return ini_save (users, ini, user->ini, 0600, error)
         && text_save (phone, token, user->token, 0600, error)
         && (user->signer.key == NULL || signer_save (users, user->name, &user->signer, error));
}

/* What was registered: who the client is, where it may be called, to which key keys are wrapped. */
static gboolean
core_save (const KioskSandboxIam *self, const char *core, GError **error)
{
  g_autofree char *pem = kiosk_pki_cert_to_pem (self->kek.cert);
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  g_key_file_set_string (ini, "client", "id", CLIENT_ID);
  g_key_file_set_string (ini, "client", "name", "Self-service terminals (simulated)");
  g_key_file_set_string (ini, "client", "secret", self->secret);
  g_key_file_set_string (ini, "client", "kek", "kek.pem");
  g_key_file_set_string (ini, "client", "hosts", "localhost,127.0.0.1");
  g_key_file_set_string (ini, "callbacks", "profile", "/v1/iam/callback/profile");
  g_key_file_set_string (ini, "callbacks", "form-filling", "/v1/iam/callback/form-filling");
  g_key_file_set_string (ini, "callbacks", "step-up", "/v1/iam/callback/step-up");
  g_key_file_set_string (ini, "callbacks", "signing", "/v1/iam/callback/signing");
  g_key_file_set_string (ini, "callbacks", "pdf-signing", "/v1/iam/callback/pdf-signing");
  return ini_save (core, "client.ini", ini, 0600, error)
         && text_save (core, "kek.pem", pem, 0644, error);
}

static gboolean
hub_save (const KioskSandboxIam *self, const char *hub, GError **error)
{
  g_autofree char *path = g_build_filename (hub, "kek.key", NULL);

  return text_save (hub, "iam.ini", "[iamsmart]\nclient=" CLIENT_ID "\n", 0644, error)
         && text_save (hub, "secret", self->secret, 0600, error)
         && kiosk_pki_key_save (self->kek.key, path, error);
}

gboolean
kiosk_sandbox_iam_save (const KioskSandboxIam *self, const char *folder, GError **error)
{
  g_autofree char *core = g_build_filename (folder, "iamsmart", NULL);
  g_autofree char *users = g_build_filename (core, "users", NULL);
  g_autofree char *hub = g_build_filename (folder, "gateway", "iamsmart", NULL);
  g_autofree char *phone = g_build_filename (folder, "phone", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (wire_names); i++)
    {
      g_autofree char *ours = g_build_filename (core, wire_names[i], NULL);
      g_autofree char *theirs = g_build_filename (hub, wire_names[i], NULL);

      if (!kiosk_file_write (ours, self->wire[i], 0644, error)
          || !kiosk_file_write (theirs, self->wire[i], 0644, error))
        return FALSE;
    }
  for (guint i = 0; i < self->users->len; i++)
    if (!user_save (g_ptr_array_index (self->users, i), users, phone, error))
      return FALSE;
  return core_save (self, core, error) && hub_save (self, hub, error);
}
