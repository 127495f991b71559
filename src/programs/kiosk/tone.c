#include "tone.h"

#include <math.h>

typedef struct
{
  double hertz;
  double begin_s, length_s;
} Note;

static const Note taken[] = { { 659.26, 0, .14 }, { 987.77, .11, .26 } };
static const Note wrong[] = { { 196.00, 0, .24 } };

#define LOUD   .28
#define RISE_S .006 /* a note that begins at once clicks */

/* A soft bell: it dies away, and its octave sooner. */
static double
voice (const Note *note, double since_s)
{
  double phase = 2 * G_PI * note->hertz * since_s;
  double rise = fmin (since_s / RISE_S, 1);
  double rest = 1 - since_s / note->length_s;
  return rise * rest * rest * (sin (phase) + .35 * rest * sin (2 * phase));
}

static gsize
render (const Note *notes, guint n, gint16 *to)
{
  double end_s = notes[n - 1].begin_s + notes[n - 1].length_s;
  gsize length = (gsize)(end_s * KIOSK_TONE_RATE_HZ);
  for (gsize i = 0; i < length; i++)
    {
      double at_s = (double)i / KIOSK_TONE_RATE_HZ;
      double sum = 0;
      for (guint v = 0; v < n; v++)
        if (at_s >= notes[v].begin_s && at_s < notes[v].begin_s + notes[v].length_s)
          sum += voice (&notes[v], at_s - notes[v].begin_s);
      to[i] = (gint16)(CLAMP (sum * LOUD, -1, 1) * G_MAXINT16);
    }
  return length;
}

gsize
kiosk_tone_render (KioskTone tone, gint16 *to)
{
  return tone == KIOSK_TONE_TAKEN ? render (taken, G_N_ELEMENTS (taken), to)
                                  : render (wrong, G_N_ELEMENTS (wrong), to);
}
