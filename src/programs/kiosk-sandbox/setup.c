#include "programs/kiosk-sandbox/setup.h"
#include "base/file.h"
#include "identity/holder.h"
#include "identity/personal-code.h"
#include "identity/staff.h"
#include "programs/kiosk-sandbox/error.h"
#include "programs/kiosk-sandbox/setup-iam.h"
#include "programs/kiosk-sandbox/setup-keys.h"
#include "programs/kiosk-sandbox/setup-staff.h"
#include "services/catalogue.h"
#include "trust/bundle.h"
#include <openssl/err.h>
#include <openssl/pem.h>

#define VALID_MS  (G_GINT64_CONSTANT (30) * 24 * 3600 * 1000) /* until a bundle's next update */
#define SERIAL    1
#define SALT_SIZE 16

G_DEFINE_QUARK (kiosk_sandbox_error, kiosk_sandbox_error)

static void
role_add (JsonObject *roles, const char *role, X509 *cert)
{
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);
  if (!json_object_has_member (roles, role))
    json_object_set_array_member (roles, role, json_array_new ());
  json_array_add_string_element (json_object_get_array_member (roles, role), pem);
}

/* Every certificate of @file as @role; no file is none. */
static gboolean
role_load (JsonObject *roles, const char *role, const char *file, GError **error)
{
  g_autoptr (GPtrArray) certs = file != NULL ? kiosk_pki_certs_load (file, error) : NULL;
  if (certs == NULL)
    return file == NULL;
  for (guint i = 0; i < certs->len; i++)
    role_add (roles, role, g_ptr_array_index (certs, i));
  return TRUE;
}

/* A list of signers called back comes as PEM or as what PEM holds. */
static GBytes *
crl_to_der (GBytes *content)
{
  BIO *bio = BIO_new_mem_buf (g_bytes_get_data (content, NULL), (int)g_bytes_get_size (content));
  X509_CRL *crl = PEM_read_bio_X509_CRL (bio, NULL, NULL, NULL);
  guint8 *der = NULL;
  int length = crl != NULL ? i2d_X509_CRL (crl, &der) : 0;
  GBytes *bytes = length > 0 ? g_bytes_new (der, (gsize)length) : g_bytes_ref (content);
  OPENSSL_free (der);
  X509_CRL_free (crl);
  BIO_free (bio);
  ERR_clear_error ();
  return bytes;
}

static gboolean
blobs_load (JsonObject *body, const char *member, const char *const *files,
            GBytes *(*convert) (GBytes *), GError **error)
{
  if (files == NULL)
    return TRUE;
  g_autoptr (JsonArray) blobs = json_array_new ();
  for (; *files != NULL; files++)
    {
      g_autoptr (GBytes) content = kiosk_file_read (*files, KIOSK_BUNDLE_MAX, error);
      if (content == NULL)
        return FALSE;
      g_autoptr (GBytes) blob = convert (content);
      g_autofree char *text
        = g_base64_encode (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
      json_array_add_string_element (blobs, text);
    }
  json_object_set_array_member (body, member, g_steal_pointer (&blobs));
  return TRUE;
}

static JsonObject *
trust_body (const KioskSandboxKeys *keys, const KioskSandboxSetup *setup, GError **error)
{
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *roles = json_object_new ();
  json_object_set_object_member (body, "roles", roles);
  if (!role_load (roles, "csca", setup->csca_file, error)
      || !role_load (roles, "csca-link", setup->links_file, error)
      || !role_load (roles, KIOSK_STAFF_ISSUER, setup->staff_issuer, error)
      || !blobs_load (body, "crls", setup->crls, crl_to_der, error)
      || !blobs_load (body, "master-lists", setup->master_lists, g_bytes_ref, error))
    return NULL;
  role_add (roles, "kiosk-ca", keys->kiosk_ca.cert);
  role_add (roles, "gateway", keys->receipt.cert);
  role_add (roles, "department/td", keys->department.cert);
  role_add (roles, "recipient/td", keys->recipient.cert);
  role_add (roles, "department/idreg", keys->registry.cert);
  role_add (roles, "recipient/idreg", keys->registrar.cert);
  role_add (roles, "recovery", keys->recovery.cert);
  role_add (roles, KIOSK_PERSONAL_CODE_ROLE, keys->issuer.cert);
  role_add (roles, "signing-ca", keys->signing_ca.cert);
  return g_steal_pointer (&body);
}

static JsonObject *
lost_body (const char *const *lost, KioskRandom *random)
{
  guint8 salt[SALT_SIZE];
  kiosk_random_fill (random, salt, sizeof salt);
  g_autofree char *salt_hex = kiosk_hex_encode (salt, sizeof salt);
  JsonArray *documents = json_array_new ();
  for (gsize i = 0; lost != NULL && lost[i] != NULL; i++)
    {
      g_autofree char *digest = kiosk_lost_card_digest (salt_hex, lost[i]);
      json_array_add_string_element (documents, digest);
    }
  JsonObject *body = json_object_new ();
  json_object_set_string_member (body, "salt", salt_hex);
  json_object_set_array_member (body, "documents", documents);
  return body;
}

static gboolean
catalogue_check (JsonObject *body, gint64 now_ms, GError **error)
{
  KioskBundle bundle = {
    .name = (char *)"catalogue",
    .serial = SERIAL,
    .issued_ms = now_ms,
    .next_update_ms = now_ms + VALID_MS,
    .body = body,
  };
  g_autoptr (KioskCatalogue) catalogue = kiosk_catalogue_new (&bundle, error);
  return catalogue != NULL;
}

/* A catalogue that kiosks would refuse is not signed. */
static JsonObject *
catalogue_body (const char *services, gint64 now_ms, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) body = kiosk_catalogue_assemble (services, &problem);
  if (body != NULL && catalogue_check (body, now_ms, &problem))
    return g_steal_pointer (&body);
  g_set_error (error, problem->domain, problem->code, "--services %s: %s; mend it first", services,
               problem->message);
  return NULL;
}

