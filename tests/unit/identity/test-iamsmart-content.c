#include <openssl/rsa.h>
#include <string.h>

#include "base/file.h"
#include "iamsmart-fixture.h"
#include "identity/iamsmart-envelope.h"
#include "trust/pki.h"

#define PLAIN "{\"enName\":\"CHAN, TAI MAN\"}"

typedef struct
{
  KioskIamsmartProfile *profile;
  KioskRandom *random;
  KioskSecret *bytes;
  KioskIamsmartKey *key;
} Wire;

static void
wire_set_up (Wire *wire, gconstpointer data)
{
  (void)data;
  wire->profile = shipped_profile ();
  wire->random = kiosk_random_new_seeded (4);
  wire->bytes = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  kiosk_random_fill (wire->random, kiosk_secret_data (wire->bytes), KIOSK_IAMSMART_KEY_LENGTH);
  wire->key = kiosk_iamsmart_key_new (wire->profile, wire->bytes, NOW_MS, 600000);
}

static void
wire_tear_down (Wire *wire, gconstpointer data)
{
  (void)data;
  kiosk_iamsmart_key_free (wire->key);
  kiosk_secret_unref (wire->bytes);
  kiosk_random_unref (wire->random);
  kiosk_iamsmart_profile_free (wire->profile);
}

static char *
seal (Wire *wire, const char *plain)
{
  char *content = kiosk_iamsmart_content_seal (wire->profile, wire->key, wire->random, plain,
                                               strlen (plain), NOW_MS, NULL);

  g_assert_nonnull (content);
  return content;
}

