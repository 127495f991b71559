#include "world.h"

#include <glib/gstdio.h>
#include <string.h>

#define YEAR_MS G_GINT64_CONSTANT (31557600000)

/* LeakSanitizer of Debian 12 crashes over the thread-local storage of GnuTLS's threads unless told
 * to leave it alone. */
const char *__asan_default_options (void);
const char *
__asan_default_options (void)
{
  return "intercept_tls_get_addr=0";
}

gint64
world_now (void)
{
  static gint64 now;

  if (now == 0)
    now = g_get_real_time () / G_USEC_PER_SEC * 1000;
  return now;
}

static KioskSigner
signer_new (KioskCertRole role, const char *name, const char *host, const KioskSigner *issuer)
{
  KioskCertTemplate template = { .role = role,
                                 .common_name = name,
                                 .dns_name = host,
                                 .not_before_ms = WORLD_NOW - 5 * YEAR_MS,
                                 .not_after_ms = WORLD_NOW + 15 * YEAR_MS };
  g_autoptr (GError) error = NULL;
  KioskSigner signer = { .key = kiosk_pki_key_new (&error) };

  g_assert_no_error (error);
  signer.cert = kiosk_pki_issue (&template, signer.key, issuer != NULL ? issuer->cert : NULL,
                                 issuer != NULL ? issuer->key : signer.key, &error);
  g_assert_no_error (error);
  return signer;
}

static void
signer_clear (KioskSigner *signer)
{
  X509_free (signer->cert);
  EVP_PKEY_free (signer->key);
}

static char *
write_pem (World *self, const char *name, X509 *first, X509 *second)
{
  char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *one = kiosk_pki_cert_to_pem (first);
  g_autofree char *two = second != NULL ? kiosk_pki_cert_to_pem (second) : g_strdup ("");
  g_autofree char *both = g_strconcat (one, two, NULL);

  g_assert_true (g_file_set_contents (path, both, -1, NULL));
  return path;
}

static void
add_recipient (World *self, const char *name)
{
  KioskSigner recipient = signer_new (KIOSK_CERT_RECIPIENT, name, NULL, &self->kiosk_ca);

  g_ptr_array_add (self->recipients, recipient.cert);
  EVP_PKEY_free (recipient.key);
}

World *
world_new (void)
{
  World *self = g_new0 (World, 1);

  self->folder = g_dir_make_tmp ("world-XXXXXX", NULL);
  self->server_ca = signer_new (KIOSK_CERT_CA, "gateway ca", NULL, NULL);
  self->server = signer_new (KIOSK_CERT_SERVER, "gateway", "localhost", &self->server_ca);
  self->elsewhere
    = signer_new (KIOSK_CERT_SERVER, "elsewhere", "elsewhere.example", &self->server_ca);
  self->kiosk_ca = signer_new (KIOSK_CERT_CA, "kiosk ca", NULL, NULL);
  self->receipt = signer_new (KIOSK_CERT_SIGNER, "receipts", NULL, NULL);
  self->td = signer_new (KIOSK_CERT_DEPARTMENT, "td", NULL, &self->kiosk_ca);
  self->immd = signer_new (KIOSK_CERT_DEPARTMENT, "immd", NULL, &self->kiosk_ca);
  self->stranger = signer_new (KIOSK_CERT_SIGNER, "receipts", NULL, NULL);
  self->bundle_signers[0] = signer_new (KIOSK_CERT_SIGNER, "first hand", NULL, NULL);
  self->bundle_signers[1] = signer_new (KIOSK_CERT_SIGNER, "second hand", NULL, NULL);
  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  add_recipient (self, "td");
  add_recipient (self, "recovery");
  self->gateway_ca = write_pem (self, "gateway-ca.pem", self->server_ca.cert, NULL);
  self->anchors
    = write_pem (self, "anchors.pem", self->bundle_signers[0].cert, self->bundle_signers[1].cert);
  return self;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

void
world_free (World *self)
{
  KioskSigner *const signers[] = { &self->server_ca,
                                   &self->server,
                                   &self->elsewhere,
                                   &self->kiosk_ca,
                                   &self->receipt,
                                   &self->td,
                                   &self->immd,
                                   &self->stranger,
                                   &self->bundle_signers[0],
                                   &self->bundle_signers[1] };

  for (gsize i = 0; i < G_N_ELEMENTS (signers); i++)
    signer_clear (signers[i]);
  g_ptr_array_unref (self->recipients);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->gateway_ca);
  g_free (self->anchors);
  g_free (self);
}

static void
add_role (JsonObject *roles, const char *role, X509 *cert)
{
  JsonArray *certs = json_array_new ();
  g_autofree char *pem = cert != NULL ? kiosk_pki_cert_to_pem (cert) : NULL;

  if (pem != NULL)
    json_array_add_string_element (certs, pem);
  json_object_set_array_member (roles, role, certs);
}

static GBytes *
sign_bundle (World *self, const char *name, guint64 serial, JsonObject *body)
{
  g_autoptr (GError) error = NULL;
  GBytes *cms = kiosk_bundle_sign (name, serial, WORLD_NOW - 1000, WORLD_NOW + YEAR_MS, body,
                                   self->bundle_signers, &error);

  g_assert_no_error (error);
  return cms;
}

GBytes *
world_trust (World *self, guint64 serial, gboolean with_receipt)
{
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *roles = json_object_new ();

  json_object_set_object_member (body, "roles", roles);
  add_role (roles, "kiosk-ca", self->kiosk_ca.cert);
  add_role (roles, "gateway", with_receipt ? self->receipt.cert : NULL);
  add_role (roles, "department/td", with_receipt ? self->td.cert : NULL);
  add_role (roles, "department/immd", self->immd.cert);
  return sign_bundle (self, "trust", serial, body);
}

GBytes *
world_bundle (World *self, const char *name, guint64 serial)
{
  g_autoptr (JsonObject) body = json_object_new ();

  return sign_bundle (self, name, serial, body);
}

GBytes *
world_sign (const char *json, const KioskSigner *signer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = g_bytes_new (json, strlen (json));
  GBytes *cms = kiosk_cms_sign (content, signer, 1, FALSE, &error);

  g_assert_no_error (error);
  return cms;
}

GTlsCertificate *
world_tls (World *self, const KioskSigner *signer)
{
  g_autofree char *key = g_build_filename (self->folder, "tls.key", NULL);
  g_autofree char *cert = write_pem (self, "tls.pem", signer->cert, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  g_assert_true (kiosk_pki_key_save (signer->key, key, NULL));
  certificate = g_tls_certificate_new_from_files (cert, key, &error);
  g_assert_no_error (error);
  return certificate;
}