/* Signs @body and puts it where the gateway publishes it and where a new kiosk starts from. */
static gboolean
publish (const KioskSandboxKeys *keys, const char *folder, const char *name, JsonObject *body,
         gint64 now_ms, GError **error)
{
  static const char *const places[] = { "gateway/bundles", "kiosk/bundles" };
  const KioskSigner signers[2] = { keys->first, keys->second };
  g_autoptr (GBytes) bundle
    = kiosk_bundle_sign (name, SERIAL, now_ms, now_ms + VALID_MS, body, signers, error);
  if (bundle == NULL)
    return FALSE;
  g_autofree char *file = g_strconcat (name, ".p7", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], file, NULL);
      if (!kiosk_file_write (path, bundle, 0644, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_new (const char *folder, GError **error)
{
  g_autofree char *authority = g_build_filename (folder, "authority", NULL);
  if (!g_file_test (authority, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_EXISTS,
               "%s: a government is set up there already; give another folder, or remove it",
               folder);
  return FALSE;
}

gboolean
kiosk_sandbox_setup (const KioskSandboxSetup *setup, KioskClock *clock, KioskRandom *random,
                     GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (clock);
  if (!is_new (setup->folder, error))
    return FALSE;
  /* Everything that may be refused is read before anything is written. */
  g_autoptr (JsonObject) catalogue = catalogue_body (setup->services, now_ms, error);
  g_autoptr (KioskSandboxKeys) keys
    = catalogue != NULL ? kiosk_sandbox_keys_new (now_ms, error) : NULL;
  g_autoptr (JsonObject) trust = keys != NULL ? trust_body (keys, setup, error) : NULL;
  g_autoptr (KioskSandboxIam) iam
    = trust != NULL ? kiosk_sandbox_iam_new (setup->identity, setup->iam_users, &keys->signing_ca,
                                             random, now_ms, error)
                    : NULL;
  g_autoptr (JsonObject) staff
    = iam != NULL ? kiosk_sandbox_staff_body (setup->staff, random, now_ms, error) : NULL;
  if (staff == NULL)
    return FALSE;
  g_autoptr (JsonObject) lost = lost_body (setup->lost, random);
  return kiosk_sandbox_keys_save (keys, setup->folder, error)
         && kiosk_sandbox_iam_save (iam, setup->folder, error)
         && publish (keys, setup->folder, "trust", trust, now_ms, error)
         && publish (keys, setup->folder, "catalogue", catalogue, now_ms, error)
         && publish (keys, setup->folder, "lost-cards", lost, now_ms, error)
         && publish (keys, setup->folder, KIOSK_STAFF_BUNDLE, staff, now_ms, error);
}
