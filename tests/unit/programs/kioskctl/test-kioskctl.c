/* What kioskctl does without kioskd: it judges receipts by the public trust bundle, and draws the
 * flow. Everything goes through the program itself. */
#include "formats/receipt.h"
#include "process.h"
#include "trust/bundle.h"
#include "trust/cose.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)
#define NOW_MS G_GINT64_CONSTANT (1795500000000)

typedef struct
{
  char *folder;
  char *trust;
  EVP_PKEY *ca_key, *kiosk_key;
  X509 *ca, *kiosk;
} Fixture;

static X509 *
issue (KioskCertRole role, const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
  const KioskCertTemplate template = {
    .role = role,
    .common_name = name,
    .not_before_ms = NOW_MS - DAY_MS,
    .not_after_ms = NOW_MS + 90 * DAY_MS,
  };
  g_autoptr (GError) error = NULL;
  X509 *cert = kiosk_pki_issue (&template, key, issuer, issuer_key, &error);

  g_assert_no_error (error);
  return cert;
}

/* The bundle as everyone may have it: two signers, one role. */
static GBytes *
make_trust (Fixture *f)
{
  g_autoptr (EVP_PKEY) first_key = kiosk_pki_key_new (NULL);
  g_autoptr (EVP_PKEY) second_key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) first = issue (KIOSK_CERT_SIGNER, "bundles-1", first_key, NULL, first_key);
  g_autoptr (X509) second = issue (KIOSK_CERT_SIGNER, "bundles-2", second_key, NULL, second_key);
  const KioskSigner signers[2] = { { first, first_key }, { second, second_key } };
  g_autofree char *pem = kiosk_pki_cert_to_pem (f->ca);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *roles = json_object_new ();
  JsonArray *authorities = json_array_new ();
  g_autoptr (GError) error = NULL;
  GBytes *cms;

  json_array_add_string_element (authorities, pem);
  json_object_set_array_member (roles, "kiosk-ca", authorities);
  json_object_set_object_member (body, "roles", roles);
  cms = kiosk_bundle_sign ("trust", 1, NOW_MS, NOW_MS + 30 * DAY_MS, body, signers, &error);
  g_assert_no_error (error);
  return cms;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) cms = NULL;

  f->folder = g_dir_make_tmp ("kioskctl-XXXXXX", NULL);
  f->trust = g_build_filename (f->folder, "trust.p7", NULL);
  f->ca_key = kiosk_pki_key_new (NULL);
  f->kiosk_key = kiosk_pki_key_new (NULL);
  f->ca = issue (KIOSK_CERT_CA, "kiosk-ca", f->ca_key, NULL, f->ca_key);
  f->kiosk = issue (KIOSK_CERT_KIOSK, "k-1", f->kiosk_key, f->ca, f->ca_key);
  cms = make_trust (f);
  g_assert_true (g_file_set_contents (f->trust, g_bytes_get_data (cms, NULL),
                                      (gssize)g_bytes_get_size (cms), NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->trust);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->trust);
  g_free (f->folder);
  X509_free (f->ca);
  X509_free (f->kiosk);
  EVP_PKEY_free (f->ca_key);
  EVP_PKEY_free (f->kiosk_key);
}

static char *
make_receipt (X509 *cert, EVP_PKEY *key, const char *kiosk, gint64 sealed_ms)
{
  const KioskSigner signer = { cert, key };
  KioskReceipt receipt = {
    .kiosk = (char *)kiosk,
    .sealed_ms = sealed_ms,
    .txid = (char *)"01h0r5e0w0r1d0000000000000",
    .reference = (char *)"7QK4-M2XD",
    .service = (char *)"td-vehicle-licence-renewal",
    .leaf = 5,
    .fee_cents = 507400,
  };
  g_autoptr (GBytes) claims = kiosk_receipt_to_cbor (&receipt);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cose = kiosk_cose_sign1 (claims, &signer, &error);

  g_assert_no_error (error);
  return kiosk_receipt_text (cose);
}

/* (transfer full): what is printed, on either stream; it must end with @status. */
static char *
run (const char *const *words, const char *input, int status)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *said = NULL, *complaints = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, (gpointer)g_getenv ("KIOSKCTL"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)words[i]);
  g_ptr_array_add (argv, NULL);
  said = stage_run_to ((const char *const *)argv->pdata, input, status, &complaints, &error);
  g_assert_no_error (error);
  g_test_message ("%s%s", said, complaints);
  return g_strconcat (said, complaints, NULL);
}

static char *
verify (Fixture *f, const char *text, int status)
{
  const char *const words[] = { "verify", "--trust", f->trust, text, NULL };

  return run (words, NULL, status);
}

