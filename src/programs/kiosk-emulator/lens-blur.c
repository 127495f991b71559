#include <math.h>
#include <string.h>

#include "lens-private.h"

#define REACH_MAXIMUM 24 /* pixels; three deviations at the most that is asked for */
#define STILL_PX      0.3

static guint8 *
row_of (const KioskEmuRaster *frame, int y)
{
  return frame->luma + (gsize)CLAMP (y, 0, (int)frame->height - 1) * frame->width;
}

static guint
bell (float weights[2 * REACH_MAXIMUM + 1], double deviation)
{
  guint reach = CLAMP ((guint)ceil (3 * deviation), 1, REACH_MAXIMUM);
  double sum = 0;

  for (guint i = 0; i <= 2 * reach; i++)
    sum += exp (-pow ((double)i - reach, 2) / (2 * deviation * deviation));
  for (guint i = 0; i <= 2 * reach; i++)
    weights[i] = (float)(exp (-pow ((double)i - reach, 2) / (2 * deviation * deviation)) / sum);
  return reach;
}

/* One row of the box from its neighbours above and below. */
static void
blur_down (const KioskEmuRaster *frame, KioskEmuBox box, int y, const float *weights, guint reach,
           float *out)
{
  memset (out, 0, sizeof (float) * (gsize)(box.right - box.left));
  for (int i = -(int)reach; i <= (int)reach; i++)
    {
      const guint8 *row = row_of (frame, y + i) + box.left;
      float weight = weights[i + (int)reach];

      for (int x = 0; x < box.right - box.left; x++)
        out[x] += weight * row[x];
    }
}

static void
blur_across (const float *in, int width, const float *weights, guint reach, guint8 *out)
{
  for (int x = 0; x < width; x++)
    {
      float sum = 0.5f;

      for (int i = -(int)reach; i <= (int)reach; i++)
        sum += weights[i + (int)reach] * in[CLAMP (x + i, 0, width - 1)];
      out[x] = (guint8)sum;
    }
}

void
kiosk_emu_blur_round (KioskEmuRaster *frame, KioskEmuBox box, double deviation_px)
{
  float weights[2 * REACH_MAXIMUM + 1];
  gsize width = (gsize)(box.right - box.left), height = (gsize)(box.bottom - box.top);
  g_autofree float *row = g_new (float, width);
  g_autofree guint8 *out = g_malloc (width * height);
  guint reach;

  if (deviation_px <= 0)
    return;
  reach = bell (weights, deviation_px);
  for (gsize y = 0; y < height; y++)
    {
      blur_down (frame, box, box.top + (int)y, weights, reach, row);
      blur_across (row, (int)width, weights, reach, out + y * width);
    }
  for (gsize y = 0; y < height; y++)
    memcpy (row_of (frame, box.top + (int)y) + box.left, out + y * width, width);
}

/* Between four pixels. */
static double
between (const KioskEmuRaster *frame, double x, double y)
{
  int left = (int)floor (x), top = (int)floor (y);
  double dx = x - left, dy = y - top;
  const guint8 *a = row_of (frame, top), *b = row_of (frame, top + 1);
  int l = CLAMP (left, 0, (int)frame->width - 1), r = CLAMP (left + 1, 0, (int)frame->width - 1);

  return (1 - dy) * ((1 - dx) * a[l] + dx * a[r]) + dy * ((1 - dx) * b[l] + dx * b[r]);
}

void
kiosk_emu_blur_along (KioskEmuRaster *frame, KioskEmuBox box, double x_px, double y_px)
{
  double length = hypot (x_px, y_px);
  int steps = (int)ceil (length) + 1;
  gsize width = (gsize)(box.right - box.left), height = (gsize)(box.bottom - box.top);
  g_autofree guint8 *out = NULL;

  if (length < STILL_PX)
    return;
  out = g_malloc (width * height);
  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      {
        double sum = 0;

        for (int i = 0; i < steps; i++)
          {
            double along = (double)i / (steps - 1) - 0.5;

            sum
              += between (frame, box.left + (int)x + along * x_px, box.top + (int)y + along * y_px);
          }
        out[y * width + x] = (guint8)(sum / steps + 0.5);
      }
  for (gsize y = 0; y < height; y++)
    memcpy (row_of (frame, box.top + (int)y) + box.left, out + y * width, width);
}
