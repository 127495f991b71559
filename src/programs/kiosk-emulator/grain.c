#include "grain.h"

#include <math.h>
#include <string.h>

#define OFFSETS   65521 /* a prime number of places to begin at */
#define STRIDE    40503
#define DIE       1020.0 /* the most that four bytes add up to */
#define DEVIATION 147.8  /* of that sum */
#define BLACK     16
#define WHITE     235

struct _KioskEmuGrain
{
  gsize pixels;
  gint8 *table; /* pixels + OFFSETS */
};

KioskEmuGrain *
kiosk_emu_grain_new (gsize pixels, double deviation, guint32 seed)
{
  KioskEmuGrain *self = g_new0 (KioskEmuGrain, 1);
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);

  self->pixels = pixels;
  self->table = g_malloc (pixels + OFFSETS);
  for (gsize i = 0; i < pixels + OFFSETS; i++)
    {
      guint32 four = g_rand_int (dice);
      double sum = (four & 255) + (four >> 8 & 255) + (four >> 16 & 255) + (four >> 24);

      self->table[i]
        = (gint8)CLAMP (lrint ((sum - DIE / 2) / DEVIATION * deviation), G_MININT8, G_MAXINT8);
    }
  return self;
}

void
kiosk_emu_grain_free (KioskEmuGrain *self)
{
  if (self == NULL)
    return;
  g_free (self->table);
  g_free (self);
}

void
kiosk_emu_grain_develop (const KioskEmuGrain *self, guint64 number, const KioskEmuRaster *in,
                         KioskEmuRaster *out)
{
  const gint8 *noise = self->table + number * STRIDE % OFFSETS;
  gsize pixels = (gsize)in->width * in->height;

  g_return_if_fail (pixels <= self->pixels);
  for (gsize i = 0; i < pixels; i++)
    {
      int shade = in->luma[i] + noise[i];

      shade = CLAMP (shade, 0, 255);
      out->luma[i] = (guint8)(BLACK + (shade * (WHITE - BLACK) + 127) / 255);
    }
  memcpy (out->blue, in->blue, kiosk_emu_raster_size (in) - pixels);
}
