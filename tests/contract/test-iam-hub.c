/* The hub against the simulated core of iAM Smart: what goes well, and what each fault comes to. */
#include "iam-stage.h"
#include <string.h>

#define SIGNER 1 /* the person who may sign, of two */

typedef struct
{
  char *id;
  char *code;
  gint64 version;
} Begun;

static void
begun_clear (Begun *self)
{
  g_free (self->id);
  g_free (self->code);
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
  Begun begun = {
    g_strdup (json_object_get_string_member (reply->json, "id")),
    g_strdup (json_object_get_string_member (reply->json, "code")),
    json_object_get_int_member (reply->json, "version"),
  };
  return begun;
}

static void
test_login (void)
{
  g_autoptr (IamStage) stage = iam_stage_new (2, 1);
  g_autoptr (IamKiosk) kiosk = iam_kiosk_new (stage);
  g_auto (Begun) begun = begin (stage, kiosk, IAM_LOGIN);
  g_autoptr (IamReply) decided = iam_phone_decide (stage, 0, begun.code, "approve");
  g_assert_cmpuint (decided->status, ==, 200);
  g_autoptr (IamReply) reply = iam_kiosk_wait (stage, kiosk, begun.id);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "state"), ==, "done");
  g_autoptr (JsonObject) profile = iam_kiosk_open (kiosk, reply);
  g_assert_cmpstr (json_object_get_string_member (profile, "type"), ==, "profile");
  g_assert_cmpstr (json_object_get_string_member (profile, "name"), ==, "PERSON 0");
  g_assert_cmpstr (json_object_get_string_member (profile, "name_chinese"), ==, "人0");
  g_assert_cmpstr (json_object_get_string_member (profile, "birth_date"), ==, "19900131");
  g_assert_cmpstr (json_object_get_string_member (profile, "user_type"), ==, "basic");
  g_autofree char *number = g_strconcat (json_object_get_string_member (profile, "hkid"),
                                         json_object_get_string_member (profile, "check"), NULL);
  g_assert_cmpstr (number, ==, stage->numbers[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam-hub/login/brings-the-profile-sealed", test_login);
  return rig_test_run ();
}
