/* Country signers: chains, links, lists of signers called back, master lists. The lists are made by
 * the openssl command. */
#include "fixture.h"

#include "base/file.h"

#include <openssl/pem.h>
#include <string.h>

static KioskCsca *
trust (const Identity *country)
{
  KioskCsca *self = kiosk_csca_new ();

  kiosk_csca_add (self, country->cert);
  return self;
}

static gboolean
is_vouched_for (const KioskCsca *csca, const Identity *signer)
{
  g_autoptr (GError) error = NULL;
  gboolean good = kiosk_csca_verify (csca, signer->cert, NOW_MS, &error);

  if (!good)
    g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
  return good;
}

/* @key certified again, by another country's or an older key. */
static X509 *
make_link (const Identity *of, const char *name, const Identity *by)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CSCA,
    .common_name = name,
    .organization = "Test",
    .country = "HK",
    .not_before_ms = NOW_MS - DAY_MS,
    .not_after_ms = NOW_MS + 100 * DAY_MS,
  };
  g_autoptr (GError) error = NULL;
  X509 *cert = kiosk_pki_issue (&template, of->key, by->cert, by->key, &error);

  g_assert_no_error (error);
  return cert;
}

/* From the first key to a second of another name, and from there to a third. */
static void
test_links (void)
{
  g_autoptr (Identity) first = identity_new (KIOSK_CERT_CSCA, "Country 1", NULL);
  g_autoptr (Identity) second = identity_new (KIOSK_CERT_CSCA, "Country 2", NULL);
  g_autoptr (Identity) third = identity_new (KIOSK_CERT_CSCA, "Country 2", NULL);
  g_autoptr (Identity) stranger = identity_new (KIOSK_CERT_CSCA, "Stranger", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", third);
  g_autoptr (Identity) ds_2 = identity_new (KIOSK_CERT_DS, "Document signer", second);
  g_autoptr (Identity) ds_s = identity_new (KIOSK_CERT_DS, "Document signer", stranger);
  g_autoptr (KioskCsca) csca = trust (first);
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);

  g_ptr_array_add (links, make_link (third, "Country 2", second));
  g_ptr_array_add (links, make_link (second, "Country 2", first));
  g_ptr_array_add (links, make_link (stranger, "Stranger", stranger));
  g_assert_false (is_vouched_for (csca, ds));
  g_assert_cmpuint (kiosk_csca_follow_links (csca, links), ==, 2);
  g_assert_true (is_vouched_for (csca, ds));
  g_assert_true (is_vouched_for (csca, ds_2));
  g_assert_false (is_vouched_for (csca, ds_s));
  g_assert_cmpuint (kiosk_csca_follow_links (csca, links), ==, 0);
}

