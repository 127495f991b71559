/* How a kiosk gets its certificate, and a new one at two thirds of its life. The key is made here,
 * once, and never leaves; a renewed certificate is for the same key, so old checkpoints of the
 * audit log still verify. */
#include "sync-private.h"

#include <string.h>

#include "base/file.h"

#define CERTIFICATE_MAX (64 * 1024)

/* Written before the code is spent: if the answer is lost, the next code finds the same key. */
static EVP_PKEY *
ensure_key (KioskSync *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->state_folder, "kiosk.key", NULL);
  g_autoptr (EVP_PKEY) key = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return kiosk_pki_key_load (path, error);
  key = kiosk_pki_key_new (error);
  if (key == NULL || !kiosk_folder_make (self->state_folder, 0700, error)
      || !kiosk_pki_key_save (key, path, error))
    return NULL;
  return g_steal_pointer (&key);
}

static KioskAnswer *
ask (KioskSync *self, const char *path, const char *code, const char *csr, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) body = NULL;
  KioskRequest request = {
    .method = "POST", .path = path, .content_type = "application/json", .maximum = CERTIFICATE_MAX
  };

  if (code != NULL)
    json_object_set_string_member (object, "code", code);
  json_object_set_string_member (object, "csr", csr);
  body = kiosk_json_print (object);
  request.body = body;
  return kiosk_sync_exchange (self, &request, error);
}

/* The certificate must be for our key and name the kiosk that the answer names. */
static gboolean
check_certificate (const char *pem, const char *kiosk, EVP_PKEY *key, GError **error)
{
  g_autoptr (X509) cert = kiosk_pki_cert_from_pem (pem, error);
  g_autofree char *name = NULL;

  if (cert == NULL)
    return FALSE;
  name = kiosk_pki_cert_common_name (cert);
  if (g_strcmp0 (name, kiosk) == 0 && X509_check_private_key (cert, key) == 1)
    return TRUE;
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL,
               "the certificate is not for this kiosk and its key");
  return FALSE;
}

/* @known: (nullable): who this kiosk is already; a renewal cannot change that. */
static gboolean
keep (KioskSync *self, const KioskAnswer *answer, const char *known, EVP_PKEY *key, GError **error)
{
  g_autofree char *path = g_build_filename (self->state_folder, "kiosk.pem", NULL);
  g_autoptr (JsonObject) object = kiosk_answer_json (answer, error);
  const char *kiosk = object != NULL ? kiosk_json_string (object, "kiosk", 64, error) : NULL;
  const char *pem
    = kiosk != NULL ? kiosk_json_string (object, "certificate", CERTIFICATE_MAX, error) : NULL;
  const char *chain
    = pem != NULL ? kiosk_json_string (object, "chain", CERTIFICATE_MAX, error) : NULL;
  g_autoptr (GBytes) file = NULL;
  KioskIdentity *identity;
  char *text;

  if (chain == NULL || !check_certificate (pem, known != NULL ? known : kiosk, key, error))
    return FALSE;
  text = g_strconcat (pem, g_str_has_suffix (pem, "\n") ? "" : "\n", chain, NULL);
  file = g_bytes_new_take (text, strlen (text));
  if (!kiosk_file_write (path, file, 0600, error))
    return FALSE;
  identity = kiosk_identity_load (self->state_folder, error);
  if (identity == NULL)
    return FALSE;
  kiosk_sync_take_identity (self, identity);
  return TRUE;
}

static gboolean
refused (const KioskAnswer *answer, GError **error)
{
  g_autofree char *code = kiosk_answer_code (answer);
  KioskSyncError kind
    = answer->status == 403 && g_str_equal (code, "enrolment-code") ? KIOSK_SYNC_ERROR_CODE
      : answer->status == 429 || answer->status >= 500              ? KIOSK_SYNC_ERROR_UNREACHABLE
                                                                    : KIOSK_SYNC_ERROR_REFUSED;

  g_set_error (error, KIOSK_SYNC_ERROR, kind, "the gateway answered %u, %s", answer->status, code);
  return FALSE;
}

gboolean
kiosk_sync_enrol (KioskSync *self, const char *code, GError **error)
{
  g_autoptr (EVP_PKEY) key = ensure_key (self, error);
  g_autofree char *csr = key != NULL ? kiosk_pki_csr_new (key, "kiosk", error) : NULL;
  g_autoptr (KioskAnswer) answer = csr != NULL ? ask (self, "/v1/kiosks", code, csr, error) : NULL;
  g_autofree char *detail = NULL;

  if (answer == NULL)
    return FALSE;
  if (answer->status != 201)
    return refused (answer, error);
  if (!keep (self, answer, NULL, key, error))
    return FALSE;
  detail = g_strdup_printf ("{\"kiosk\":\"%s\"}", kiosk_sync_identity (self)->kiosk);
  return kiosk_vault_audit (self->vault, "enrolled", detail, error);
}

static gboolean
is_due (KioskSync *self, const KioskIdentity *identity)
{
  gint64 life = identity->not_after_ms - identity->not_before_ms;

  return kiosk_clock_wall_ms (self->clock) >= identity->not_before_ms + life / 3 * 2;
}

/* A renewal that fails is tried again at every poll: a third of the life is left for it. */
KioskStep
kiosk_sync_renew (KioskSync *self)
{
  const KioskIdentity *identity = kiosk_sync_identity (self);
  g_autofree char *csr = NULL;
  g_autoptr (KioskAnswer) answer = NULL;

  if (!is_due (self, identity))
    return KIOSK_STEP_DONE;
  csr = kiosk_pki_csr_new (identity->signer.key, identity->kiosk, NULL);
  answer = csr != NULL ? ask (self, "/v1/kiosks/renew", NULL, csr, NULL) : NULL;
  if (answer == NULL)
    return KIOSK_STEP_TROUBLE;
  if (answer->status != 201 && answer->status != 200)
    return kiosk_sync_answer_trouble (self, answer);
  if (!keep (self, answer, identity->kiosk, identity->signer.key, NULL))
    return KIOSK_STEP_FAILED;
  kiosk_vault_audit (self->vault, "renewed", NULL, NULL);
  return KIOSK_STEP_DONE;
}
