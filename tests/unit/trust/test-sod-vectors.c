/* What real issuers signed, and the reference data set of TR-03105-5: each case is a row of the
 * table of vectors; where each is published stands beside the files. */
#include "fixture.h"

#include "base/file.h"

#include <string.h>

/* 2026-11-24. */
#define LATE_MS G_GINT64_CONSTANT (1795478400000)
#define YEAR_MS (365 * DAY_MS)

/* The file's bytes; of several names, one after another. */
static GBytes *
load (const char *const *names)
{
  GByteArray *all = g_byte_array_new ();

  for (; *names != NULL; names++)
    {
      g_autofree char *file = g_strconcat (*names, ".hex", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "trust", "vectors", file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) text = kiosk_file_read (path, 65536, &error);
      g_autofree char *hex = NULL;
      g_auto (GStrv) lines = NULL;
      g_autoptr (GBytes) bytes = NULL;

      g_assert_no_error (error);
      hex = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      lines = g_strsplit (hex, "\n", -1);
      g_free (hex);
      hex = g_strjoinv ("", lines);
      bytes = kiosk_hex_decode (hex);
      g_assert_nonnull (bytes);
      g_byte_array_append (all, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
    }
  return g_byte_array_free_to_bytes (all);
}

#define LOAD(...) load ((const char *const[]){ __VA_ARGS__, NULL })

static GPtrArray *
germany (void)
{
  GPtrArray *certs = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  g_autoptr (GBytes) der = LOAD ("de-2021-country");
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (certs, kiosk_pki_cert_from_der (der, &error));
  g_assert_no_error (error);
  return certs;
}

static KioskSod *
german_sod (void)
{
  g_autoptr (GBytes) der = LOAD ("de-2023-sod-head", "de-2023-signer", "de-2023-sod-tail");
  g_autoptr (GError) error = NULL;
  KioskSod *sod = kiosk_sod_parse (der, &error);

  g_assert_no_error (error);
  return sod;
}

/* SHA-384, LDSSecurityObject version 1, P-384 and P-512 of brainpool with the curve spelled out. */
static void
test_german_chain (void)
{
  g_autoptr (KioskSod) sod = german_sod ();
  g_autoptr (GPtrArray) country = germany ();
  g_autoptr (GError) error = NULL;

  g_assert_true (sod_verify (sod, country, LATE_MS, &error));
  g_assert_no_error (error);
  for (guint i = 1; i <= 16; i++)
    g_assert_true (kiosk_sod_lists (sod, i) == (i <= 3 || i == 14));
}

static void
test_german_chain_runs_out (void)
{
  g_autoptr (KioskSod) sod = german_sod ();
  g_autoptr (GPtrArray) country = germany ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sod_verify (sod, country, LATE_MS + 8 * YEAR_MS, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED);
}

/* The country's own certificate is no document signer's, and other countries do not vouch. */
static void
test_german_chain_elsewhere (void)
{
  g_autoptr (KioskSod) sod = german_sod ();
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CSCA, "csca-germany", NULL);
  g_autoptr (GPtrArray) others = identity_certs (other, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sod_verify (sod, others, LATE_MS, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
}

static void
test_card_security (void)
{
  g_autoptr (GBytes) der
    = LOAD ("de-2023-card-security-head", "de-2023-signer", "de-2023-card-security-tail");
  g_autoptr (GPtrArray) country = germany ();
  g_autoptr (KioskCsca) csca = kiosk_csca_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSigned) file = kiosk_signed_parse (
    g_bytes_get_data (der, NULL), g_bytes_get_size (der), KIOSK_SIGNED_CARD_SECURITY, &error);
  gsize length;

  g_assert_no_error (error);
  kiosk_csca_add (csca, g_ptr_array_index (country, 0));
  g_assert_true (kiosk_signed_verify_signature (file, &error));
  g_assert_true (kiosk_signed_verify_chain (file, csca, LATE_MS, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kiosk_signed_revocation (file, csca, LATE_MS), ==, KIOSK_REVOCATION_NO_LIST);
  g_assert_cmpuint (kiosk_signed_content (file, &length)[0], ==, 0x31);
  g_assert_cmpuint (length, ==, 309);
}

/* Altered anywhere, it is not believed, whatever the chain. */
static void
test_card_security_altered (void)
{
  g_autoptr (GBytes) der
    = LOAD ("de-2023-card-security-head", "de-2023-signer", "de-2023-card-security-tail");
  gsize length;
  const guint8 *data = g_bytes_get_data (der, &length);

  for (gsize at = 80; at < 370; at += 7)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (KioskSigned) file = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= 0x01;
      file = kiosk_signed_parse (copy, length, KIOSK_SIGNED_CARD_SECURITY, NULL);
      g_assert_true (file == NULL || !kiosk_signed_verify_signature (file, &error));
      if (file != NULL)
        g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
    }
}

/* The type says what it is: one is not taken for the other. */
static void
test_types (void)
{
  g_autoptr (GBytes) der
    = LOAD ("de-2023-card-security-head", "de-2023-signer", "de-2023-card-security-tail");
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_signed_parse (g_bytes_get_data (der, NULL), g_bytes_get_size (der),
                                     KIOSK_SIGNED_SECURITY_OBJECT, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

/* Its country signer is not published beside it: the signature holds, and the chain is missing. */
static void
test_austrian (void)
{
  g_autoptr (GBytes) der = LOAD ("at-2023-sod");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, &error);
  g_autoptr (GPtrArray) country = germany ();

  g_assert_no_error (error);
  g_assert_true (kiosk_signed_verify_signature (kiosk_sod_signed (sod), &error));
  g_assert_no_error (error);
  for (guint i = 1; i <= 16; i++)
    g_assert_true (kiosk_sod_lists (sod, i) == (i <= 3 || i == 11 || i == 12 || i == 14));
  g_assert_false (sod_verify (sod, country, LATE_MS, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
}

/* RSA with PSS. */
static void
test_bsi (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "trust", "bsi", "sod.bin", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = kiosk_file_read (path, 65536, &error);
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_signed_verify_signature (kiosk_sod_signed (sod), &error));
  g_assert_no_error (error);
}

static void
test_not_available (gconstpointer why)
{
  g_test_skip (why);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/gmrtd/sod-de-2023-to-its-country", test_german_chain);
  g_test_add_func ("/vectors/gmrtd/sod-de-2023-runs-out", test_german_chain_runs_out);
  g_test_add_func ("/vectors/gmrtd/sod-de-2023-elsewhere", test_german_chain_elsewhere);
  g_test_add_func ("/vectors/gmrtd/card-security-de-2023-to-its-country", test_card_security);
  g_test_add_func ("/vectors/gmrtd/card-security-de-2023-altered", test_card_security_altered);
  g_test_add_func ("/vectors/gmrtd/card-security-is-no-security-object", test_types);
  g_test_add_func ("/vectors/gmrtd/sod-at-2023-signature", test_austrian);
  g_test_add_func ("/vectors/bsi-tr-03105-5/sod-rsa-pss", test_bsi);
  g_test_add_data_func ("/vectors/jmrtd/sod-nz-2013",
                        "its repository's file is binary, and no text of it is published",
                        test_not_available);
  return g_test_run ();
}
