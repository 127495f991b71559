/* Every fault of the simulated core, by name: what it does, that it does so once, and that all is
 * well again afterwards. */
#include <string.h>

#include "iam-bench.h"

static void
arm (IamBench *bench, const char *fault)
{
  g_autofree char *line = g_strconcat ("fault ", fault, NULL);

  iam_bench_tell (bench, line);
}

static void
expect (IamBench *bench, const char *wanted)
{
  g_autoptr (JsonObject) request = iam_bench_sign_request (bench, "text", IAM_ADA_NUMBER);
  g_autofree char *code = iam_bench_code (bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);

  g_assert_cmpstr (code, ==, wanted);
}

/* Nothing is armed any more, and a whole login works. */
static void
assert_well (IamBench *bench)
{
  g_autofree char *status = iam_bench_ask (bench, "status");
  g_autoptr (JsonObject) token = NULL;

  g_assert_true (g_str_has_suffix (status, "faults=none"));
  token = iam_bench_login (bench, IAM_ADA);
  g_assert_true (json_object_has_member (token, "accessToken"));
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *fault;
    const char *code;
  } refusals[] = { { "expired-key", "D30002" },
                   { "replayed-nonce", "D20007" },
                   { "clock-skew", "D20005" },
                   { "refused-signature", "D20006" } };
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      arm (&bench, refusals[i].fault);
      expect (&bench, refusals[i].code);
      expect (&bench, "D00000");
    }
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* The codec says what to do: fetch a key, send the same again. */
static void
test_rekey_now (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *taken = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "rekey-now");
  request = iam_bench_sign_request (&bench, "text", IAM_ADA_NUMBER);
  refused = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  g_assert_cmpstr (refused, ==, "D30004");
  kiosk_iamsmart_profile_check_code (bench.profile, refused, &error);
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY);
  g_assert_true (iam_bench_rekey (&bench, NULL));
  taken = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  g_assert_cmpstr (taken, ==, "D00000");
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* By PKCS#1 v1.5 nobody is told: another key comes out, which opens nothing over there. */
static void
test_wrong_padding (void)
{
  IamBench bench;

  iam_bench_init (&bench, NULL);
  arm (&bench, "wrong-padding");
  g_assert_true (iam_bench_rekey (&bench, NULL));
  expect (&bench, "D30004");
  g_assert_true (iam_bench_rekey (&bench, NULL));
  expect (&bench, "D00000");
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* OAEP tells. */
static void
test_wrong_padding_by_oaep (void)
{
  IamBench bench;
  g_autoptr (GError) error = NULL;

  iam_bench_init (&bench, "oaep-sha256");
  arm (&bench, "wrong-padding");
  g_assert_false (iam_bench_rekey (&bench, &error));
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY);
  g_assert_true (iam_bench_rekey (&bench, NULL));
  assert_well (&bench);
  iam_bench_clear (&bench);
}

static void
test_code_expired (void)
{
  IamBench bench;
  g_autofree char *link = NULL;
  g_autofree char *code = NULL;
  g_autofree char *again = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autoptr (JsonObject) request = json_object_new ();
  g_auto (GStrv) parts = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "code-expired");
  link = iam_bench_qr (&bench, "s");
  iam_bench_phone (&bench, IAM_ADA, "approve", link, NULL);
  callback = iam_bench_callback (&bench);
  parts = g_strsplit_set (callback->query, "=&", -1);
  json_object_set_string_member (request, "code", parts[1]);
  json_object_set_string_member (request, "grantType", "authorization_code");
  code = iam_bench_code (&bench, KIOSK_IAMSMART_GET_TOKEN, request);
  again = iam_bench_code (&bench, KIOSK_IAMSMART_GET_TOKEN, request);
  g_assert_cmpstr (code, ==, "D40004");
  g_assert_cmpstr (again, ==, "D40004"); /* it is spent for good */
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* One request for a key as it stands. */
static GBytes *
raw (IamBench *bench, guint *ret_status)
{
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (bench->signer, NULL, iam_bench_now ());

  return iam_bench_send (bench, bench->profile->paths[KIOSK_IAMSMART_GET_KEY], headers, NULL,
                         ret_status);
}

static void
test_broken_answers (void)
{
  IamBench bench;
  guint status;
  g_autoptr (GBytes) failed = NULL;
  g_autoptr (GBytes) garbage = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (KioskIamsmartAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "http-500");
  failed = raw (&bench, &status);
  g_assert_cmpuint (status, ==, 500);
  arm (&bench, "garbage");
  garbage = raw (&bench, &status);
  g_assert_cmpuint (status, ==, 200);
  answer = kiosk_iamsmart_answer_parse (bench.profile, g_bytes_get_data (garbage, NULL),
                                        g_bytes_get_size (garbage), &error);
  g_assert_null (answer);
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
  iam_bench_tell (&bench, "fault no-answer 2"); /* libsoup asks once more by itself */
  cut = raw (&bench, &status);
  g_assert_cmpuint (status, ==, 0);
  iam_bench_tell (&bench, "fault no-answer 0");
  assert_well (&bench);
  iam_bench_clear (&bench);
}