/* Neither a document signer, nor a key that was past its time then, vouches for a country. */
static void
test_links_that_do_not_hold (void)
{
  g_autoptr (Identity) old = identity_new_valid (KIOSK_CERT_CSCA, "Country", NULL,
                                                 NOW_MS - 900 * DAY_MS, NOW_MS - 2 * DAY_MS);
  g_autoptr (Identity) now = identity_new (KIOSK_CERT_CSCA, "Country", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", now);
  g_autoptr (KioskCsca) past = trust (old);
  g_autoptr (KioskCsca) only_ds = trust (ds);
  g_autoptr (GPtrArray) late = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  g_autoptr (GPtrArray) no_ca = g_ptr_array_new ();

  g_ptr_array_add (late, make_link (now, "Country", old));
  g_assert_cmpuint (kiosk_csca_follow_links (past, late), ==, 0);
  g_ptr_array_add (no_ca, ds->cert);
  g_assert_cmpuint (kiosk_csca_follow_links (past, no_ca), ==, 0);
  g_assert_cmpuint (kiosk_csca_follow_links (only_ds, late), ==, 0);
}

/* An expired namesake that did sign is told before one that did not. */
static void
test_namesakes (void)
{
  g_autoptr (Identity) old = identity_new_valid (KIOSK_CERT_CSCA, "Country", NULL,
                                                 NOW_MS - 900 * DAY_MS, NOW_MS - 2 * DAY_MS);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CSCA, "Country", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", old);
  g_autoptr (KioskCsca) csca = trust (old);
  g_autoptr (GError) error = NULL;

  kiosk_csca_add (csca, other->cert);
  kiosk_csca_add (csca, other->cert);
  g_assert_cmpuint (kiosk_csca_certs (csca)->len, ==, 2);
  g_assert_false (kiosk_csca_verify (csca, ds->cert, NOW_MS, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED);
  g_clear_error (&error);
  g_assert_true (kiosk_csca_verify (csca, ds->cert, NOW_MS - 10 * DAY_MS, &error));
  g_assert_no_error (error);
}

/* By the openssl command: @by's list as of some days before NOW_MS, good until @next days after. */
static GBytes *
make_crl (const Identity *by, const Identity *revoked, int next_days)
{
  g_autofree char *folder = folder_new ();
  g_autofree char *serial = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GDateTime) last = g_date_time_new_from_unix_utc (NOW_MS / 1000 - 5 * 86400);
  g_autoptr (GDateTime) next = g_date_time_add_days (last, 5 + next_days);
  g_autofree char *from = g_date_time_format (last, "%Y%m%d%H%M%SZ");
  g_autofree char *until = g_date_time_format (next, "%Y%m%d%H%M%SZ");
  g_autoptr (GBytes) config = g_bytes_new_static (
    "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n", 76);
  g_autoptr (GBytes) number = g_bytes_new_static ("01\n", 3);
  g_autoptr (GBytes) index = NULL;
  GBytes *der;

  if (revoked != NULL)
    {
      BIGNUM *bn = ASN1_INTEGER_to_BN (X509_get0_serialNumber (revoked->cert), NULL);
      char *hex = BN_bn2hex (bn);

      serial = g_strdup (hex);
      OPENSSL_free (hex);
      BN_free (bn);
      line = g_strdup_printf ("R\t301231000000Z\t260501000000Z\t%s\tunknown\t/CN=x\n", serial);
    }
  index = g_bytes_new (line != NULL ? line : "", line != NULL ? strlen (line) : 0);
  g_free (folder_write (folder, "c.cnf", config));
  g_free (folder_write (folder, "number", number));
  g_free (folder_write (folder, "index.txt", index));
  g_free (folder_write_cert (folder, "ca.pem", by->cert));
  g_free (folder_write_key (folder, "ca.key", by->key));
  g_assert_true (openssl (folder,
                          "ca -config c.cnf -gencrl -cert ca.pem -keyfile ca.key -crl_lastupdate %s"
                          " -crl_nextupdate %s -out crl.pem",
                          from, until));
  g_assert_true (openssl (folder, "crl -in crl.pem -outform DER -out crl.der"));
  der = folder_read (folder, "crl.der");
  folder_remove (folder);
  return der;
}

static void
add_crl (KioskCsca *csca, const Identity *by, const Identity *revoked, int next_days)
{
  g_autoptr (GBytes) der = make_crl (by, revoked, next_days);
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_csca_add_crl (csca, der, &error));
  g_assert_no_error (error);
}

