/* Records that no honest kiosk makes: every signature in them holds, and still they are refused. */
#include "fixture.h"

#include "formats/cbor-item.h"
#include "trust/seal-header.h"
#include "trust/seal.h"

#include <string.h>

typedef struct
{
  Identity *ca;
  Identity *kiosk;
  Identity *renewed; /* the same kiosk's name, another key */
  Identity *department;
  GPtrArray *anchors;
  KioskSealHeader header;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->ca = identity_new (KIOSK_CERT_CA, "Kiosk CA", NULL);
  world->kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  world->renewed = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  world->department = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);
  world->anchors = identity_certs (world->ca, NULL);
  world->header = (KioskSealHeader){ .txid = (char *)"01h2xcejqtf2nbrexx3vqjhp41",
                                     .kiosk = (char *)"k-0042",
                                     .sequence = 7,
                                     .boot = (char *)"boot",
                                     .department = (char *)"td",
                                     .service = (char *)"service",
                                     .form = (char *)"td558",
                                     .sealed_ms = NOW_MS };
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->ca);
  identity_free (world->kiosk);
  identity_free (world->renewed);
  identity_free (world->department);
  g_ptr_array_unref (world->anchors);
}

static GBytes *
sign (GBytes *content, const Identity *signer, gboolean detached)
{
  g_autoptr (GError) error = NULL;
  KioskSigner pair = identity_signer (signer);
  GBytes *cms = kiosk_cms_sign (content, &pair, 1, detached, &error);

  g_assert_no_error (error);
  return cms;
}

static GBytes *
pack (gint64 version, GBytes *header, GBytes *ciphertext, GBytes *signature)
{
  g_autoptr (cbor_item_t) array = cbor_new_definite_array (4);

  kiosk_cbor_array_push (array, kiosk_cbor_new_integer (version));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (header));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (ciphertext));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (signature));
  return kiosk_cbor_encode (array);
}

/* As the comment in seal.h describes a record, written a second time. */
static GBytes *
forge (World *world, gint64 version, const char *outside, const char *inside,
       const Identity *inner_signer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) recipients = identity_certs (world->department, NULL);
  g_autoptr (GBytes) header = g_bytes_new (outside, strlen (outside));
  g_autoptr (GBytes) json = g_bytes_new (inside, strlen (inside));
  g_autoptr (GBytes) inner = sign (json, inner_signer, FALSE);
  g_autoptr (GBytes) ciphertext = kiosk_cms_encrypt (inner, recipients, &error);
  g_autoptr (GByteArray) outer = g_byte_array_new ();
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) signature = NULL;
  guint8 digest[32];

  g_assert_no_error (error);
  kiosk_seal_digest (ciphertext, digest);
  g_byte_array_append (outer, (const guint8 *)outside, (guint)strlen (outside));
  g_byte_array_append (outer, digest, sizeof digest);
  content = g_byte_array_free_to_bytes (g_steal_pointer (&outer));
  signature = sign (content, world->kiosk, TRUE);
  return pack (version, header, ciphertext, signature);
}

static char *
header_json (const KioskSealHeader *header)
{
  g_autoptr (GBytes) json = kiosk_seal_header_to_json (header);

  return g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
}

static char *
inner_json (const char *header)
{
  return g_strdup_printf ("{\"header\":%s,\"submission\":\"aGVsbG8=\"}", header);
}

static void
assert_opens (World *world, GBytes *sealed, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) submission = kiosk_seal_open (
    sealed, world->anchors, NOW_MS, world->department->cert, world->department->key, NULL, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (submission), ==, 5);
    }
  else
    g_assert_error (error, KIOSK_TRUST_ERROR, code);
}

static void
test_described_shape (World *world, gconstpointer data)
{
  g_autofree char *header = header_json (&world->header);
  g_autofree char *inner = inner_json (header);
  g_autoptr (GBytes) sealed = forge (world, 1, header, inner, world->kiosk);
  g_autoptr (GBytes) newer = forge (world, 2, header, inner, world->kiosk);

  assert_opens (world, sealed, -1);
  assert_opens (world, newer, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

/* Each member in turn differs inside. */
static void
test_headers_differ (World *world, gconstpointer data)
{
  KioskSealHeader changed[10];
  g_autofree char *outside = header_json (&world->header);

  for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
    changed[i] = world->header;
  changed[0].txid = (char *)"01h2xcejqtf2nbrexx3vqjhp42";
  changed[1].kiosk = (char *)"k-0043";
  changed[2].sequence++;
  changed[3].boot = (char *)"another";
  changed[4].department = (char *)"ird";
  changed[5].service = (char *)"another";
  changed[6].form = (char *)"td559";
  changed[7].form_version++;
  changed[8].catalogue++;
  changed[9].sealed_ms++;
  for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autofree char *header = header_json (&changed[i]);
      g_autofree char *inner = inner_json (header);
      g_autoptr (GBytes) sealed = forge (world, 1, outside, inner, world->kiosk);

      assert_opens (world, sealed, KIOSK_TRUST_ERROR_MISMATCH);
    }
}

static void
test_signers_differ (World *world, gconstpointer data)
{
  g_autofree char *header = header_json (&world->header);
  g_autofree char *inner = inner_json (header);
  g_autoptr (GBytes) sealed = forge (world, 1, header, inner, world->renewed);

  assert_opens (world, sealed, KIOSK_TRUST_ERROR_MISMATCH);
}

static void
test_bad_names (World *world, gconstpointer data)
{
  KioskSealHeader changed[5];

  for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
    changed[i] = world->header;
  changed[0].txid = (char *)"01h2xcejqtf2nbrexx3vqjhp4";
  changed[1].txid = (char *)"../../../../../../../../..";
  changed[2].service = (char *)"a/b";
  changed[3].department = (char *)"";
  changed[4].sealed_ms = -1;
  for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autofree char *header = header_json (&changed[i]);
      g_autofree char *inner = inner_json (header);
      g_autoptr (GBytes) sealed = forge (world, 1, header, inner, world->kiosk);

      assert_opens (world, sealed, KIOSK_TRUST_ERROR_MALFORMED);
    }
}

static void
test_bad_inside (World *world, gconstpointer data)
{
  g_autofree char *header = header_json (&world->header);
  g_autofree char *no_submission = g_strdup_printf ("{\"header\":%s}", header);
  const char *const bad[]
    = { "not JSON", "{}", "{\"submission\":\"aGVsbG8=\"}", "{\"header\":7}", no_submission };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) sealed = forge (world, 1, header, bad[i], world->kiosk);

      assert_opens (world, sealed, KIOSK_TRUST_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/seal-forged/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("opens-the-shape-that-is-described", test_described_shape);
  ADD ("is-refused-when-headers-differ", test_headers_differ);
  ADD ("is-refused-when-signers-differ", test_signers_differ);
  ADD ("is-refused-with-names-that-are-paths", test_bad_names);
  ADD ("is-refused-with-something-else-inside", test_bad_inside);
  return g_test_run ();
}
