/* The shared codec as a relying party against the simulated core of iAM Smart: keys, logins, every
 * path, and the public reference values. Digests are counted again by the openssl command. */
#include <string.h>

#include "base/file.h"
#include "formats/hkid.h"
#include "iam-bench.h"

/* The hash that stands for a card: in the government's public sandbox specification. */
static void
test_reference_hkic_hash (void)
{
  g_autofree char *hash = kiosk_iamsmart_hkic_hash (IAM_ADA_NUMBER);

  g_assert_cmpstr (hash, ==, "rDcExehSzsiEp2laLaJqrtaX2ua9sdaugwaY5ONmYwk=");
  g_assert_true (kiosk_hkid_is_valid ("A1234563"));
}

/* The digits of both screens, counted again by another hand's hashes. */
static void
test_reference_identification (void)
{
  guint8 zeros[32] = { 0 };
  guint8 ones[32];
  g_autoptr (GBytes) digest = g_bytes_new (zeros, sizeof zeros);
  g_autoptr (GBytes) hkic = NULL;
  g_autofree char *code = NULL;
  g_autofree char *md5
    = iam_bench_shell ("{ head -c 32 /dev/zero; head -c 32 /dev/zero | tr '\\0' '\\1';"
                       " printf client; } | openssl dgst -sha512 -binary"
                       " | openssl dgst -md5 -r | cut -c1-32 | tr -d '\\n'",
                       NULL, NULL);

  memset (ones, 1, sizeof ones);
  hkic = g_bytes_new (ones, sizeof ones);
  code = kiosk_iamsmart_identification_code (digest, hkic, "client");
  g_assert_cmpuint (strlen (code), ==, 4);
  g_assert_cmpuint (strlen (md5), ==, 32);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (code[i] - '0', ==, g_ascii_xdigit_value (md5[8 * i]) % 10);
}

/* signature = percent-encoded Base64 of HMAC-SHA256 over the parts in a row; content's frame. */
static void
test_reference_wire (void)
{
  IamBench bench;
  g_autofree char *script = NULL;
  g_autofree char *mac = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *sealed = NULL;
  g_autoptr (KioskIamsmartHeaders) headers = NULL;

  iam_bench_init (&bench, NULL);
  headers = kiosk_iamsmart_signer_sign (bench.signer, "{\"content\":\"AA==\"}", iam_bench_now ());
  script
    = g_strdup_printf ("printf '%%s' '%sHmacSHA256%s%s{\"content\":\"AA==\"}'"
                       " | openssl dgst -sha256 -hmac \"$(cat \"$0\")\" -binary | openssl base64"
                       " | tr -d '\\n'",
                       bench.client, headers->timestamp, headers->nonce);
  {
    g_autofree char *path = iam_bench_path (&bench, "gov/gateway/iamsmart/secret");

    mac = iam_bench_shell (script, path, NULL);
  }
  signature = g_uri_unescape_string (headers->signature, NULL);
  g_assert_cmpstr (signature, ==, mac);
  sealed = kiosk_iamsmart_content_seal (bench.profile, bench.key, bench.random, "{}", 2,
                                        iam_bench_now (), NULL);
  g_assert_true (g_str_has_prefix (sealed, "AAAAD")); /* be32 12, and the IV's first bits */
  g_assert_cmpuint (strlen (sealed), ==, (4 + 12 + 2 + 16 + 2) / 3 * 4);
  iam_bench_clear (&bench);
}

static void
test_key_is_shared_until_it_is_revoked (void)
{
  IamBench bench;
  g_autoptr (KioskSecret) first = NULL;
  g_autoptr (KioskIamsmartAnswer) revoked = NULL;
  g_autoptr (JsonObject) request = NULL;
  g_autofree char *code = NULL;

  iam_bench_init (&bench, NULL);
  first = kiosk_secret_ref (bench.key->bytes);
  g_assert_true (iam_bench_rekey (&bench, NULL));
  g_assert_cmpmem (kiosk_secret_data (first), 32, kiosk_secret_data (bench.key->bytes), 32);
  revoked = iam_bench_post (&bench, KIOSK_IAMSMART_REVOKE_KEY, NULL);
  g_assert_cmpstr (revoked->code, ==, "D00000");
  request = iam_bench_sign_request (&bench, "text", IAM_ADA_NUMBER);
  code = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  g_assert_cmpstr (code, ==, "D30002");
  g_assert_true (iam_bench_rekey (&bench, NULL));
  g_assert_true (memcmp (kiosk_secret_data (first), kiosk_secret_data (bench.key->bytes), 32) != 0);
  iam_bench_clear (&bench);
}

