/* A person with a phone before the terminal. */
#pragma once

#include "play.h"

G_BEGIN_DECLS

/* One line to the emulator: @what and @operand. */
gboolean phone_hand (Play *play, const char *what, const char *operand, GError **error);
/* Holds the phone up as a person does: tilted, trembling, not quite sharp. */
gboolean phone_hold_up (Play *play, GError **error);
gboolean phone_take_away (Play *play, GError **error);
/* From the home page to the one that wants a personal code; the phone reads the terminal's code off
 * it. The picture is the newest then. */
gboolean phone_come (Play *play, GError **error);
/* Has the phone do @command, shows it, and is known: at the services. @picture: (nullable) */
gboolean phone_is_known (Play *play, const char *command, const char *picture, GError **error);
/* Likewise, and the page refuses it with @sentence. */
gboolean phone_is_refused (Play *play, const char *command, const char *sentence,
                           const char *picture, GError **error);

G_END_DECLS
