#include "fixture.h"
#include "trust/sod.h"

#include "base/file.h"

#include <string.h>

typedef struct
{
  Identity *csca;
  Identity *ds;
  GPtrArray *anchors;
  GPtrArray *groups;
} World;

static void
unref_group (gpointer group)
{
  if (group != NULL)
    g_bytes_unref (group);
}

static void
world_set_up (World *world, gconstpointer data)
{
  world->csca = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  world->ds = identity_new (KIOSK_CERT_DS, "Document signer", world->csca);
  world->anchors = identity_certs (world->csca, NULL);
  world->groups = g_ptr_array_new_with_free_func (unref_group);
  for (guint i = 1; i <= 14; i++)
    g_ptr_array_add (world->groups,
                     i == 1 || i == 2 || i == 14 ? g_bytes_new (&i, sizeof i) : NULL);
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->csca);
  identity_free (world->ds);
  g_ptr_array_unref (world->anchors);
  g_ptr_array_unref (world->groups);
}

static GBytes *
create (World *world, const Identity *signer)
{
  g_autoptr (GError) error = NULL;
  KioskSigner pair = identity_signer (signer);
  GBytes *der = kiosk_sod_create (world->groups, &pair, &error);

  g_assert_no_error (error);
  return der;
}

static KioskSod *
parse (GBytes *der)
{
  g_autoptr (GError) error = NULL;
  KioskSod *sod = kiosk_sod_parse (der, &error);

  g_assert_no_error (error);
  return sod;
}