/* The frame of the public clients, built by hand: length, IV, ciphertext, tag. */
static char *
frame (const char *iv, const char *ciphertext, const char *tag)
{
  g_autofree char *hex = g_strconcat ("0000000c", iv, ciphertext, tag, NULL);
  g_autoptr (GBytes) bytes = kiosk_hex_decode (hex);

  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 15 (AES-256). */
static void
test_published_vectors_open (Wire *wire, gconstpointer data)
{
  static const struct
  {
    const char *key, *iv, *plain, *ciphertext, *tag;
  } vectors[] = {
    { "0000000000000000000000000000000000000000000000000000000000000000",
      "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
    { "0000000000000000000000000000000000000000000000000000000000000000",
      "000000000000000000000000", "00000000000000000000000000000000",
      "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
    { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
      "b094dac5d93471bdec1a502270e3cc6c" },
  };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) key = kiosk_hex_decode (vectors[i].key);
      g_autoptr (KioskSecret) secret
        = kiosk_secret_new_copy (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
      g_autofree char *content = frame (vectors[i].iv, vectors[i].ciphertext, vectors[i].tag);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskSecret) plain
        = kiosk_iamsmart_content_open_with (wire->profile, secret, content, &error);
      g_autofree char *hex = NULL;

      g_assert_no_error (error);
      hex = kiosk_hex_encode (kiosk_secret_data (plain), kiosk_secret_length (plain));
      g_assert_cmpstr (hex, ==, vectors[i].plain);
    }
}

static void
test_what_is_sealed_opens (Wire *wire, gconstpointer data)
{
  g_autofree char *one = seal (wire, PLAIN);
  g_autofree char *two = seal (wire, PLAIN);
  g_autoptr (KioskSecret) plain
    = kiosk_iamsmart_content_open (wire->profile, wire->key, one, NOW_MS, NULL);

  (void)data;
  g_assert_cmpstr (kiosk_secret_text (plain), ==, PLAIN);
  g_assert_true (g_str_has_prefix (one, "AAAAD")); /* 00 00 00 0c and the IV's first bits */
  g_assert_cmpstr (one, !=, two);
  g_assert_cmpuint (strlen (one), ==, (strlen (PLAIN) + 32 + 2) / 3 * 4);
}

static void
test_an_altered_byte_anywhere_is_refused (Wire *wire, gconstpointer data)
{
  g_autofree char *content = seal (wire, PLAIN);
  g_autofree guchar *bytes = NULL;
  gsize length = 0;

  (void)data;
  bytes = g_base64_decode (content, &length);
  for (gsize i = 0; i < length; i++)
    {
      KioskIamsmartError code = i < 4 ? KIOSK_IAMSMART_ERROR_MALFORMED : KIOSK_IAMSMART_ERROR_REKEY;
      g_autofree char *altered = NULL;
      g_autoptr (GError) error = NULL;

      bytes[i] ^= 1;
      altered = g_base64_encode (bytes, length);
      g_assert_null (
        kiosk_iamsmart_content_open (wire->profile, wire->key, altered, NOW_MS, &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, (int)code);
      bytes[i] ^= 1;
    }
  for (gsize i = 0; content[i] != '\0'; i++)
    {
      content[i] ^= 1;
      g_assert_null (kiosk_iamsmart_content_open (wire->profile, wire->key, content, NOW_MS, NULL));
      content[i] ^= 1;
    }
}

static void
test_what_is_cut_short_or_too_long_is_refused (Wire *wire, gconstpointer data)
{
  g_autofree char *content = seal (wire, PLAIN);
  g_autofree char *big = g_strnfill (wire->profile->content_most + 1, 'a');
  g_autofree guchar *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  (void)data;
  bytes = g_base64_decode (content, &length);
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *text = g_base64_encode (bytes, cut);

      g_assert_null (kiosk_iamsmart_content_open (wire->profile, wire->key, text, NOW_MS, NULL));
    }
  g_assert_null (kiosk_iamsmart_content_seal (wire->profile, wire->key, wire->random, big,
                                              strlen (big), NOW_MS, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR);
  wire->profile->content_most = strlen (PLAIN) - 1;
  g_assert_null (kiosk_iamsmart_content_open (wire->profile, wire->key, content, NOW_MS, NULL));
}

static void
test_an_expired_key_neither_seals_nor_opens (Wire *wire, gconstpointer data)
{
  g_autofree char *content = seal (wire, PLAIN);
  g_autoptr (GError) error = NULL;
  gint64 end_ms = NOW_MS + 600000;

  (void)data;
  g_assert_null (kiosk_iamsmart_content_open (wire->profile, wire->key, content, end_ms, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY);
  g_assert_null (
    kiosk_iamsmart_content_seal (wire->profile, wire->key, wire->random, PLAIN, 1, end_ms, NULL));
}

/* The government's sandbox specification: what stands for the card number A123456. */
static void
test_the_card_hash_is_the_specification_s (Wire *wire, gconstpointer data)
{
  g_autofree char *hash = kiosk_iamsmart_hkic_hash ("A123456");

  (void)wire;
  (void)data;
  g_assert_cmpstr (hash, ==, "rDcExehSzsiEp2laLaJqrtaX2ua9sdaugwaY5ONmYwk=");
}

static void
test_a_request_is_its_exact_bytes (Wire *wire, gconstpointer data)
{
  static const char *const bad[] = { "",
                                     "{}",
                                     "[]",
                                     "{\"content\":1}",
                                     "{\"content\":\"\"}",
                                     "{\"content\":\"a\",\"code\":\"b\"}",
                                     "{\"Content\":\"a\"}" };
  g_autofree char *printed = kiosk_iamsmart_request_print ("AAAADA+/ab==");
  g_autofree char *content
    = kiosk_iamsmart_request_parse (wire->profile, printed, strlen (printed), NULL);

  (void)data;
  g_assert_cmpstr (printed, ==, "{\"content\":\"AAAADA+/ab==\"}");
  g_assert_cmpstr (content, ==, "AAAADA+/ab==");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_iamsmart_request_parse (wire->profile, bad[i], strlen (bad[i]), &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
    }
}

static KioskIamsmartAnswer *
parse (Wire *wire, const char *text, GError **error)
{
  return kiosk_iamsmart_answer_parse (wire->profile, text, strlen (text), error);
}

static void
test_an_answer_opens_or_says_what_to_do (Wire *wire, gconstpointer data)
{
  g_autofree char *content = seal (wire, PLAIN);
  g_autofree char *good = g_strdup_printf (
    "{\"txID\":\"<T=1>\",\"code\":\"D00000\",\"msg\":\"\",\"content\":\"%s\",\"more\":[1]}",
    content);
  g_autoptr (KioskIamsmartAnswer) answer = parse (wire, good, NULL);
  g_autoptr (KioskIamsmartAnswer) refused
    = parse (wire, "{\"code\":\"D40001\",\"message\":\"CHAN TAI MAN\",\"content\":null}", NULL);
  g_autoptr (KioskSecret) plain
    = kiosk_iamsmart_answer_open (wire->profile, answer, wire->key, NULL, NOW_MS, NULL);
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_cmpstr (answer->tx_id, ==, "<T=1>");
  g_assert_cmpstr (kiosk_secret_text (plain), ==, PLAIN);
  g_assert_null (
    kiosk_iamsmart_answer_open (wire->profile, refused, wire->key, NULL, NOW_MS, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_ASK_AGAIN);
  g_assert_null (strstr (error->message, "CHAN"));
}

static void
test_an_answer_of_another_shape_is_dropped (Wire *wire, gconstpointer data)
{
  static const char *const bad[] = {
    "",
    "{}",
    "{\"code\":0}",
    "{\"code\":null}",
    "{\"code\":\"D000000000000000000000\"}",
    "{\"code\":\"D00000\",\"txID\":7}",
    "{\"code\":\"D00000\",\"txID\":\"a\\nb\"}",
    "{\"code\":\"D00000\",\"content\":[]}",
    "{\"code\":\"D00000\",\"secretKey\":{}}",
    "{\"code\":\"D00000\",\"code\":\"D00000\"}",
  };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (wire, bad[i], &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
    }
}

static void
test_a_callback_opens_with_its_own_key (Wire *wire, gconstpointer data)
{
  g_autoptr (EVP_PKEY) rsa = EVP_RSA_gen (2048);
  g_autoptr (KioskIamsmartKek) kek
    = kiosk_iamsmart_kek_new (wire->profile, rsa, wire->random, NULL);
  g_autoptr (KioskIamsmartAnswer) callback = g_new0 (KioskIamsmartAnswer, 1);
  g_autoptr (KioskIamsmartAnswer) came = NULL;
  g_autoptr (KioskSecret) plain = NULL;
  g_autofree char *printed = NULL;

  (void)data;
  callback->tx_id = g_strdup ("t-1");
  callback->code = g_strdup ("D00000");
  callback->content = seal (wire, PLAIN);
  callback->secret_key = kiosk_iamsmart_wrap (wire->profile, rsa, wire->bytes, TRUE, NULL);
  printed = kiosk_iamsmart_answer_print (callback, "SUCCESS");
  came = parse (wire, printed, NULL);
  plain = kiosk_iamsmart_answer_open (wire->profile, came, NULL, kek, NOW_MS, NULL);
  g_assert_cmpstr (kiosk_secret_text (plain), ==, PLAIN);
}

/* One answer for every way to be wrong, by either padding: no oracle. */
static void
test_a_forged_callback_is_dropped_without_a_reason (Wire *wire, gconstpointer data)
{
  static const KioskIamsmartPadding paddings[]
    = { KIOSK_IAMSMART_PKCS1, KIOSK_IAMSMART_OAEP_SHA256 };
  g_autoptr (EVP_PKEY) rsa = EVP_RSA_gen (2048);
  g_autoptr (KioskIamsmartKek) kek
    = kiosk_iamsmart_kek_new (wire->profile, rsa, wire->random, NULL);

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (paddings); i++)
    {
      g_autoptr (KioskSecret) other = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
      g_autofree char *first = NULL;
      const char *wrong[3] = { NULL, NULL, "AAAA" };
      g_autofree char *another_key = NULL;
      g_autofree char *bad_padding = NULL;
      guint8 small[256] = { 0 };

      wire->profile->padding = paddings[i];
      another_key = kiosk_iamsmart_wrap (wire->profile, rsa, other, FALSE, NULL);
      small[255] = 2;
      bad_padding = g_base64_encode (small, sizeof small);
      wrong[0] = another_key;
      wrong[1] = bad_padding;
      for (gsize j = 0; j < G_N_ELEMENTS (wrong); j++)
        {
          g_autoptr (KioskIamsmartAnswer) callback = g_new0 (KioskIamsmartAnswer, 1);
          g_autoptr (GError) error = NULL;

          callback->code = g_strdup ("D00000");
          callback->content = seal (wire, PLAIN);
          callback->secret_key = g_strdup (wrong[j]);
          g_assert_null (
            kiosk_iamsmart_answer_open (wire->profile, callback, wire->key, kek, NOW_MS, &error));
          g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
          if (first == NULL)
            first = g_strdup (error->message);
          g_assert_cmpstr (error->message, ==, first);
        }
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/iamsmart/content/" path, Wire, NULL, wire_set_up, function, wire_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("published-vectors-open", test_published_vectors_open);
  ADD ("what-is-sealed-opens", test_what_is_sealed_opens);
  ADD ("an-altered-byte-anywhere-is-refused", test_an_altered_byte_anywhere_is_refused);
  ADD ("what-is-cut-short-or-too-long-is-refused", test_what_is_cut_short_or_too_long_is_refused);
  ADD ("an-expired-key-neither-seals-nor-opens", test_an_expired_key_neither_seals_nor_opens);
  ADD ("the-card-hash-is-the-specification-s", test_the_card_hash_is_the_specification_s);
  ADD ("a-request-is-its-exact-bytes", test_a_request_is_its_exact_bytes);
  ADD ("an-answer-opens-or-says-what-to-do", test_an_answer_opens_or_says_what_to_do);
  ADD ("an-answer-of-another-shape-is-dropped", test_an_answer_of_another_shape_is_dropped);
  ADD ("a-callback-opens-with-its-own-key", test_a_callback_opens_with_its_own_key);
  ADD ("a-forged-callback-is-dropped-without-a-reason",
       test_a_forged_callback_is_dropped_without_a_reason);
  return g_test_run ();
}
