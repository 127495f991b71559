#include "phone.h"

gboolean
phone_hand (Play *play, const char *what, const char *operand, GError **error)
{
  g_autofree char *command = g_strconcat (what, operand, NULL);

  return stage_hand (play_stage (play), command, error);
}

gboolean
phone_hold_up (Play *play, GError **error)
{
  return phone_hand (play, "phone show module=5 tilt=8 turn=6 blur=1 noise=3 hand=1", "", error);
}

gboolean
phone_take_away (Play *play, GError **error)
{
  return phone_hand (play, "phone away", "", error);
}

gboolean
phone_come (Play *play, GError **error)
{
  g_autofree char *picture = NULL;

  if (!play_start (play, error) || !play_press (play, "Show a code from your phone", error)
      || !play_see (play, "Show the code from your phone", "phone-wanted", error))
    return FALSE;
  picture = play_last_picture (play);
  return phone_hand (play, "phone look ", picture, error);
}

gboolean
phone_is_known (Play *play, const char *command, const char *picture, GError **error)
{
  return phone_hand (play, command, "", error) && phone_hold_up (play, error)
         && play_see (play, "What would you like to do?", picture, error)
         && phone_take_away (play, error);
}

gboolean
phone_is_refused (Play *play, const char *command, const char *sentence, const char *picture,
                  GError **error)
{
  return phone_hand (play, command, "", error) && phone_hold_up (play, error)
         && play_see_text (play, sentence, error) && play_shoot (play, picture, error)
         && phone_take_away (play, error);
}
