#include "fixture.h"
#include "formats/json.h"
#include "trust/bundle.h"

#include <string.h>

typedef struct
{
  Identity *ca;
  Identity *first;
  Identity *second;
  GPtrArray *anchors;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->ca = identity_new (KIOSK_CERT_CA, "Operator CA", NULL);
  world->first = identity_new (KIOSK_CERT_SIGNER, "Catalogue editor", world->ca);
  world->second = identity_new (KIOSK_CERT_SIGNER, "Catalogue approver", world->ca);
  world->anchors = identity_certs (world->ca, NULL);
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->ca);
  identity_free (world->first);
  identity_free (world->second);
  g_ptr_array_unref (world->anchors);
}

static GBytes *
sign (const char *name, guint64 serial, JsonObject *body, const Identity *first,
      const Identity *second)
{
  g_autoptr (GError) error = NULL;
  KioskSigner signers[] = { identity_signer (first), identity_signer (second) };
  GBytes *cms = kiosk_bundle_sign (name, serial, NOW_MS, NOW_MS + DAY_MS, body, signers, &error);

  g_assert_no_error (error);
  return cms;
}

static GBytes *
sample (World *world)
{
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (body, "note", "陳");
  return sign ("catalogue", 7, body, world->first, world->second);
}

static void
assert_refused (World *world, GBytes *cms, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_bundle_open (cms, "catalogue", world->anchors, NOW_MS, 0, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static void
test_returns (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = sample (world);
  g_autoptr (KioskBundle) bundle
    = kiosk_bundle_open (cms, "catalogue", world->anchors, NOW_MS, 7, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (bundle->name, ==, "catalogue");
  g_assert_cmpuint (bundle->serial, ==, 7);
  g_assert_cmpint (bundle->issued_ms, ==, NOW_MS);
  g_assert_cmpstr (json_object_get_string_member (bundle->body, "note"), ==, "陳");
  g_assert_false (kiosk_bundle_is_stale (bundle, NOW_MS + DAY_MS));
  g_assert_true (kiosk_bundle_is_stale (bundle, NOW_MS + DAY_MS + 1));
}

static void
test_older_serial (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = sample (world);

  g_assert_null (kiosk_bundle_open (cms, "catalogue", world->anchors, NOW_MS, 8, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_ROLLBACK);
}

static void
test_another_name (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = sample (world);

  g_assert_null (kiosk_bundle_open (cms, "trust", world->anchors, NOW_MS, 0, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH);
}

static void
test_one_signer_twice (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = json_object_new ();
  KioskSigner signers[] = { identity_signer (world->first), identity_signer (world->first) };

  g_assert_null (kiosk_bundle_sign ("catalogue", 1, NOW_MS, NOW_MS, body, signers, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_INTERNAL);
}

/* The same key under two certificates is still one person. */
static void
test_one_key_twice (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = json_object_new ();
  KioskCertTemplate template = { .role = KIOSK_CERT_SIGNER,
                                 .common_name = "Another name",
                                 .not_before_ms = NOW_MS - DAY_MS,
                                 .not_after_ms = NOW_MS + DAY_MS };
  Identity alias = { .key = world->first->key };
  g_autoptr (GBytes) cms = NULL;

  alias.cert
    = kiosk_pki_issue (&template, world->first->key, world->ca->cert, world->ca->key, &error);
  g_assert_no_error (error);
  cms = sign ("catalogue", 1, body, world->first, &alias);
  assert_refused (world, cms, KIOSK_TRUST_ERROR_SIGNATURE);
  X509_free (alias.cert);
}

static GBytes *
sign_alone (World *world)
{
  g_autoptr (GError) error = NULL;
  const char *json = "{\"bundle\":\"catalogue\",\"serial\":1,\"issued_ms\":1,\"next_update_ms\":2,"
                     "\"body\":{}}";
  g_autoptr (GBytes) content = g_bytes_new_static (json, strlen (json));
  KioskSigner signer = identity_signer (world->first);
  GBytes *cms = kiosk_cms_sign (content, &signer, 1, FALSE, &error);

  g_assert_no_error (error);
  return cms;
}

static void
test_one_signer (World *world, gconstpointer data)
{
  g_autoptr (GBytes) cms = sign_alone (world);

  assert_refused (world, cms, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_kiosk_signs (World *world, gconstpointer data)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (GBytes) cms = sign ("catalogue", 1, body, world->first, kiosk);

  assert_refused (world, cms, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_a_stranger_signs (World *world, gconstpointer data)
{
  g_autoptr (Identity) stranger = identity_new (KIOSK_CERT_SIGNER, "Stranger", NULL);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (GBytes) cms = sign ("catalogue", 1, body, world->first, stranger);

  assert_refused (world, cms, KIOSK_TRUST_ERROR_CHAIN);
}

static void
test_as_anchor (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = sample (world);
  g_autoptr (KioskBundle) bundle = kiosk_bundle_open_as_anchor (cms, "catalogue", &error);
  g_autoptr (GBytes) alone = sign_alone (world);

  g_assert_no_error (error);
  g_assert_cmpuint (bundle->serial, ==, 7);
  g_assert_null (kiosk_bundle_open_as_anchor (alone, "catalogue", &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_every_byte (World *world, gconstpointer data)
{
  g_autoptr (GBytes) cms = sample (world);
  gsize length = g_bytes_get_size (cms);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (cms, NULL), length);
      g_autoptr (GBytes) altered = NULL;

      copy[i] ^= (guint8)(1U << i % 8);
      altered = g_bytes_new_take (g_steal_pointer (&copy), length);
      if (kiosk_bundle_open (altered, "catalogue", world->anchors, NOW_MS, 0, &error) != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " may be altered", i, length);
      g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
      g_clear_error (&error);
      g_assert_null (kiosk_bundle_open_as_anchor (altered, "catalogue", &error));
    }
}

static JsonObject *
roles_body (const char *role, const char *pem)
{
  JsonObject *body = json_object_new ();
  JsonObject *roles = json_object_new ();
  JsonArray *list = json_array_new ();

  json_array_add_string_element (list, pem);
  json_object_set_array_member (roles, role, list);
  json_object_set_object_member (body, "roles", roles);
  return body;
}

static void
test_roles (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Identity) csca = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (csca->cert);
  g_autoptr (JsonObject) body = roles_body ("csca", pem);
  g_autoptr (GBytes) cms = sign ("trust", 1, body, world->first, world->second);
  g_autoptr (KioskBundle) bundle
    = kiosk_bundle_open (cms, "trust", world->anchors, NOW_MS, 0, &error);
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (GPtrArray) empty = NULL;

  g_assert_no_error (error);
  listed = kiosk_bundle_certs (bundle, "csca", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, ==, 1);
  g_assert_cmpint (X509_cmp (g_ptr_array_index (listed, 0), csca->cert), ==, 0);
  empty = kiosk_bundle_certs (bundle, "department/td", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (empty->len, ==, 0);
}

static void
test_damaged_role (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = roles_body ("csca", "not a certificate");
  g_autoptr (GBytes) cms = sign ("trust", 1, body, world->first, world->second);
  g_autoptr (KioskBundle) bundle
    = kiosk_bundle_open (cms, "trust", world->anchors, NOW_MS, 0, &error);

  g_assert_no_error (error);
  g_assert_null (kiosk_bundle_certs (bundle, "csca", &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
}

static void
test_too_big (World *world, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (KIOSK_BUNDLE_MAX + 1);
  g_autoptr (GBytes) big = g_bytes_new_static (zeros, KIOSK_BUNDLE_MAX + 1);

  assert_refused (world, big, KIOSK_TRUST_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/bundle/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("returns-what-two-signed", test_returns);
  ADD ("refuses-an-older-serial", test_older_serial);
  ADD ("refuses-another-bundle", test_another_name);
  ADD ("is-not-signed-by-one-signer-twice", test_one_signer_twice);
  ADD ("refuses-one-key-under-two-names", test_one_key_twice);
  ADD ("refuses-one-signer", test_one_signer);
  ADD ("refuses-a-kiosk-as-signer", test_kiosk_signs);
  ADD ("refuses-a-stranger-as-signer", test_a_stranger_signs);
  ADD ("opens-as-the-thing-to-trust", test_as_anchor);
  ADD ("notices-every-altered-byte", test_every_byte);
  ADD ("lists-certificates-by-role", test_roles);
  ADD ("refuses-a-damaged-list", test_damaged_role);
  ADD ("refuses-too-big", test_too_big);
  return g_test_run ();
}
