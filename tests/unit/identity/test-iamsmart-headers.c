#include "identity/iamsmart-headers.h"

#include <string.h>

#include "iamsmart-fixture.h"

#define CLIENT "kiosk-test-client"
#define SHARED "not-a-real-one-0123456789"
#define BODY   "{\"content\":\"AAAADA==\"}"

typedef struct
{
  KioskIamsmartProfile *profile;
  KioskSecret *secret;
  KioskRandom *random;
  KioskIamsmartSigner *signer;
  KioskIamsmartGuard *guard;
} Wire;

static void
wire_set_up (Wire *wire, gconstpointer data)
{
  (void)data;
  wire->profile = shipped_profile ();
  wire->secret = kiosk_secret_new_copy (SHARED, strlen (SHARED));
  wire->random = kiosk_random_new_seeded (4);
  wire->signer = kiosk_iamsmart_signer_new (wire->profile, CLIENT, wire->secret, wire->random, 0);
  wire->guard = kiosk_iamsmart_guard_new (wire->profile, CLIENT, wire->secret, 0);
}

static void
wire_tear_down (Wire *wire, gconstpointer data)
{
  (void)data;
  kiosk_iamsmart_guard_free (wire->guard);
  kiosk_iamsmart_signer_free (wire->signer);
  kiosk_random_unref (wire->random);
  kiosk_secret_unref (wire->secret);
  kiosk_iamsmart_profile_free (wire->profile);
}

static gboolean
passes (Wire *wire, const KioskIamsmartHeaders *headers, gint64 now_ms, GError **error)
{
  return kiosk_iamsmart_guard_check (wire->guard, headers, BODY, strlen (BODY), now_ms, error);
}

static void
expect (Wire *wire, const KioskIamsmartHeaders *headers, gint64 now_ms, KioskIamsmartError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (passes (wire, headers, now_ms, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, (int)code);
  g_assert_null (strstr (error->message, headers->nonce));
}

/* The formula of the public clients, worked by another program. */
static char *
peer_signs (const KioskIamsmartHeaders *headers, const char *body)
{
  g_autofree char *message
    = g_strconcat (CLIENT, "HmacSHA256", headers->timestamp, headers->nonce, body, NULL);
  g_autoptr (GBytes) mac
    = peer_says ("openssl dgst -sha256 -binary -hmac " SHARED, message, strlen (message));
  g_autofree char *base64 = NULL;
  GString *text = NULL;

  g_assert_nonnull (mac);
  base64 = g_base64_encode (g_bytes_get_data (mac, NULL), g_bytes_get_size (mac));
  text = g_string_new (base64);
  g_string_replace (text, "+", "%2B", 0);
  g_string_replace (text, "/", "%2F", 0);
  g_string_replace (text, "=", "%3D", 0);
  return g_string_free (text, FALSE);
}

static void
test_another_program_signs_the_same (Wire *wire, gconstpointer data)
{
  static const char *const bodies[] = { "", "{}", BODY };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (KioskIamsmartHeaders) headers
        = kiosk_iamsmart_signer_sign (wire->signer, bodies[i], NOW_MS + (gint64)i);
      g_autofree char *theirs = peer_signs (headers, bodies[i]);

      g_assert_cmpstr (headers->client, ==, CLIENT);
      g_assert_cmpstr (headers->method, ==, "HmacSHA256");
      g_assert_cmpuint (strlen (headers->nonce), <=, 36);
      g_assert_cmpstr (headers->signature, ==, theirs);
      g_assert_true (kiosk_iamsmart_guard_check (wire->guard, headers, bodies[i],
                                                 strlen (bodies[i]), NOW_MS, NULL));
    }
}

static void
test_the_signature_can_go_plain (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) headers = NULL;

  (void)data;
  wire->profile->percent = FALSE;
  headers = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_assert_cmpuint (strlen (headers->signature), ==, 44);
  g_assert_true (g_str_has_suffix (headers->signature, "="));
  g_assert_true (passes (wire, headers, NOW_MS, NULL));
}

