/* What a person approves on the phone, beyond a login: hash signing, PDF signing, forms, step-up.
 * Signatures are checked by the openssl command, which knows nothing of our code. */
#include <string.h>

#include "base/file.h"
#include "iam-bench.h"

/* (transfer full): what the callback of a signature brought. */
static JsonObject *
sign (IamBench *bench, JsonObject *request, const char *name, const char *code)
{
  g_autoptr (JsonObject) reply = iam_bench_call (bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (IamCallback) callback = NULL;
  const char *link = json_object_get_string_member (reply, "ticketURL");

  g_assert_true (json_object_get_boolean_member (reply, "authByQR"));
  g_assert_cmpuint (iam_bench_phone (bench, name, "open", link, &shown), ==, 200);
  g_assert_cmpstr (json_object_get_string_member (shown, "kind"), ==, "sign");
  g_assert_cmpstr (json_object_get_string_member (shown, "document"), ==, "Declaration of TD558");
  g_assert_cmpstr (json_object_get_string_member (shown, "identificationCode"), ==,
                   json_object_get_string_member (reply, "identificationCode"));
  g_assert_cmpuint (iam_bench_phone (bench, name, "approve", link, NULL), ==, 200);
  callback = iam_bench_callback (bench);
  return iam_bench_open (bench, callback, "signing", code);
}

static void
save (IamBench *bench, const char *name, JsonObject *object, const char *member)
{
  g_autofree char *path = iam_bench_path (bench, name);
  g_autoptr (GBytes) bytes = kiosk_json_bytes (object, member, 65536, NULL);

  g_assert_nonnull (bytes);
  g_assert_true (kiosk_file_write (path, bytes, 0600, NULL));
}

static void
test_signature_holds_for_others (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) acknowledged = NULL;
  g_autofree char *said = NULL;
  g_autofree char *status = NULL;

  iam_bench_init (&bench, NULL);
  request = iam_bench_sign_request (&bench, "I declare", IAM_ADA_NUMBER);
  result = sign (&bench, request, IAM_ADA, "D00000");
  g_assert_cmpstr (json_object_get_string_member (result, "hashCode"), ==,
                   json_object_get_string_member (request, "hashCode"));
  g_assert_cmpint (json_object_get_int_member (result, "timestamp"), <=, iam_bench_now ());
  save (&bench, "signature", result, "signature");
  save (&bench, "cert.der", result, "cert");
  said = iam_bench_shell (
    "cd \"$0\" && printf 'I declare' > text && openssl x509 -inform DER -in cert.der -out cert.pem"
    " && openssl x509 -in cert.pem -noout -pubkey > key.pem"
    " && openssl dgst -sha256 -verify key.pem -signature signature text"
    " && openssl verify -CAfile gov/iamsmart/ca.pem cert.pem"
    " && openssl x509 -in cert.pem -noout -subject -nameopt multiline | grep serialNumber"
    " | sed 's/.*= //'",
    bench.folder, NULL);
  g_assert_cmpstr (said, ==,
                   "Verified OK\ncert.pem: OK\nrDcExehSzsiEp2laLaJqrtaX2ua9sdaugwaY5ONmYwk=\n");
  again = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_cmpstr (json_object_get_string_member (again, "signature"), ==,
                   json_object_get_string_member (result, "signature"));
  acknowledged = iam_bench_call (&bench, KIOSK_IAMSMART_SIGNING_ACKNOWLEDGE, request);
  status = iam_bench_ask (&bench, "status");
  g_assert_nonnull (strstr (status, " acknowledged=1 "));
  iam_bench_clear (&bench);
}

static void
test_who_may_not_sign (void)
{
  static const struct
  {
    const char *name;
    const char *code;
  } who[] = { { IAM_BOB, "D70004" }, { IAM_EVE, "D70005" } };
  IamBench bench;

  iam_bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (who); i++)
    {
      g_autoptr (JsonObject) request = iam_bench_sign_request (&bench, "I declare", IAM_ADA_NUMBER);
      g_autoptr (JsonObject) result = sign (&bench, request, who[i].name, who[i].code);
      g_autofree char *code
        = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);

      g_assert_false (json_object_has_member (result, "signature"));
      g_assert_cmpstr (json_object_get_string_member (result, "businessID"), ==,
                       json_object_get_string_member (request, "businessID"));
      g_assert_cmpstr (code, ==, who[i].code);
    }
  iam_bench_clear (&bench);
}

