/* The hub against the simulated core of iAM Smart: what goes well, and what each fault comes to. */
#include "iam-stage.h"
#include <string.h>

#define BASIC  0 /* of two people the first has a basic account … */
#define SIGNER 1 /* … and the last may sign */

typedef struct
{
  char *id;
  char *code;
  char *identification;
} Begun;

static void
begun_clear (Begun *self)
{
  g_free (self->id);
  g_free (self->code);
  g_free (self->identification);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Begun, begun_clear)

static Begun
begin (IamStage *stage, IamKiosk *kiosk, const char *body)
{
  g_autofree char *url = iam_url (stage, 0, NULL, 0);
  g_autoptr (IamReply) reply = iam_client_ask (kiosk->client, "POST", url, body);
  g_test_message ("begun: %u %s", reply->status, reply->code != NULL ? reply->code : "");
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "waiting");
  return (Begun){
    g_strdup (json_object_get_string_member (reply->json, "id")),
    g_strdup (json_object_get_string_member (reply->json, "code")),
    g_strdup (json_object_get_string_member (reply->json, "identification")),
  };
}

static void
decide (IamStage *stage, guint person, const Begun *begun, const char *decision)
{
  g_autoptr (IamReply) reply = iam_phone_decide (stage, person, begun->code, decision);
  g_assert_cmpuint (reply->status, ==, 200);
}

/* (transfer full): how it ended: "done", or the reason. */
static char *
end_of (IamStage *stage, IamKiosk *kiosk, const Begun *begun)
{
  g_autoptr (IamReply) reply = iam_kiosk_wait (stage, kiosk, begun->id);
  if (strcmp (json_object_get_string_member (reply->json, "state"), "done") == 0)
    return g_strdup ("done");
  g_assert_true (json_object_get_null_member (reply->json, "sealed"));
  return g_strdup (json_object_get_string_member (reply->json, "reason"));
}

/* A login that @person decides on; (transfer full): how it ended. */
static char *
login (IamStage *stage, IamKiosk *kiosk, guint person, const char *decision)
{
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  decide (stage, person, &begun, decision);
  return end_of (stage, kiosk, &begun);
}

/* (transfer full): a request for a signature of that person over the digest of a word. */
static char *
signing (IamStage *stage, guint person)
{
  g_autofree char *number = g_strndup (stage->numbers[person], 7);
  g_autofree char *hash = kiosk_iamsmart_hkic_hash (number);
  guint8 digest[32] = "thirty-two bytes of a digest ...";
  g_autofree char *text = g_base64_encode (digest, sizeof digest);
  return g_strdup_printf ("{\"purpose\":\"sign\",\"language\":\"zh_HK\",\"digest\":\"%s\","
                          "\"hkic_hash\":\"%s\",\"department\":\"TD\",\"service\":\"Renewal\","
                          "\"document\":\"TD558\"}",
                          text, hash);
}

static void
assert_none_open (IamStage *stage)
{
  g_autofree char *open = rig_ask (stage->rig, "SELECT count(*) FROM iam_sessions WHERE stage < 5");
  g_assert_cmpstr (g_strstrip (open), ==, "0");
}

static void
test_login (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  decide (stage, BASIC, &begun, "approve");
  g_autoptr (IamReply) reply = iam_kiosk_wait (stage, kiosk, begun.id);
  g_autoptr (JsonObject) profile = iam_kiosk_open (kiosk, reply);
  g_assert_cmpstr (json_object_get_string_member (profile, "type"), ==, "profile");
  g_assert_cmpstr (json_object_get_string_member (profile, "name"), ==, "PERSON 0");
  g_assert_cmpstr (json_object_get_string_member (profile, "name_chinese"), ==, "人0");
  g_assert_cmpstr (json_object_get_string_member (profile, "birth_date"), ==, "19900131");
  g_assert_cmpstr (json_object_get_string_member (profile, "user_type"), ==, "basic");
  g_autofree char *number = g_strconcat (json_object_get_string_member (profile, "hkid"),
                                         json_object_get_string_member (profile, "check"), NULL);
  g_assert_cmpstr (number, ==, stage->numbers[BASIC]);
}

static void
test_decisions (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_autofree char *refused = login (stage, kiosk, BASIC, "refuse");
  g_assert_cmpstr (refused, ==, "refused");
  g_autofree char *cancelled = login (stage, kiosk, BASIC, "cancel");
  g_assert_cmpstr (cancelled, ==, "cancelled");
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  g_free (iam_stage_core (stage, "expire"));
  g_autofree char *ignored = end_of (stage, kiosk, &begun);
  g_assert_cmpstr (ignored, ==, "no-answer");
  assert_none_open (stage);
}

