#include "devices/camera/camera-portrait.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "base/secret.h"

/* The oval, in parts of the frame: where the page draws it. */
#define OVAL_X      0.50
#define OVAL_Y      0.46
#define OVAL_WIDTH  0.62
#define OVAL_HEIGHT 0.66

#define STEP 8 /* for movement, every 8th pixel of every 8th row is compared */

#define DARK       60.0
#define BRIGHT     215.0
#define WHITE      250
#define BURNT      0.20
#define CONTRAST   14.0
#define MOVED      9.0
#define SHARP      14.0
#define STEEP_PART 100 /* the steepest hundredth of steps says how sharp it is */

#define QUALITY       90
#define QUALITY_LEAST 50
#define QUALITY_STEP  8
#define COLOURS       3

struct _KioskPortraitEye
{
  guint8 *grey, *before;
  gsize length; /* of each */
  guint width, height;
  gboolean has_before;
  KioskPortraitMeasure measure;
};

KioskPortraitEye *
kiosk_portrait_eye_new (void)
{
  return g_new0 (KioskPortraitEye, 1);
}

static void
forget (KioskPortraitEye *self)
{
  kiosk_wipe_free (self->grey, self->length);
  kiosk_wipe_free (self->before, self->length);
  self->grey = self->before = NULL;
}

void
kiosk_portrait_eye_free (KioskPortraitEye *self)
{
  if (self == NULL)
    return;
  forget (self);
  g_free (self);
}

/* Rec. 601, in 256ths. */
static void
take_grey (KioskPortraitEye *self, const KioskColourFrame *frame)
{
  guint8 *last = self->grey;

  if (self->width != frame->width || self->height != frame->height || self->grey == NULL)
    {
      forget (self);
      self->width = frame->width;
      self->height = frame->height;
      self->length = (gsize)frame->width * frame->height;
      self->grey = g_malloc0 (self->length);
      self->before = g_malloc0 (self->length);
      self->has_before = FALSE;
    }
  else
    {
      self->grey = self->before;
      self->before = last;
      self->has_before = TRUE;
    }
  for (guint y = 0; y < frame->height; y++)
    {
      const guint8 *from = frame->pixels + (gsize)y * frame->stride;
      guint8 *to = self->grey + (gsize)y * frame->width;

      for (guint x = 0; x < frame->width; x++, from += COLOURS)
        to[x] = (guint8)((77 * from[0] + 150 * from[1] + 29 * from[2]) >> 8);
    }
}

static gboolean
is_inside (const KioskPortraitEye *self, guint x, guint y)
{
  double across = ((double)x / self->width - OVAL_X) / (OVAL_WIDTH / 2);
  double down = ((double)y / self->height - OVAL_Y) / (OVAL_HEIGHT / 2);

  return across * across + down * down <= 1;
}

/* The mean of the @part-th part of all steps that are the steepest. */
static double
steepest (const guint counts[256], guint total)
{
  guint wanted = MAX (total / STEEP_PART, 1), found = 0;
  double sum = 0;

  for (int step = 255; step >= 0 && found < wanted; step--)
    {
      guint taken = MIN (counts[step], wanted - found);

      sum += (double)taken * step;
      found += taken;
    }
  return found == 0 ? 0 : sum / found;
}

static guint
difference (guint8 a, guint8 b)
{
  return (guint)ABS ((int)a - (int)b);
}

static void
measure (KioskPortraitEye *self)
{
  guint steps[256] = { 0 };
  guint n = 0, compared = 0, white = 0;
  double sum = 0, squares = 0, moved = 0;

  for (guint y = 1; y + 1 < self->height; y++)
    for (guint x = 1; x + 1 < self->width; x++)
      {
        gsize at = (gsize)y * self->width + x;
        guint8 shade = self->grey[at];

        if (!is_inside (self, x, y))
          continue;
        n++;
        sum += shade;
        squares += (double)shade * shade;
        white += shade >= WHITE;
        steps[MAX (difference (shade, self->grey[at + 1]),
                   difference (shade, self->grey[at + self->width]))]++;
        if (x % STEP != 0 || y % STEP != 0)
          continue;
        compared++;
        moved += difference (shade, self->before[at]);
      }
  n = MAX (n, 1);
  self->measure = (KioskPortraitMeasure){
    .light = sum / n,
    .burnt = (double)white / n,
    .contrast = sqrt (MAX (squares / n - (sum / n) * (sum / n), 0)),
    .movement = self->has_before ? moved / MAX (compared, 1) : 255,
    .edges = steepest (steps, n),
  };
}

KioskCameraGuidance
kiosk_portrait_eye_look (KioskPortraitEye *self, const KioskColourFrame *frame)
{
  const KioskPortraitMeasure *is = &self->measure;

  take_grey (self, frame);
  measure (self);
  if (is->light < DARK)
    return KIOSK_CAMERA_GUIDANCE_TOO_DARK;
  if (is->light > BRIGHT || is->burnt > BURNT)
    return KIOSK_CAMERA_GUIDANCE_TOO_BRIGHT;
  if (is->contrast < CONTRAST)
    return KIOSK_CAMERA_GUIDANCE_NOTHING;
  if (is->movement > MOVED)
    return KIOSK_CAMERA_GUIDANCE_HOLD_STILL;
  return is->edges < SHARP ? KIOSK_CAMERA_GUIDANCE_BLURRED : KIOSK_CAMERA_GUIDANCE_GOOD;
}

const KioskPortraitMeasure *
kiosk_portrait_eye_measure (const KioskPortraitEye *self)
{
  return &self->measure;
}

KioskGreyFrame
kiosk_portrait_eye_grey (const KioskPortraitEye *self)
{
  return (KioskGreyFrame){ self->grey, self->width, self->height, self->width };
}

/* libjpeg ends the program on an error; from pixels in memory to memory there is but one, and GLib
 * would end it as well. */
static GBytes *
compress (const KioskColourFrame *frame, int quality)
{
  struct jpeg_error_mgr errors;
  struct jpeg_compress_struct jpeg = { .err = jpeg_std_error (&errors) };
  unsigned char *bytes = NULL;
  unsigned long length = 0;
  GBytes *picture;

  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &bytes, &length);
  jpeg.image_width = frame->width;
  jpeg.image_height = frame->height;
  jpeg.input_components = COLOURS;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, quality, TRUE);
  jpeg_start_compress (&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height)
    {
      JSAMPROW row = (JSAMPROW)frame->pixels + (gsize)jpeg.next_scanline * frame->stride;

      jpeg_write_scanlines (&jpeg, &row, 1);
    }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  picture = g_bytes_new (bytes, length);
  explicit_bzero (bytes, length);
  free (bytes);
  return picture;
}

GBytes *
kiosk_portrait_jpeg (const KioskColourFrame *frame, gsize maximum)
{
  for (int quality = QUALITY; quality >= QUALITY_LEAST; quality -= QUALITY_STEP)
    {
      GBytes *picture = compress (frame, quality);

      if (g_bytes_get_size (picture) <= maximum)
        return picture;
      kiosk_wipe_bytes (picture);
    }
  return NULL;
}
