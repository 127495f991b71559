#include "art.h"
#include "look.h"
#include "raster.h"
#include "widgets.h"

/* Painted once a size and theme, panel and all; then only copied. */
struct _KioskDrawing
{
  GtkWidget parent;
  char *art;
  char *layers; /* names, separated by spaces */
  KioskRaster *raster;
  gboolean contrast; /* of the raster */
};

G_DEFINE_FINAL_TYPE (KioskDrawing, kiosk_drawing, GTK_TYPE_WIDGET)

enum
{
  PROP_ART = 1,
  PROP_LAYERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
rounded (cairo_t *cr, double inset, double width, double height, double radius)
{
  double right = width - inset - radius;
  double bottom = height - inset - radius;
  double left = inset + radius;
  cairo_new_path (cr);
  cairo_arc (cr, right, left, radius, -G_PI / 2, 0);
  cairo_arc (cr, right, bottom, radius, 0, G_PI / 2);
  cairo_arc (cr, left, bottom, radius, G_PI / 2, G_PI);
  cairo_arc (cr, left, left, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

static void
paint_panel (cairo_t *cr, int width, int height, gboolean contrast)
{
  double radius = kiosk_look_mm (8);
  rounded (cr, contrast ? 1.5 : 0, width, height, radius);
  if (contrast)
    {
      cairo_set_source_rgb (cr, 0, 0, 0);
      cairo_fill_preserve (cr);
      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_set_line_width (cr, 3);
      cairo_stroke (cr);
    }
  else
    {
      cairo_pattern_t *sea = cairo_pattern_create_linear (0, 0, width * .35, height);
      cairo_pattern_add_color_stop_rgb (sea, 0, .035, .255, .310);
      cairo_pattern_add_color_stop_rgb (sea, 1, .075, .520, .480);
      cairo_set_source (cr, sea);
      cairo_fill_preserve (cr);
      cairo_pattern_destroy (sea);
      cairo_save (cr);
      cairo_clip (cr);
      cairo_set_source_rgba (cr, 1, 1, 1, .035);
      for (int i = 1; i <= 4; i++)
        {
          cairo_arc (cr, width * .5, height * .56, MIN (width, height) * (.16 + .19 * i), 0,
                     2 * G_PI);
          cairo_fill (cr);
        }
      cairo_restore (cr);
    }
}

static void
paint_layers (cairo_t *cr, RsvgHandle *svg, const char *layers, int width, int height)
{
  double svg_width = 640;
  double svg_height = 440;
  double inset = MIN (width, height) * .06;
  rsvg_handle_get_intrinsic_size_in_pixels (svg, &svg_width, &svg_height);
  double scale = MIN ((width - 2 * inset) / svg_width, (height - 2 * inset) / svg_height);
  cairo_translate (cr, (width - svg_width * scale) / 2, (height - svg_height * scale) / 2);
  cairo_scale (cr, scale, scale);
  RsvgRectangle viewport = { 0, 0, svg_width, svg_height };
  g_auto (GStrv) names = g_strsplit (layers != NULL ? layers : "", " ", -1);
  rsvg_handle_render_layer (svg, cr, "#base", &viewport, NULL);
  for (char **name = names; *name != NULL; name++)
    if (**name != '\0')
      {
        g_autofree char *id = g_strconcat ("#", *name, NULL);
        rsvg_handle_render_layer (svg, cr, id, &viewport, NULL);
      }
}

static void
paint (cairo_t *cr, int width, int height, gpointer data)
{
  KioskDrawing *self = data;
  g_autoptr (RsvgHandle) svg = kiosk_art_load (self->art);
  paint_panel (cr, width, height, self->contrast);
  if (svg != NULL)
    paint_layers (cr, svg, self->layers, width, height);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskDrawing *self = KIOSK_DRAWING (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  if (width <= 0 || height <= 0 || self->art == NULL)
    return;
  if (self->raster == NULL || self->contrast != kiosk_look_is_contrast ()
      || kiosk_raster_width (self->raster) != width || kiosk_raster_height (self->raster) != height)
    {
      self->contrast = kiosk_look_is_contrast ();
      g_clear_pointer (&self->raster, kiosk_raster_free);
      self->raster = kiosk_raster_new (width, height, paint, self);
    }
  kiosk_raster_snapshot (self->raster, widget, snapshot, 0, 0);
}

void
kiosk_drawing_set_art (KioskDrawing *self, const char *art, const char *layers)
{
  if (g_strcmp0 (self->art, art) == 0 && g_strcmp0 (self->layers, layers) == 0)
    return;
  g_free (self->art);
  g_free (self->layers);
  self->art = g_strdup (art);
  self->layers = g_strdup (layers);
  g_clear_pointer (&self->raster, kiosk_raster_free);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Several megabytes where it is large; painted again if it is seen again. */
static void
unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_drawing_parent_class)->unmap (widget);
  g_clear_pointer (&KIOSK_DRAWING (widget)->raster, kiosk_raster_free);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  KioskDrawing *self = KIOSK_DRAWING (object);
  g_autofree char *art = g_strdup (id == PROP_ART ? g_value_get_string (value) : self->art);
  g_autofree char *layers
    = g_strdup (id == PROP_LAYERS ? g_value_get_string (value) : self->layers);
  kiosk_drawing_set_art (self, art, layers);
}

static void
finalize (GObject *object)
{
  KioskDrawing *self = KIOSK_DRAWING (object);
  g_free (self->art);
  g_free (self->layers);
  kiosk_raster_free (self->raster);
  G_OBJECT_CLASS (kiosk_drawing_parent_class)->finalize (object);
}

static void
kiosk_drawing_class_init (KioskDrawingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->snapshot = snapshot;
  widget_class->unmap = unmap;
  properties[PROP_ART] = g_param_spec_string ("art", NULL, NULL, NULL, flags);
  properties[PROP_LAYERS] = g_param_spec_string ("layers", NULL, NULL, NULL, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "drawing");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kiosk_drawing_init (KioskDrawing *self)
{
}
