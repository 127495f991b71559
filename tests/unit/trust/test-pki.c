#include "../assert-bytes.h"
#include "base/file.h"
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOW_SECONDS "1780272000"

static void
assert_verifies (X509 *leaf, GPtrArray *intermediates, GPtrArray *anchors)
{
  g_autoptr (GError) error = NULL;

  kiosk_pki_verify (leaf, intermediates, anchors, NOW_MS, &error);
  g_assert_no_error (error);
}

static void
assert_refused (X509 *leaf, GPtrArray *anchors, gint64 at_ms, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_pki_verify (leaf, NULL, anchors, at_ms, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static void
test_openssl_accepts_what_we_issue (void)
{
  static const struct
  {
    KioskCertRole role;
    const char *purpose;
  } leaves[] = {
    { KIOSK_CERT_SERVER, "sslserver" },     { KIOSK_CERT_KIOSK, "sslclient" },
    { KIOSK_CERT_DEPARTMENT, "sslclient" }, { KIOSK_CERT_RECIPIENT, "any" },
    { KIOSK_CERT_SIGNER, "any" },
  };
  g_autofree char *folder = folder_new ();
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);

  g_free (folder_write_cert (folder, "ca.pem", ca->cert));
  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      g_autoptr (Identity) leaf = identity_new (leaves[i].role, "leaf", ca);

      g_free (folder_write_cert (folder, "leaf.pem", leaf->cert));
      g_assert_true (openssl (
        folder, "verify -x509_strict -attime " NOW_SECONDS " -purpose %s -CAfile ca.pem leaf.pem",
        leaves[i].purpose));
    }
  g_assert_false (
    openssl (folder, "verify -attime " NOW_SECONDS " -purpose sslserver -CAfile ca.pem leaf.pem"));
  folder_remove (folder);
}

static void
test_server_names (void)
{
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  g_autoptr (Identity) server = identity_new (KIOSK_CERT_SERVER, "gateway", ca);
  g_autofree char *folder = folder_new ();

  g_free (folder_write_cert (folder, "ca.pem", ca->cert));
  g_free (folder_write_cert (folder, "leaf.pem", server->cert));
#define VERIFY "verify -attime " NOW_SECONDS " -CAfile ca.pem "
  g_assert_true (openssl (folder, VERIFY "-verify_hostname localhost leaf.pem"));
  g_assert_true (openssl (folder, VERIFY "-verify_ip 127.0.0.1 leaf.pem"));
  g_assert_true (openssl (folder, VERIFY "-verify_ip ::1 leaf.pem"));
  g_assert_false (openssl (folder, VERIFY "-verify_hostname example.com leaf.pem"));
#undef VERIFY
  folder_remove (folder);
}

