/* Sounds, for whoever does not look at the screen. A terminal without a loudspeaker is silent, and
 * nothing waits for one. Main thread only. */
#pragma once

#include "tone.h"

G_BEGIN_DECLS

/* Returns at once. A tone is left out while two others are still to be heard. */
void kiosk_sound_play (KioskTone tone);

/* For tests: tones that were asked for; those that went to a device, or could not. */
guint kiosk_sound_n_asked (KioskTone tone);
guint kiosk_sound_n_done (void);

G_END_DECLS