static void
test_called_back (void)
{
  g_autoptr (Identity) country = identity_new (KIOSK_CERT_CSCA, "Country", NULL);
  g_autoptr (Identity) namesake = identity_new (KIOSK_CERT_CSCA, "Country", NULL);
  g_autoptr (Identity) bad = identity_new (KIOSK_CERT_DS, "Document signer 1", country);
  g_autoptr (Identity) good = identity_new (KIOSK_CERT_DS, "Document signer 2", country);
  g_autoptr (KioskCsca) csca = trust (country);

  g_assert_cmpint (kiosk_csca_revocation (csca, bad->cert, NOW_MS), ==, KIOSK_REVOCATION_NO_LIST);
  /* A forged list, by a namesake whom nobody trusts. */
  add_crl (csca, namesake, bad, 30);
  g_assert_cmpint (kiosk_csca_revocation (csca, bad->cert, NOW_MS), ==, KIOSK_REVOCATION_NO_LIST);
  add_crl (csca, country, bad, 30);
  g_assert_cmpint (kiosk_csca_revocation (csca, bad->cert, NOW_MS), ==, KIOSK_REVOCATION_REVOKED);
  g_assert_cmpint (kiosk_csca_revocation (csca, good->cert, NOW_MS), ==, KIOSK_REVOCATION_GOOD);
  /* What a list said stays said when it runs out; what it did not say is not known any more. */
  g_assert_cmpint (kiosk_csca_revocation (csca, bad->cert, NOW_MS + 31 * DAY_MS), ==,
                   KIOSK_REVOCATION_REVOKED);
  g_assert_cmpint (kiosk_csca_revocation (csca, good->cert, NOW_MS + 31 * DAY_MS), ==,
                   KIOSK_REVOCATION_STALE);
}

