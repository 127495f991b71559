#include "raster.h"

struct _KioskRaster
{
  cairo_surface_t *surface;
  GdkTexture *texture;
  int width;
  int height;
};

KioskRaster *
kiosk_raster_new (int width, int height, KioskRasterPaint paint, gpointer data)
{
  KioskRaster *self = g_new0 (KioskRaster, 1);
  self->width = MAX (width, 1);
  self->height = MAX (height, 1);
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, self->width, self->height);
  cairo_t *cr = cairo_create (self->surface);
  paint (cr, self->width, self->height, data);
  cairo_destroy (cr);
  cairo_surface_flush (self->surface);
  return self;
}

void
kiosk_raster_free (KioskRaster *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->texture);
  cairo_surface_destroy (self->surface);
  g_free (self);
}

int
kiosk_raster_width (const KioskRaster *self)
{
  return self->width;
}

int
kiosk_raster_height (const KioskRaster *self)
{
  return self->height;
}

static gboolean
draws_with_cairo (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;
  return renderer == NULL || g_str_equal (G_OBJECT_TYPE_NAME (renderer), "GskCairoRenderer");
}

static GdkTexture *
texture (KioskRaster *self)
{
  gsize stride = (gsize)cairo_image_surface_get_stride (self->surface);
  g_autoptr (GBytes) pixels = g_bytes_new_static (cairo_image_surface_get_data (self->surface),
                                                  stride * (gsize)self->height);
  return gdk_memory_texture_new (self->width, self->height, GDK_MEMORY_DEFAULT, pixels, stride);
}

void
kiosk_raster_snapshot (KioskRaster *self, GtkWidget *widget, GtkSnapshot *snapshot, float x,
                       float y)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, (float)self->width, (float)self->height);
  if (draws_with_cairo (widget))
    {
      cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
      cairo_set_source_surface (cr, self->surface, (double)x, (double)y);
      cairo_paint (cr);
      cairo_destroy (cr);
      return;
    }
  if (self->texture == NULL)
    self->texture = texture (self);
  gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
}
