/* Everything here is one pass over the pixels with rows in the cache, written so that the compiler
 * can use vectors: a frame is worth 33 milliseconds, and most of them belong to ZBar. */
#include "devices/camera/prepare.h"

#include <math.h>
#include <string.h>

#define MAX_RADIUS 120
#define MAX_WIDTH  KIOSK_PICTURE_MAX_SIDE

struct _KioskDarkroom
{
  guint16 *columns; /* sum of each column over the rows in the window */
  guint32 *sums;    /* of columns from the left */
  guint16 *rows[3];
};

KioskDarkroom *
kiosk_darkroom_new (void)
{
  KioskDarkroom *self = g_new0 (KioskDarkroom, 1);

  self->columns = g_new0 (guint16, MAX_WIDTH);
  self->sums = g_new0 (guint32, MAX_WIDTH + 1);
  for (guint i = 0; i < 3; i++)
    self->rows[i] = g_new0 (guint16, MAX_WIDTH);
  return self;
}

void
kiosk_darkroom_wipe (KioskDarkroom *self)
{
  explicit_bzero (self->columns, MAX_WIDTH * sizeof *self->columns);
  explicit_bzero (self->sums, (MAX_WIDTH + 1) * sizeof *self->sums);
  for (guint i = 0; i < 3; i++)
    explicit_bzero (self->rows[i], MAX_WIDTH * sizeof *self->rows[i]);
}

void
kiosk_darkroom_free (KioskDarkroom *self)
{
  kiosk_darkroom_wipe (self);
  g_free (self->columns);
  g_free (self->sums);
  for (guint i = 0; i < 3; i++)
    g_free (self->rows[i]);
  g_free (self);
}

KioskPicture
kiosk_picture_new (void)
{
  return (KioskPicture){ .pixels = g_malloc0 (KIOSK_DECODER_MAX_PIXELS) };
}

void
kiosk_picture_wipe (KioskPicture *picture)
{
  if (picture->pixels != NULL)
    explicit_bzero (picture->pixels, KIOSK_DECODER_MAX_PIXELS);
  picture->width = picture->height = 0;
}

void
kiosk_picture_clear (KioskPicture *picture)
{
  kiosk_picture_wipe (picture);
  g_clear_pointer (&picture->pixels, g_free);
}

/* Mean of a rectangle of whole pixels. */
static guint8
block_mean (const KioskGreyFrame *frame, guint x0, guint x1, guint y0, guint y1)
{
  guint64 sum = 0;

  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < x1; x++)
      sum += frame->pixels[y * frame->stride + x];
  return (guint8)(sum / ((guint64)(x1 - x0) * (y1 - y0)));
}

static guint
edge (guint at, guint out, guint in)
{
  return (guint)((guint64)at * in / out);
}

double
kiosk_prepare_fit (KioskPicture *out, const KioskGreyFrame *frame)
{
  double area = (double)frame->width * frame->height;
  double by = MAX (sqrt (area / KIOSK_DECODER_MAX_PIXELS),
                   MAX (frame->width, frame->height) / (double)KIOSK_PICTURE_MAX_SIDE);

  by = MAX (by, 1);
  out->width = (guint)(frame->width / by);
  out->height = (guint)(frame->height / by);
  for (guint y = 0; y < out->height; y++)
    {
      guint8 *row = out->pixels + (gsize)y * out->width;
      guint y0 = edge (y, out->height, frame->height),
            y1 = edge (y + 1, out->height, frame->height);

      if (by == 1)
        memcpy (row, frame->pixels + y * frame->stride, out->width);
      else
        for (guint x = 0; x < out->width; x++)
          row[x] = block_mean (frame, edge (x, out->width, frame->width),
                               edge (x + 1, out->width, frame->width), y0, y1);
    }
  return by;
}

static void
halve_row (guint8 *out, const guint8 *upper, const guint8 *lower, guint width)
{
  for (guint x = 0; x < width; x++)
    out[x] = (guint8)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) >> 2);
}

static void
third_row (guint8 *out, const guint8 *in, guint stride, guint width)
{
  const guint8 *a = in, *b = in + stride, *c = b + stride;

  for (guint x = 0; x < width; x++, a += 3, b += 3, c += 3)
    out[x] = (guint8)((a[0] + a[1] + a[2] + b[0] + b[1] + b[2] + c[0] + c[1] + c[2]) * 57 >> 9);
}

void
kiosk_prepare_shrink (KioskPicture *out, const KioskPicture *in, guint by)
{
  out->width = in->width / by;
  out->height = in->height / by;
  for (guint y = 0; y < out->height; y++)
    {
      guint8 *row = out->pixels + (gsize)y * out->width;
      const guint8 *from = in->pixels + (gsize)y * by * in->width;

      if (by == 2)
        halve_row (row, from, from + in->width, out->width);
      else
        third_row (row, from, in->width, out->width);
    }
}

void
kiosk_prepare_double (KioskPicture *out, const KioskPicture *in, guint margin)
{
  out->width = 2 * (in->width + margin);
  out->height = 2 * (in->height + margin);
  memset (out->pixels, 255, (gsize)out->width * out->height);
  for (guint y = 0; y < 2 * in->height; y++)
    {
      guint8 *row = out->pixels + (gsize)(y + margin) * out->width + margin;
      const guint8 *from = in->pixels + (gsize)(y / 2) * in->width;

      for (guint x = 0; x < 2 * in->width; x++)
        row[x] = from[x / 2];
    }
}

