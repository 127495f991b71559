/* Staff come in by card and PIN, close the terminal by two, and open it again; wrong PINs cost
 * time, and a restart forgives none of it. */
#include "journeys.h"

#include <string.h>

#define ENTRY "職員 · Staff"
/* On the page that says that the terminal is closed, in the language of whoever comes next. */
#define CLOSED_ENTRY "職員"
#define PIN_HEADING  "Type your PIN"

static gboolean
type_pin (Play *play, const char *card, gboolean right, GError **error)
{
  g_autofree char *pin = stage_card_value (play_stage (play), card, "staff", "pin");

  if (!right)
    pin[0] = pin[0] == '9' ? '0' : (char)(pin[0] + 1);
  return play_type (play, pin, error) && play_press (play, "Continue", error);
}

static gboolean
lay (Play *play, const char *card, const char *heading, const char *picture, GError **error)
{
  return play_place (play, card, error) && play_see (play, heading, picture, error);
}

static gboolean
take (Play *play, GError **error)
{
  return stage_hand (play_stage (play), "remove", error);
}

static gboolean
sign_in (Play *play, const char *card, GError **error)
{
  return lay (play, card, PIN_HEADING, NULL, error) && type_pin (play, card, TRUE, error)
         && play_see (play, "Staff desk", NULL, error);
}

static gboolean
come_in (Play *play, GError **error)
{
  return play_enter_staff (play, ENTRY, error) && play_shoot (play, "staff-card", error)
         && lay (play, "officer", PIN_HEADING, "staff-pin", error)
         && type_pin (play, "officer", FALSE, error)
         && play_see_text (play, "The card and the PIN do not match.", error)
         && play_shoot (play, "staff-pin-wrong", error) && type_pin (play, "officer", TRUE, error)
         && play_see (play, "Staff desk", "staff-desk", error);
}

/* By another person; not by oneself, and not by a helper. */
static gboolean
close_by_two (Play *play, GError **error)
{
  return play_press (play, "Close this terminal for today", error)
         && play_see (play, "A second person has to confirm", "staff-second", error)
         && take (play, error) && play_place (play, "officer", error)
         && play_see (play, "Second person: type your PIN", NULL, error)
         && type_pin (play, "officer", TRUE, error)
         && play_see_text (play, "This is your own card. Another member of staff has to confirm.",
                           error)
         && play_shoot (play, "staff-second-same", error) && take (play, error)
         && lay (play, "helper", "Second person: type your PIN", NULL, error)
         && type_pin (play, "helper", TRUE, error)
         && play_see_text (
           play, "This person may not confirm. It takes an officer or a supervisor.", error)
         && take (play, error)
         && lay (play, "second-officer", "Second person: type your PIN", "staff-second-pin", error)
         && type_pin (play, "second-officer", TRUE, error)
         && play_see_text (play, "This terminal is out of service.", error)
         && play_shoot (play, "staff-desk-closed", error);
}

static gboolean
open_again (Play *play, GError **error)
{
  return play_press (play, "Sign out", error) && take (play, error)
         && play_see (play, "Goodbye, and thank you", "staff-out", error)
         && play_press (play, "Start again", error) && play_enter_staff (play, CLOSED_ENTRY, error)
         && sign_in (play, "technician", error)
         && play_press (play, "Open this terminal again", error)
         && play_see_text (play, "Close this terminal for today", error)
         && play_leave (play, "Sign out", error);
}

/* The third wrong one makes the card wait; kioskd is started anew, and it waits still. */
static gboolean
wait_across_restart (Play *play, GError **error)
{
  Stage *stage = play_stage (play);

  if (!play_enter_staff (play, ENTRY, error) || !lay (play, "officer", PIN_HEADING, NULL, error))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (!type_pin (play, "officer", FALSE, error)
        || !play_see_text (play, "The card and the PIN do not match.", error))
      return FALSE;
  return play_shoot (play, "staff-wait", error) && take (play, error)
         && stage_restart (stage, "kioskd", error) && play_enter_staff (play, ENTRY, error)
         && lay (play, "officer", PIN_HEADING, "staff-wait-after-restart", error)
         && take (play, error)
         && play_see_text (play, "The card was taken away. Lay it down again and leave it there.",
                           error);
}

static gboolean
note_audit (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *said = stage_ctl (play_stage (play), error, "audit", "verify", NULL);

  if (said != NULL)
    json_object_set_string_member (summary, "audit", g_strstrip (said));
  return said != NULL;
}

gboolean
journey_staff_sign_in (Play *play, JsonObject *summary, GError **error)
{
  return come_in (play, error) && close_by_two (play, error) && open_again (play, error)
         && wait_across_restart (play, error) && note_audit (play, summary, error)
         && play_leave (play, "Finish and leave", error);
}
