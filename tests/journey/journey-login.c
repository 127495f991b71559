/* Who one is, by iAM Smart: its core is simulated (kiosk-sandbox iamsmart), the way is the real
 * one. The phone photographs the terminal's screen, its application says yes or no to the core, the
 * core calls the hub back, and the hub answers the one terminal that asked. */
#include "journeys.h"
#include "licence.h"
#include "phone.h"

#define ACCOUNT "good" /* of the person whose card it is */
#define HEADING "Identify with iAM Smart"

/* From the home page to the code, which the phone then has. The picture is the newest. */
static gboolean
take_code (Play *play, const char *picture, GError **error)
{
  g_autofree char *shot = NULL;

  if (!play_start (play, error) || !play_press (play, "Use iAM Smart", error)
      || !play_see (play, HEADING, NULL, error)
      || !play_see_text (play, "Scan this code with iAM Smart.", error)
      || !play_shoot (play, picture, error))
    return FALSE;
  shot = play_last_picture (play);
  return phone_hand (play, "phone look ", shot, error)
         && phone_hand (play, "phone app open ", ACCOUNT, error);
}

static gboolean
approve (Play *play, GError **error)
{
  return phone_hand (play, "phone app approve ", ACCOUNT, error)
         && play_see (play, "What would you like to do?", "login-services", error);
}

/* What the programs say of it all: kioskd of its vault, the core of what it was asked. */
static gboolean
read_programs (Play *play, JsonObject *summary, GError **error)
{
  StageProcess *core = stage_program (play_stage (play), "iamsmart");
  g_autoptr (JsonNode) status = stage_ctl_json (play_stage (play), error, "status", "--json", NULL);
  g_autofree char *line = NULL;

  if (status == NULL || !stage_process_tell (core, "status", error))
    return FALSE;
  line = stage_process_read_line (core, 10, error);
  if (line == NULL)
    return FALSE;
  json_object_set_string_member (summary, "core", line);
  json_object_set_object_member (
    summary, "vault",
    json_object_ref (json_object_get_object_member (json_node_get_object (status), "vault")));
  return TRUE;
}

/* The network goes as soon as the person is known, and comes back once they have handed in. */
static gboolean
apply_offline (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *reference = NULL;

  if (!stage_go_offline (play_stage (play), error) || !licence_apply (play, error))
    return FALSE;
  reference = play_newest_reference (play, error);
  if (reference == NULL || !play_see_text (play, reference, error)
      || !stage_cable_put_back (stage_cable (play_stage (play)), error))
    return FALSE;
  json_object_set_string_member (summary, "reference", reference);
  return play_see (play, "Granted", "login-granted", error);
}

gboolean
journey_login_phone (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *name = stage_card_value (play_stage (play), ACCOUNT, "person", "name");

  return take_code (play, "login-code", error) && approve (play, error)
         && play_see_text (play, name, error) && apply_offline (play, summary, error)
         && read_programs (play, summary, error) && play_leave (play, "Finish", error);
}

gboolean
journey_login_refused (Play *play, JsonObject *summary, GError **error)
{
  return take_code (play, "login-asked", error)
         && phone_hand (play, "phone app refuse ", ACCOUNT, error)
         && play_see (play, "That did not work", "login-refused", error)
         && play_see_text (play, "You said no on the phone.", error)
         && play_press (play, "New code", error) && play_see (play, HEADING, NULL, error)
         && play_see_text (play, "Scan this code with iAM Smart.", error)
         && play_press (play, "Back", error)
         && play_see (play, "Lay your card on the reader", NULL, error)
         && play_leave (play, "Finish and leave", error);
}

gboolean
journey_login_cut (Play *play, JsonObject *summary, GError **error)
{
  StageCable *cable = stage_cable (play_stage (play));

  return take_code (play, "login-before-cut", error) && stage_go_offline (play_stage (play), error)
         && play_see (play, "That did not work", "login-cut", error)
         && play_see_text (play, "The network is away.", error)
         && stage_cable_put_back (cable, error) && play_leave (play, "Finish and leave", error);
}