static void
smooth_row (guint16 *out, const guint8 *in, guint width)
{
  out[0] = (guint16)(3 * in[0] + in[MIN (1, width - 1)]);
  for (guint x = 1; x + 1 < width; x++)
    out[x] = (guint16)(in[x - 1] + 2 * in[x] + in[x + 1]);
  if (width > 1)
    out[width - 1] = (guint16)(in[width - 2] + 3 * in[width - 1]);
}

void
kiosk_prepare_smooth (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in)
{
  guint width = in->width, height = in->height;

  out->width = width;
  out->height = height;
  for (guint y = 0; y <= height && height > 0 && width > 0; y++)
    {
      const guint16 *a = self->rows[y < 2 ? 0 : (y - 2) % 3];
      const guint16 *b = self->rows[y < 1 ? 0 : (y - 1) % 3], *c = self->rows[y % 3];
      guint8 *row = out->pixels + (gsize)(y > 0 ? y - 1 : 0) * width;

      if (y < height)
        smooth_row (self->rows[y % 3], in->pixels + (gsize)y * width, width);
      else
        c = b;
      if (y == 0)
        continue;
      for (guint x = 0; x < width; x++)
        row[x] = (guint8)((a[x] + 2 * b[x] + c[x] + 8) >> 4);
    }
}

void
kiosk_prepare_invert (KioskPicture *out, const KioskPicture *in)
{
  gsize count = (gsize)in->width * in->height;

  out->width = in->width;
  out->height = in->height;
  for (gsize i = 0; i < count; i++)
    out->pixels[i] = (guint8)(255 - in->pixels[i]);
}

void
kiosk_prepare_crop (KioskPicture *out, const KioskPicture *in, guint x, guint y, guint width,
                    guint height)
{
  out->width = width;
  out->height = height;
  for (guint row = 0; row < height; row++)
    memcpy (out->pixels + (gsize)row * width, in->pixels + (gsize)(y + row) * in->width + x, width);
}

static void
add_row (guint16 *columns, const guint8 *row, guint width)
{
  for (guint x = 0; x < width; x++)
    columns[x] = (guint16)(columns[x] + row[x]);
}

static void
take_row (guint16 *columns, const guint8 *row, guint width)
{
  for (guint x = 0; x < width; x++)
    columns[x] = (guint16)(columns[x] - row[x]);
}

/* 128 and what the pixel is above the mean of the window. */
static void
flatten_row (guint8 *out, const guint8 *in, const guint32 *sums, guint width, guint radius,
             guint rows)
{
  for (guint x = 0; x < width; x++)
    {
      guint x0 = x > radius ? x - radius : 0, x1 = MIN (x + radius + 1, width);
      float mean = (float)(sums[x1] - sums[x0]) / (float)((x1 - x0) * rows);

      out[x] = (guint8)CLAMP (128.5F + in[x] - mean, 0, 255);
    }
}

/* White where (pixel + bias) × n > sum of the n pixels of the window. */
static void
compare_span (guint8 *out, const guint8 *in, const guint32 *from, const guint32 *to, guint count,
              guint32 n, guint bias)
{
  for (guint x = 0; x < count; x++)
    out[x] = (in[x] + bias) * n > to[x] - from[x] ? 255 : 0;
}

static void
compare_row (guint8 *out, const guint8 *in, const guint32 *sums, guint width, guint radius,
             guint rows, guint bias)
{
  guint x = 0;

  for (; x < MIN (radius, width); x++)
    {
      guint x1 = MIN (x + radius + 1, width);

      out[x] = (in[x] + bias) * x1 * rows > sums[x1] ? 255 : 0;
    }
  if (width > 2 * radius)
    {
      compare_span (out + x, in + x, sums, sums + 2 * radius + 1, width - 2 * radius,
                    (2 * radius + 1) * rows, bias);
      x += width - 2 * radius;
    }
  for (; x < width; x++)
    {
      guint n = (MIN (x + radius + 1, width) - (x - radius)) * rows;

      out[x] = (in[x] + bias) * n > sums[MIN (x + radius + 1, width)] - sums[x - radius] ? 255 : 0;
    }
}

/* Calls one of the two row functions with the sums of the window's rows. */
static void
each_row (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in, guint radius,
          gboolean flatten, guint bias)
{
  guint width = in->width, height = in->height;

  radius = CLAMP (radius, 1, MAX_RADIUS);
  out->width = width;
  out->height = height;
  memset (self->columns, 0, width * sizeof *self->columns);
  for (guint y = 0; y < MIN (radius, height); y++)
    add_row (self->columns, in->pixels + (gsize)y * width, width);
  for (guint y = 0; y < height; y++)
    {
      guint first = y > radius ? y - radius : 0, end = MIN (y + radius + 1, height);
      guint8 *to = out->pixels + (gsize)y * width;
      guint32 sum = 0;

      if (y + radius < height)
        add_row (self->columns, in->pixels + (gsize)(y + radius) * width, width);
      if (y > radius)
        take_row (self->columns, in->pixels + (gsize)(y - radius - 1) * width, width);
      self->sums[0] = 0;
      for (guint x = 0; x < width; x++)
        self->sums[x + 1] = sum += self->columns[x];
      if (flatten)
        flatten_row (to, in->pixels + (gsize)y * width, self->sums, width, radius, end - first);
      else
        compare_row (to, in->pixels + (gsize)y * width, self->sums, width, radius, end - first,
                     bias);
    }
}

void
kiosk_prepare_threshold (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in,
                         guint radius, guint bias)
{
  each_row (self, out, in, radius, FALSE, bias);
}

void
kiosk_prepare_flatten (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in, guint radius)
{
  each_row (self, out, in, radius, TRUE, 0);
}
