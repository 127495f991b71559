/* Cards that are not as they should be: each ends in a page that says what happened and what to do,
 * and the next good card works. */
#include "journeys.h"

#include <string.h>

/* Home again, and a good card goes through. */
static gboolean
next_good_card_works (Play *play, GError **error)
{
  return play_leave (play, "Finish and leave", error) && play_identify (play, "good", error)
         && play_leave (play, "Finish and leave", error);
}

gboolean
journey_bad_card (Play *play, const char *card, const char *heading, GError **error)
{
  g_autofree char *can = stage_card_value (play_stage (play), card, "access", "can");

  return play_start (play, error) && play_place (play, card, error)
         && play_open_card (play, can, error) && play_see (play, heading, card, error)
         && next_good_card_works (play, error);
}

gboolean
journey_wrong_can (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *can = stage_card_value (play_stage (play), "good", "access", "can");
  const char *wrong = strcmp (can, "000000") == 0 ? "111111" : "000000";

  if (!play_start (play, error) || !play_place (play, "good", error)
      || !play_open_card (play, wrong, error))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      if (!play_see_text (
            play, "This does not open the chip. Check it against the card and type it again.",
            error)
          || !play_open_card (play, wrong, error))
        return FALSE;
    }
  return play_see (play, "Too many tries", "wrong-can", error)
         && next_good_card_works (play, error);
}

/* A card that gives 128 bytes a READ keeps the reader at it for more than sixty commands. */
#define SLOW_CARD "good extended=false le=128"

gboolean
journey_pulled_out (Play *play, guint nth, gboolean *ret_was_over, GError **error)
{
  const char *const headings[] = { play_text (play, "The card moved too soon"),
                                   play_text (play, "What would you like to do?"), NULL };
  g_autofree char *can = stage_card_value (play_stage (play), "good", "access", "can");
  g_autofree char *command = g_strdup_printf ("remove-after %u", nth);
  int seen;

  if (!play_start (play, error) || !stage_hand (play_stage (play), command, error)
      || !play_place (play, SLOW_CARD, error))
    return FALSE;
  seen = play_open_card_or (play, can, headings, error);
  if (seen < 0)
    return FALSE;
  *ret_was_over = seen == 1;
  if (seen == 0
      && (!play_press (play, "Try again", error) || !play_place (play, SLOW_CARD, error)
          || play_open_card_or (play, can, headings + 1, error) != 0))
    return FALSE;
  return play_leave (play, "Finish and leave", error);
}
