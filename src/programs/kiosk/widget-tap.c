/* The card that comes down on the reader. One SVG; each of its layers is painted once a size, and a
 * frame only moves and fades them. 30 frames a second at most, none while it is not seen. */
#include <math.h>

#include "art.h"
#include "look.h"
#include "raster.h"
#include "widgets.h"

#define ART_WIDTH  640.0
#define ART_HEIGHT 440.0
#define PERIOD_S   3.6
#define FRAMES_S   30
#define STILL      .55 /* the phase that makes a good still picture */

enum
{
  LAYER_READER,
  LAYER_CARD,
  LAYER_LED,
  LAYER_WAVE_1,
  LAYER_WAVE_2,
  LAYER_WAVE_3,
  N_LAYERS
};

static const char *const layer_ids[N_LAYERS] = { "#reader", "#card", "#led", "#w1", "#w2", "#w3" };

struct _KioskTap
{
  GtkWidget parent;
  gboolean moving;
  guint tick;
  gint64 started_us;
  int frame;
  double phase;
  double scale;
  KioskRaster *rasters[N_LAYERS];
  float x[N_LAYERS];
  float y[N_LAYERS];
};

G_DEFINE_FINAL_TYPE (KioskTap, kiosk_tap, GTK_TYPE_WIDGET)

enum
{
  PROP_MOVING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static const RsvgRectangle viewport = { 0, 0, ART_WIDTH, ART_HEIGHT };

typedef struct
{
  RsvgHandle *svg;
  int layer;
  double scale, x, y;
} Job;

static void
paint (cairo_t *cr, int width, int height, gpointer data)
{
  const Job *job = data;
  cairo_scale (cr, job->scale, job->scale);
  cairo_translate (cr, -job->x, -job->y);
  rsvg_handle_render_layer (job->svg, cr, layer_ids[job->layer], &viewport, NULL);
}

static void
clear_layers (KioskTap *self)
{
  for (int i = 0; i < N_LAYERS; i++)
    g_clear_pointer (&self->rasters[i], kiosk_raster_free);
}

static void
load_layers (KioskTap *self, double scale)
{
  g_autoptr (RsvgHandle) svg = kiosk_art_load ("tap");
  clear_layers (self);
  self->scale = scale;
  for (int i = 0; svg != NULL && i < N_LAYERS; i++)
    {
      RsvgRectangle ink;
      if (!rsvg_handle_get_geometry_for_layer (svg, layer_ids[i], &viewport, &ink, NULL, NULL))
        continue;
      double margin = i == LAYER_CARD || i == LAYER_READER ? 40 : 2; /* room for the shadow */
      Job job = { svg, i, scale, floor (ink.x - margin), floor (ink.y - margin) };
      self->rasters[i]
        = kiosk_raster_new ((int)ceil ((ink.width + 2 * margin) * scale),
                            (int)ceil ((ink.height + 2 * margin) * scale), paint, &job);
      self->x[i] = (float)(job.x * scale);
      self->y[i] = (float)(job.y * scale);
    }
}

static void
draw_layer (KioskTap *self, GtkSnapshot *snapshot, int layer, double alpha)
{
  if (self->rasters[layer] == NULL || alpha <= .01)
    return;
  gboolean faint = alpha < .99;
  if (faint)
    gtk_snapshot_push_opacity (snapshot, alpha);
  kiosk_raster_snapshot (self->rasters[layer], GTK_WIDGET (self), snapshot, self->x[layer],
                         self->y[layer]);
  if (faint)
    gtk_snapshot_pop (snapshot);
}

static double
smooth (double t)
{
  t = CLAMP (t, 0, 1);
  return t * t * (3 - 2 * t);
}

static void
draw_lights (KioskTap *self, GtkSnapshot *snapshot, double progress)
{
  for (int i = 0; i < 4; i++)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)(i * 28 * self->scale), 0));
      draw_layer (self, snapshot, LAYER_LED,
                  progress * 5 > i && self->phase < .86 ? fmin (progress * 5 - i, 1) : 0);
      gtk_snapshot_restore (snapshot);
    }
}

static void
draw_card (KioskTap *self, GtkSnapshot *snapshot)
{
  double down = smooth (self->phase / .35) - smooth ((self->phase - .74) / .26);
  float x = (float)((140 + (1 - down) * 66) * self->scale);
  float y = (float)((22 + down * 68) * self->scale);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_rotate (snapshot, (float)(-9 + (1 - down) * 14));
  draw_layer (self, snapshot, LAYER_CARD, 1);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskTap *self = KIOSK_TAP (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double scale = fmin (width / ART_WIDTH, height / ART_HEIGHT);
  double progress = (self->phase - .33) / .40;
  if (scale <= 0)
    return;
  if (fabs (scale - self->scale) > .001)
    load_layers (self, scale);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)round ((width - ART_WIDTH * scale) / 2),
                                                (float)round ((height - ART_HEIGHT * scale) / 2)));
  draw_layer (self, snapshot, LAYER_READER, 1);
  draw_lights (self, snapshot, progress);
  draw_card (self, snapshot);
  for (int i = 0; i < 3; i++)
    {
      double wave = progress * 1.7 - i * .3;
      draw_layer (self, snapshot, LAYER_WAVE_1 + i,
                  wave <= 0 || wave >= 1.15 ? 0 : sin (fmin (wave, 1) * G_PI));
    }
  gtk_snapshot_restore (snapshot);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  KioskTap *self = KIOSK_TAP (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  if (self->started_us == 0)
    self->started_us = now;
  double seconds = (double)(now - self->started_us) / 1e6 + STILL * PERIOD_S;
  int frame = (int)(seconds * FRAMES_S);
  if (frame == self->frame)
    return G_SOURCE_CONTINUE;
  self->frame = frame;
  self->phase = fmod (seconds, PERIOD_S) / PERIOD_S;
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static void
update_tick (KioskTap *self)
{
  gboolean animations;
  GtkWidget *widget = GTK_WIDGET (self);
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animations, NULL);
  gboolean wanted = self->moving && animations && gtk_widget_get_mapped (widget);
  if (wanted && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (widget, on_tick, NULL, NULL);
  else if (!wanted && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (widget, self->tick);
      self->tick = 0;
    }
}

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_tap_parent_class)->map (widget);
  KIOSK_TAP (widget)->started_us = 0;
  update_tick (KIOSK_TAP (widget));
}

static void
unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_tap_parent_class)->unmap (widget);
  update_tick (KIOSK_TAP (widget));
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *ret_minimum,
         int *ret_natural, int *ret_minimum_baseline, int *ret_natural_baseline)
{
  *ret_minimum = kiosk_look_mm (40);
  *ret_natural = kiosk_look_mm (90);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  KIOSK_TAP (object)->moving = g_value_get_boolean (value);
  update_tick (KIOSK_TAP (object));
}

static void
finalize (GObject *object)
{
  clear_layers (KIOSK_TAP (object));
  G_OBJECT_CLASS (kiosk_tap_parent_class)->finalize (object);
}

static void
kiosk_tap_class_init (KioskTapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->snapshot = snapshot;
  widget_class->map = map;
  widget_class->unmap = unmap;
  widget_class->measure = measure;
  properties[PROP_MOVING]
    = g_param_spec_boolean ("moving", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "tap");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kiosk_tap_init (KioskTap *self)
{
  self->frame = -1;
  self->phase = STILL;
}
