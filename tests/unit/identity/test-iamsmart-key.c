#include "identity/iamsmart-key.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "iamsmart-fixture.h"
#include "trust/pki.h"

#define CEK "0123456789abcdefghijklmnopqrstuv" /* 32 bytes */

typedef struct
{
  KioskIamsmartProfile *profile;
  KioskRandom *random;
  EVP_PKEY *key;
  KioskIamsmartKek *kek;
  char *folder;
  char *private_path;
  char *public_path;
} Wire;

static const struct
{
  KioskIamsmartPadding padding;
  const char *options; /* of openssl pkeyutl */
} paddings[] = {
  { KIOSK_IAMSMART_PKCS1, "-pkeyopt rsa_padding_mode:pkcs1" },
  { KIOSK_IAMSMART_OAEP_SHA1, "-pkeyopt rsa_padding_mode:oaep" },
  { KIOSK_IAMSMART_OAEP_SHA256,
    "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256" },
  { KIOSK_IAMSMART_OAEP_SHA256_MGF1_SHA1,
    "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1" },
};

static void
wire_set_up (Wire *wire, gconstpointer data)
{
  FILE *file = NULL;

  (void)data;
  wire->profile = shipped_profile ();
  wire->random = kiosk_random_new_seeded (4);
  wire->key = EVP_RSA_gen (2048);
  wire->kek = kiosk_iamsmart_kek_new (wire->profile, wire->key, wire->random, NULL);
  wire->folder = g_dir_make_tmp ("kiosk-kek-XXXXXX", NULL);
  wire->private_path = g_build_filename (wire->folder, "kek.pem", NULL);
  wire->public_path = g_build_filename (wire->folder, "public.pem", NULL);
  file = fopen (wire->private_path, "we");
  g_assert_true (PEM_write_PrivateKey (file, wire->key, NULL, NULL, 0, NULL, NULL) == 1);
  fclose (file);
  file = fopen (wire->public_path, "we");
  g_assert_true (PEM_write_PUBKEY (file, wire->key) == 1);
  fclose (file);
}

static void
wire_tear_down (Wire *wire, gconstpointer data)
{
  (void)data;
  g_unlink (wire->private_path);
  g_unlink (wire->public_path);
  g_rmdir (wire->folder);
  g_free (wire->private_path);
  g_free (wire->public_path);
  g_free (wire->folder);
  kiosk_iamsmart_kek_free (wire->kek);
  EVP_PKEY_free (wire->key);
  kiosk_random_unref (wire->random);
  kiosk_iamsmart_profile_free (wire->profile);
}

/* Base64 of what openssl wraps. */
static char *
peer_wraps (Wire *wire, gsize padding, gconstpointer plain, gsize length)
{
  g_autofree char *command = g_strdup_printf ("openssl pkeyutl -encrypt -pubin -inkey %s %s",
                                              wire->public_path, paddings[padding].options);
  g_autoptr (GBytes) wrapped = peer_says (command, plain, length);

  g_assert_nonnull (wrapped);
  return g_base64_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
}

static gboolean
is_cek (KioskSecret *secret)
{
  g_assert_cmpuint (kiosk_secret_length (secret), ==, KIOSK_IAMSMART_KEY_LENGTH);
  return memcmp (kiosk_secret_data (secret), CEK, KIOSK_IAMSMART_KEY_LENGTH) == 0;
}

static void
test_another_program_wraps_and_we_unwrap (Wire *wire, gconstpointer data)
{
  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (paddings); i++)
    {
      g_autofree char *text = g_base64_encode ((const guchar *)CEK, strlen (CEK));
      g_autofree char *plain = peer_wraps (wire, i, CEK, strlen (CEK));
      g_autofree char *inside = peer_wraps (wire, i, text, strlen (text));
      g_autoptr (KioskSecret) from_plain = NULL;
      g_autoptr (KioskSecret) from_text = NULL;

      wire->profile->padding = paddings[i].padding;
      from_plain = kiosk_iamsmart_kek_unwrap (wire->kek, plain, NULL);
      from_text = kiosk_iamsmart_kek_unwrap (wire->kek, inside, NULL);
      g_assert_true (is_cek (from_plain));
      g_assert_true (is_cek (from_text));
    }
}

