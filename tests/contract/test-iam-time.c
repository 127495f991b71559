/* What time does to sessions of iAM Smart and to those who wait for them; and what the hub does
 * when its own clock is set back. The gateway is inside the test, so that eighteen minutes pass at
 * once.
 */
#include "iam-inside.h"
#include <string.h>

#define SECOND_MS 1000
#define MINUTE_MS (60 * SECOND_MS)
#define PERSON    1 /* of two the one who may sign */

typedef struct
{
  IamStage *stage;
  IamInside *inside;
  IamKiosk *kiosk;
} World;

static void
set_up (World *world, gconstpointer data)
{
  world->stage = iam_stage_new (2, 1);
  world->inside = iam_inside_new (world->stage);
  world->kiosk = iam_kiosk_new (world->stage);
}

static void
tear_down (World *world, gconstpointer data)
{
  iam_kiosk_free (world->kiosk);
  iam_inside_free (world->inside);
  iam_stage_free (world->stage);
}

/* (transfer full): the session's id. @ret_code: nullable. */
static char *
begin (World *world, const char *body, char **ret_code)
{
  g_autofree char *url = iam_url (world->stage, 0, NULL, 0);
  g_autoptr (IamReply) reply = iam_client_ask (world->kiosk->client, "POST", url, body);
  g_assert_cmpuint (reply->status, ==, 201);
  if (ret_code != NULL)
    *ret_code = g_strdup (json_object_get_string_member (reply->json, "code"));
  return g_strdup (json_object_get_string_member (reply->json, "id"));
}

static void
decide (World *world, const char *code)
{
  g_autoptr (IamReply) reply = iam_phone_decide (world->stage, PERSON, code, "approve");
  g_assert_cmpuint (reply->status, ==, 200);
}

static IamReply *
look (World *world, const char *session)
{
  g_autofree char *url = iam_url (world->stage, 0, session, 0);
  return iam_client_ask (world->kiosk->client, "GET", url, NULL);
}

static void
assert_reason (World *world, const char *session, const char *reason)
{
  g_autoptr (IamReply) reply = iam_kiosk_wait (world->stage, world->kiosk, session);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "failed");
  g_assert_cmpstr (json_object_get_string_member (reply->json, "reason"), ==, reason);
}

/* Until the writer has found it due. */
static void
assert_gone (World *world, const char *session)
{
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint status;
  do
    {
      g_autoptr (IamReply) reply = look (world, session);
      status = reply->status;
    }
  while (status == 200 && g_get_monotonic_time () < until_us);
  g_assert_cmpuint (status, ==, 404);
}

/* Until the hub has written it down: "2" is CHECKING, "4" PROMISED. */
static void
await_stage (World *world, const char *number)
{
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gboolean there;
  do
    {
      g_autofree char *stage = rig_ask (world->stage->rig, "SELECT max(stage) FROM iam_sessions");
      there = strcmp (g_strstrip (stage), number) == 0;
    }
  while (!there && g_get_monotonic_time () < until_us);
  g_assert_true (there);
}

static void
test_nobody_scans (World *world, gconstpointer data)
{
  g_autofree char *session = begin (world, IAM_LOGIN, NULL);
  iam_inside_advance (world->inside, 17 * MINUTE_MS);
  g_autoptr (IamReply) still = look (world, session);
  g_assert_cmpstr (json_object_get_string_member (still->json, "state"), ==, "waiting");
  /* The hub's clock alone: the core says nothing. */
  iam_inside_pass (world->inside, 61 * SECOND_MS);
  assert_reason (world, session, "expired");
  iam_inside_pass (world->inside, 2 * MINUTE_MS);
  assert_gone (world, session);
}

static void
test_profile_never_comes (World *world, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autofree char *session = begin (world, IAM_LOGIN, &code);
  g_free (iam_stage_core (world->stage, "fault callback-with-foreign-key 1"));
  decide (world, code);
  await_stage (world, "4");
  iam_inside_pass (world->inside, 61 * SECOND_MS);
  assert_reason (world, session, "unavailable");
}

/* (transfer full): @ret_hash (transfer full): the digest. */
static char *
signing (World *world, char **ret_hash)
{
  g_autofree char *number = g_strndup (world->stage->numbers[PERSON], 7);
  *ret_hash = kiosk_iamsmart_hkic_hash (number);
  return g_strdup_printf ("{\"purpose\":\"sign\",\"language\":\"en\",\"digest\":\"%s\","
                          "\"hkic_hash\":\"%s\",\"department\":\"TD\",\"service\":\"Renewal\","
                          "\"document\":\"TD558\"}",
                          *ret_hash, *ret_hash);
}