static void
mutate (Wire *wire, KioskIamsmartHeaders *headers, char *text)
{
  for (char *c = text; *c != '\0'; c++)
    {
      static const guint8 masks[] = { 0x01, 0x04, 0x10, 0x20, 0x40 };

      for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
        {
          g_autoptr (GError) error = NULL;

          if ((*c ^ masks[i]) == 0)
            continue;
          *c = (char)(*c ^ masks[i]);
          g_assert_false (passes (wire, headers, NOW_MS, &error));
          g_assert_true (
            g_error_matches (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_SIGNATURE)
            || g_error_matches (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED));
          *c = (char)(*c ^ masks[i]);
        }
    }
}

static void
test_an_altered_byte_anywhere_is_refused (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autofree char *body = g_strdup (BODY);

  (void)data;
  mutate (wire, headers, headers->client);
  mutate (wire, headers, headers->method);
  mutate (wire, headers, headers->timestamp);
  mutate (wire, headers, headers->nonce);
  mutate (wire, headers, headers->signature);
  for (gsize i = 0; body[i] != '\0'; i++)
    {
      body[i] ^= 1;
      g_assert_false (
        kiosk_iamsmart_guard_check (wire->guard, headers, body, strlen (body), NOW_MS, NULL));
      body[i] ^= 1;
    }
  /* None of these pushed the good one out. */
  g_assert_true (passes (wire, headers, NOW_MS, NULL));
}

static void
test_parts_cannot_be_parted_otherwise (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autofree char *nonce = g_strconcat (headers->timestamp + 12, headers->nonce, NULL);
  g_autofree char *longer = g_strconcat (headers->nonce, "{", NULL);
  char *good = headers->nonce;

  (void)data;
  /* The same bytes are signed in each. */
  headers->nonce = nonce;
  headers->timestamp[12] = '\0';
  expect (wire, headers, NOW_MS, KIOSK_IAMSMART_ERROR_MALFORMED);
  headers->timestamp[12] = '0';
  headers->nonce = longer;
  g_assert_false (
    kiosk_iamsmart_guard_check (wire->guard, headers, &BODY[1], strlen (BODY) - 1, NOW_MS, NULL));
  headers->nonce = good;
  g_assert_true (passes (wire, headers, NOW_MS, NULL));
}

static void
test_a_nonce_lends_no_letter_to_the_timestamp (Wire *wire, gconstpointer data)
{
  KioskIamsmartHeaders *headers = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  char *timestamp = NULL;

  (void)data;
  while (g_ascii_isdigit (headers->nonce[0]))
    {
      kiosk_iamsmart_headers_free (headers);
      headers = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
    }
  timestamp = g_strdup_printf ("%s%c", headers->timestamp, headers->nonce[0]);
  memmove (headers->nonce, headers->nonce + 1, strlen (headers->nonce));
  g_free (headers->timestamp);
  headers->timestamp = timestamp;
  expect (wire, headers, NOW_MS, KIOSK_IAMSMART_ERROR_MALFORMED);
  kiosk_iamsmart_headers_free (headers);
}

static void
test_a_new_request_of_an_earlier_time_is_refused (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) earlier
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS - 1);
  g_autoptr (KioskIamsmartHeaders) later = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);

  (void)data;
  g_assert_true (passes (wire, later, NOW_MS, NULL));
  expect (wire, earlier, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
}

