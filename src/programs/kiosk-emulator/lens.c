#include <math.h>
#include <string.h>

#include "lens-private.h"

#define DENSITY     2.0  /* pixels of what is drawn for one of the frame, each way */
#define SAMPLES_MAX 6    /* a pixel, each way */
#define MARGIN_PX   4    /* around the picture, for what blur spreads */
#define SHUTTER_S   0.01 /* how long it is open */
#define GLARE_VEIL  20   /* shades */
#define GLARE_SPOT  280

/* Of either side of the picture. */
static gboolean
is_on (double fraction)
{
  return fraction >= 0 && fraction < 1;
}

/* How far a pixel of the picture reaches in the frame: to the right and down in the picture at the
 * most, and in whichever direction it is least. */
typedef struct
{
  double right, down, least;
} Reach;

static void
reach_at (const KioskEmuMap *map, double u, double v, const KioskEmuRaster *picture, Reach *reach)
{
  const double step = 1e-4;
  double x, y, ux, uy, vx, vy, a, b, c;

  if (!kiosk_emu_map_apply (map, u, v, &x, &y) || !kiosk_emu_map_apply (map, u + step, v, &ux, &uy)
      || !kiosk_emu_map_apply (map, u, v + step, &vx, &vy))
    return;
  ux = (ux - x) / step / picture->width;
  uy = (uy - y) / step / picture->width;
  vx = (vx - x) / step / picture->height;
  vy = (vy - y) / step / picture->height;
  a = ux * ux + uy * uy;
  b = vx * vx + vy * vy;
  c = ux * vx + uy * vy;
  reach->right = MAX (reach->right, sqrt (a));
  reach->down = MAX (reach->down, sqrt (b));
  /* The smaller singular value of a matrix of two by two. */
  reach->least
    = MIN (reach->least, sqrt (MAX (a + b - sqrt ((a - b) * (a - b) + 4 * c * c), 0) / 2));
}

static Reach
reach_of (const KioskEmuLens *self, const KioskEmuRaster *picture)
{
  KioskEmuMap map = kiosk_emu_lens_map (self, 0);
  Reach reach = { 0, 0, G_MAXDOUBLE };

  for (guint corner = 0; corner < 4; corner++)
    reach_at (&map, corner % 2, corner / 2, picture, &reach);
  reach_at (&map, self->at_u, self->at_v, picture, &reach);
  return reach;
}

static guint
pixels_for (guint pixels, double reach)
{
  return (guint)CLAMP (lrint (pixels * DENSITY * reach), 1, KIOSK_EMU_RASTER_MAXIMUM);
}

KioskEmuRaster *
kiosk_emu_lens_prepare (const KioskEmuLens *self, const KioskEmuRaster *picture)
{
  Reach reach = reach_of (self, picture);

  return kiosk_emu_raster_resize (picture, pixels_for (picture->width, reach.right),
                                  pixels_for (picture->height, reach.down));
}

/* What of the frame the picture, or its blur, can touch. */
static KioskEmuBox
box_of (const KioskEmuMap *map, const KioskEmuRaster *frame, double margin_px)
{
  KioskEmuBox box = { (int)frame->width, (int)frame->height, 0, 0 };

  for (guint corner = 0; corner < 4; corner++)
    {
      double x, y;

      if (!kiosk_emu_map_apply (map, corner % 2, corner / 2, &x, &y))
        return (KioskEmuBox){ 0, 0, (int)frame->width, (int)frame->height };
      x = CLAMP (x, -1e6, 1e6);
      y = CLAMP (y, -1e6, 1e6);
      box.left = MIN (box.left, (int)floor (x - margin_px));
      box.top = MIN (box.top, (int)floor (y - margin_px));
      box.right = MAX (box.right, (int)ceil (x + margin_px));
      box.bottom = MAX (box.bottom, (int)ceil (y + margin_px));
    }
  /* Even, so that colours, one for two pixels, share its edges. */
  box.left = MAX (box.left, 0) & ~1;
  box.top = MAX (box.top, 0) & ~1;
  box.right = MIN (box.right, (int)frame->width);
  box.bottom = MIN (box.bottom, (int)frame->height);
  return box;
}

/* A row of samples in the middle of which @y lies: what the picture shows there is added up for
 * each pixel, and how many of its samples meet the picture at all. */
typedef struct
{
  float *sum;
  guint8 *hits;
} Line;

static float
sample (const KioskEmuRaster *picture, float u, float v)
{
  float x = CLAMP (u * (float)picture->width - 0.5f, 0, (float)picture->width - 1);
  float y = CLAMP (v * (float)picture->height - 0.5f, 0, (float)picture->height - 1);
  guint left = (guint)x, top = (guint)y;
  float dx = x - (float)left, dy = y - (float)top;
  const guint8 *a = picture->luma + (gsize)top * picture->width + left;
  const guint8 *b = top + 1 < picture->height ? a + picture->width : a;
  guint next = left + 1 < picture->width;

  return (1 - dy) * ((1 - dx) * a[0] + dx * a[next]) + dy * ((1 - dx) * b[0] + dx * b[next]);
}

static void
sample_line (const KioskEmuMap *back, const KioskEmuRaster *picture, KioskEmuBox box, double y,
             guint samples, Line line)
{
  const double (*m)[3] = back->row;

  for (int x = box.left; x < box.right; x++)
    for (guint i = 0; i < samples; i++)
      {
        double at = x + (i + 0.5) / samples;
        float depth = (float)(m[2][0] * at + m[2][1] * y + m[2][2]);
        float u = (float)(m[0][0] * at + m[0][1] * y + m[0][2]) / depth;
        float v = (float)(m[1][0] * at + m[1][1] * y + m[1][2]) / depth;

        if (depth <= 0 || !is_on (u) || !is_on (v))
          continue;
        line.sum[x - box.left] += sample (picture, u, v);
        line.hits[x - box.left]++;
      }
}

