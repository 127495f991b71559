/* A travel document without PACE: what its machine-readable lines say opens it (BAC). */
#include "journeys.h"

/* "YYYY-MM-DD" as it is typed: day, month, year. */
static char *
typed_date (Stage *stage, const char *key)
{
  g_autofree char *date = stage_card_value (stage, "passport", "person", key);
  g_auto (GStrv) parts = g_strsplit (date, "-", 3);

  return g_strconcat (parts[2], parts[1], parts[0], NULL);
}

gboolean
journey_passport (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *number = stage_card_value (stage, "passport", "person", "document-number");
  g_autofree char *birth = typed_date (stage, "birth");
  g_autofree char *expiry = typed_date (stage, "expiry");
  const struct
  {
    const char *heading;
    const char *keys;
  } questions[] = { { "Type the document number", number },
                    { "Type your date of birth", birth },
                    { "Type the date your document expires", expiry } };

  if (!play_start (play, error) || !play_place (play, "passport", error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (!play_see (play, questions[i].heading, NULL, error)
          || !play_type (play, questions[i].keys, error) || !play_press (play, "Continue", error))
        return FALSE;
    }
  return play_see (play, "What would you like to do?", "passport", error)
         && play_leave (play, "Finish and leave", error);
}
