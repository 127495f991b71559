#include "devices/camera/ladder.h"

/* Measured on 536 photographs of codes: the order of the first six decodes most within 15 and
 * within 33 ms. Shrinking does more than save time: it takes out noise, moiré and the grain of
 * print. */
const KioskRung kiosk_ladder[KIOSK_LADDER_RUNGS] = {
  { .shrink = 2, .share = 16, .cost_us = 3000 },
  { .shrink = 3, .share = 8, .cost_us = 1500 },
  { .shrink = 1, .share = 12, .cost_us = 9500 },
  { .shrink = 1, .smooth = TRUE, .share = 24, .cost_us = 9500 },
  { .shrink = 1, .cost_us = 13000 },
  { .shrink = 1, .share = 32, .cost_us = 9500 },
  /* Blur makes a block of a finder; held against no more than its own rings it has rings again. */
  { .shrink = 1, .smooth = TRUE, .radius = 5, .bias = 2, .cost_us = 9500 },
};

#define BIAS       5
#define MIN_RADIUS 8

void
kiosk_ladder_prepare (const KioskRung *rung, KioskDarkroom *darkroom, KioskPicture *out,
                      KioskPicture *between, const KioskPicture *in)
{
  const KioskPicture *from = in;
  guint shorter;

  if (rung->shrink > 1)
    {
      kiosk_prepare_shrink (between, in, rung->shrink);
      from = between;
    }
  if (rung->smooth)
    {
      kiosk_prepare_smooth (darkroom, between, in);
      from = between;
    }
  shorter = MIN (from->width, from->height);
  if (rung->radius > 0)
    kiosk_prepare_threshold (darkroom, out, from, rung->radius, rung->bias);
  else if (rung->share > 0)
    kiosk_prepare_threshold (darkroom, out, from, MAX (shorter / rung->share / 2, MIN_RADIUS),
                             BIAS);
  else
    kiosk_prepare_crop (out, from, 0, 0, from->width, from->height);
}
