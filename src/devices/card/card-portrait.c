#include "devices/card/card-portrait.h"

#include <string.h>

#include "base/secret.h"
#include "devices/card/card-portrait-jpeg.h"

#define SIDE_MAX   4096
#define PIXELS_MAX (4 * 1024 * 1024)
#define CHANNELS   3

gboolean
kiosk_card_portrait_fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, (int)code, "portrait: %s", what);
  return FALSE;
}

gboolean
kiosk_card_portrait_fits (guint64 width, guint64 height, GError **error)
{
  return (width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX
          && width * height <= PIXELS_MAX)
         || kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "too large");
}

void
kiosk_card_picture_clear (KioskCardPicture *self)
{
  kiosk_wipe_free (self->pixels, (gsize)self->width * self->height * CHANNELS);
  self->pixels = NULL;
  self->width = self->height = 0;
}

/* The mean of one channel over a box. */
static guint8
average (const KioskCardPicture *from, guint left, guint right, guint top, guint bottom,
         guint channel)
{
  guint64 sum = 0, n = (guint64)(right - left) * (bottom - top);

  for (guint y = top; y < bottom; y++)
    for (guint x = left; x < right; x++)
      sum += from->pixels[((gsize)y * from->width + x) * CHANNELS + channel];
  return (guint8)((sum + n / 2) / n);
}

/* Smaller only: each pixel is the mean of those that it covers. */
static void
shrink (const KioskCardPicture *from, KioskCardPicture *to)
{
  guint8 *at = to->pixels;

  for (guint y = 0; y < to->height; y++)
    {
      guint top = (guint)((guint64)y * from->height / to->height);
      guint bottom = (guint)((guint64)(y + 1) * from->height / to->height);

      for (guint x = 0; x < to->width; x++)
        {
          guint left = (guint)((guint64)x * from->width / to->width);
          guint right = (guint)((guint64)(x + 1) * from->width / to->width);

          for (guint channel = 0; channel < CHANNELS; channel++)
            *at++ = average (from, left, right, top, bottom, channel);
        }
    }
}

/* Into 413 × 531, its shape kept. */
static void
fit (KioskCardPicture *picture)
{
  KioskCardPicture smaller = { picture->width, picture->height, NULL };

  if (smaller.width > KIOSK_CARD_PORTRAIT_WIDTH)
    {
      smaller.height = MAX (1, smaller.height * KIOSK_CARD_PORTRAIT_WIDTH / smaller.width);
      smaller.width = KIOSK_CARD_PORTRAIT_WIDTH;
    }
  if (smaller.height > KIOSK_CARD_PORTRAIT_HEIGHT)
    {
      smaller.width = MAX (1, smaller.width * KIOSK_CARD_PORTRAIT_HEIGHT / smaller.height);
      smaller.height = KIOSK_CARD_PORTRAIT_HEIGHT;
    }
  if (smaller.width == picture->width && smaller.height == picture->height)
    return;
  smaller.pixels = g_malloc ((gsize)smaller.width * smaller.height * CHANNELS);
  shrink (picture, &smaller);
  kiosk_card_picture_clear (picture);
  *picture = smaller;
}

GBytes *
kiosk_card_portrait_make (GBytes *encoded, GError **error)
{
  g_auto (KioskCardPicture) picture = { 0, 0, NULL };
  gsize length;
  const guint8 *data = g_bytes_get_data (encoded, &length);
  gboolean is_jpeg = length >= 2 && data[0] == 0xff && data[1] == 0xd8;
  gboolean decoded = is_jpeg ? kiosk_card_portrait_decode_jpeg (data, length, &picture, error)
                             : kiosk_card_portrait_decode_jpeg2000 (data, length, &picture, error);

  if (!decoded)
    return NULL;
  fit (&picture);
  return kiosk_card_portrait_encode (&picture, error);
}