static void
test_we_wrap_and_another_program_unwraps (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskSecret) cek = kiosk_secret_new_copy (CEK, strlen (CEK));

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (paddings); i++)
    {
      g_autofree char *command = g_strdup_printf ("openssl pkeyutl -decrypt -inkey %s %s",
                                                  wire->private_path, paddings[i].options);
      g_autofree char *wrapped = NULL;
      g_autofree guchar *bytes = NULL;
      g_autoptr (GBytes) plain = NULL;
      gsize length = 0;

      wire->profile->padding = paddings[i].padding;
      wrapped = kiosk_iamsmart_wrap (wire->profile, wire->key, cek, FALSE, NULL);
      bytes = g_base64_decode (wrapped, &length);
      plain = peer_says (command, bytes, length);
      g_assert_nonnull (plain);
      g_assert_cmpmem (g_bytes_get_data (plain, NULL), (int)g_bytes_get_size (plain), CEK,
                       (int)strlen (CEK));
    }
}

/* Neither an error nor the key: nobody learns that the padding was bad. */
static void
test_a_bad_pkcs1_padding_is_never_told (Wire *wire, gconstpointer data)
{
  g_autofree char *good = peer_wraps (wire, 0, CEK, strlen (CEK));
  g_autofree guchar *bytes = NULL;
  gsize length = 0;

  (void)data;
  bytes = g_base64_decode (good, &length);
  for (gsize i = 1; i < length; i++) /* the first could lift the number above the modulus */
    {
      g_autofree char *altered = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskSecret) key = NULL;

      bytes[i] = (guchar)(bytes[i] ^ 1);
      altered = g_base64_encode (bytes, length);
      key = kiosk_iamsmart_kek_unwrap (wire->kek, altered, &error);
      g_assert_no_error (error);
      g_assert_false (is_cek (key));
      bytes[i] = (guchar)(bytes[i] ^ 1);
    }
}

/* What anybody can send: any number below the modulus. */
static KioskSecret *
unwrap_raw (Wire *wire, const guint8 em[256])
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (wire->key, NULL);
  guint8 wrapped[256];
  gsize length = sizeof wrapped;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  KioskSecret *key = NULL;

  g_assert_true (EVP_PKEY_encrypt_init (context) > 0
                 && EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) > 0
                 && EVP_PKEY_encrypt (context, wrapped, &length, em, 256) > 0);
  EVP_PKEY_CTX_free (context);
  text = g_base64_encode (wrapped, length);
  key = kiosk_iamsmart_kek_unwrap (wire->kek, text, &error);
  g_assert_no_error (error);
  return key;
}

/* EM = 00 02 PS 00 M (RFC 8017, 7.2.1), built by hand. */
static void
pad (guint8 em[256], const char *message)
{
  gsize length = strlen (message);

  memset (em, 0x5a, 256);
  em[0] = 0;
  em[1] = 2;
  em[255 - length] = 0;
  memcpy (em + 256 - length, message, length);
}

static void
test_every_byte_of_the_padding_counts (Wire *wire, gconstpointer data)
{
  g_autofree char *text = g_base64_encode ((const guchar *)CEK, strlen (CEK));
  const char *messages[] = { CEK, text };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      gsize separator = 255 - strlen (messages[i]);
      g_autoptr (KioskSecret) good = NULL;
      guint8 em[256];

      pad (em, messages[i]);
      good = unwrap_raw (wire, em);
      g_assert_true (is_cek (good));
      for (gsize at = 0; at <= separator; at++)
        {
          guint8 kept = em[at];
          g_autoptr (KioskSecret) key = NULL;

          em[at] = at < 2 || at == separator ? kept + 1 : 0;
          key = unwrap_raw (wire, em);
          g_assert_false (is_cek (key));
          em[at] = kept;
        }
    }
}

static void
test_every_character_of_a_key_s_text_counts (Wire *wire, gconstpointer data)
{
  g_autofree char *text = g_base64_encode ((const guchar *)CEK, strlen (CEK));
  g_autoptr (KioskSecret) spare = NULL;
  g_autoptr (KioskSecret) unended = NULL;
  guint8 em[256];

  (void)data;
  for (guint c = 1; c < 256; c++)
    {
      char kept = text[20];
      g_autoptr (KioskSecret) key = NULL;

      text[20] = (char)c;
      pad (em, text);
      text[20] = kept;
      key = unwrap_raw (wire, em);
      g_assert_true (is_cek (key) == (c == (guint8)kept));
    }
  /* The last character holds four bits of the key and two that must be zero; then "=". */
  text[42] = (char)(text[42] + 1);
  pad (em, text);
  spare = unwrap_raw (wire, em);
  g_assert_false (is_cek (spare));
  text[42] = (char)(text[42] - 1);
  text[43] = 'A';
  pad (em, text);
  unended = unwrap_raw (wire, em);
  g_assert_false (is_cek (unended));
}

