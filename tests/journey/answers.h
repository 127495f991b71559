/* What the person of the stage answers, in the window and without it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LICENCE_SERVICE "td-vehicle-licence-renewal"

/* Pairs of a question's ref and the answer, NULL-terminated. A date is "YYYY-MM-DD" or "today+N" in
 * days. */
extern const char *const licence_answers[];

/* (transfer full): "today+40" as YYYY-MM-DD in Hong Kong; anything else as it is. */
char *answer_settle (const char *answer);
/* (transfer full) (nullable): the settled answer to @ref. */
char *answer_to (const char *const *answers, const char *ref);

G_END_DECLS
