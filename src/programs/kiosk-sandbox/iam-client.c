#include "programs/kiosk-sandbox/iam-client.h"
#include "base/settings.h"
#include <string.h>

#define URI_MAX 500

static const KioskSettingSpec specs[] = {
  { "client", "id", KIOSK_SETTING_STRING, NULL, 1, 64, "the client id" },
  { "client", "name", KIOSK_SETTING_STRING, NULL, 1, 100, "what the phone calls it" },
  { "client", "secret", KIOSK_SETTING_STRING, NULL, 16, 1024, "what requests are signed with" },
  { "client", "kek", KIOSK_SETTING_PATH, NULL, 0, 0, "certificate that keys are wrapped to" },
  { "client", "hosts", KIOSK_SETTING_STRING, NULL, 1, 1000, "hosts that may be called" },
  { "callbacks", "profile", KIOSK_SETTING_STRING, NULL, 2, 200, "path" },
  { "callbacks", "form-filling", KIOSK_SETTING_STRING, NULL, 2, 200, "path" },
  { "callbacks", "step-up", KIOSK_SETTING_STRING, NULL, 2, 200, "path" },
  { "callbacks", "signing", KIOSK_SETTING_STRING, NULL, 2, 200, "path" },
  { "callbacks", "pdf-signing", KIOSK_SETTING_STRING, NULL, 2, 200, "path" },
};

static const char *const callback_keys[KIOSK_IAM_N_KINDS] = {
  [KIOSK_IAM_PROFILE] = "profile", [KIOSK_IAM_FORM] = "form-filling",
  [KIOSK_IAM_STEP_UP] = "step-up", [KIOSK_IAM_SIGN] = "signing",
  [KIOSK_IAM_PDF] = "pdf-signing",
};

gboolean
kiosk_iam_client_load (const char *folder, KioskIamClient *ret_client, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "client.ini", NULL);
  g_autoptr (KioskSettings) settings
    = kiosk_settings_load (path, specs, G_N_ELEMENTS (specs), error);
  g_autoptr (X509) cert = NULL;

  if (settings == NULL)
    return FALSE;
  cert = kiosk_pki_cert_load (kiosk_settings_string (settings, "client", "kek"), error);
  if (cert == NULL)
    return FALSE;
  ret_client->id = g_strdup (kiosk_settings_string (settings, "client", "id"));
  ret_client->name = g_strdup (kiosk_settings_string (settings, "client", "name"));
  ret_client->secret
    = kiosk_secret_new_take (g_strdup (kiosk_settings_string (settings, "client", "secret")));
  ret_client->kek = X509_get_pubkey (cert);
  ret_client->hosts = g_strsplit (kiosk_settings_string (settings, "client", "hosts"), ",", -1);
  for (guint i = 0; i < KIOSK_IAM_N_KINDS; i++)
    if (callback_keys[i] != NULL)
      ret_client->callbacks[i]
        = g_strdup (kiosk_settings_string (settings, "callbacks", callback_keys[i]));
  return TRUE;
}

void
kiosk_iam_client_clear (KioskIamClient *self)
{
  g_free (self->id);
  g_free (self->name);
  g_clear_pointer (&self->secret, kiosk_secret_unref);
  EVP_PKEY_free (self->kek);
  g_strfreev (self->hosts);
  for (guint i = 0; i < KIOSK_IAM_N_KINDS; i++)
    g_free (self->callbacks[i]);
}

/* https, a registered host, nothing that could be read in two ways. */
static GUri *
parse (const KioskIamClient *self, const char *redirect_uri)
{
  g_autoptr (GUri) uri = NULL;

  if (strlen (redirect_uri) <= URI_MAX)
    uri = g_uri_parse (redirect_uri, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || strcmp (g_uri_get_scheme (uri), "https") != 0 || g_uri_get_host (uri) == NULL
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || !g_strv_contains ((const char *const *)self->hosts, g_uri_get_host (uri)))
    return NULL;
  return g_steal_pointer (&uri);
}

gboolean
kiosk_iam_client_knows (const KioskIamClient *self, const char *redirect_uri)
{
  g_autoptr (GUri) uri = parse (self, redirect_uri);

  return uri != NULL;
}

char *
kiosk_iam_client_callback (const KioskIamClient *self, const char *redirect_uri, KioskIamKind kind)
{
  g_autoptr (GUri) uri = parse (self, redirect_uri);

  return g_uri_join (G_URI_FLAGS_NONE, "https", NULL, g_uri_get_host (uri), g_uri_get_port (uri),
                     self->callbacks[kind], NULL, NULL);
}