static void
test_signature (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_autofree char *body = signing (stage, SIGNER);
  g_auto (Begun) begun = begin (stage, kiosk, body);
  g_assert_cmpuint (strlen (begun.identification), ==, 4);
  decide (stage, SIGNER, &begun, "approve");
  g_autoptr (IamReply) reply = iam_kiosk_wait (stage, kiosk, begun.id);
  g_autoptr (JsonObject) answer = iam_kiosk_open (kiosk, reply);
  g_assert_cmpstr (json_object_get_string_member (answer, "type"), ==, "signature");
  g_assert_nonnull (strstr (body, json_object_get_string_member (answer, "digest")));
  g_autoptr (GBytes) der = iam_base64 (json_object_get_string_member (answer, "certificate"));
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) cert = kiosk_pki_cert_from_der (der, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) signature = iam_base64 (json_object_get_string_member (answer, "signature"));
  g_assert_true (
    iam_signature_holds (cert, json_object_get_string_member (answer, "digest"), signature));
  iam_stage_await (stage, "acknowledged", 1);
}

static void
test_signature_refusals (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_autofree char *body = signing (stage, BASIC);
  g_auto (Begun) basic = begin (stage, kiosk, body);
  decide (stage, BASIC, &basic, "approve");
  g_autofree char *not_allowed = end_of (stage, kiosk, &basic);
  g_assert_cmpstr (not_allowed, ==, "not-allowed");
  g_auto (Begun) other = begin (stage, kiosk, body);
  decide (stage, SIGNER, &other, "approve");
  g_autofree char *other_card = end_of (stage, kiosk, &other);
  g_assert_cmpstr (other_card, ==, "other-card");
  g_auto (Begun) refused = begin (stage, kiosk, body);
  decide (stage, SIGNER, &refused, "refuse");
  g_autofree char *reason = end_of (stage, kiosk, &refused);
  g_assert_cmpstr (reason, ==, "refused");
  assert_none_open (stage);
}

/* Each fault of the core's on the way of a login, and what it comes to. NULL: a new session gets
 * no code. */
static const struct
{
  const char *fault;
  gboolean before;     /* it befalls the request for the code */
  const char *outcome; /* "done", a reason, or a refusal's code */
} faults[] = {
  { "no-answer", TRUE, "iam-unreachable" },
  { "http-500", TRUE, "iam-unreachable" },
  { "garbage", TRUE, "iam-unreachable" },
  { "expired-key", FALSE, "done" },
  { "rekey-now", FALSE, "done" },
  { "no-answer", FALSE, "expired" }, /* the code was spent by the try whose answer was lost */
  { "http-500", FALSE, "expired" },
  { "code-expired", FALSE, "expired" },
  { "replayed-nonce", FALSE, "fault" },
  { "clock-skew", FALSE, "fault" },
  { "refused-signature", FALSE, "fault" },
  { "garbage", FALSE, "fault" },
  { "duplicate-callback", FALSE, "done" },
};

static char *
login_with (IamStage *stage, IamKiosk *kiosk, const char *fault, gboolean before)
{
  g_autofree char *line = g_strdup_printf ("fault %s 1", fault);
  g_autofree char *url = iam_url (stage, 0, NULL, 0);
  if (before)
    {
      g_free (iam_stage_core (stage, line));
      g_autoptr (IamReply) reply = iam_client_ask (kiosk->client, "POST", url, IAM_LOGIN);
      g_assert_cmpuint (reply->status, ==, 503);
      return g_strdup (reply->code);
    }
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  g_free (iam_stage_core (stage, line));
  decide (stage, BASIC, &begun, "approve");
  return end_of (stage, kiosk, &begun);
}

static void
test_faults (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_free (login (stage, kiosk, BASIC, "approve")); /* the content key is there */
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *outcome = login_with (stage, kiosk, faults[i].fault, faults[i].before);
      g_test_message ("%s: %s", faults[i].fault, outcome);
      g_assert_cmpstr (outcome, ==, faults[i].outcome);
      assert_none_open (stage);
    }
  g_autofree char *well = login (stage, kiosk, BASIC, "approve");
  g_assert_cmpstr (well, ==, "done");
}

/* The first key comes wrapped by a padding that was not agreed; the next one is good. */
static void
test_padding (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_autofree char *first = login_with (stage, kiosk, "wrong-padding", FALSE);
  g_test_message ("wrong-padding: %s", first);
  g_assert_true (strcmp (first, "done") == 0 || strcmp (first, "fault") == 0);
  assert_none_open (stage);
  g_autofree char *second = login (stage, kiosk, BASIC, "approve");
  g_assert_cmpstr (second, ==, "done");
}

