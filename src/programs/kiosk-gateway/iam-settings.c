#include "programs/kiosk-gateway/iam-settings.h"
#include "base/file.h"
#include "base/settings.h"
#include "programs/kiosk-gateway/error.h"
#include <openssl/kdf.h>
#include <string.h>

#define SECRET_MIN 16
#define SECRET_MAX 1024
#define STORE_KEY  32

static const KioskSettingSpec specs[] = {
  { "iamsmart", "client", KIOSK_SETTING_STRING, NULL, 1, 64, "client id that iAM Smart gave us" },
};

gboolean
kiosk_gateway_iam_address_is_good (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && strcmp (g_uri_get_scheme (uri), "https") == 0
         && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
         && *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL;
}

/* HKDF (RFC 5869): from the secret, so that all processes of one relying party share it and no
 * further file is to be kept; apart from it, by the label. */
static KioskSecret *
store_key_derive (KioskSecret *secret)
{
  static const char label[] = "kiosk-gateway: what the hub keeps for itself";
  KioskSecret *key = kiosk_secret_new (STORE_KEY);
  size_t length = STORE_KEY;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id (EVP_PKEY_HKDF, NULL);
  gboolean good
    = context != NULL && EVP_PKEY_derive_init (context) == 1
      && EVP_PKEY_CTX_set_hkdf_md (context, EVP_sha256 ()) == 1
      && EVP_PKEY_CTX_set1_hkdf_key (context, kiosk_secret_data (secret),
                                     (int)kiosk_secret_length (secret))
           == 1
      && EVP_PKEY_CTX_add1_hkdf_info (context, (const guint8 *)label, (int)strlen (label)) == 1
      && EVP_PKEY_derive (context, kiosk_secret_data (key), &length) == 1;
  EVP_PKEY_CTX_free (context);
  if (!good)
    g_error ("HKDF is not available");
  return key;
}

static gboolean
secret_load (KioskGatewayIamSettings *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "secret", NULL);
  GBytes *bytes = kiosk_file_read (path, SECRET_MAX, error);
  if (bytes == NULL)
    return FALSE;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  gboolean good = size >= SECRET_MIN;
  if (good)
    self->secret = kiosk_secret_new_copy (text, size);
  kiosk_wipe_bytes (bytes);
  if (good)
    {
      self->store_key = store_key_derive (self->secret);
      return TRUE;
    }
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
               "%s: holds no secret of %d characters or more; put the client's secret there", path,
               SECRET_MIN);
  return FALSE;
}

static gboolean
keys_load (KioskGatewayIamSettings *self, const char *folder, GError **error)
{
  g_autofree char *kek = g_build_filename (folder, "kek.key", NULL);
  g_autofree char *ca = g_build_filename (folder, "ca.pem", NULL);
  self->kek = kiosk_pki_key_load (kek, error);
  if (self->kek == NULL)
    return FALSE;
  self->authorities = g_tls_file_database_new (ca, error);
  if (self->authorities == NULL)
    g_prefix_error (error, "%s: ", ca);
  return self->authorities != NULL;
}

KioskGatewayIamSettings *
kiosk_gateway_iam_settings_load (const char *folder, const char *core, GError **error)
{
  g_autoptr (KioskGatewayIamSettings) self = g_new0 (KioskGatewayIamSettings, 1);
  g_autofree char *path = g_build_filename (folder, "iam.ini", NULL);
  if (!kiosk_gateway_iam_address_is_good (core))
    {
      g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
                   "--iam %s: give it as https://HOST:PORT", core);
      return NULL;
    }
  g_autoptr (KioskSettings) settings
    = kiosk_settings_load (path, specs, G_N_ELEMENTS (specs), error);
  if (settings == NULL)
    return NULL;
  self->core = g_strdup (core);
  self->client = g_strdup (kiosk_settings_string (settings, "iamsmart", "client"));
  self->profile = kiosk_iamsmart_profile_load (folder, error);
  if (self->profile == NULL || !secret_load (self, folder, error)
      || !keys_load (self, folder, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_gateway_iam_settings_free (KioskGatewayIamSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->core);
  g_free (self->public_base);
  g_free (self->client);
  g_clear_pointer (&self->secret, kiosk_secret_unref);
  g_clear_pointer (&self->store_key, kiosk_secret_unref);
  EVP_PKEY_free (self->kek);
  g_clear_object (&self->authorities);
  kiosk_iamsmart_profile_free (self->profile);
  g_free (self);
}
