/* Art painted once a size. GTK 4.8's cairo renderer copies a whole GdkTexture on every frame, so it
 * is handed a cairo surface instead; other renderers get a texture, uploaded once. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _KioskRaster KioskRaster;
typedef void (*KioskRasterPaint) (cairo_t *cr, int width, int height, gpointer data);

KioskRaster *kiosk_raster_new (int width, int height, KioskRasterPaint paint, gpointer data);
void kiosk_raster_free (KioskRaster *self);
int kiosk_raster_width (const KioskRaster *self);
int kiosk_raster_height (const KioskRaster *self);
void kiosk_raster_snapshot (KioskRaster *self, GtkWidget *widget, GtkSnapshot *snapshot, float x,
                            float y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskRaster, kiosk_raster_free)

G_END_DECLS