typedef struct
{
  gboolean came;
  guint status;
} Slow;

static void
slow_came (GObject *source, GAsyncResult *result, gpointer data)
{
  Slow *slow = data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  slow->came = TRUE;
  slow->status = body != NULL ? soup_message_get_status (message) : 0;
}

/* One that the core holds. */
static void
slow_ask (IamBench *bench, GCancellable *cancellable, Slow *slow)
{
  g_autofree char *uri
    = g_strconcat (bench->base, bench->profile->paths[KIOSK_IAMSMART_GET_KEY], NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GBytes) empty = g_bytes_new ("", 0);

  arm (bench, "slow-answer");
  soup_message_set_request_body_from_bytes (message, "application/json", empty);
  soup_session_send_and_read_async (bench->session, message, G_PRIORITY_DEFAULT, cancellable,
                                    slow_came, slow);
  for (;;)
    {
      g_autofree char *status = NULL;

      g_main_context_iteration (NULL, FALSE);
      status = iam_bench_ask (bench, "status");
      if (g_str_has_suffix (status, "faults=none"))
        break;
    }
}

static void
await (Slow *slow)
{
  while (!slow->came)
    g_main_context_iteration (NULL, TRUE);
}

/* Held until it is let go; what others ask meanwhile is answered. */
static void
test_slow_answer (void)
{
  IamBench bench;
  Slow slow = { 0 };

  iam_bench_init (&bench, NULL);
  slow_ask (&bench, NULL, &slow);
  expect (&bench, "D00000");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (slow.came);
  iam_bench_tell (&bench, "release");
  await (&slow);
  g_assert_cmpuint (slow.status, ==, 200);
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* Whoever lost patience has hung up when the answers are let go; or the core ends before. */
static void
test_slow_answer_to_nobody (void)
{
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) patience = g_cancellable_new ();
      Slow slow = { 0 };

      slow_ask (&bench, patience, &slow);
      g_cancellable_cancel (patience);
      await (&slow);
      expect (&bench, "D00000");
      if (i == 0)
        iam_bench_tell (&bench, "release");
    }
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* (transfer full): the request that was approved. */
static JsonObject *
approved (IamBench *bench)
{
  JsonObject *request = iam_bench_sign_request (bench, "I declare", IAM_ADA_NUMBER);
  g_autoptr (JsonObject) reply = iam_bench_call (bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);

  g_assert_cmpuint (iam_bench_phone (bench, IAM_ADA, "approve",
                                     json_object_get_string_member (reply, "ticketURL"), NULL),
                    ==, 200);
  return request;
}

static void
test_duplicate_callback (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (IamCallback) first = NULL;
  g_autoptr (IamCallback) second = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "duplicate-callback");
  request = approved (&bench);
  first = iam_bench_callback (&bench);
  second = iam_bench_callback (&bench);
  g_assert_true (g_bytes_equal (first->body, second->body));
  iam_bench_assert_silent (&bench);
  assert_well (&bench);
  iam_bench_clear (&bench);
}

static void
test_late_callback (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (IamCallback) callback = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "late-callback");
  request = approved (&bench);
  iam_bench_assert_silent (&bench);
  iam_bench_tell (&bench, "release");
  callback = iam_bench_callback (&bench);
  result = iam_bench_open (&bench, callback, "signing", "D00000");
  g_assert_true (json_object_has_member (result, "signature"));
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* What getResult is for. */
static void
test_lost_callback (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) found = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "lost-callback");
  request = approved (&bench);
  iam_bench_assert_silent (&bench);
  found = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_true (json_object_has_member (found, "signature"));
  assert_well (&bench);
  iam_bench_clear (&bench);
}

static void
test_foreign_key (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) found = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autoptr (KioskIamsmartAnswer) answer = NULL;
  g_autoptr (KioskSecret) plain = NULL;
  g_autoptr (GError) error = NULL;

  iam_bench_init (&bench, NULL);
  arm (&bench, "callback-with-foreign-key");
  request = approved (&bench);
  callback = iam_bench_callback (&bench);
  answer = kiosk_iamsmart_answer_parse (bench.profile, g_bytes_get_data (callback->body, NULL),
                                        g_bytes_get_size (callback->body), NULL);
  plain = kiosk_iamsmart_callback_open (bench.profile, answer, bench.kek, &error);
  g_assert_null (plain);
  g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
  found = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_true (json_object_has_member (found, "signature"));
  assert_well (&bench);
  iam_bench_clear (&bench);
}