static void
test_a_key_of_another_length_is_no_key (Wire *wire, gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 16, 31, 33, 43, 44, 45, 48, 64 };
  const char *filler = "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!";

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *pkcs1 = peer_wraps (wire, 0, filler, lengths[i]);
      g_autofree char *oaep = peer_wraps (wire, 2, filler, lengths[i]);
      g_autoptr (KioskSecret) once = NULL;
      g_autoptr (KioskSecret) twice = NULL;
      g_autoptr (GError) error = NULL;

      wire->profile->padding = KIOSK_IAMSMART_PKCS1;
      once = kiosk_iamsmart_kek_unwrap (wire->kek, pkcs1, NULL);
      twice = kiosk_iamsmart_kek_unwrap (wire->kek, pkcs1, NULL);
      g_assert_cmpuint (kiosk_secret_length (once), ==, KIOSK_IAMSMART_KEY_LENGTH);
      g_assert_true (memcmp (kiosk_secret_data (once), kiosk_secret_data (twice), 32) != 0);
      wire->profile->padding = KIOSK_IAMSMART_OAEP_SHA256;
      g_assert_null (kiosk_iamsmart_kek_unwrap (wire->kek, oaep, &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY);
    }
}

static void
test_text_inside_can_be_forbidden (Wire *wire, gconstpointer data)
{
  g_autofree char *text = g_base64_encode ((const guchar *)CEK, strlen (CEK));
  g_autofree char *inside = peer_wraps (wire, 0, text, strlen (text));
  g_autofree char *oaep = peer_wraps (wire, 2, text, strlen (text));
  g_autoptr (KioskSecret) key = NULL;

  (void)data;
  wire->profile->text_inside = FALSE;
  key = kiosk_iamsmart_kek_unwrap (wire->kek, inside, NULL);
  g_assert_false (is_cek (key));
  wire->profile->padding = KIOSK_IAMSMART_OAEP_SHA256;
  g_assert_null (kiosk_iamsmart_kek_unwrap (wire->kek, oaep, NULL));
}

static void
test_what_is_no_wrapped_key_is_dropped (Wire *wire, gconstpointer data)
{
  g_autofree char *good = peer_wraps (wire, 0, CEK, strlen (CEK));
  g_autofree char *longer = g_strconcat ("AAAA", good, NULL);
  g_autofree guchar *above = g_malloc (256);
  g_autofree char *above_text = NULL;
  const char *bad[4] = { "", good + 4, longer, NULL };

  (void)data;
  memset (above, 0xff, 256);
  above_text = g_base64_encode (above, 256);
  bad[3] = above_text;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_iamsmart_kek_unwrap (wire->kek, bad[i], &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
    }
}

