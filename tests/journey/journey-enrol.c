/* Enrolment by oneself, with a drawn face before the camera and a phone that reads the screen. The
 * registry's officer is a program of the sandbox: what is captured stays captured until it comes.
 */
#include "journeys.h"
#include "phone.h"

#include <string.h>

#define SERVICE "digital-identity"
#define FACE    "person 2 noise=2"
#define PHONE   "phone show module=4 tilt=10 turn=5 noise=3"

static gboolean
hand (Play *play, GError **error, const char *command)
{
  return stage_hand (play_stage (play), command, error);
}

static gboolean
choose (Play *play, GError **error)
{
  return play_press_exactly (play, play_service_title (play, SERVICE), error);
}

static gboolean
reach_portrait (Play *play, GError **error)
{
  return play_identify (play, "good", error) && choose (play, error)
         && play_see (play, "You can use this service", "enrol-eligibility", error)
         && play_press (play, "Continue", error)
         && play_see (play, "What you agree to", "enrol-consent", error)
         && play_press (play, "I agree", error)
         && play_see (play, "Take your portrait", NULL, error);
}

static gboolean
reach_phone (Play *play, GError **error)
{
  return reach_portrait (play, error) && hand (play, error, FACE)
         && play_see_text (play, "The light is good.", error)
         && play_shoot (play, "enrol-portrait", error)
         && play_press (play, "Take the picture", error)
         && play_see_text (play, "This is your picture.", error)
         && play_shoot (play, "enrol-portrait-taken", error)
         && play_press (play, "Use this picture", error) && hand (play, error, "phone away")
         && play_see (play, "Link your phone", "enrol-phone", error);
}

/* Reads the screen, as the picture just taken shows it. */
static gboolean
read_screen (Play *play, GError **error)
{
  g_autofree char *picture = play_last_picture (play);
  g_autofree char *command = g_strconcat ("phone look ", picture, NULL);

  return hand (play, error, command);
}

static gboolean
bind_phone (Play *play, GError **error)
{
  return read_screen (play, error) && hand (play, error, "phone key") && hand (play, error, PHONE)
         && play_see (play, "Check your answers", "enrol-review", error)
         && hand (play, error, "phone away");
}

/* Waits for @state; what kioskctl says of the record goes into @summary: "txid=… outcome=…". */
static gboolean
await_state (Play *play, JsonObject *summary, const char *state, GError **error)
{
  g_autofree char *said
    = stage_ctl (play_stage (play), error, "wait", state, "--reference",
                 json_object_get_string_member (summary, "reference"), "--timeout", "60", NULL);
  g_auto (GStrv) words = said != NULL ? g_strsplit_set (said, " \n", -1) : NULL;

  for (char **word = words; word != NULL && *word != NULL; word++)
    {
      char *equals = strchr (*word, '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      json_object_set_string_member (summary, *word, equals + 1);
    }
  return said != NULL;
}

/* All of it with the cable out: nothing but the phone's light and the vault is needed. */
static gboolean
capture (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *reference = NULL;

  if (!stage_go_offline (stage, error) || !reach_phone (play, error) || !bind_phone (play, error)
      || !play_press (play, "Everything is right", error)
      || !play_see (play, "Your declaration", "enrol-declaration", error)
      || !play_press (play, "I declare this and hand it in", error)
      || !play_see (play, "Received", "enrol-captured", error)
      || !play_leave (play, "Finish", error))
    return FALSE;
  reference = play_newest_reference (play, error);
  if (reference == NULL)
    return FALSE;
  json_object_set_string_member (summary, "reference", reference);
  return stage_cable_put_back (stage_cable (stage), error)
         && await_state (play, summary, "accepted", error);
}

/* What the person sees who comes back with the card. */
static gboolean
come_back (Play *play, const char *heading, const char *picture, GError **error)
{
  return play_identify (play, "good", error) && play_press (play, "My applications", error)
         && play_see (play, "My applications", NULL, error)
         && play_press_exactly (play, play_service_title (play, SERVICE), error)
         && play_see (play, heading, picture, error) && play_leave (play, "Finish", error);
}

/* Delivered, and nobody has decided; then the officer does. */
static gboolean
decide (Play *play, JsonObject *summary, const char *refuse, const char *heading,
        const char *picture, GError **error)
{
  Stage *stage = play_stage (play);

  if (!come_back (play, "Delivered", "enrol-waiting", error)
      || !stage_raise_registry (stage, refuse, error)
      || !await_state (play, summary, "settled", error))
    return FALSE;
  stage_dismiss_registry (stage);
  return come_back (play, heading, picture, error);
}

gboolean
journey_enrol_self (Play *play, JsonObject *summary, GError **error)
{
  return capture (play, summary, error)
         && decide (play, summary, NULL, "Granted", "enrol-granted", error)
         && stage_take_credential (play_stage (play),
                                   json_object_get_string_member (summary, "txid"), error)
         && phone_come (play, error)
         && phone_is_known (play, "phone present", "enrol-known-by-phone", error)
         && phone_take_away (play, error) && play_leave (play, "Finish and leave", error);
}

gboolean
journey_enrol_refused (Play *play, JsonObject *summary, GError **error)
{
  return capture (play, summary, error)
         && decide (play, summary, "portrait-differs", "Refused", "enrol-refused", error);
}

/* Each asked for in another bad light. */
gboolean
journey_enrol_no_picture (Play *play, JsonObject *summary, GError **error)
{
  static const struct
  {
    const char *face;
    const char *sentence;
  } tries[] = {
    { "person 1 dim=85", "It is too dark." }, { "person 1 blur=8", "It is not sharp." },
    { "person 1 dim=85", "It is too dark." }, { "person 1 blur=8", "It is not sharp." },
    { "person 1 dim=85", "It is too dark." }, { "person 1 blur=8", "It is not sharp." },
  };

  if (!reach_portrait (play, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    if (!hand (play, error, tries[i].face) || !play_see_text (play, tries[i].sentence, error)
        || !play_press (play, "Take the picture", error)
        || (i + 1 < G_N_ELEMENTS (tries) && !play_see_text (play, "Taking the picture…", error)))
      return FALSE;
  return play_see_text (play, "Six pictures did not succeed.", error)
         && play_shoot (play, "enrol-no-picture", error) && hand (play, error, "phone away")
         && play_leave (play, "Finish", error);
}

gboolean
journey_enrol_phones (Play *play, JsonObject *summary, GError **error)
{
  return reach_phone (play, error) && read_screen (play, error)
         && hand (play, error, "phone key key=other") && hand (play, error, PHONE)
         && play_see_text (play, "This phone has not proved that the key is its own.", error)
         && play_shoot (play, "enrol-phone-forged", error) && hand (play, error, "phone away")
         && hand (play, error, "phone key") && hand (play, error, PHONE)
         && play_see (play, "Check your answers", NULL, error)
         && play_press (play, "Back", error)
         /* The phone still shows what it showed. */
         && play_see_text (play, "This code was used already.", error)
         && play_shoot (play, "enrol-phone-used", error) && hand (play, error, "phone away")
         && play_leave (play, "Finish and leave", error);
}

static gboolean
is_sent_away (Play *play, const char *card, const char *picture, GError **error)
{
  return play_identify (play, card, error) && choose (play, error)
         && play_see (play, "You cannot use this service today", picture, error)
         && play_leave (play, "Finish and leave", error);
}

gboolean
journey_enrol_young (Play *play, JsonObject *summary, GError **error)
{
  return is_sent_away (play, "minor", "enrol-fifteen", error)
         && is_sent_away (play, "child", "enrol-nine", error);
}