static void
test_foreign_state (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonObject) found = NULL;
  g_autoptr (IamCallback) signature = NULL;
  g_autoptr (IamCallback) login = NULL;
  g_autofree char *link = NULL;
  const char *business;

  iam_bench_init (&bench, NULL);
  iam_bench_tell (&bench, "fault callback-with-foreign-state 2");
  request = approved (&bench);
  business = json_object_get_string_member (request, "businessID");
  signature = iam_bench_callback (&bench);
  result = iam_bench_open (&bench, signature, "signing", "D00000");
  g_assert_cmpstr (json_object_get_string_member (result, "businessID"), !=, business);
  g_assert_cmpstr (json_object_get_string_member (result, "state"), !=, business);
  found = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_cmpstr (json_object_get_string_member (found, "businessID"), ==, business);
  link = iam_bench_qr (&bench, "mine");
  iam_bench_phone (&bench, IAM_ADA, "approve", link, NULL);
  login = iam_bench_callback (&bench);
  g_assert_null (strstr (login->query, "state=mine"));
  assert_well (&bench);
  iam_bench_clear (&bench);
}

/* Whether the signature holds by its certificate, and that by the recognised issuer. */
static void
judge (IamBench *bench, gboolean *ret_holds, gboolean *ret_recognised)
{
  g_autofree char *ca_path = iam_bench_path (bench, "gov/iamsmart/ca.pem");
  g_autoptr (JsonObject) request = approved (bench);
  g_autoptr (IamCallback) callback = iam_bench_callback (bench);
  g_autoptr (JsonObject) result = iam_bench_open (bench, callback, "signing", "D00000");
  g_autoptr (GBytes) signature = kiosk_json_bytes (result, "signature", 1024, NULL);
  g_autoptr (GBytes) der = kiosk_json_bytes (result, "cert", 65536, NULL);
  g_autoptr (GBytes) digest = kiosk_json_bytes (result, "hashCode", 64, NULL);
  g_autoptr (X509) cert = kiosk_pki_cert_from_der (der, NULL);
  g_autoptr (GPtrArray) anchors = kiosk_pki_certs_load (ca_path, NULL);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (X509_get0_pubkey (cert), NULL);

  g_assert_true (json_object_has_member (request, "hashCode"));
  g_assert_cmpint (EVP_PKEY_verify_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()), ==, 1);
  *ret_holds
    = EVP_PKEY_verify (context, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature),
                       g_bytes_get_data (digest, NULL), g_bytes_get_size (digest))
      == 1;
  EVP_PKEY_CTX_free (context);
  *ret_recognised = kiosk_pki_verify (cert, NULL, anchors, iam_bench_now (), NULL);
}

static void
test_signatures (void)
{
  static const struct
  {
    const char *fault;
    gboolean holds;
    gboolean recognised;
  } cases[] = { { "bad-signature", FALSE, TRUE },
                { "foreign-signer", TRUE, FALSE },
                { "bad-signature 0", TRUE, TRUE } };
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean holds;
      gboolean recognised;

      arm (&bench, cases[i].fault);
      judge (&bench, &holds, &recognised);
      g_assert_cmpint (holds, ==, cases[i].holds);
      g_assert_cmpint (recognised, ==, cases[i].recognised);
    }
  assert_well (&bench);
  iam_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam/fault/refusals-are-told-once", test_refusals);
  g_test_add_func ("/iam/fault/rekey-now", test_rekey_now);
  g_test_add_func ("/iam/fault/wrong-padding/pkcs1-tells-nobody", test_wrong_padding);
  g_test_add_func ("/iam/fault/wrong-padding/oaep-tells", test_wrong_padding_by_oaep);
  g_test_add_func ("/iam/fault/code-expired", test_code_expired);
  g_test_add_func ("/iam/fault/broken-answers", test_broken_answers);
  g_test_add_func ("/iam/fault/slow-answer-is-held", test_slow_answer);
  g_test_add_func ("/iam/fault/slow-answer-to-nobody", test_slow_answer_to_nobody);
  g_test_add_func ("/iam/fault/duplicate-callback", test_duplicate_callback);
  g_test_add_func ("/iam/fault/late-callback", test_late_callback);
  g_test_add_func ("/iam/fault/lost-callback-is-found", test_lost_callback);
  g_test_add_func ("/iam/fault/foreign-key-opens-nothing", test_foreign_key);
  g_test_add_func ("/iam/fault/foreign-state", test_foreign_state);
  g_test_add_func ("/iam/fault/signatures-that-do-not-hold", test_signatures);
  return g_test_run ();
}