static void
test_a_key_of_another_kind_is_for_the_operator (Wire *wire, gconstpointer data)
{
  g_autoptr (EVP_PKEY) curve = EVP_EC_gen ("P-256");
  g_autoptr (EVP_PKEY) weak = EVP_RSA_gen (1024);
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_null (kiosk_iamsmart_kek_new (wire->profile, curve, wire->random, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR);
  g_assert_null (kiosk_iamsmart_kek_new (wire->profile, weak, wire->random, NULL));
}

static KioskIamsmartKey *
answered (Wire *wire, gint64 issued_ms, gint64 expires_in, GError **error)
{
  g_autofree char *wrapped = peer_wraps (wire, 0, CEK, strlen (CEK));
  g_autoptr (JsonObject) content = json_object_new ();

  json_object_set_string_member (content, "secretKey", wrapped);
  json_object_set_int_member (content, "issueAt", issued_ms);
  json_object_set_int_member (content, "expiresIn", expires_in);
  return kiosk_iamsmart_key_parse (wire->kek, content, NOW_MS, error);
}

static void
test_a_key_ends_when_it_says (Wire *wire, gconstpointer data)
{
  gint64 hour_ms = 3600 * 1000;
  g_autoptr (KioskIamsmartKey) lasting = answered (wire, NOW_MS, hour_ms, NULL);
  g_autoptr (KioskIamsmartKey) until = answered (wire, NOW_MS, NOW_MS + hour_ms, NULL);
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_true (is_cek (lasting->bytes));
  g_assert_cmpint (lasting->expires_ms, ==, NOW_MS + hour_ms);
  g_assert_cmpint (until->expires_ms, ==, lasting->expires_ms);
  g_assert_false (kiosk_iamsmart_key_is_due (lasting, NOW_MS + hour_ms - 60001));
  g_assert_true (kiosk_iamsmart_key_is_due (lasting, NOW_MS + hour_ms - 60000));
  g_assert_true (kiosk_iamsmart_key_check (lasting, NOW_MS + hour_ms - 1, NULL));
  g_assert_false (kiosk_iamsmart_key_check (lasting, NOW_MS + hour_ms, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY);
}

static void
test_a_short_life_is_not_due_from_the_start (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskIamsmartKey) brief = answered (wire, NOW_MS, 30000, NULL);

  (void)data;
  g_assert_false (kiosk_iamsmart_key_is_due (brief, NOW_MS + 19999));
  g_assert_true (kiosk_iamsmart_key_is_due (brief, NOW_MS + 20000));
}

static void
test_no_key_is_believed_to_live_for_ever (Wire *wire, gconstpointer data)
{
  gint64 year_ms = G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  g_autoptr (KioskIamsmartKey) key = answered (wire, NOW_MS, year_ms, NULL);

  (void)data;
  g_assert_cmpint (key->expires_ms, ==, NOW_MS + wire->profile->longest_ms);
}

static void
test_a_key_that_is_over_or_of_the_future_points_at_the_clock (Wire *wire, gconstpointer data)
{
  const gint64 lives[][2] = { { NOW_MS - 60000, 60000 },
                              { NOW_MS, NOW_MS - 1 },
                              { NOW_MS + wire->profile->window_ms + 1, 60000 } };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (lives); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (answered (wire, lives[i][0], lives[i][1], &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_CLOCK);
    }
}

static void
test_a_printed_key_reads_back (Wire *wire, gconstpointer data)
{
  g_autoptr (KioskSecret) cek = kiosk_secret_new_copy (CEK, strlen (CEK));
  g_autoptr (KioskIamsmartKey) key = kiosk_iamsmart_key_new (wire->profile, cek, NOW_MS, 600000);
  g_autoptr (JsonObject) content = kiosk_iamsmart_key_print (wire->profile, key, wire->key, NULL);
  g_autoptr (KioskIamsmartKey) again = kiosk_iamsmart_key_parse (wire->kek, content, NOW_MS, NULL);
  g_autoptr (EVP_PKEY) other = EVP_RSA_gen (2048);
  g_autoptr (JsonObject) elsewhere = kiosk_iamsmart_key_print (wire->profile, key, other, NULL);
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_true (is_cek (again->bytes));
  g_assert_cmpint (again->expires_ms, ==, key->expires_ms);
  g_assert_null (kiosk_iamsmart_key_parse (wire->kek, elsewhere, NOW_MS, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR);
}

static void
test_a_key_that_lacks_a_member_is_dropped (Wire *wire, gconstpointer data)
{
  static const char *const members[] = { "secretKey", "issueAt", "expiresIn" };
  g_autoptr (KioskSecret) cek = kiosk_secret_new_copy (CEK, strlen (CEK));
  g_autoptr (KioskIamsmartKey) key = kiosk_iamsmart_key_new (wire->profile, cek, NOW_MS, 600000);

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (JsonObject) content
        = kiosk_iamsmart_key_print (wire->profile, key, wire->key, NULL);
      g_autoptr (GError) error = NULL;

      json_object_remove_member (content, members[i]);
      g_assert_null (kiosk_iamsmart_key_parse (wire->kek, content, NOW_MS, &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/iamsmart/key/" path, Wire, NULL, wire_set_up, function, wire_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("another-program-wraps-and-we-unwrap", test_another_program_wraps_and_we_unwrap);
  ADD ("we-wrap-and-another-program-unwraps", test_we_wrap_and_another_program_unwraps);
  ADD ("a-bad-pkcs1-padding-is-never-told", test_a_bad_pkcs1_padding_is_never_told);
  ADD ("every-byte-of-the-padding-counts", test_every_byte_of_the_padding_counts);
  ADD ("every-character-of-a-key-s-text-counts", test_every_character_of_a_key_s_text_counts);
  ADD ("a-key-of-another-length-is-no-key", test_a_key_of_another_length_is_no_key);
  ADD ("text-inside-can-be-forbidden", test_text_inside_can_be_forbidden);
  ADD ("what-is-no-wrapped-key-is-dropped", test_what_is_no_wrapped_key_is_dropped);
  ADD ("a-key-of-another-kind-is-for-the-operator", test_a_key_of_another_kind_is_for_the_operator);
  ADD ("a-key-ends-when-it-says", test_a_key_ends_when_it_says);
  ADD ("a-short-life-is-not-due-from-the-start", test_a_short_life_is_not_due_from_the_start);
  ADD ("no-key-is-believed-to-live-for-ever", test_no_key_is_believed_to_live_for_ever);
  ADD ("a-key-that-is-over-or-of-the-future-points-at-the-clock",
       test_a_key_that_is_over_or_of_the_future_points_at_the_clock);
  ADD ("a-printed-key-reads-back", test_a_printed_key_reads_back);
  ADD ("a-key-that-lacks-a-member-is-dropped", test_a_key_that_lacks_a_member_is_dropped);
  return g_test_run ();
}