static void
test_signature_asked_for (World *world, gconstpointer data)
{
  g_autofree char *hash = NULL;
  g_autofree char *body = signing (world, &hash);
  g_autofree char *code = NULL;
  g_autofree char *session = begin (world, body, &code);
  g_free (iam_stage_core (world->stage, "fault lost-callback 1"));
  decide (world, code);
  g_autoptr (IamReply) waits = look (world, session);
  g_assert_cmpstr (json_object_get_string_member (waits->json, "state"), ==, "waiting");
  iam_inside_advance (world->inside, 17 * MINUTE_MS + 31 * SECOND_MS);
  g_autoptr (IamReply) reply = iam_kiosk_wait (world->stage, world->kiosk, session);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "done");
  g_autoptr (JsonObject) answer = iam_kiosk_open (world->kiosk, reply);
  g_assert_cmpstr (json_object_get_string_member (answer, "digest"), ==, hash);
}

static void
test_signature_nobody_gave (World *world, gconstpointer data)
{
  g_autofree char *hash = NULL;
  g_autofree char *body = signing (world, &hash);
  g_autofree char *session = begin (world, body, NULL);
  iam_inside_advance (world->inside, 17 * MINUTE_MS + 31 * SECOND_MS);
  /* Asked for, and there is none yet: the ticket's last half minute is the person's, too. */
  await_stage (world, "2");
  g_autoptr (IamReply) still = look (world, session);
  g_assert_cmpstr (json_object_get_string_member (still->json, "state"), ==, "waiting");
  iam_inside_pass (world->inside, 50 * SECOND_MS);
  assert_reason (world, session, "expired");
}

/* … and a signature given in it counts. */
static void
test_signature_at_the_last_moment (World *world, gconstpointer data)
{
  g_autofree char *hash = NULL;
  g_autofree char *body = signing (world, &hash);
  g_autofree char *code = NULL;
  g_autofree char *session = begin (world, body, &code);
  iam_inside_advance (world->inside, 17 * MINUTE_MS + 31 * SECOND_MS);
  await_stage (world, "2");
  decide (world, code);
  g_autoptr (IamReply) reply = iam_kiosk_wait (world->stage, world->kiosk, session);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "done");
  iam_stage_await (world->stage, "acknowledged", 1);
}

static void
test_fetched_and_gone (World *world, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autofree char *session = begin (world, IAM_LOGIN, &code);
  decide (world, code);
  g_autoptr (IamReply) done = iam_kiosk_wait (world->stage, world->kiosk, session);
  g_assert_cmpstr (json_object_get_string_member (done->json, "state"), ==, "done");
  iam_inside_advance (world->inside, 55 * SECOND_MS);
  g_autoptr (IamReply) again = look (world, session);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpstr (json_object_get_string_member (again->json, "sealed"), ==,
                   json_object_get_string_member (done->json, "sealed"));
  iam_inside_advance (world->inside, 6 * SECOND_MS);
  assert_gone (world, session);
}

static void
take (IamReply *reply, gpointer ret_reply)
{
  *(IamReply **)ret_reply = reply;
}

