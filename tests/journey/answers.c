#include "answers.h"

#include <string.h>

const char *const licence_answers[] = {
  "/data/vehicle/mark",
  "AB1234",
  "/data/vehicle/class",
  "private-car",
  "/data/vehicle/engine",
  "2500",
  "/data/vehicle/weight",
  "1900",
  "/data/vehicle/year",
  "2015",
  "/data/licence/expiry",
  "today+30",
  "/data/licence/months",
  "12",
  "/data/insurance/from",
  "today-100",
  "/data/insurance/to",
  "today+265",
  "/data/examination/date",
  "today-20",
  "/data/contact/phone",
  "91234567",
  NULL,
};

char *
answer_settle (const char *answer)
{
  g_autoptr (GTimeZone) hong_kong = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GDateTime) now = g_date_time_new_now (hong_kong);
  g_autoptr (GDateTime) day = NULL;

  if (!g_str_has_prefix (answer, "today"))
    return g_strdup (answer);
  day = g_date_time_add_days (now, (int)g_ascii_strtoll (answer + strlen ("today"), NULL, 10));
  return g_date_time_format (day, "%Y-%m-%d");
}

char *
answer_to (const char *const *answers, const char *ref)
{
  for (gsize i = 0; answers[i] != NULL; i += 2)
    {
      if (strcmp (answers[i], ref) == 0)
        return answer_settle (answers[i + 1]);
    }
  return NULL;
}