static void
test_no_crl (void)
{
  g_autoptr (KioskCsca) csca = kiosk_csca_new ();
  g_autoptr (GBytes) junk = g_bytes_new_static ("\x30\x03\x02\x01\x00", 5);
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_csca_add_crl (csca, junk, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
}

/* A file of one list as the openssl command writes it in DER, of two in PEM, and of none. */
static void
test_crl_files (void)
{
  g_autoptr (Identity) country = identity_new (KIOSK_CERT_CSCA, "Country", NULL);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CSCA, "Other", NULL);
  g_autofree char *folder = folder_new ();
  g_autoptr (GBytes) one = make_crl (country, NULL, 30), two = make_crl (other, NULL, 30);
  g_autoptr (GBytes) junk = g_bytes_new_static ("no list", 7);
  g_autofree char *der = folder_write (folder, "one.der", one);
  g_autofree char *more = folder_write (folder, "two.der", two);
  g_autofree char *bad = folder_write (folder, "junk", junk);
  g_autofree char *pem = g_build_filename (folder, "both.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) single = kiosk_csca_crls_load (der, &error);
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL, text = NULL;
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  g_assert_no_error (error);
  g_assert_cmpuint (single->len, ==, 1);
  g_assert_true (g_bytes_equal (g_ptr_array_index (single, 0), one));
  g_assert_true (openssl (folder, "crl -inform DER -in one.der -text -out one.pem"));
  g_assert_true (openssl (folder, "crl -inform DER -in two.der -out two.pem"));
  first = folder_read (folder, "one.pem");
  second = folder_read (folder, "two.pem");
  g_byte_array_append (whole, g_bytes_get_data (first, NULL), (guint)g_bytes_get_size (first));
  g_byte_array_append (whole, g_bytes_get_data (second, NULL), (guint)g_bytes_get_size (second));
  text = g_byte_array_free_to_bytes (g_steal_pointer (&whole));
  g_free (folder_write (folder, "both.pem", text));
  both = kiosk_csca_crls_load (pem, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_true (g_bytes_equal (g_ptr_array_index (both, 1), two));
  g_assert_null (kiosk_csca_crls_load (bad, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, bad));
  folder_remove (folder);
}

static void
put (GByteArray *array, guint8 tag, gconstpointer value, gsize length)
{
  const guint8 head[] = { tag, 0x82, (guint8)(length >> 8), (guint8)length };

  g_byte_array_append (array, head, sizeof head);
  g_byte_array_append (array, value, (guint)length);
}

/* Signed by the openssl command. @usage: extended key usage of the signer */
static GBytes *
make_master_list (const Identity *by, GPtrArray *certs, const char *usage)
{
  g_autofree char *folder = folder_new ();
  g_autoptr (GByteArray) set = g_byte_array_new (), body = g_byte_array_new (),
                         list = g_byte_array_new ();
  g_autofree char *extensions
    = g_strdup_printf ("keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n", usage);
  g_autoptr (GBytes) config = g_bytes_new (extensions, strlen (extensions));
  g_autoptr (GBytes) content = NULL;
  GBytes *cms;

  for (guint i = 0; i < certs->len; i++)
    {
      g_autoptr (GBytes) der = kiosk_pki_cert_to_der (g_ptr_array_index (certs, i));

      g_byte_array_append (set, g_bytes_get_data (der, NULL), (guint)g_bytes_get_size (der));
    }
  g_byte_array_append (body, (const guint8 *)"\x02\x01\x00", 3);
  put (body, 0x31, set->data, set->len);
  put (list, 0x30, body->data, body->len);
  content = g_bytes_new (list->data, list->len);
  g_free (folder_write (folder, "list.der", content));
  g_free (folder_write (folder, "x.cnf", config));
  g_free (folder_write_cert (folder, "ca.pem", by->cert));
  g_free (folder_write_key (folder, "ca.key", by->key));
  g_assert_true (openssl (folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "
                                  "s.key"));
  g_assert_true (openssl (folder, "req -new -key s.key -subj /CN=MLS -out s.csr"));
  g_assert_true (openssl (folder, "x509 -req -in s.csr -CA ca.pem -CAkey ca.key -extfile x.cnf"
                                  " -days 9000 -out s.pem"));
  g_assert_true (openssl (folder, "cms -sign -binary -nodetach -nosmimecap -econtent_type"
                                  " 2.23.136.1.1.2 -md sha256 -signer s.pem -inkey s.key"
                                  " -in list.der -outform DER -out list.ml"));
  cms = folder_read (folder, "list.ml");
  folder_remove (folder);
  return cms;
}

/* The signer's certificate begins today, whatever day that is. */
#define SIGNED_MS (g_get_real_time () / 1000 + 60000)

static void
test_master_list (void)
{
  const gint64 at_ms = SIGNED_MS;
  g_autoptr (Identity) master
    = identity_new_valid (KIOSK_CERT_CSCA, "Master", NULL, 0, at_ms + 20000 * DAY_MS);
  g_autoptr (Identity) one = identity_new (KIOSK_CERT_CSCA, "One", NULL);
  g_autoptr (Identity) two = identity_new (KIOSK_CERT_CSCA, "Two", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", two);
  g_autoptr (GPtrArray) certs = identity_certs (one, two, master, ds, NULL);
  g_autoptr (GBytes) list = make_master_list (master, certs, "2.23.136.1.1.3");
  g_autoptr (GBytes) other = make_master_list (master, certs, "clientAuth");
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (list, 0, g_bytes_get_size (list) - 1);
  g_autoptr (KioskCsca) csca = trust (master), stranger = trust (one);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (kiosk_csca_add_master_list (csca, other, at_ms, &error), ==, -1);
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_cmpint (kiosk_csca_add_master_list (stranger, list, at_ms, &error), ==, -1);
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
  g_clear_error (&error);
  g_assert_cmpint (kiosk_csca_add_master_list (csca, cut, at_ms, &error), ==, -1);
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (is_vouched_for (csca, ds));
  /* The document signer in it is no country signer; the master was known before. */
  g_assert_cmpint (kiosk_csca_add_master_list (csca, list, at_ms, &error), ==, 2);
  g_assert_no_error (error);
  g_assert_true (is_vouched_for (csca, ds));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trust/csca/follows-links-to-new-keys-and-names", test_links);
  g_test_add_func ("/trust/csca/a-link-holds-only-by-a-country-in-its-time",
                   test_links_that_do_not_hold);
  g_test_add_func ("/trust/csca/tries-each-of-a-name", test_namesakes);
  g_test_add_func ("/trust/csca/knows-who-was-called-back", test_called_back);
  g_test_add_func ("/trust/csca/refuses-what-is-no-list", test_no_crl);
  g_test_add_func ("/trust/csca/reads-lists-from-files", test_crl_files);
  g_test_add_func ("/trust/csca/takes-a-master-list-from-its-own-signer-only", test_master_list);
  return g_test_run ();
}