static void
assert_refused (GBytes *der, GPtrArray *csca, gint64 at_ms, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSod) sod = parse (der);

  g_assert_false (sod_verify (sod, csca, at_ms, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static GBytes *
published (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "trust", "bsi", name, NULL);
  GBytes *bytes = kiosk_file_read (path, 65536, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
test_published_groups (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = published ("sod.bin");
  g_autoptr (GBytes) dg1 = published ("dg1.bin");
  g_autoptr (GBytes) dg14 = published ("dg14.bin");
  g_autoptr (KioskSod) sod = parse (der);

  for (guint i = 0; i <= 17; i++)
    g_assert_true (kiosk_sod_lists (sod, i) == ((i >= 1 && i <= 4) || i == 14));
  g_assert_true (kiosk_sod_check (sod, 1, dg1, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_sod_check (sod, 14, dg14, &error));
  g_assert_no_error (error);
  g_assert_false (kiosk_sod_check (sod, 14, dg1, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH);
  g_clear_error (&error);
  g_assert_false (kiosk_sod_check (sod, 15, dg1, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH);
}

/* Its signature holds, so what is missing is the country signer; altered, it is the signature. */
static void
test_published_signature (void)
{
  g_autoptr (GBytes) der = published ("sod.bin");
  g_autoptr (Identity) csca = identity_new (KIOSK_CERT_CSCA, "HJP PB CS", NULL);
  g_autoptr (GPtrArray) anchors = identity_certs (csca, NULL);
  gsize length = g_bytes_get_size (der);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (der, NULL), length);
  g_autoptr (GBytes) altered = NULL;

  assert_refused (der, anchors, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
  copy[length - 1] ^= 1;
  altered = g_bytes_new (copy, length);
  assert_refused (altered, anchors, NOW_MS, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_ours (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = create (world, world->ds);
  g_autoptr (KioskSod) sod = parse (der);

  g_assert_true (sod_verify (sod, world->anchors, NOW_MS, &error));
  g_assert_no_error (error);
  g_assert_true (sod_verify (sod, world->anchors, NOW_MS, &error)); /* and again */
  g_assert_no_error (error);
  for (guint i = 1; i <= 14; i++)
    {
      GBytes *group = g_ptr_array_index (world->groups, i - 1);

      g_assert_true (kiosk_sod_lists (sod, i) == (group != NULL));
      if (group != NULL)
        g_assert_true (kiosk_sod_check (sod, i, group, NULL));
    }
}

static void
test_openssl_verifies_ours (World *world, gconstpointer data)
{
  g_autofree char *folder = folder_new ();
  g_autoptr (GBytes) der = create (world, world->ds);
  /* Tag 77 and a length of three bytes go. */
  g_autoptr (GBytes) cms = g_bytes_new_from_bytes (der, 4, g_bytes_get_size (der) - 4);

  g_free (folder_write (folder, "sod.der", cms));
  g_assert_true (openssl (folder, "cms -verify -noverify -inform DER -in sod.der -out object.der"));
  g_assert_true (openssl (folder, "asn1parse -inform DER -in object.der"));
  folder_remove (folder);
}

static GBytes *
wrap (GBytes *cms)
{
  gsize length = g_bytes_get_size (cms);
  GByteArray *bytes = g_byte_array_new ();
  guint8 head[4] = { 0x77, 0x82, (guint8)(length >> 8), (guint8)length };

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, g_bytes_get_data (cms, NULL), (guint)length);
  return g_byte_array_free_to_bytes (bytes);
}

/* A country signer and a document signer on brainpool with the curve spelled out, made and signed
 * by the openssl command. */
static void
test_made_by_openssl (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = folder_new ();
  g_autoptr (GBytes) ours = create (world, world->ds);
  g_autoptr (GBytes) inner = g_bytes_new_from_bytes (ours, 4, g_bytes_get_size (ours) - 4);
  g_autofree char *csca_path = g_build_filename (folder, "csca.pem", NULL);
  g_autoptr (GBytes) cms = NULL;
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (KioskSod) sod = NULL;

  g_free (folder_write (folder, "ours.der", inner));
  g_assert_true (
    openssl (folder, "cms -verify -noverify -inform DER -in ours.der -out object.der"));
#define KEY                                                                                        \
  "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1 -pkeyopt "                     \
  "ec_param_enc:explicit -out "
  g_assert_true (openssl (folder, KEY "csca.key"));
  g_assert_true (openssl (folder, KEY "ds.key"));
#undef KEY
  g_assert_true (openssl (folder, "req -x509 -new -key csca.key -subj /C=HK/CN=CSCA -days 36500"
                                  " -out csca.pem"));
  g_assert_true (openssl (folder, "req -new -key ds.key -subj /C=HK/CN=DS -out ds.csr"));
  g_assert_true (openssl (folder, "x509 -req -in ds.csr -CA csca.pem -CAkey csca.key -days 36500"
                                  " -out ds.pem"));
  g_assert_true (openssl (folder, "cms -sign -binary -nodetach -nosmimecap -econtent_type"
                                  " 2.23.136.1.1.1 -md sha384 -signer ds.pem -inkey ds.key"
                                  " -in object.der -outform DER -out sod.der"));
  cms = folder_read (folder, "sod.der");
  der = wrap (cms);
  anchors = kiosk_pki_certs_load (csca_path, &error);
  g_assert_no_error (error);
  sod = parse (der);
  sod_verify (sod, anchors, G_GINT64_CONSTANT (2000000000000), &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_sod_check (sod, 1, g_ptr_array_index (world->groups, 0), &error));
  folder_remove (folder);
}

static void
test_unknown_country (World *world, gconstpointer data)
{
  g_autoptr (GBytes) der = create (world, world->ds);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CSCA, "Another country", NULL);
  g_autoptr (Identity) namesake = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  g_autoptr (GPtrArray) others = identity_certs (other, NULL);
  g_autoptr (GPtrArray) namesakes = identity_certs (namesake, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  assert_refused (der, others, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
  assert_refused (der, namesakes, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
  assert_refused (der, none, NOW_MS, KIOSK_TRUST_ERROR_CHAIN);
}

static void
test_renewed_country_key (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = create (world, world->ds);
  g_autoptr (Identity) newer = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  g_autoptr (GPtrArray) both = identity_certs (newer, world->csca, NULL);
  g_autoptr (KioskSod) sod = parse (der);

  g_assert_true (sod_verify (sod, both, NOW_MS, &error));
  g_assert_no_error (error);
}

static void
test_time (World *world, gconstpointer data)
{
  g_autoptr (GBytes) der = create (world, world->ds);

  assert_refused (der, world->anchors, NOW_MS + 181 * DAY_MS, KIOSK_TRUST_ERROR_EXPIRED);
  assert_refused (der, world->anchors, NOW_MS - 181 * DAY_MS, KIOSK_TRUST_ERROR_EXPIRED);
}

/* Neither a country signer itself, nor a certificate for something else, signs documents. */
static void
test_other_signers (World *world, gconstpointer data)
{
  g_autoptr (Identity) recipient = identity_new (KIOSK_CERT_RECIPIENT, "td", world->csca);
  g_autoptr (GBytes) by_country = create (world, world->csca);
  g_autoptr (GBytes) by_recipient = create (world, recipient);

  assert_refused (by_country, world->anchors, NOW_MS, KIOSK_TRUST_ERROR_SIGNATURE);
  assert_refused (by_recipient, world->anchors, NOW_MS, KIOSK_TRUST_ERROR_SIGNATURE);
}

/* Not every byte of a foreign message is covered by its signature; what counts is that no change
 * lets another content through. */
static void
assert_nothing_changed (World *world, GBytes *altered, gsize at)
{
  g_autoptr (KioskSod) sod = kiosk_sod_parse (altered, NULL);

  if (sod == NULL || !sod_verify (sod, world->anchors, NOW_MS, NULL))
    return;
  for (guint i = 1; i <= 16; i++)
    {
      GBytes *group = i <= world->groups->len ? g_ptr_array_index (world->groups, i - 1) : NULL;

      if (kiosk_sod_lists (sod, i) != (group != NULL)
          || (group != NULL && !kiosk_sod_check (sod, i, group, NULL)))
        g_error ("byte %" G_GSIZE_FORMAT " may be altered", at);
    }
}

static void
test_every_byte (World *world, gconstpointer data)
{
  g_autoptr (GBytes) der = create (world, world->ds);
  gsize length = g_bytes_get_size (der);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (der, NULL), length);
      g_autoptr (GBytes) altered = NULL;

      copy[i] ^= (guint8)(1U << i % 8);
      altered = g_bytes_new_take (g_steal_pointer (&copy), length);
      assert_nothing_changed (world, altered, i);
    }
}

static void
test_other_shapes (World *world, gconstpointer data)
{
  g_autoptr (GBytes) der = create (world, world->ds);
  gsize length = g_bytes_get_size (der);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (der, 0, i);

      g_assert_null (kiosk_sod_parse (cut, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
      g_clear_error (&error);
    }
}

static void
test_other_content (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = g_bytes_new_static ("text", 4);
  KioskSigner pair = identity_signer (world->ds);
  g_autoptr (GBytes) cms = kiosk_cms_sign (content, &pair, 1, FALSE, &error);
  g_autoptr (GBytes) der = NULL;

  g_assert_no_error (error);
  der = wrap (cms);
  g_assert_null (kiosk_sod_parse (der, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/sod/" name, World, NULL, world_set_up, function, world_tear_down)
  g_test_add_func ("/trust/sod/knows-a-published-passports-groups", test_published_groups);
  g_test_add_func ("/trust/sod/checks-a-published-passports-signature", test_published_signature);
  ADD ("verifies-what-we-personalise", test_ours);
  ADD ("is-signed-as-openssl-checks-it", test_openssl_verifies_ours);
  ADD ("verifies-what-openssl-made-with-a-curve-spelled-out", test_made_by_openssl);
  ADD ("tells-an-unknown-country", test_unknown_country);
  ADD ("tries-every-key-of-a-country", test_renewed_country_key);
  ADD ("judges-time-as-asked", test_time);
  ADD ("refuses-signers-not-for-documents", test_other_signers);
  ADD ("lets-no-altered-byte-change-a-hash", test_every_byte);
  ADD ("refuses-every-cut", test_other_shapes);
  ADD ("refuses-other-content", test_other_content);
  return g_test_run ();
}
