/* A picture as light: brightness for each pixel, colour for each four, as cameras give it (I420).
 * All shades are of the full range, 0 to 255. */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_RASTER_MAXIMUM 8192 /* pixels a side */
#define KIOSK_EMU_RASTER_GREY    128  /* a colour plane's shade of no colour */

typedef struct
{
  guint width, height;
  guint colour_width, colour_height; /* half of it, rounded up */
  guint8 *luma, *blue, *red;         /* one after the other, without gaps */
} KioskEmuRaster;

/* Black. */
KioskEmuRaster *kiosk_emu_raster_new (guint width, guint height);
void kiosk_emu_raster_free (KioskEmuRaster *self);
/* Bytes of all three planes, which begin at its luma. */
gsize kiosk_emu_raster_size (const KioskEmuRaster *self);

/* What @surface shows; what is transparent lies on white. */
KioskEmuRaster *kiosk_emu_raster_from_surface (cairo_surface_t *surface);
/* Each pixel is the mean of what it covers; a larger one repeats pixels. */
KioskEmuRaster *kiosk_emu_raster_resize (const KioskEmuRaster *self, guint width, guint height);

/* (transfer full): a PNG file's picture. %KIOSK_EMU_ERROR_COMMAND: there is none at @path. */
cairo_surface_t *kiosk_emu_surface_load (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuRaster, kiosk_emu_raster_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cairo_surface_t, cairo_surface_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cairo_t, cairo_destroy)

G_END_DECLS