/* Which one is used is not in public: each is a line of data/identity, on both sides. */
static void
test_each_padding (gconstpointer padding)
{
  IamBench bench;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) token = NULL;

  iam_bench_init (&bench, padding);
  iam_bench_rekey (&bench, &error);
  g_assert_no_error (error);
  token = iam_bench_login (&bench, IAM_ADA);
  g_assert_cmpstr (json_object_get_string_member (token, "userType"), ==, "sign");
  iam_bench_clear (&bench);
}

static void
test_login_brings_the_profile (void)
{
  IamBench bench;
  g_autoptr (JsonObject) token = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) reply = NULL;
  g_autoptr (JsonObject) person = NULL;
  g_autoptr (IamCallback) callback = NULL;
  JsonObject *number;

  iam_bench_init (&bench, NULL);
  token = iam_bench_login (&bench, IAM_ADA);
  again = iam_bench_login (&bench, IAM_ADA);
  g_assert_cmpstr (json_object_get_string_member (token, "openID"), ==,
                   json_object_get_string_member (again, "openID"));
  request = iam_bench_account_request (&bench, token);
  reply = iam_bench_call (&bench, KIOSK_IAMSMART_PROFILE, request);
  g_assert_false (json_object_get_boolean_member (reply, "authByQR"));
  callback = iam_bench_callback (&bench);
  person = iam_bench_open (&bench, callback, "profile", "D00000");
  number = json_object_get_object_member (person, "idNo");
  g_assert_cmpstr (json_object_get_string_member (number, "Identification"), ==, "A123456");
  g_assert_cmpstr (json_object_get_string_member (number, "CheckDigit"), ==, "3");
  g_assert_cmpstr (json_object_get_string_member (person, "birthDate"), ==, "19900131");
  g_assert_cmpstr (json_object_get_string_member (person, "gender"), ==, "F");
  g_assert_cmpstr (json_object_get_string_member (person, "businessID"), ==,
                   json_object_get_string_member (request, "businessID"));
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (person, "enName"),
                                                  "UnstructuredName"),
                   ==, "CHAN, ADA");
  g_assert_cmpstr (
    json_object_get_string_member (json_object_get_object_member (person, "chName"), "ChineseName"),
    ==, "陳愛達");
  iam_bench_clear (&bench);
}

static void
test_code_is_good_once (void)
{
  IamBench bench;
  g_autofree char *link = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *late = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autoptr (IamCallback) next = NULL;
  g_autoptr (JsonObject) request = json_object_new ();

  iam_bench_init (&bench, NULL);
  link = iam_bench_qr (&bench, "s-1");
  g_assert_cmpuint (iam_bench_phone (&bench, IAM_BOB, "approve", link, NULL), ==, 200);
  callback = iam_bench_callback (&bench);
  g_assert_cmpstr (callback->method, ==, "GET");
  g_assert_cmpstr (callback->path, ==, IAM_CALLBACK);
  json_object_set_string_member (request, "grantType", "authorization_code");
  {
    g_auto (GStrv) parts = g_strsplit_set (callback->query, "=&", -1);

    json_object_set_string_member (request, "code", parts[1]);
  }
  first = iam_bench_code (&bench, KIOSK_IAMSMART_GET_TOKEN, request);
  second = iam_bench_code (&bench, KIOSK_IAMSMART_GET_TOKEN, request);
  g_assert_cmpstr (first, ==, "D00000");
  g_assert_cmpstr (second, ==, "D40004");
  g_free (link);
  link = iam_bench_qr (&bench, "s-2");
  iam_bench_phone (&bench, IAM_BOB, "approve", link, NULL);
  next = iam_bench_callback (&bench);
  {
    g_auto (GStrv) parts = g_strsplit_set (next->query, "=&", -1);

    json_object_set_string_member (request, "code", parts[1]);
  }
  iam_bench_tell (&bench, "clock 30000"); /* its thirty seconds are over */
  late = iam_bench_code (&bench, KIOSK_IAMSMART_GET_TOKEN, request);
  g_assert_cmpstr (late, ==, "D40004");
  iam_bench_clear (&bench);
}

