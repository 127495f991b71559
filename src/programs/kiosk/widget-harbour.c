/* The harbour at dusk: painted once a size, so that a slide or the card moving above it only copies
 * it. */
#include <math.h>

#include "look.h"
#include "raster.h"
#include "widgets.h"

struct _KioskHarbour
{
  GtkWidget parent;
  KioskRaster *raster;
  gboolean contrast;
  gboolean pale; /* only the outline of the city, faint, on what lies below */
};

G_DEFINE_FINAL_TYPE (KioskHarbour, kiosk_harbour, GTK_TYPE_WIDGET)

enum
{
  PROP_PALE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  double height, swell, phase, red, green, blue, alpha;
} Ridge;

static void
ridge (cairo_t *cr, double width, double height, const Ridge *r)
{
  double base = height * r->height;
  double swell = height * r->swell;
  cairo_move_to (cr, 0, height);
  for (double x = 0; x <= width + 6; x += 6)
    cairo_line_to (cr, x,
                   base
                     - swell
                         * (.55 * sin (x / width * 5.1 + r->phase)
                            + .30 * sin (x / width * 11.7 + r->phase * 2.3)
                            + .08 * sin (x / width * 31 + r->phase)));
  cairo_line_to (cr, width, height);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, r->red, r->green, r->blue, r->alpha);
  cairo_fill (cr);
}

typedef enum
{
  ROOF_FLAT,
  ROOF_MAST,
  ROOF_SLOPE,
  ROOF_STEPPED,
} Roof;

static void
roof (cairo_t *cr, double x, double top, double width, Roof kind)
{
  switch (kind)
    {
    case ROOF_MAST:
      cairo_rectangle (cr, x + width * .2, top - 16, width * .6, 17);
      cairo_rectangle (cr, x + width * .47, top - 44, width * .06, 30);
      break;
    case ROOF_SLOPE:
      cairo_move_to (cr, x, top + 1);
      cairo_line_to (cr, x + width, top - width * .8);
      cairo_line_to (cr, x + width, top + 1);
      cairo_close_path (cr);
      break;
    case ROOF_STEPPED:
      cairo_rectangle (cr, x + width * .12, top - 10, width * .76, 11);
      cairo_rectangle (cr, x + width * .28, top - 20, width * .44, 11);
      break;
    case ROOF_FLAT:
      break;
    }
}

static void
windows (cairo_t *cr, double x, double y, double width, double height, GRand *random)
{
  for (double row = y - height + 14; row < y - 10; row += 15)
    for (double column = x + 7; column < x + width - 8; column += 11)
      if (g_rand_double (random) < .26)
        {
          cairo_set_source_rgba (cr, 1, .84, .52, .22 + .5 * g_rand_double (random));
          cairo_rectangle (cr, column, row, 4, 6);
          cairo_fill (cr);
        }
}

typedef struct
{
  double ground; /* fraction of the height */
  double scale;
  double alpha;
  gboolean lit; /* the near row: windows and gaps */
  guint32 seed;
} Row;

static Roof
roof_of (double height, double dice)
{
  if (height < 90)
    return ROOF_FLAT;
  return dice < .25 ? ROOF_MAST : dice < .38 ? ROOF_SLOPE : dice < .6 ? ROOF_STEPPED : ROOF_FLAT;
}

/* Lower in the middle, so that the picture opens behind the card. */
static void
skyline (cairo_t *cr, double width, double height, const Row *row)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (row->seed);
  double ground = height * row->ground;
  double unit = MIN (height, 1400) / 1000;
  for (double x = -14; x < width;)
    {
      double wide = (30 + 26 * g_rand_double (random)) * (row->lit ? 1 : .8);
      double edge = fabs (x / width - .5) * 2;
      double tall = (50 + 190 * g_rand_double (random) * g_rand_double (random))
                    * (.45 + .75 * edge) * row->scale * unit;
      cairo_pattern_t *wall = cairo_pattern_create_linear (0, ground - tall, 0, ground);
      cairo_pattern_add_color_stop_rgba (wall, 0, .05, .31, .36, row->alpha);
      cairo_pattern_add_color_stop_rgba (wall, 1, .03, .19, .24, row->alpha);
      cairo_set_source (cr, wall);
      cairo_rectangle (cr, x, ground - tall, wide, tall);
      roof (cr, x, ground - tall, wide, roof_of (tall, g_rand_double (random)));
      cairo_fill (cr);
      cairo_pattern_destroy (wall);
      if (row->lit)
        windows (cr, x, ground, wide, tall, random);
      x += wide + (row->lit ? 2 + 8 * g_rand_double (random) : 0);
    }
}

