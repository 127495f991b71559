#include "../assert-bytes.h"
#include "base/file.h"
#include "fixture.h"
#include "formats/receipt.h"
#include "trust/cose-private.h"
#include "trust/cose.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <string.h>

/* RFC 9052, C.2.1, and the key "11" of C.7.1. */
#define EXAMPLE_PROTECTED "a10126"
#define EXAMPLE_PAYLOAD   "546869732069732074686520636f6e74656e742e"
#define EXAMPLE_SIGNED                                                                             \
  "846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e"
#define EXAMPLE_SIGNATURE                                                                          \
  "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a22" \
  "3444547e01f11d3b0916e5a4c345cacb36"
#define EXAMPLE_KEY                                                                                \
  "04bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff20138bf82dc1b6d562be0fa54ab7" \
  "804a3a64b6d72ccfed6b6fb6ed28bbfc117e"

static EVP_PKEY *
example_key (void)
{
  g_autoptr (GBytes) point = kiosk_hex_decode (EXAMPLE_KEY);
  OSSL_PARAM params[]
    = { OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)"prime256v1", 0),
        OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY,
                                           (gpointer)g_bytes_get_data (point, NULL),
                                           g_bytes_get_size (point)),
        OSSL_PARAM_construct_end () };
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  EVP_PKEY *key = NULL;

  g_assert_cmpint (EVP_PKEY_fromdata_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  EVP_PKEY_CTX_free (context);
  return key;
}

static void
test_published (void)
{
  g_autoptr (EVP_PKEY) key = example_key ();
  g_autoptr (GBytes) header = kiosk_hex_decode (EXAMPLE_PROTECTED);
  g_autoptr (GBytes) payload = kiosk_hex_decode (EXAMPLE_PAYLOAD);
  g_autoptr (GBytes) signature = kiosk_hex_decode (EXAMPLE_SIGNATURE);
  g_autoptr (GBytes) wanted = kiosk_hex_decode (EXAMPLE_SIGNED);
  g_autoptr (GBytes) data = kiosk_cose_to_be_signed (header, payload);
  g_autoptr (GBytes) changed = kiosk_cose_to_be_signed (payload, header);

  g_assert_true (g_bytes_equal (data, wanted));
  g_assert_true (kiosk_cose_check (key, data, signature));
  g_assert_false (kiosk_cose_check (key, changed, signature));
}

typedef struct
{
  Identity *ca;
  Identity *kiosk;
  GPtrArray *anchors;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->ca = identity_new (KIOSK_CERT_CA, "Kiosk CA", NULL);
  world->kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  world->anchors = identity_certs (world->ca, NULL);
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->ca);
  identity_free (world->kiosk);
  g_ptr_array_unref (world->anchors);
}

static GBytes *
sign (const Identity *kiosk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("\xa1\x01\x61k", 4);
  KioskSigner signer = identity_signer (kiosk);
  GBytes *cose = kiosk_cose_sign1 (payload, &signer, &error);

  g_assert_no_error (error);
  return cose;
}

static void
test_returns (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cose = sign (world->kiosk);
  g_autoptr (X509) signer = NULL;
  g_autoptr (GBytes) payload = kiosk_cose_verify1 (cose, world->anchors, NOW_MS, &signer, &error);

  g_assert_no_error (error);
  assert_bytes (payload, "\xa1\x01\x61k", 4);
  g_assert_cmpint (X509_cmp (signer, world->kiosk->cert), ==, 0);
}

static void
test_every_bit (World *world, gconstpointer data)
{
  g_autoptr (GBytes) cose = sign (world->kiosk);
  gsize length = g_bytes_get_size (cose);

  for (gsize i = 0; i < length * 8; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (cose, NULL), length);
      g_autoptr (GBytes) altered = NULL;

      copy[i / 8] ^= (guint8)(1U << i % 8);
      altered = g_bytes_new_take (g_steal_pointer (&copy), length);
      if (kiosk_cose_verify1 (altered, world->anchors, -1, NULL, &error) != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " may be altered", i / 8);
      g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
    }
}

static void
test_time (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cose = sign (world->kiosk);
  g_autoptr (GBytes) payload = NULL;

  g_assert_null (kiosk_cose_verify1 (cose, world->anchors, NOW_MS + 400 * DAY_MS, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED);
  g_clear_error (&error);
  payload = kiosk_cose_verify1 (cose, world->anchors, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (payload);
}

static void
test_a_stranger (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Identity) stranger = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autoptr (GBytes) cose = sign (stranger);

  g_assert_null (kiosk_cose_verify1 (cose, world->anchors, NOW_MS, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
}

/* A certificate that is not for signing may not sign, whoever issued it. */
static void
test_a_recipient (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Identity) recipient = identity_new (KIOSK_CERT_RECIPIENT, "td", world->ca);
  g_autoptr (GBytes) cose = sign (recipient);

  g_assert_null (kiosk_cose_verify1 (cose, world->anchors, NOW_MS, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_receipt_fits (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskReceipt receipt = { .kiosk = (char *)"k-0042",
                           .sealed_ms = NOW_MS,
                           .txid = (char *)"01h2xcejqtf2nbrexx3vqjhp41",
                           .reference = (char *)"7QK4-M2XD",
                           .service = (char *)"td-vehicle-licence-renewal",
                           .leaf = G_MAXUINT32,
                           .fee_cents = 190400 };
  KioskSigner signer = identity_signer (world->kiosk);
  g_autoptr (GBytes) claims = kiosk_receipt_to_cbor (&receipt);
  g_autoptr (GBytes) cose = kiosk_cose_sign1 (claims, &signer, &error);
  g_autofree char *text = kiosk_receipt_text (cose);
  g_autoptr (GBytes) back = kiosk_receipt_untext (text, -1, &error);
  g_autoptr (GBytes) payload = kiosk_cose_verify1 (back, world->anchors, NOW_MS, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (payload, claims));
  g_assert_cmpuint (strlen (text), <=, 1100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/cose/" name, World, NULL, world_set_up, function, world_tear_down)
  g_test_add_func ("/trust/cose/agrees-with-the-published-example", test_published);
  ADD ("returns-what-was-signed", test_returns);
  ADD ("notices-every-altered-bit", test_every_bit);
  ADD ("leaves-time-out-when-asked", test_time);
  ADD ("is-refused-from-a-stranger", test_a_stranger);
  ADD ("is-refused-from-a-certificate-not-for-signing", test_a_recipient);
  ADD ("fits-a-receipts-code", test_receipt_fits);
  return g_test_run ();
}