static void
test_login_ends_as_the_phone_says (void)
{
  static const struct
  {
    const char *deed;
    const char *query;
  } ends[] = { { "refuse", "error_code=D40001&state=s" },
               { "cancel", "error_code=D40000&state=s" },
               { NULL, "error_code=D40003&state=s" } };
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *link = iam_bench_qr (&bench, "s");
      g_autoptr (JsonObject) shown = NULL;
      g_autoptr (IamCallback) callback = NULL;

      g_assert_cmpuint (iam_bench_phone (&bench, IAM_ADA, "open", link, &shown), ==, 200);
      g_assert_cmpstr (json_object_get_string_member (shown, "kind"), ==, "login");
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (shown, "scopes")), ==,
                        5);
      if (ends[i].deed != NULL)
        iam_bench_phone (&bench, IAM_ADA, ends[i].deed, link, NULL);
      else
        iam_bench_tell (&bench, "expire");
      callback = iam_bench_callback (&bench);
      g_assert_cmpstr (callback->query, ==, ends[i].query);
      g_assert_cmpuint (iam_bench_phone (&bench, IAM_ADA, "approve", link, NULL), ==,
                        ends[i].deed != NULL ? 409 : 404);
    }
  iam_bench_assert_silent (&bench);
  iam_bench_clear (&bench);
}

static void
test_login_only_where_it_is_registered (void)
{
  static const struct
  {
    const char *query;
    const char *code;
  } bad[] = {
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Fevil.example%%2F"
      "&scope=eidapi_auth&state=s",
      "D20008" },
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=http%%3A%%2F%%2Flocalhost%%2F"
      "&scope=eidapi_auth&state=s",
      "D20008" },
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Fu%%40localhost"
      "&scope=eidapi_auth&state=s",
      "D20008" },
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Flocalhost"
      "&scope=eidapi_auth",
      "D20001" },
    { "clientID=%sx&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Flocalhost"
      "&scope=eidapi_auth&state=s",
      "D20002" },
    { "clientID=%s&responseType=code&source=Fax&redirectURI=https%%3A%%2F%%2Flocalhost"
      "&scope=eidapi_auth&state=s",
      "D20002" },
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Flocalhost"
      "&scope=eidapi_all&state=s",
      "D20015" },
    { "clientID=%s&responseType=code&source=App_Link&redirectURI=https%%3A%%2F%%2Flocalhost"
      "&scope=eidapi_auth&state=a%%20b",
      "D20002" },
  };
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (GStrv) parts = g_strsplit (bad[i].query, "%s", 2);
      g_autofree char *whole = g_strconcat (parts[0], bench.client, parts[1], NULL);
      g_autoptr (GString) query = g_string_new (whole);
      g_autofree char *link = NULL;
      g_autofree char *answer = NULL;

      g_string_replace (query, "%%", "%", 0);
      answer = iam_bench_qr_raw (&bench, query->str, &link);
      g_assert_null (link);
      g_assert_nonnull (strstr (answer, bad[i].code));
    }
  iam_bench_clear (&bench);
}

/* Each path answers; none that is not in the table. */
static void
test_every_path_answers (void)
{
  IamBench bench;
  g_autoptr (JsonObject) empty = json_object_new ();
  guint status;
  g_autoptr (GBytes) nothing = NULL;

  iam_bench_init (&bench, NULL);
  for (guint i = 0; i < KIOSK_IAMSMART_N_PATHS; i++)
    if (i != KIOSK_IAMSMART_GET_KEY && i != KIOSK_IAMSMART_REVOKE_KEY && i != KIOSK_IAMSMART_GET_QR)
      {
        g_autofree char *code = iam_bench_code (&bench, (KioskIamsmartPath)i, empty);

        g_assert_true (g_str_has_prefix (code, "D2000"));
      }
  nothing = iam_bench_send (&bench, "/api/v1/security/other", NULL, NULL, &status);
  g_assert_cmpuint (status, ==, 404);
  iam_bench_clear (&bench);
}

static char *
code_of (IamBench *bench, const KioskIamsmartHeaders *headers, const char *body)
{
  guint status;
  g_autoptr (GBytes) reply
    = iam_bench_send (bench, bench->profile->paths[KIOSK_IAMSMART_GET_KEY], headers, body, &status);
  g_autoptr (KioskIamsmartAnswer) answer = NULL;

  g_assert_cmpuint (status, ==, 200);
  answer = kiosk_iamsmart_answer_parse (bench->profile, g_bytes_get_data (reply, NULL),
                                        g_bytes_get_size (reply), NULL);
  g_assert_nonnull (answer);
  return g_strdup (answer->code);
}

static void
expect_code (IamBench *bench, KioskIamsmartHeaders *headers, const char *wanted)
{
  g_autofree char *code = code_of (bench, headers, NULL);

  g_assert_cmpstr (code, ==, wanted);
  kiosk_iamsmart_headers_free (headers);
}