static void
test_signing_waits_then_ends (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) reply = NULL;
  g_autoptr (JsonObject) waiting = NULL;
  g_autoptr (JsonObject) ended = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autofree char *over = NULL;

  iam_bench_init (&bench, NULL);
  request = iam_bench_sign_request (&bench, "I declare", IAM_ADA_NUMBER);
  reply = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  waiting = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_false (json_object_has_member (waiting, "signature"));
  iam_bench_tell (&bench, "clock 1079000"); /* a second before the 18 minutes are over */
  iam_bench_assert_silent (&bench);
  iam_bench_tell (&bench, "clock 1081000");
  callback = iam_bench_callback (&bench);
  ended = iam_bench_open (&bench, callback, "signing", "D40003");
  g_assert_cmpstr (json_object_get_string_member (ended, "businessID"), ==,
                   json_object_get_string_member (request, "businessID"));
  iam_bench_tell (&bench, "clock 0");
  over = iam_bench_code (&bench, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, request);
  g_assert_cmpstr (over, ==, "D20002");
  iam_bench_clear (&bench);
}

static void
test_pdf_signature_holds_for_others (void)
{
  IamBench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) reply = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autofree char *said = NULL;
  g_autofree char *digest = NULL;

  iam_bench_init (&bench, NULL);
  request = iam_bench_sign_request (&bench, "x", IAM_ADA_NUMBER);
  digest = kiosk_iamsmart_hkic_hash ("bytes of a PDF");
  json_object_remove_member (request, "hashCode");
  json_object_set_string_member (request, "docDigest", digest);
  reply = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING, request);
  iam_bench_phone (&bench, IAM_ADA, "approve", json_object_get_string_member (reply, "ticketURL"),
                   NULL);
  callback = iam_bench_callback (&bench);
  result = iam_bench_open (&bench, callback, "pdf-signing", "D00000");
  save (&bench, "signature", result, "pdfSignature");
  said = iam_bench_shell (
    "cd \"$0\" && printf 'bytes of a PDF' > document && openssl smime -verify -inform DER"
    " -in signature -content document -CAfile gov/iamsmart/ca.pem -purpose any 2>&1",
    bench.folder, NULL);
  g_assert_nonnull (strstr (said, "Verification successful"));
  iam_bench_clear (&bench);
}

static void
test_forms_and_step_up (void)
{
  IamBench bench;
  g_autoptr (JsonObject) token = NULL;
  g_autoptr (JsonObject) form = NULL;
  g_autoptr (JsonObject) step = NULL;
  g_autoptr (JsonObject) form_reply = NULL;
  g_autoptr (JsonObject) step_reply = NULL;
  g_autoptr (JsonObject) filled = NULL;
  g_autoptr (JsonObject) passed = NULL;
  g_autoptr (JsonObject) found = NULL;
  g_autoptr (IamCallback) first = NULL;
  g_autoptr (IamCallback) second = NULL;
  JsonArray *fields = json_array_new ();

  iam_bench_init (&bench, NULL);
  form = iam_bench_request (&bench);
  json_array_add_string_element (fields, "emailAddress");
  json_array_add_string_element (fields, "residentialAddress");
  json_object_set_array_member (form, "eMEFields", fields);
  json_object_set_string_member (form, "formName", "TD558");
  form_reply = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING, form);
  iam_bench_phone (&bench, IAM_BOB, "approve",
                   json_object_get_string_member (form_reply, "ticketURL"), NULL);
  first = iam_bench_callback (&bench);
  filled = iam_bench_open (&bench, first, "form-filling", "D00000");
  g_assert_cmpstr (json_object_get_string_member (filled, "emailAddress"), ==,
                   "bob@citizen.example");
  g_assert_false (json_object_has_member (filled, "idNo"));
  found = iam_bench_call (&bench, KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING_RESULT, form);
  g_assert_true (json_object_has_member (found, "residentialAddress"));

  token = iam_bench_login (&bench, IAM_ADA);
  step = iam_bench_account_request (&bench, token);
  step_reply = iam_bench_call (&bench, KIOSK_IAMSMART_STEP_UP, step);
  g_assert_cmpuint (iam_bench_phone (&bench, IAM_EVE, "approve",
                                     json_object_get_string_member (step_reply, "ticketURL"), NULL),
                    ==, 403);
  iam_bench_phone (&bench, IAM_ADA, "approve",
                   json_object_get_string_member (step_reply, "ticketURL"), NULL);
  second = iam_bench_callback (&bench);
  passed = iam_bench_open (&bench, second, "step-up", "D00000");
  g_assert_cmpstr (json_object_get_string_member (passed, "isPassed"), ==, "true");
  iam_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam/sign/holds-for-others", test_signature_holds_for_others);
  g_test_add_func ("/iam/sign/who-may-not", test_who_may_not_sign);
  g_test_add_func ("/iam/sign/waits-then-ends", test_signing_waits_then_ends);
  g_test_add_func ("/iam/sign/pdf-holds-for-others", test_pdf_signature_holds_for_others);
  g_test_add_func ("/iam/forms-and-step-up", test_forms_and_step_up);
  return g_test_run ();
}