static void
test_genuine (Fixture *f, gconstpointer data)
{
  const char *const from_input[] = { "verify", "--trust", f->trust, "-", NULL };
  g_autofree char *text = make_receipt (f->kiosk, f->kiosk_key, "k-1", NOW_MS);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autofree char *said = verify (f, text, 0);
  g_autofree char *again = run (from_input, line, 0);

  g_assert_true (g_str_has_prefix (said, "This receipt is genuine"));
  g_assert_nonnull (strstr (said, "7QK4-M2XD"));
  g_assert_nonnull (strstr (said, "HK$5074.00"));
  g_assert_cmpstr (again, ==, said);
}

/* Every fortieth character, changed to another of the alphabet. */
static void
test_altered (Fixture *f, gconstpointer data)
{
  g_autofree char *text = make_receipt (f->kiosk, f->kiosk_key, "k-1", NOW_MS);

  for (gsize i = strlen (KIOSK_RECEIPT_PREFIX); i < strlen (text); i += 40)
    {
      g_autofree char *altered = g_strdup (text);
      g_autofree char *said = NULL;

      altered[i] = altered[i] == '0' ? '1' : '0';
      said = verify (f, altered, 1);
      g_assert_true (g_str_has_prefix (said, "This is not a genuine receipt"));
    }
}

static void
test_not_genuine (Fixture *f, gconstpointer data)
{
  g_autoptr (EVP_PKEY) other_key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) other = issue (KIOSK_CERT_CA, "kiosk-ca", other_key, NULL, other_key);
  g_autoptr (X509) stranger = issue (KIOSK_CERT_KIOSK, "k-1", f->kiosk_key, other, other_key);
  g_autofree char *long_text = g_strnfill (5000, 'A');
  char *const texts[] = {
    make_receipt (stranger, f->kiosk_key, "k-1", NOW_MS),
    make_receipt (f->kiosk, f->kiosk_key, "k-2", NOW_MS),               /* names another */
    make_receipt (f->kiosk, f->kiosk_key, "k-1", NOW_MS + 91 * DAY_MS), /* no kiosk by then */
    g_strdup (""),
    g_strdup ("HC1:ABC"),
    g_strdup ("KR1:"),
    g_steal_pointer (&long_text),
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *said = verify (f, texts[i], 1);

      g_assert_true (g_str_has_prefix (said, "This is not a genuine receipt"));
      g_free (texts[i]);
    }
}

static void
test_bad_bundle (Fixture *f, gconstpointer data)
{
  g_autofree char *text = make_receipt (f->kiosk, f->kiosk_key, "k-1", NOW_MS);
  g_autofree char *garbled = NULL, *missing = NULL;
  const char *const no_trust[] = { "verify", text, NULL };

  g_assert_true (g_file_set_contents (f->trust, "garbage", -1, NULL));
  garbled = verify (f, text, 1);
  g_assert_nonnull (strstr (garbled, "trust.p7"));
  g_remove (f->trust);
  missing = verify (f, text, 1);
  g_assert_nonnull (strstr (missing, "trust.p7"));
  g_free (run (no_trust, NULL, 2));
}

static void
test_flow (void)
{
  g_autofree char *path
    = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "golden", "citizen-flow.mmd", NULL);
  const char *const words[] = { "flow", "citizen", NULL };
  const char *const unknown[] = { "flow", "nobody", NULL };
  g_autofree char *kept = NULL, *said = run (words, NULL, 0);

  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (said, ==, kept);
  g_free (run (unknown, NULL, 1));
}

static void
test_no_kioskd (void)
{
  const char *const commands[][2]
    = { { "status", NULL }, { "outbox", NULL }, { "nudge", NULL }, { "enrol", "AAAA-AAAA" } };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *const words[]
        = { "--socket", "/nonexistent/control.sock", commands[i][0], commands[i][1], NULL };
      g_autofree char *said = run (words, NULL, 1);

      g_assert_nonnull (strstr (said, "/nonexistent/control.sock"));
      g_assert_true (strchr (said, '\n') == said + strlen (said) - 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kioskctl/verify/genuine", Fixture, NULL, set_up, test_genuine, tear_down);
  g_test_add ("/kioskctl/verify/one-changed-character-is-refused", Fixture, NULL, set_up,
              test_altered, tear_down);
  g_test_add ("/kioskctl/verify/not-genuine-says-why", Fixture, NULL, set_up, test_not_genuine,
              tear_down);
  g_test_add ("/kioskctl/verify/bad-bundle-is-named", Fixture, NULL, set_up, test_bad_bundle,
              tear_down);
  g_test_add_func ("/kioskctl/flow/is-the-golden-one", test_flow);
  g_test_add_func ("/kioskctl/without-kioskd-says-so-in-one-line", test_no_kioskd);
  return g_test_run ();
}
