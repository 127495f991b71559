/* The two short tones, computed: nothing is loaded, and they are nobody else's. No device here. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_TONE_RATE_HZ 48000
#define KIOSK_TONE_MAX     (KIOSK_TONE_RATE_HZ / 2) /* samples of the longest */

typedef enum
{
  KIOSK_TONE_TAKEN, /* two notes upwards */
  KIOSK_TONE_WRONG, /* one low note */
  KIOSK_N_TONES
} KioskTone;

/* Mono, into @to, KIOSK_TONE_MAX samples long. Returns how many samples it has. */
gsize kiosk_tone_render (KioskTone tone, gint16 *to);

G_END_DECLS
