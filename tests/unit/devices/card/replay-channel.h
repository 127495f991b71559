/* A card that is a recording: each command must be the one recorded, and gets the answer recorded.
 */
#pragma once

#include "devices/card/card-channel.h"

G_BEGIN_DECLS

typedef struct
{
  const char *command;  /* hexadecimal */
  const char *response; /* with its status word */
} ReplayLine;

KioskCardChannel *replay_channel_new (const ReplayLine *lines, gsize n_lines);
/* From text: a line "> command", then "< response"; '#' and empty lines are passed over. */
KioskCardChannel *replay_channel_new_from_file (const char *path);
gsize replay_channel_length (KioskCardChannel *channel);
/* The card leaves before command @n (from 0) is answered. */
void replay_channel_leave_before (KioskCardChannel *channel, gsize n);
/* The answer to command @n is @response instead; what follows may then differ, and a command that
 * does is answered 6F00. */
void replay_channel_alter (KioskCardChannel *channel, gsize n, const char *response);
/* The same with one bit of the recorded answer turned. */
void replay_channel_turn_bit (KioskCardChannel *channel, gsize n, gsize bit);
gsize replay_channel_bits (KioskCardChannel *channel, gsize n);
void replay_channel_assert_finished (KioskCardChannel *channel);

G_END_DECLS
