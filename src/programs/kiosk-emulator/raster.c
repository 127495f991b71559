#include "raster.h"

#include <math.h>
#include <string.h>

#include "card.h"

KioskEmuRaster *
kiosk_emu_raster_new (guint width, guint height)
{
  KioskEmuRaster *self = g_new0 (KioskEmuRaster, 1);
  gsize pixels = (gsize)width * height, colours;

  self->width = width;
  self->height = height;
  self->colour_width = (width + 1) / 2;
  self->colour_height = (height + 1) / 2;
  colours = (gsize)self->colour_width * self->colour_height;
  self->luma = g_malloc0 (pixels + 2 * colours);
  self->blue = self->luma + pixels;
  self->red = self->blue + colours;
  memset (self->blue, KIOSK_EMU_RASTER_GREY, 2 * colours);
  return self;
}

void
kiosk_emu_raster_free (KioskEmuRaster *self)
{
  if (self == NULL)
    return;
  g_free (self->luma);
  g_free (self);
}

gsize
kiosk_emu_raster_size (const KioskEmuRaster *self)
{
  return (gsize)self->width * self->height + 2 * (gsize)self->colour_width * self->colour_height;
}

typedef struct
{
  int red, green, blue;
} Light;

static Light
light_at (cairo_surface_t *surface, guint x, guint y)
{
  const guint8 *row = cairo_image_surface_get_data (surface)
                      + (gsize)y * (gsize)cairo_image_surface_get_stride (surface);
  guint32 pixel = ((const guint32 *)(const void *)row)[x];
  /* Cairo's colours are multiplied by what covers already. */
  int behind = cairo_image_surface_get_format (surface) == CAIRO_FORMAT_ARGB32
                 ? 255 - (int)(pixel >> 24)
                 : 0;

  return (Light){ (int)(pixel >> 16 & 255) + behind, (int)(pixel >> 8 & 255) + behind,
                  (int)(pixel & 255) + behind };
}

/* BT.709, in 256ths. */
static guint8
luma_of (Light light)
{
  return (guint8)((54 * light.red + 183 * light.green + 19 * light.blue + 128) / 256);
}

static guint8
colour_of (int part, int luma, double reach)
{
  return (guint8)CLAMP (lrint ((part - luma) / reach) + KIOSK_EMU_RASTER_GREY, 0, 255);
}

static void
take_colours (KioskEmuRaster *self, cairo_surface_t *surface)
{
  for (guint y = 0; y < self->colour_height; y++)
    for (guint x = 0; x < self->colour_width; x++)
      {
        Light light = light_at (surface, 2 * x, 2 * y);
        int luma = luma_of (light);
        gsize at = (gsize)y * self->colour_width + x;

        self->blue[at] = colour_of (light.blue, luma, 1.8556);
        self->red[at] = colour_of (light.red, luma, 1.5748);
      }
}

KioskEmuRaster *
kiosk_emu_raster_from_surface (cairo_surface_t *surface)
{
  KioskEmuRaster *self = kiosk_emu_raster_new ((guint)cairo_image_surface_get_width (surface),
                                               (guint)cairo_image_surface_get_height (surface));

  cairo_surface_flush (surface);
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      self->luma[(gsize)y * self->width + x] = luma_of (light_at (surface, x, y));
  take_colours (self, surface);
  return self;
}

/* A plane of @from × @lines becomes one of @to × @lines, lying on its side, so that two passes
 * resize both ways. */
static void
shrink_rows (float *out, const float *in, guint from, guint to, guint lines)
{
  double step = (double)from / to;

  for (guint x = 0; x < to; x++)
    {
      double start = x * step, end = MIN ((x + 1) * step, (double)from);
      guint first = (guint)start, last = MIN ((guint)ceil (end), from) - 1;

      for (guint y = 0; y < lines; y++)
        {
          const float *row = in + (gsize)y * from;
          double sum = 0;

          for (guint i = first; i <= last; i++)
            sum += (double)row[i] * (MIN (end, i + 1.0) - MAX (start, (double)i));
          out[(gsize)x * lines + y] = (float)(sum / (end - start));
        }
    }
}

static void
resize_plane (guint8 *out, guint width, guint height, const guint8 *in, guint in_width,
              guint in_height)
{
  g_autofree float *whole = g_new (float, (gsize)in_width *in_height);
  g_autofree float *narrow = g_new (float, (gsize)width *in_height);
  g_autofree float *small = g_new (float, (gsize)width *height);

  for (gsize i = 0; i < (gsize)in_width * in_height; i++)
    whole[i] = in[i];
  shrink_rows (narrow, whole, in_width, width, in_height);
  shrink_rows (small, narrow, in_height, height, width);
  for (gsize i = 0; i < (gsize)width * height; i++)
    out[i] = (guint8)lrintf (small[i]);
}

KioskEmuRaster *
kiosk_emu_raster_resize (const KioskEmuRaster *self, guint width, guint height)
{
  KioskEmuRaster *out = kiosk_emu_raster_new (width, height);

  resize_plane (out->luma, width, height, self->luma, self->width, self->height);
  resize_plane (out->blue, out->colour_width, out->colour_height, self->blue, self->colour_width,
                self->colour_height);
  resize_plane (out->red, out->colour_width, out->colour_height, self->red, self->colour_width,
                self->colour_height);
  return out;
}

cairo_surface_t *
kiosk_emu_surface_load (const char *path, GError **error)
{
  g_autoptr (cairo_surface_t) surface = cairo_image_surface_create_from_png (path);
  cairo_status_t status = cairo_surface_status (surface);
  cairo_format_t format = cairo_image_surface_get_format (surface);

  /* Cairo says that it is out of memory of whatever is no picture. */
  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, "\"%s\": %s", path,
                 status == CAIRO_STATUS_FILE_NOT_FOUND ? "no such file" : "no PNG picture");
  else if (format != CAIRO_FORMAT_ARGB32 && format != CAIRO_FORMAT_RGB24)
    g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, "%s: eight bits a colour, please",
                 path);
  else if (cairo_image_surface_get_width (surface) > KIOSK_EMU_RASTER_MAXIMUM
           || cairo_image_surface_get_height (surface) > KIOSK_EMU_RASTER_MAXIMUM)
    g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, "%s: at most %d pixels a side",
                 path, KIOSK_EMU_RASTER_MAXIMUM);
  else
    return g_steal_pointer (&surface);
  return NULL;
}