static void
sky (cairo_t *cr, double width, double height)
{
  static const double stops[][4] = {
    { 0, .024, .176, .243 },   { .42, .035, .345, .380 }, { .72, .075, .525, .490 },
    { .86, .530, .720, .560 }, { 1, .960, .800, .520 },
  };
  cairo_pattern_t *dusk = cairo_pattern_create_linear (0, 0, 0, height);
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    cairo_pattern_add_color_stop_rgb (dusk, stops[i][0], stops[i][1], stops[i][2], stops[i][3]);
  cairo_set_source (cr, dusk);
  cairo_paint (cr);
  cairo_pattern_destroy (dusk);
  cairo_set_source_rgba (cr, 1, 1, 1, .028); /* soft halos behind the card */
  for (int i = 5; i > 0; i--)
    {
      cairo_arc (cr, width * .5, height * .62, width * .13 * i, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

/* The water, with the light of the sky broken on it. */
static void
water (cairo_t *cr, double width, double height)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1841);
  double shore = height * .955;
  cairo_rectangle (cr, 0, shore, width, height - shore);
  cairo_set_source_rgb (cr, .030, .200, .250);
  cairo_fill (cr);
  for (int i = 0; i < 60; i++)
    {
      double y = shore + 6 + (height - shore) * g_rand_double (random);
      double length = 14 + 46 * g_rand_double (random);
      cairo_set_source_rgba (cr, .96, .80, .52, .05 + .13 * g_rand_double (random));
      cairo_rectangle (cr, width * g_rand_double (random) - length / 2, y, length, 2);
      cairo_fill (cr);
    }
}

/* One colour, flat: a mask of the city through which a little jade shows. */
static void
paint_pale (cairo_t *cr, double width, double height)
{
  static const Ridge far = { .40, .20, 0.9, .043, .431, .384, .055 };
  static const Ridge near = { .56, .16, 3.4, .043, .431, .384, .06 };
  static const Row front = { 1.0, 3.2, 1, FALSE, 1997 };
  ridge (cr, width, height, &far);
  ridge (cr, width, height, &near);
  cairo_push_group (cr);
  cairo_rectangle (cr, 0, height * .95, width, height * .05);
  cairo_fill (cr);
  skyline (cr, width, height, &front);
  cairo_pattern_t *city = cairo_pop_group (cr);
  cairo_set_source_rgba (cr, .043, .431, .384, .085);
  cairo_mask (cr, city);
  cairo_pattern_destroy (city);
}

static void
paint (cairo_t *cr, int width, int height, gpointer data)
{
  static const Ridge far = { .83, .10, 0.9, .07, .42, .42, .55 };
  static const Ridge near = { .88, .07, 3.4, .04, .33, .36, .80 };
  static const Row behind = { .935, 1.55, .45, FALSE, 7 };
  static const Row front = { .965, 1.25, 1, TRUE, 1997 };
  KioskHarbour *self = data;
  if (self->pale)
    {
      if (!self->contrast)
        paint_pale (cr, width, height);
      return;
    }
  if (self->contrast)
    {
      cairo_set_source_rgb (cr, 0, 0, 0);
      cairo_paint (cr);
      return;
    }
  sky (cr, width, height);
  ridge (cr, width, height, &far);
  ridge (cr, width, height, &near);
  skyline (cr, width, height, &behind);
  skyline (cr, width, height, &front);
  water (cr, width, height);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskHarbour *self = KIOSK_HARBOUR (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  if (width <= 0 || height <= 0)
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

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  KIOSK_HARBOUR (object)->pale = g_value_get_boolean (value);
}

static void
finalize (GObject *object)
{
  kiosk_raster_free (KIOSK_HARBOUR (object)->raster);
  G_OBJECT_CLASS (kiosk_harbour_parent_class)->finalize (object);
}

static void
kiosk_harbour_class_init (KioskHarbourClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  properties[PROP_PALE]
    = g_param_spec_boolean ("pale", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  widget_class->snapshot = snapshot;
  gtk_widget_class_set_css_name (widget_class, "harbour");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kiosk_harbour_init (KioskHarbour *self)
{
}
