/* Whoever has a picture of somebody's code has nothing: at the real terminal, whatever is done to
 * it or to its clock, each try ends in its own sentence. */
#include "journeys.h"
#include "phone.h"

/* By a clock that is a little ahead, as far as is allowed for: so a code is good for longer than
 * the way back to the page takes. */
#define PRESENT "phone present clock=8"
#define DAYS    365
#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define USED    "This code was used before."
#define OLD     "This code is more than a minute old."

/* On one page, one after the other: what is wrong is seen before the code is spent. */
static gboolean
wrong_ones (Play *play, GError **error)
{
  static const struct
  {
    const char *command, *sentence, *picture;
  } tries[] = {
    { "phone present clock=-86400", OLD, "code-of-yesterday" },
    { "phone present key=other", "This code was given to another phone.", "code-of-another-phone" },
    { "phone present kiosk=k-elsewhere", "This code was made for another terminal.",
      "code-for-another-terminal" },
    { "phone present clock=120", "Your phone’s clock is ahead of ours.", "code-of-a-fast-clock" },
    { "phone credential", "This code does not show who holds it.", "code-without-a-phone" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
    if (!phone_is_refused (play, tries[i].command, tries[i].sentence, tries[i].picture, error))
      return FALSE;
  return TRUE;
}

static gboolean
ended_one (Play *play, GError **error)
{
  Stage *stage = play_stage (play);

  return stage_give_credential (stage, "good", 0, error)
         && phone_is_refused (play, "phone present", "What your phone holds is not valid today.",
                              "code-of-one-that-ended", error)
         && stage_give_credential (stage, "good", DAYS, error);
}

static gboolean
leave (Play *play, GError **error)
{
  return play_leave (play, "Finish and leave", error);
}

/* Comes with the code that was shown @again times before, "phone again 2", and is refused. */
static gboolean
comes_again (Play *play, const char *again, const char *sentence, const char *picture,
             GError **error)
{
  return phone_come (play, error) && phone_is_refused (play, again, sentence, picture, error)
         && leave (play, error);
}

/* Used, then an hour passes and others are used, then the clock is set back to when it was new. */
static gboolean
clock_set_back (Play *play, gint64 made_us, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  gint64 elapsed_ms = 0;

  if (!stage_set_clock (stage, HOUR_MS, error)
      || !comes_again (play, "phone again", OLD, "code-an-hour-later", error)
      || !phone_come (play, error)
      || !phone_is_known (play, "phone present clock=3600", NULL, error) || !leave (play, error))
    return FALSE;
  elapsed_ms = (g_get_monotonic_time () - made_us) / 1000;
  json_object_set_int_member (summary, "clock_set_back_ms", HOUR_MS + elapsed_ms);
  return stage_set_clock (stage, -elapsed_ms, error)
         && comes_again (play, "phone again 2", USED, "code-with-the-clock-set-back", error);
}

/* A new one, used. *@ret_made_us: about when it was made. */
static gboolean
uses_one (Play *play, gint64 *ret_made_us, GError **error)
{
  *ret_made_us = g_get_monotonic_time ();
  return phone_is_known (play, PRESENT, NULL, error) && leave (play, error);
}

gboolean
journey_code_replayed (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  gint64 made_us = 0;

  if (!stage_give_credential (stage, "good", DAYS, error) || !stage_go_offline (stage, error)
      || !phone_come (play, error) || !wrong_ones (play, error) || !ended_one (play, error))
    return FALSE;
  if (!uses_one (play, &made_us, error)
      || !comes_again (play, "phone again", USED, "code-used-before", error)
      || !phone_come (play, error) || !uses_one (play, &made_us, error)
      || !stage_restart (stage, "kioskd", error)
      || !comes_again (play, "phone again", USED, "code-after-a-restart", error)
      || !clock_set_back (play, made_us, summary, error))
    return FALSE;
  /* The vault has seen an hour that is still to come: what is made now has expired by that. */
  return stage_set_clock (stage, 0, error) && phone_come (play, error)
         && phone_is_refused (play, "phone present", "This terminal is not sure what time it is.",
                              "code-before-its-time", error)
         && leave (play, error) && stage_cable_put_back (stage_cable (stage), error);
}