static void
test_guard_lets_nobody_else_in (void)
{
  IamBench bench;
  g_autoptr (KioskSecret) other = kiosk_secret_new_copy ("another secret of 16", 20);
  g_autoptr (KioskIamsmartSigner) stranger = NULL;
  g_autoptr (KioskIamsmartHeaders) once = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gint64 now_ms = iam_bench_now ();

  iam_bench_init (&bench, NULL);
  stranger = kiosk_iamsmart_signer_new (bench.profile, bench.client, other, bench.random, 0);
  expect_code (&bench, kiosk_iamsmart_signer_sign (stranger, NULL, now_ms + 1000), "D20006");
  once = kiosk_iamsmart_signer_sign (bench.signer, NULL, now_ms + 2000);
  first = code_of (&bench, once, NULL);
  second = code_of (&bench, once, NULL);
  g_assert_cmpstr (first, ==, "D00000");
  g_assert_cmpstr (second, ==, "D20007");
  expect_code (&bench, kiosk_iamsmart_signer_sign (bench.signer, NULL, now_ms + 400000), "D20005");
  {
    g_autofree char *code = code_of (&bench, NULL, NULL);

    g_assert_cmpstr (code, ==, "D20002");
  }
  {
    g_autoptr (KioskIamsmartSigner) back
      = kiosk_iamsmart_signer_new (bench.profile, bench.client, bench.secret, bench.random, 0);

    expect_code (&bench, kiosk_iamsmart_signer_sign (back, NULL, now_ms - 5000), "D20007");
  }
  iam_bench_clear (&bench);
}

static void
test_business_numbers_are_used_once (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) reply = NULL;
  g_autofree char *code = NULL;

  iam_bench_init (&bench, NULL);
  request = iam_bench_sign_request (&bench, "I declare", IAM_ADA_NUMBER);
  reply = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  code = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  g_assert_cmpstr (code, ==, "D20011");
  iam_bench_clear (&bench);
}

/* Bytes that nobody who is well would send. */
static void
test_bad_bytes_are_refused (void)
{
  IamBench bench;
  g_autofree char *large = g_strnfill (7 * 1024 * 1024, 'x');
  guint status;
  g_autoptr (GBytes) refused = NULL;
  g_autofree char *alive = NULL;
  static const char *const bodies[] = {
    "{", "[]", "{\"ticket\":1}", "{\"ticket\":\"../../etc\"}", "{\"ticket\":\"\"}", "\xff\xfe"
  };

  iam_bench_init (&bench, NULL);
  refused = iam_bench_send (&bench, "/app/open", NULL, large, &status);
  g_assert_true (status == 413 || status == 0);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) answer = iam_bench_send (&bench, "/app/decide", NULL, bodies[i], &status);

      g_assert_nonnull (answer);
      g_assert_cmpuint (status, ==, 401);
    }
  alive = iam_bench_ask (&bench, "fault no-such-thing");
  g_assert_true (g_str_has_prefix (alive, "error "));
  iam_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  static const char *const paddings[]
    = { "pkcs1", "oaep-sha1", "oaep-sha256", "oaep-sha256-mgf1-sha1" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam/reference/hash-of-a-card", test_reference_hkic_hash);
  g_test_add_func ("/iam/reference/identification-code", test_reference_identification);
  g_test_add_func ("/iam/reference/signature-and-frame", test_reference_wire);
  g_test_add_func ("/iam/key/is-shared-until-it-is-revoked",
                   test_key_is_shared_until_it_is_revoked);
  for (gsize i = 0; i < G_N_ELEMENTS (paddings); i++)
    {
      g_autofree char *name = g_strconcat ("/iam/key/padding/", paddings[i], NULL);

      g_test_add_data_func (name, paddings[i], test_each_padding);
    }
  g_test_add_func ("/iam/login/brings-the-profile", test_login_brings_the_profile);
  g_test_add_func ("/iam/login/code-is-good-once", test_code_is_good_once);
  g_test_add_func ("/iam/login/ends-as-the-phone-says", test_login_ends_as_the_phone_says);
  g_test_add_func ("/iam/login/only-where-it-is-registered",
                   test_login_only_where_it_is_registered);
  g_test_add_func ("/iam/paths/every-one-answers", test_every_path_answers);
  g_test_add_func ("/iam/guard/lets-nobody-else-in", test_guard_lets_nobody_else_in);
  g_test_add_func ("/iam/business-numbers-are-used-once", test_business_numbers_are_used_once);
  g_test_add_func ("/iam/bad-bytes-are-refused", test_bad_bytes_are_refused);
  return g_test_run ();
}