static void
mix_line (const KioskEmuLens *self, guint8 *row, int width, guint samples, Line line)
{
  float scale = (float)((self->white - self->black) / 255), all = (float)(samples * samples);

  for (int x = 0; x < width; x++)
    if (line.hits[x] > 0)
      row[x] = (guint8)((row[x] * (all - line.hits[x]) + line.sum[x] * scale
                         + (float)self->black * line.hits[x])
                          / all
                        + 0.5f);
}

static void
draw_luma (const KioskEmuLens *self, const KioskEmuRaster *picture, const KioskEmuMap *back,
           KioskEmuBox box, KioskEmuRaster *frame)
{
  gsize width = (gsize)(box.right - box.left);
  g_autofree float *sum = g_new (float, width);
  g_autofree guint8 *hits = g_malloc (width);
  double least = reach_of (self, picture).least;
  guint samples;

  /* Two pixels of the picture a sample; fewer samples would leave some unseen. */
  samples = (guint)CLAMP (ceil (1 / (DENSITY * MAX (least, 1e-3)) - 0.1), 2, SAMPLES_MAX);
  for (int y = box.top; y < box.bottom; y++)
    {
      memset (sum, 0, width * sizeof *sum);
      memset (hits, 0, width);
      for (guint j = 0; j < samples; j++)
        sample_line (back, picture, box, y + (j + 0.5) / samples, samples, (Line){ sum, hits });
      mix_line (self, frame->luma + (gsize)y * frame->width + box.left, (int)width, samples,
                (Line){ sum, hits });
    }
}

/* Nobody reads colours: one sample is enough. */
static void
draw_colours (const KioskEmuLens *self, const KioskEmuRaster *picture, const KioskEmuMap *back,
              KioskEmuBox box, KioskEmuRaster *frame)
{
  double scale = (self->white - self->black) / 255;

  for (int y = box.top; y < box.bottom; y += 2)
    for (int x = box.left; x < box.right; x += 2)
      {
        gsize to = (gsize)(y / 2) * frame->colour_width + (gsize)(x / 2), from;
        double u, v;

        if (!kiosk_emu_map_apply (back, x + 1, y + 1, &u, &v) || !is_on (u) || !is_on (v))
          continue;
        from = (gsize)(v * picture->colour_height) * picture->colour_width
               + (gsize)(u * picture->colour_width);
        frame->blue[to] = (guint8)(128 + (picture->blue[from] - 128) * scale);
        frame->red[to] = (guint8)(128 + (picture->red[from] - 128) * scale);
      }
}

/* A lamp that is mirrored in the picture, near its middle. */
typedef struct
{
  double x, y, deviation;
} Lamp;

static Lamp
lamp_of (const KioskEmuLens *self)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (self->seed + 1);
  double reach = MIN (self->width_px, self->height_px);

  return (Lamp){ self->at_x + reach * g_rand_double_range (dice, -0.25, 0.25),
                 self->at_y + reach * g_rand_double_range (dice, -0.25, 0.25),
                 reach * g_rand_double_range (dice, 0.05, 0.09) };
}

/* A screen's grid of lights against a sensor's grid of wells makes waves along both of its sides; a
 * lamp lays a veil over all. */
static double
disturb (const KioskEmuLens *self, const Lamp *lamp, double shade, double u, double v, int x, int y)
{
  if (self->moire > 0)
    shade *= 1
             + self->moire
                 * (0.7 * sin (2 * G_PI * u * self->width_px / 2.63)
                    + 0.3 * sin (2 * G_PI * v * self->height_px / 2.31));
  if (self->glare > 0)
    {
      double away
        = (pow (x - lamp->x, 2) + pow (y - lamp->y, 2)) / (2 * lamp->deviation * lamp->deviation);

      shade += self->glare * (GLARE_VEIL + GLARE_SPOT * exp (-away));
    }
  return CLAMP (shade, 0, 255);
}

static void
disturb_luma (const KioskEmuLens *self, const KioskEmuMap *back, KioskEmuBox box,
              KioskEmuRaster *frame)
{
  Lamp lamp = lamp_of (self);

  if (self->moire <= 0 && self->glare <= 0)
    return;
  for (int y = box.top; y < box.bottom; y++)
    for (int x = box.left; x < box.right; x++)
      {
        guint8 *pixel = frame->luma + (gsize)y * frame->width + (gsize)x;
        double u, v;

        if (kiosk_emu_map_apply (back, x + 0.5, y + 0.5, &u, &v) && is_on (u) && is_on (v))
          *pixel = (guint8)disturb (self, &lamp, *pixel, u, v, x, y);
      }
}

void
kiosk_emu_lens_draw (const KioskEmuLens *self, const KioskEmuRaster *prepared, double time_s,
                     KioskEmuRaster *frame)
{
  KioskEmuMap map = kiosk_emu_lens_map (self, time_s), back = kiosk_emu_map_invert (&map);
  KioskEmuBox box = box_of (&map, frame, MARGIN_PX + 3 * self->blur_px);
  double x, y;

  if (box.left >= box.right || box.top >= box.bottom)
    return; /* held beside the camera */
  draw_luma (self, prepared, &back, box, frame);
  draw_colours (self, prepared, &back, box, frame);
  disturb_luma (self, &back, box, frame);
  kiosk_emu_blur_round (frame, box, self->blur_px);
  kiosk_emu_lens_velocity (self, time_s, &x, &y);
  kiosk_emu_blur_along (frame, box, x * SHUTTER_S, y * SHUTTER_S);
}
