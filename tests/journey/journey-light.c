/* Nothing but light between phone and kiosk: the phone photographs the code on the terminal's
 * screen, and later shows it to the terminal's camera, each through a lens. */
#include "journeys.h"
#include "licence.h"

#include <string.h>

/* A payment code that Hong Kong's Inland Revenue Department has published. */
#define TAX_CODE                                                                                   \
  "00020101021126530012hk.com.hkicl0433FPS_Identifier_CRC201D@ird.gov.hk520400005303344540419895"  \
  "802HK5902NA6002HK63042767"
#define ADDRESS "https://example.org/come-here"

static gboolean
hand (Play *play, GError **error, const char *what, const char *operand)
{
  g_autofree char *command = g_strconcat (what, operand, NULL);

  return stage_hand (play_stage (play), command, error);
}

static gboolean
open_camera (Play *play, GError **error)
{
  return play_start (play, error) && play_press (play, "I have a receipt to check", error)
         && play_see (play, "Hold your receipt’s code up to the camera", NULL, error);
}

/* In the hand of a person: tilted, trembling, not quite sharp. */
static gboolean
show_phone (Play *play, GError **error)
{
  return hand (play, error, "phone show module=4 tilt=15 turn=10 blur=1 noise=4 hand=1", "");
}

static gboolean
take_phone_away (Play *play, GError **error)
{
  return hand (play, error, "phone away", "");
}

/* What the phone saw leads to the record, as it stands now, and to nobody's name. */
static gboolean
receipt_says (Play *play, const char *heading, const char *reference, const char *picture,
              GError **error)
{
  return open_camera (play, error) && show_phone (play, error)
         && play_see (play, heading, picture, error) && play_see_text (play, reference, error)
         && take_phone_away (play, error) && play_leave (play, "Finish", error);
}

/* Applied for offline; the phone takes the code from the screen with its own camera. (transfer
 * full): the reference that the vault has. */
static char *
apply_and_photograph (Play *play, GError **error)
{
  g_autofree char *picture = NULL;
  g_autofree char *photographed = NULL;

  if (!stage_go_offline (play_stage (play), error) || !play_identify (play, "good", error)
      || !licence_apply (play, error))
    return NULL;
  picture = play_last_picture (play);
  if (!hand (play, error, "phone look ", picture) || !play_press (play, "Print receipt", error)
      || !play_see_text (play, "Printed. Please take your receipt.", error)
      || !play_leave (play, "Finish", error))
    return NULL;
  return play_newest_reference (play, error);
}

gboolean
journey_receipt_by_light (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *reference = apply_and_photograph (play, error);
  g_autofree char *settled = NULL;
  g_autofree char *paper = NULL;

  if (reference == NULL || !receipt_says (play, "Received", reference, "by-light-received", error)
      || !stage_cable_put_back (stage_cable (stage), error))
    return FALSE;
  settled = stage_ctl (stage, error, "wait", "settled", "--reference", reference, "--timeout", "60",
                       NULL);
  if (settled == NULL || !receipt_says (play, "Granted", reference, "by-light-granted", error))
    return FALSE;
  paper = licence_draw_paper (play, error);
  if (paper == NULL || !open_camera (play, error) || !hand (play, error, "paper ", paper)
      || !play_see (play, "Granted", "by-paper-granted", error) || !take_phone_away (play, error)
      || !play_leave (play, "Finish", error))
    return FALSE;
  json_object_set_string_member (summary, "reference", reference);
  return TRUE;
}

/* Shows a text as a code and waits for what the page says of it. */
static gboolean
page_says (Play *play, const char *text, const char *sentence, const char *picture, GError **error)
{
  return hand (play, error, "phone text ", text) && show_phone (play, error)
         && play_see_text (play, sentence, error) && play_shoot (play, picture, error)
         && take_phone_away (play, error);
}

/* A receipt of this kiosk's with one character changed. (transfer full) */
static char *
forge_receipt (Play *play, GError **error)
{
  g_autofree char *picture = NULL;
  char *text;
  char *changed;

  if (!stage_go_offline (play_stage (play), error) || !play_identify (play, "good", error)
      || !licence_apply (play, error))
    return NULL;
  picture = play_last_picture (play);
  text = licence_read_code (picture, error);
  if (text == NULL)
    return NULL;
  changed = text + strlen (text) - 8;
  *changed = *changed == '0' ? '1' : '0';
  return text;
}

gboolean
journey_other_codes (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *forged = forge_receipt (play, error);

  return forged != NULL && play_leave (play, "Finish", error) && open_camera (play, error)
         && page_says (play, TAX_CODE, "This code is for something else: a payment.",
                       "code-payment", error)
         && page_says (play, ADDRESS, ADDRESS, "code-link", error)
         && page_says (play, forged, "We cannot vouch for this receipt.", "code-forged", error)
         && play_press (play, "Back", error)
         && play_see (play, "Lay your card on the reader", NULL, error)
         && play_leave (play, "Finish and leave", error)
         && stage_cable_put_back (stage_cable (play_stage (play)), error);
}

/* Each trouble is said, and goes by itself. */
static gboolean
heals (Play *play, const char *trouble, const char *sentence, const char *cure, GError **error)
{
  return hand (play, error, trouble, "") && play_see_text (play, sentence, error)
         && hand (play, error, cure, "")
         && play_see_text (play, "We do not see a code yet.", error);
}

gboolean
journey_camera_troubles (Play *play, JsonObject *summary, GError **error)
{
  return open_camera (play, error)
         && heals (play, "camera cover", "The camera is covered.", "camera uncover", error)
         && heals (play, "camera stall", "The camera has stopped.", "camera resume", error)
         && heals (play, "camera unplug", "The camera is not connected.", "camera plug", error)
         && play_leave (play, "Finish and leave", error);
}