/* What never comes, or is nobody's: the kiosk leaves, and nothing of it stays. */
static void
test_lost (void)
{
  static const char *const lost[]
    = { "lost-callback", "late-callback", "callback-with-foreign-state" };
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  for (gsize i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      g_autofree char *line = g_strdup_printf ("fault %s 1", lost[i]);
      g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
      g_free (iam_stage_core (stage, line));
      decide (stage, BASIC, &begun, "approve");
      g_autofree char *url = iam_url (stage, 0, begun.id, 0);
      g_autoptr (IamReply) waits = iam_client_ask (kiosk->client, "GET", url, NULL);
      g_assert_cmpstr (json_object_get_string_member (waits->json, "state"), ==, "waiting");
      g_autoptr (IamReply) left = iam_client_ask (kiosk->client, "DELETE", url, NULL);
      g_assert_cmpuint (left->status, ==, 204);
      assert_none_open (stage);
    }
  gint64 dropped = iam_stage_counter (stage, 0, "iam_dropped");
  g_free (iam_stage_core (stage, "release")); /* the late one comes now */
  iam_stage_await_counter (stage, "iam_dropped", dropped + 1);
  assert_none_open (stage);
}

/* What the gateways knew is in the database: a restart in between changes nothing. */
static void
test_restart (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  g_free (iam_stage_core (stage, "fault late-callback 1"));
  decide (stage, BASIC, &begun, "approve");
  iam_stage_restart (stage);
  g_autofree char *url = iam_url (stage, 0, begun.id, 0);
  g_autoptr (IamReply) waits = iam_client_ask (kiosk->client, "GET", url, NULL);
  g_assert_cmpuint (waits->status, ==, 200);
  g_assert_cmpstr (json_object_get_string_member (waits->json, "state"), ==, "waiting");
}

/* (transfer full): the file, or on PostgreSQL the tables, with bytes that print as they are. */
static GBytes *
database_bytes (Rig *rig)
{
  char *text;
  gsize size;
  if (!rig_is_on_postgresql ())
    {
      g_assert_true (g_file_get_contents (rig->database + strlen ("sqlite:"), &text, &size, NULL));
      return g_bytes_new_take (text, size);
    }
  text = rig_ask (rig, "SELECT iam_sessions.*, encode (certificate, 'escape'),"
                       " encode (sealed, 'escape') FROM iam_sessions; SELECT * FROM iam_wire");
  return g_bytes_new_take (text, strlen (text));
}

/* Names, numbers, codes, tokens and signatures stand nowhere as they are. */
static void
test_nothing_in_the_clear (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_free (login (stage, kiosk, BASIC, "approve"));
  g_autofree char *body = signing (stage, SIGNER);
  g_auto (Begun) begun = begin (stage, kiosk, body);
  decide (stage, SIGNER, &begun, "approve");
  g_free (end_of (stage, kiosk, &begun));
  g_free (login_with (stage, kiosk, "code-expired", FALSE));
  g_autoptr (GBytes) database = database_bytes (stage->rig);
  g_autofree char *log_path = g_build_filename (stage->rig->folder, "kiosk-gateway.log", NULL);
  g_autofree char *log = NULL;
  g_assert_true (g_file_get_contents (log_path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "40004"));
  g_autofree char *number = g_strndup (stage->numbers[BASIC], 7);
  g_autofree char *signer = g_strndup (stage->numbers[SIGNER], 7);
  g_autofree char *ticket = g_strdup (strstr (begun.code, "ticket=") + strlen ("ticket="));
  const char *const canaries[]
    = { "PERSON", "人", number, signer, ticket, "19900131", "1990-01-31", "accessToken", "SIGNER" };
  gsize size;
  const char *bytes = g_bytes_get_data (database, &size);
  g_assert_nonnull (memmem (bytes, size, begun.id, strlen (begun.id)));
  for (gsize i = 0; i < G_N_ELEMENTS (canaries); i++)
    {
      g_assert_null (strstr (log, canaries[i]));
      g_assert_null (memmem (bytes, size, canaries[i], strlen (canaries[i])));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam-hub/login/brings-the-profile-sealed", test_login);
  g_test_add_func ("/iam-hub/login/ends-as-the-person-decides", test_decisions);
  g_test_add_func ("/iam-hub/signature/holds-and-is-acknowledged", test_signature);
  g_test_add_func ("/iam-hub/signature/ends-with-its-own-reason", test_signature_refusals);
  g_test_add_func ("/iam-hub/faults/each-ends-in-its-own-reason", test_faults);
  g_test_add_func ("/iam-hub/faults/a-key-that-does-not-unwrap", test_padding);
  g_test_add_func ("/iam-hub/faults/what-is-lost-leaves-nothing-open", test_lost);
  g_test_add_func ("/iam-hub/restart/keeps-the-session", test_restart);
  g_test_add_func ("/iam-hub/database/holds-nothing-in-the-clear", test_nothing_in_the_clear);
  return rig_test_run ();
}