static void
test_a_missing_header_is_refused (Wire *wire, gconstpointer data)
{
  KioskIamsmartHeaders *headers = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  char **slots[] = { &headers->client, &headers->method, &headers->timestamp, &headers->nonce,
                     &headers->signature };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      g_autoptr (GError) error = NULL;
      char *kept = g_steal_pointer (slots[i]);

      g_assert_false (passes (wire, headers, NOW_MS, &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
      *slots[i] = kept;
    }
  kiosk_iamsmart_headers_free (headers);
}

static void
test_a_request_comes_once (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) first = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) second = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) third
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS + 1);

  (void)data;
  g_assert_true (passes (wire, first, NOW_MS, NULL));
  expect (wire, first, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
  g_assert_true (passes (wire, second, NOW_MS, NULL)); /* the same time is not below it */
  g_assert_true (passes (wire, third, NOW_MS, NULL));
  expect (wire, second, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
}

static void
test_a_clock_that_jumps_does_not_bring_a_request_back (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) skewed = NULL;

  (void)data;
  g_assert_true (passes (wire, headers, NOW_MS, NULL));
  expect (wire, headers, NOW_MS + 10 * wire->profile->window_ms, KIOSK_IAMSMART_ERROR_CLOCK);
  skewed = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  expect (wire, skewed, NOW_MS + wire->profile->window_ms + 1, KIOSK_IAMSMART_ERROR_CLOCK);
  expect (wire, skewed, NOW_MS - wire->profile->window_ms - 1, KIOSK_IAMSMART_ERROR_CLOCK);
  expect (wire, headers, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
  g_assert_true (passes (wire, skewed, NOW_MS + wire->profile->window_ms, NULL));
}

static void
test_a_restart_forgets_no_request (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) next = NULL;
  KioskIamsmartGuard *before = wire->guard;

  (void)data;
  g_assert_true (passes (wire, headers, NOW_MS, NULL));
  wire->guard = kiosk_iamsmart_guard_new (wire->profile, CLIENT, wire->secret,
                                          kiosk_iamsmart_guard_last_ms (before));
  kiosk_iamsmart_guard_free (before);
  expect (wire, headers, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
  next = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS + 1);
  g_assert_true (passes (wire, next, NOW_MS, NULL));
}

static void
test_a_full_memory_refuses_rather_than_forgets (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) one = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) two
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS + 1);
  g_autoptr (KioskIamsmartHeaders) three
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS + 2);
  gint64 later_ms = NOW_MS + wire->profile->window_ms + 1;

  (void)data;
  wire->profile->nonces_most = 2;
  g_assert_true (passes (wire, one, NOW_MS, NULL));
  g_assert_true (passes (wire, two, NOW_MS, NULL));
  expect (wire, three, NOW_MS, KIOSK_IAMSMART_ERROR_RETRY);
  expect (wire, one, NOW_MS, KIOSK_IAMSMART_ERROR_REPLAY);
  g_assert_true (passes (wire, three, later_ms, NULL));
}

static void
test_timestamps_never_run_back (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartHeaders) first = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS);
  g_autoptr (KioskIamsmartHeaders) second
    = kiosk_iamsmart_signer_sign (wire->signer, BODY, NOW_MS - 5000);

  (void)data;
  g_assert_cmpstr (first->timestamp, ==, "1795492800000");
  g_assert_cmpstr (second->timestamp, ==, first->timestamp);
  g_assert_cmpstr (second->nonce, !=, first->nonce);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/iamsmart/headers/" path, Wire, NULL, wire_set_up, function, wire_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("another-program-signs-the-same", test_another_program_signs_the_same);
  ADD ("the-signature-can-go-plain", test_the_signature_can_go_plain);
  ADD ("an-altered-byte-anywhere-is-refused", test_an_altered_byte_anywhere_is_refused);
  ADD ("parts-cannot-be-parted-otherwise", test_parts_cannot_be_parted_otherwise);
  ADD ("a-nonce-lends-no-letter-to-the-timestamp", test_a_nonce_lends_no_letter_to_the_timestamp);
  ADD ("a-new-request-of-an-earlier-time-is-refused",
       test_a_new_request_of_an_earlier_time_is_refused);
  ADD ("a-missing-header-is-refused", test_a_missing_header_is_refused);
  ADD ("a-request-comes-once", test_a_request_comes_once);
  ADD ("a-clock-that-jumps-does-not-bring-a-request-back",
       test_a_clock_that_jumps_does_not_bring_a_request_back);
  ADD ("a-restart-forgets-no-request", test_a_restart_forgets_no_request);
  ADD ("a-full-memory-refuses-rather-than-forgets", test_a_full_memory_refuses_rather_than_forgets);
  ADD ("timestamps-never-run-back", test_timestamps_never_run_back);
  return g_test_run ();
}
