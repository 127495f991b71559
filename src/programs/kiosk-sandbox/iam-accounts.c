#include "programs/kiosk-sandbox/iam-accounts.h"
#include "base/file.h"
#include "identity/iamsmart-content.h"
#include "programs/kiosk-sandbox/error.h"
#include <openssl/crypto.h>
#include <string.h>

#define OPEN_ID_CHARACTERS 32
#define FILE_MAX_BYTES     (64 * 1024)

static void
account_free (gpointer data)
{
  KioskIamAccount *self = data;

  g_free (self->name);
  g_free (self->id);
  kiosk_secret_unref (self->token);
  kiosk_wipe_string (self->hkid);
  g_free (self->hkic_hash);
  g_clear_pointer (&self->ini, g_key_file_unref);
  kiosk_signer_clear (&self->signer);
  g_free (self);
}

static gboolean
signer_load (KioskIamAccount *self, const char *folder, GError **error)
{
  g_autofree char *cert_name = g_strconcat (self->name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (self->name, ".key", NULL);
  g_autofree char *cert = g_build_filename (folder, cert_name, NULL);
  g_autofree char *key = g_build_filename (folder, key_name, NULL);

  return !self->may_sign || kiosk_signer_load (cert, key, &self->signer, error);
}

static KioskIamAccount *
account_load (const char *folder, const char *file, GError **error)
{
  KioskIamAccount *self = g_new0 (KioskIamAccount, 1);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *type = NULL;
  GBytes *bytes = kiosk_file_read (path, FILE_MAX_BYTES, error);
  gboolean good;

  if (bytes == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->name = g_strndup (file, strlen (file) - strlen (".ini"));
  self->ini = g_key_file_new ();
  good = g_key_file_load_from_bytes (self->ini, bytes, G_KEY_FILE_NONE, NULL);
  kiosk_wipe_bytes (bytes);
  type = g_key_file_get_string (self->ini, "account", "type", NULL);
  self->may_sign = g_strcmp0 (type, "sign") == 0;
  self->id = g_key_file_get_string (self->ini, "account", "id", NULL);
  self->token = kiosk_secret_new_take (g_key_file_get_string (self->ini, "account", "token", NULL));
  self->hkid = g_key_file_get_string (self->ini, "person", "hkid", NULL);
  if (good && type != NULL && self->id != NULL && self->token != NULL && self->hkid != NULL)
    {
      self->hkic_hash = kiosk_iamsmart_hkic_hash (self->hkid);
      if (signer_load (self, folder, error))
        return self;
    }
  else
    g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_STATE,
                 "%s: not an account as setup makes them; set up again", path);
  account_free (self);
  return NULL;
}

GHashTable *
kiosk_iam_accounts_load (const char *folder, GError **error)
{
  g_autoptr (GHashTable) accounts
    = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, account_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ".ini"))
      {
        KioskIamAccount *account = account_load (folder, file, error);

        if (account == NULL)
          return NULL;
        g_hash_table_insert (accounts, account->name, account);
      }
  return dir != NULL ? g_steal_pointer (&accounts) : NULL;
}

KioskIamAccount *
kiosk_iam_account_by_token (GHashTable *accounts, const char *token)
{
  gsize length = strlen (token);
  KioskIamAccount *found = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KioskIamAccount *account = value;

      if (kiosk_secret_length (account->token) == length
          && CRYPTO_memcmp (kiosk_secret_data (account->token), token, length) == 0)
        found = account;
    }
  return found;
}

char *
kiosk_iam_account_open_id (const KioskIamAccount *self, const char *client)
{
  g_autofree char *both = g_strconcat (client, "\n", self->id, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);

  return g_strndup (digest, OPEN_ID_CHARACTERS);
}

/* {"SHELL": {"MEMBER": value, …}}, or "SHELL": value where the one member has no name. */
typedef struct
{
  const char *name;
  gboolean is_form; /* of e-ME only */
  struct
  {
    const char *member;
    const char *group;
    const char *key;
  } parts[3];
} Field;

static const Field fields_known[] = {
  { "idNo",
    FALSE,
    { { "Identification", "person", "hkid" }, { "CheckDigit", "person", "check" } } },
  { "enName", FALSE, { { "UnstructuredName", "person", "name" } } },
  { "chName", FALSE, { { "ChineseName", "person", "name-chinese" } } },
  { "birthDate", FALSE, { { "", "person", "birth" } } },
  { "gender", FALSE, { { "", "person", "gender" } } },
  { "emailAddress", TRUE, { { "", "contact", "email" } } },
  { "mobileNumber", TRUE, { { "SubscriberNumber", "contact", "mobile" } } },
  { "residentialAddress",
    TRUE,
    { { "AddressLine1", "contact", "address-1" },
      { "AddressLine2", "contact", "address-2" },
      { "AddressLine3", "contact", "address-3" } } },
};

static char *
value_of (const KioskIamAccount *self, const char *group, const char *key)
{
  char *value = g_key_file_get_string (self->ini, group, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

static void
field_set (const KioskIamAccount *self, const Field *field, JsonObject *into)
{
  JsonObject *shell = NULL;

  if (*field->parts[0].member == '\0')
    {
      char *value = value_of (self, field->parts[0].group, field->parts[0].key);

      json_object_set_string_member (into, field->name, value);
      kiosk_wipe_string (value);
      return;
    }
  shell = json_object_new ();
  if (g_str_equal (field->name, "mobileNumber"))
    json_object_set_string_member (shell, "CountryCode", "852");
  for (gsize i = 0; i < G_N_ELEMENTS (field->parts) && field->parts[i].member != NULL; i++)
    {
      char *value = value_of (self, field->parts[i].group, field->parts[i].key);

      json_object_set_string_member (shell, field->parts[i].member, value);
      kiosk_wipe_string (value);
    }
  json_object_set_object_member (into, field->name, shell);
}

gboolean
kiosk_iam_account_fields (const KioskIamAccount *self, const char *const *fields, gboolean is_form,
                          JsonObject *into)
{
  for (gsize i = 0; fields != NULL && fields[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (gsize k = 0; k < G_N_ELEMENTS (fields_known); k++)
        known
          |= strcmp (fields_known[k].name, fields[i]) == 0 && (is_form || !fields_known[k].is_form);
      if (!known)
        return FALSE;
    }
  for (gsize k = 0; k < G_N_ELEMENTS (fields_known); k++)
    if (fields != NULL ? g_strv_contains (fields, fields_known[k].name)
                       : is_form || !fields_known[k].is_form)
      field_set (self, &fields_known[k], into);
  return TRUE;
}
