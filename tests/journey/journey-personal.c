/* With the cable out: an application by card, and then the same person with nothing but a phone.
 * The code says who they are, so what they handed in is there; for a new application it is not
 * enough, and the page says why. */
#include "journeys.h"
#include "licence.h"
#include "phone.h"

#include <string.h>

#define DAYS 365

static gboolean
unlike (const char *what, const char *is, const char *wanted, GError **error)
{
  if (g_strcmp0 (is, wanted) == 0)
    return FALSE;
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_SCENE, "%s: \"%s\" instead of \"%s\"", what, is,
               wanted);
  return TRUE;
}

/* What kioskd says of itself, and a decoder of others of its screen. */
static gboolean
read_terminal (Play *play, JsonObject *summary, GError **error)
{
  g_autoptr (JsonNode) status = stage_ctl_json (play_stage (play), error, "status", "--json", NULL);
  g_autofree char *picture = play_last_picture (play);
  g_autofree char *audience = status != NULL ? licence_read_code (picture, error) : NULL;
  g_autofree char *wanted = NULL;
  JsonObject *groups;
  const char *kiosk;
  gboolean reachable;

  if (audience == NULL)
    return FALSE;
  groups = json_node_get_object (status);
  kiosk = json_object_get_string_member (json_object_get_object_member (groups, "kiosk"), "id");
  reachable = json_object_get_boolean_member (json_object_get_object_member (groups, "gateway"),
                                              "reachable");
  wanted = g_strconcat ("KA1:", kiosk, NULL);
  json_object_set_string_member (summary, "kiosk", kiosk);
  json_object_set_string_member (summary, "audience", audience);
  json_object_set_boolean_member (summary, "gateway_reachable", reachable);
  return !unlike ("the code on the screen", audience, wanted, error);
}

/* A new application needs the card itself. */
static gboolean
service_says_why (Play *play, GError **error)
{
  return play_press_exactly (play, play_service_title (play, "td-vehicle-licence-renewal"), error)
         && play_see (play, "You cannot use this service today", "phone-not-enough", error)
         && play_press (play, "Back", error)
         && play_see (play, "What would you like to do?", NULL, error);
}

static gboolean
own_record_is_there (Play *play, const char *reference, GError **error)
{
  return play_press (play, "My applications", error)
         && play_see (play, "My applications", "phone-applications", error)
         && play_press_exactly (play, play_service_title (play, "td-vehicle-licence-renewal"),
                                error)
         && play_see (play, "Received", "phone-record", error)
         && play_see_text (play, reference, error) && play_leave (play, "Finish", error);
}

gboolean
journey_personal_code (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *reference = NULL;
  g_autofree char *name = stage_card_value (stage, "good", "person", "name");

  if (!stage_give_credential (stage, "good", DAYS, error) || !stage_go_offline (stage, error)
      || !play_identify (play, "good", error) || !licence_apply (play, error)
      || !play_leave (play, "Finish", error))
    return FALSE;
  reference = play_newest_reference (play, error);
  if (reference == NULL || !phone_come (play, error) || !read_terminal (play, summary, error)
      || !phone_is_known (play, "phone present", "phone-services", error)
      || !play_see_text (play, name, error) || !service_says_why (play, error)
      || !own_record_is_there (play, reference, error))
    return FALSE;
  json_object_set_string_member (summary, "reference", reference);
  return stage_cable_put_back (stage_cable (stage), error);
}