static void
test_chain (void)
{
  g_autoptr (Identity) root = identity_new (KIOSK_CERT_CA, "Root", NULL);
  g_autoptr (Identity) middle = identity_new (KIOSK_CERT_CA, "Middle", root);
  g_autoptr (Identity) leaf = identity_new (KIOSK_CERT_KIOSK, "k-0042", middle);
  g_autoptr (GPtrArray) roots = identity_certs (root, NULL);
  g_autoptr (GPtrArray) middles = identity_certs (middle, NULL);
  g_autoptr (GPtrArray) leaves = identity_certs (leaf, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  assert_verifies (leaf->cert, middles, roots);
  assert_verifies (leaf->cert, NULL, middles); /* an anchor need not be a root */
  assert_verifies (leaf->cert, NULL, leaves);
  assert_refused (leaf->cert, roots, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
  assert_refused (leaf->cert, none, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
}

/* A leaf may not issue, whatever it signs. */
static void
test_leaf_issues (void)
{
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", ca);
  g_autoptr (Identity) forged = identity_new (KIOSK_CERT_SIGNER, "Gateway", kiosk);
  g_autoptr (GPtrArray) anchors = identity_certs (ca, NULL);
  g_autoptr (GPtrArray) middles = identity_certs (kiosk, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_pki_verify (forged->cert, middles, anchors, NOW_MS, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
}

static void
test_impostor (void)
{
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  g_autoptr (Identity) leaf = identity_new (KIOSK_CERT_KIOSK, "k-0042", other);
  g_autoptr (GPtrArray) anchors = identity_certs (ca, NULL);

  assert_refused (leaf->cert, anchors, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
}

static void
test_time (void)
{
  g_autoptr (Identity) ca
    = identity_new_valid (KIOSK_CERT_CA, "Test CA", NULL, NOW_MS - 9000 * DAY_MS,
                          NOW_MS + 9000 * DAY_MS); /* past 2050: another kind of time in X.509 */
  g_autoptr (Identity) leaf = identity_new (KIOSK_CERT_KIOSK, "k-0042", ca);
  g_autoptr (GPtrArray) anchors = identity_certs (ca, NULL);

  assert_verifies (leaf->cert, NULL, anchors);
  assert_refused (leaf->cert, anchors, NOW_MS - 181 * DAY_MS, KIOSK_TRUST_ERROR_EXPIRED);
  assert_refused (leaf->cert, anchors, NOW_MS + 181 * DAY_MS, KIOSK_TRUST_ERROR_EXPIRED);
}

static void
test_sha1 (void)
{
  g_autofree char *folder = folder_new ();
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "ca.pem", NULL);
  g_autofree char *leaf_path = g_build_filename (folder, "leaf.pem", NULL);
  g_autoptr (X509) leaf = NULL;

  g_assert_true (openssl (folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                                  " -keyout ca.key -subj /CN=CA -days 36500 -out ca.pem"));
  g_assert_true (openssl (folder, "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout"
                                  " leaf.key -subj /CN=leaf -out leaf.csr"));
  g_assert_true (openssl (folder, "x509 -req -sha1 -in leaf.csr -CA ca.pem -CAkey ca.key -days"
                                  " 36500 -out leaf.pem"));
  anchors = kiosk_pki_certs_load (path, &error);
  g_assert_no_error (error);
  leaf = kiosk_pki_cert_load (leaf_path, &error);
  g_assert_no_error (error);
  assert_refused (leaf, anchors, G_GINT64_CONSTANT (2000000000000), KIOSK_TRUST_ERROR_CHAIN);
  folder_remove (folder);
}

/* ICAO 9303-12 wants explicit parameters; the openssl command refuses them, we take a known curve.
 */
static void
test_explicit_curve (void)
{
  g_autofree char *folder = folder_new ();
  g_autoptr (Identity) csca = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", csca);
  g_autoptr (GPtrArray) anchors = identity_certs (csca, NULL);

  g_free (folder_write_cert (folder, "csca.pem", csca->cert));
  g_free (folder_write_cert (folder, "ds.pem", ds->cert));
  g_assert_false (openssl (folder, "verify -attime " NOW_SECONDS " -CAfile csca.pem ds.pem"));
  assert_verifies (ds->cert, NULL, anchors);
  folder_remove (folder);
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = folder_new ();
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  g_autofree char *cert_path = folder_write_cert (folder, "ca.pem", ca->cert);
  g_autofree char *key_path = folder_write_key (folder, "ca.key", ca->key);
  g_autoptr (X509) cert = kiosk_pki_cert_load (cert_path, &error);
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_load (key_path, &error);
  GStatBuf info;

  g_assert_no_error (error);
  g_assert_cmpint (X509_cmp (cert, ca->cert), ==, 0);
  g_assert_cmpint (EVP_PKEY_eq (key, ca->key), ==, 1);
  g_assert_cmpint (g_stat (key_path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_true (openssl (folder, "pkey -in ca.key -noout"));
  folder_remove (folder);
}

static void
assert_load_fails (const char *path, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_pki_key_load (path, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_null (kiosk_pki_certs_load (path, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_bad_files (void)
{
  g_autofree char *folder = folder_new ();
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree guint8 *zeros = g_malloc0 (2000000);
  g_autoptr (GBytes) big = g_bytes_new_static (zeros, 2000000);
  g_autoptr (GBytes) text = g_bytes_new_static ("-----BEGIN CERTIFICATE-----\nx\n", 30);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autofree char *big_path = folder_write (folder, "big", big);
  g_autofree char *text_path = folder_write (folder, "text", text);
  g_autofree char *empty_path = folder_write (folder, "empty", nothing);

  assert_load_fails (missing, KIOSK_TRUST_ERROR_FILE);
  assert_load_fails (big_path, KIOSK_TRUST_ERROR_FILE);
  assert_load_fails (text_path, KIOSK_TRUST_ERROR_MALFORMED);
  assert_load_fails (empty_path, KIOSK_TRUST_ERROR_MALFORMED);
  folder_remove (folder);
}

static void
test_encrypted_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = folder_new ();
  g_autofree char *path = g_build_filename (folder, "locked.key", NULL);

  g_assert_true (openssl (folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
                                  " -aes-256-cbc -pass pass:x -out locked.key"));
  g_assert_null (kiosk_pki_key_load (path, &error)); /* and nobody is asked for a passphrase */
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
  folder_remove (folder);
}

static void
test_forms (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "陳", NULL);
  g_autoptr (GBytes) der = kiosk_pki_cert_to_der (ca->cert);
  g_autoptr (X509) from_der = kiosk_pki_cert_from_der (der, &error);
  g_autofree char *pem = kiosk_pki_cert_to_pem (ca->cert);
  g_autoptr (X509) from_pem = kiosk_pki_cert_from_pem (pem, &error);
  g_autofree char *two = g_strconcat (pem, pem, NULL);
  g_autofree char *name = kiosk_pki_cert_common_name (ca->cert);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (der, 0, g_bytes_get_size (der) - 1);

  g_assert_no_error (error);
  g_assert_cmpint (X509_cmp (from_der, ca->cert), ==, 0);
  g_assert_cmpint (X509_cmp (from_pem, ca->cert), ==, 0);
  g_assert_cmpstr (name, ==, "陳");
  g_assert_null (kiosk_pki_cert_from_pem (two, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (kiosk_pki_cert_from_der (cut, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
}

static void
test_requests (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = folder_new ();
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autofree char *csr = kiosk_pki_csr_new (key, "k-new", &error);
  g_autoptr (EVP_PKEY) checked = kiosk_pki_csr_check (csr, &error);
  g_autoptr (GBytes) bytes = g_bytes_new (csr, strlen (csr));

  g_assert_no_error (error);
  g_assert_cmpint (EVP_PKEY_eq (checked, key), ==, 1);
  g_free (folder_write (folder, "csr.pem", bytes));
  g_assert_true (openssl (folder, "req -in csr.pem -verify -noout"));
  folder_remove (folder);
}

static void
assert_request_refused (const char *folder, const char *name, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = folder_read (folder, name);
  g_autofree char *pem = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_null (kiosk_pki_csr_check (pem, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static void
test_bad_requests (void)
{
  g_autofree char *folder = folder_new ();
  g_autofree guchar *der = NULL;
  g_autoptr (GBytes) altered = NULL;
  gsize length = 0;
  g_autoptr (GBytes) csr = NULL;

  g_assert_true (openssl (folder, "req -newkey rsa:2048 -nodes -keyout rsa.key -subj /CN=k -out"
                                  " rsa.csr"));
  assert_request_refused (folder, "rsa.csr", KIOSK_TRUST_ERROR_UNSUPPORTED);
  assert_request_refused (folder, "rsa.key", KIOSK_TRUST_ERROR_MALFORMED);
  g_assert_true (openssl (folder, "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout"
                                  " ec.key -subj /CN=k -outform DER -out ec.der"));
  csr = folder_read (folder, "ec.der");
  der = g_memdup2 (g_bytes_get_data (csr, NULL), g_bytes_get_size (csr));
  length = g_bytes_get_size (csr);
  der[length - 5] ^= 1;
  altered = g_bytes_new (der, length);
  g_free (folder_write (folder, "ec.der", altered));
  g_assert_true (openssl (folder, "req -inform DER -in ec.der -out ec.csr"));
  assert_request_refused (folder, "ec.csr", KIOSK_TRUST_ERROR_SIGNATURE);
  folder_remove (folder);
}

static void
test_template (void)
{
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autofree char *name = g_strnfill (65, 'x');
  KioskCertTemplate bad[] = {
    { .role = KIOSK_CERT_CA, .common_name = NULL, .not_after_ms = NOW_MS },
    { .role = KIOSK_CERT_CA, .common_name = "", .not_after_ms = NOW_MS },
    { .role = KIOSK_CERT_CA, .common_name = name, .not_after_ms = NOW_MS },
    { .role = KIOSK_CERT_CA, .common_name = "x", .country = "HKG", .not_after_ms = NOW_MS },
    { .role = KIOSK_CERT_CA, .common_name = "x", .not_before_ms = NOW_MS, .not_after_ms = NOW_MS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_pki_issue (&bad[i], key, NULL, key, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trust/pki/issues-what-openssl-accepts", test_openssl_accepts_what_we_issue);
  g_test_add_func ("/trust/pki/names-a-server", test_server_names);
  g_test_add_func ("/trust/pki/follows-a-chain", test_chain);
  g_test_add_func ("/trust/pki/refuses-a-leaf-that-issues", test_leaf_issues);
  g_test_add_func ("/trust/pki/refuses-an-issuer-of-the-same-name", test_impostor);
  g_test_add_func ("/trust/pki/judges-time-as-asked", test_time);
  g_test_add_func ("/trust/pki/refuses-sha-1", test_sha1);
  g_test_add_func ("/trust/pki/takes-a-known-curve-spelled-out", test_explicit_curve);
  g_test_add_func ("/trust/pki/reads-the-files-it-writes", test_files);
  g_test_add_func ("/trust/pki/names-a-file-that-is-no-good", test_bad_files);
  g_test_add_func ("/trust/pki/refuses-an-encrypted-key", test_encrypted_key);
  g_test_add_func ("/trust/pki/turns-certificates-into-text-and-back", test_forms);
  g_test_add_func ("/trust/pki/makes-requests-that-openssl-checks", test_requests);
  g_test_add_func ("/trust/pki/refuses-bad-requests", test_bad_requests);
  g_test_add_func ("/trust/pki/refuses-a-bad-template", test_template);
  return g_test_run ();
}