static void
wait_for (IamReply **reply)
{
  while (*reply == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_held (World *world, gconstpointer data)
{
  IamReply *reply = NULL;
  g_autofree char *session = begin (world, IAM_LOGIN, NULL);
  g_autofree char *url = iam_url (world->stage, 0, session, 1);
  iam_client_send (world->kiosk->client, "GET", url, NULL, NULL, take, &reply);
  iam_inside_await_waiting (world->inside, 1);
  iam_inside_advance (world->inside, 24 * SECOND_MS);
  iam_inside_await_waiting (world->inside, 1);
  g_assert_null (reply);
  iam_inside_advance (world->inside, 2 * SECOND_MS);
  wait_for (&reply);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpint (json_object_get_int_member (reply->json, "version"), ==, 1);
  iam_inside_await_waiting (world->inside, 0);
  iam_reply_free (reply);
}

static void
test_hangs_up (World *world, gconstpointer data)
{
  IamReply *reply = NULL;
  g_autofree char *session = begin (world, IAM_LOGIN, NULL);
  g_autofree char *url = iam_url (world->stage, 0, session, 1);
  g_autoptr (GCancellable) gone = g_cancellable_new ();
  iam_client_send (world->kiosk->client, "GET", url, NULL, gone, take, &reply);
  iam_inside_await_waiting (world->inside, 1);
  g_cancellable_cancel (gone);
  wait_for (&reply);
  g_assert_cmpuint (reply->status, ==, 0);
  iam_inside_await_waiting (world->inside, 0);
  iam_reply_free (reply);
  g_autoptr (IamReply) again = look (world, session);
  g_assert_cmpuint (again->status, ==, 200);
}

static void
test_second_wait (World *world, gconstpointer data)
{
  IamReply *first = NULL, *second = NULL;
  g_autofree char *session = begin (world, IAM_LOGIN, NULL);
  g_autofree char *url = iam_url (world->stage, 0, session, 1);
  iam_client_send (world->kiosk->client, "GET", url, NULL, NULL, take, &first);
  iam_inside_await_waiting (world->inside, 1);
  iam_client_send (world->kiosk->client, "GET", url, NULL, NULL, take, &second);
  wait_for (&first);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_null (second);
  g_autofree char *leave = iam_url (world->stage, 0, session, 0);
  g_autoptr (IamReply) left = iam_client_ask (world->kiosk->client, "DELETE", leave, NULL);
  g_assert_cmpuint (left->status, ==, 204);
  wait_for (&second);
  g_assert_cmpuint (second->status, ==, 404);
  iam_reply_free (first);
  iam_reply_free (second);
}

/* Four that nobody asks for any more do not keep a fifth out. */
static void
test_forgotten_give_way (World *world, gconstpointer data)
{
  g_autofree char *oldest = begin (world, IAM_LOGIN, NULL);
  g_autofree char *url = iam_url (world->stage, 0, NULL, 0);
  for (guint i = 0; i < 3; i++)
    {
      iam_inside_advance (world->inside, SECOND_MS);
      g_free (begin (world, IAM_LOGIN, NULL));
    }
  g_autoptr (IamReply) fifth = iam_client_ask (world->kiosk->client, "POST", url, IAM_LOGIN);
  g_assert_cmpuint (fifth->status, ==, 429);
  iam_inside_advance (world->inside, 58 * SECOND_MS);
  g_free (begin (world, IAM_LOGIN, NULL));
  g_autoptr (IamReply) gone = look (world, oldest);
  g_assert_cmpuint (gone->status, ==, 404);
}

static gint64
replays (World *world)
{
  g_autofree char *status = iam_stage_core (world->stage, "status");
  return g_ascii_strtoll (strstr (status, "replays=") + strlen ("replays="), NULL, 10);
}

/* The stamps stand still until the clock has caught up. */
static void
test_clock_set_back (World *world, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *code = NULL;
      g_autofree char *session = begin (world, IAM_LOGIN, &code);
      decide (world, code);
      g_autoptr (IamReply) reply = iam_kiosk_wait (world->stage, world->kiosk, session);
      g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "done");
      iam_inside_set_back (world->inside, 4 * MINUTE_MS);
    }
  g_assert_cmpint (replays (world), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(path, function) g_test_add (path, World, NULL, set_up, function, tear_down)
  CASE ("/iam-time/a-code-that-nobody-scans-expires", test_nobody_scans);
  CASE ("/iam-time/a-profile-that-never-comes-is-unavailable", test_profile_never_comes);
  CASE ("/iam-time/a-signature-whose-callback-was-lost-is-asked-for", test_signature_asked_for);
  CASE ("/iam-time/a-signature-that-nobody-gave-fails", test_signature_nobody_gave);
  CASE ("/iam-time/a-signature-at-the-last-moment-counts", test_signature_at_the_last_moment);
  CASE ("/iam-time/an-answer-stays-a-minute-after-it-was-fetched", test_fetched_and_gone);
  CASE ("/iam-time/forgotten-sessions-give-way", test_forgotten_give_way);
  CASE ("/iam-time/a-clock-set-back-sends-no-stamp-back", test_clock_set_back);
  CASE ("/iam-poll/is-held-until-its-patience-ends", test_held);
  CASE ("/iam-poll/ends-with-a-caller-that-hangs-up", test_hangs_up);
  CASE ("/iam-poll/a-second-wait-ends-the-first", test_second_wait);
  return rig_test_run ();
}
