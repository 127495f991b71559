/* One page at a time; the next slides in. Both are drawn to bitmaps before anything moves, so that
 * a frame of the slide only copies, whatever the pages hold. The page itself is in place from the
 * start: a touch or a reader of the screen finds it there. */
#include <malloc.h>
#include <math.h>

#include "raster.h"
#include "widgets.h"

#define DURATION_US 260000

typedef enum
{
  STILL,
  PREPARING, /* the old page is still on show while the new one is laid out and drawn */
  MOVING,
} State;

struct _KioskSlide
{
  GtkWidget parent;
  GtkWidget *page;
  State state;
  int direction; /* +1: comes from the right */
  KioskRaster *old_raster;
  KioskRaster *new_raster;
  float old_top; /* where the old page began, in the window */
  gint64 started_us;
  double progress;
  guint tick;
};

G_DEFINE_FINAL_TYPE (KioskSlide, kiosk_slide, GTK_TYPE_WIDGET)

static void
paint_node (cairo_t *cr, int width, int height, gpointer data)
{
  gsk_render_node_draw (data, cr);
}

static KioskRaster *
draw_page (GtkWidget *page, GtkSnapshot *snapshot)
{
  GskRenderNode *node = gtk_snapshot_to_node (snapshot);
  if (node == NULL)
    return NULL;
  KioskRaster *raster = kiosk_raster_new (gtk_widget_get_width (page), gtk_widget_get_height (page),
                                          paint_node, node);
  gsk_render_node_unref (node);
  return raster;
}

static float
top_in_window (KioskSlide *self)
{
  double x;
  double y = 0;
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  gtk_widget_translate_coordinates (GTK_WIDGET (self), root, 0, 0, &x, &y);
  return (float)y;
}

/* Assistive technology is told while a page is on its way. */
static void
tell_busy (KioskSlide *self, gboolean busy)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
}

/* Pictures and frames are megabytes that come and go: without this the heap keeps holes of their
 * size, half of all that the program holds. Once a page, so that a frame costs nothing. */
static void
drop_rasters (KioskSlide *self)
{
  if (self->old_raster == NULL)
    return;
  g_clear_pointer (&self->old_raster, kiosk_raster_free);
  g_clear_pointer (&self->new_raster, kiosk_raster_free);
  malloc_trim (0);
}

static void
come_to_rest (KioskSlide *self)
{
  self->state = STILL;
  drop_rasters (self);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  tell_busy (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  KioskSlide *self = KIOSK_SLIDE (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  if (self->state == PREPARING)
    {
      if (self->new_raster == NULL)
        return G_SOURCE_CONTINUE;
      self->state = MOVING;
      self->started_us = now;
    }
  double t = (double)(now - self->started_us) / DURATION_US;
  if (t >= 1)
    {
      self->tick = 0;
      come_to_rest (self);
      return G_SOURCE_REMOVE;
    }
  self->progress = 1 - pow (1 - t, 3);
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static gboolean
can_move (KioskSlide *self)
{
  gboolean animations = FALSE;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations,
                NULL);
  return animations && self->page != NULL && gtk_widget_get_mapped (self->page)
         && gtk_widget_get_width (self->page) > 0;
}

static void
keep_old (KioskSlide *self)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (self->page);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (self->page),
                          gtk_widget_get_height (self->page));
  self->old_raster = draw_page (self->page, snapshot);
  self->old_top = top_in_window (self);
}

void
kiosk_slide_set_page (KioskSlide *self, GtkWidget *page, int direction)
{
  gboolean moves = direction != 0 && can_move (self);
  come_to_rest (self);
  if (moves)
    keep_old (self);
  g_clear_pointer (&self->page, gtk_widget_unparent);
  self->page = page;
  gtk_widget_set_parent (page, GTK_WIDGET (self));
  if (self->old_raster == NULL)
    return;
  self->state = PREPARING;
  tell_busy (self, TRUE);
  self->direction = direction;
  self->progress = 0;
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

gboolean
kiosk_slide_is_moving (KioskSlide *self)
{
  return self->state == MOVING;
}

gboolean
kiosk_slide_is_still (KioskSlide *self)
{
  return self->state == STILL;
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskSlide *self = KIOSK_SLIDE (widget);
  float width = (float)gtk_widget_get_width (widget);
  if (self->page == NULL)
    return;
  if (self->state == STILL)
    {
      gtk_widget_snapshot_child (widget, self->page, snapshot);
      return;
    }
  if (self->new_raster == NULL)
    {
      g_autoptr (GtkSnapshot) page = gtk_snapshot_new ();
      gtk_widget_snapshot_child (widget, self->page, page);
      self->new_raster = draw_page (self->page, page);
    }
  float moved = (float)round (self->progress * (double)width) * (float)self->direction;
  kiosk_raster_snapshot (self->old_raster, widget, snapshot, -moved,
                         self->old_top - top_in_window (self));
  if (self->new_raster != NULL && self->state == MOVING)
    kiosk_raster_snapshot (self->new_raster, widget, snapshot,
                           width * (float)self->direction - moved, 0);
}

static void
dispose (GObject *object)
{
  KioskSlide *self = KIOSK_SLIDE (object);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->old_raster, kiosk_raster_free);
  g_clear_pointer (&self->new_raster, kiosk_raster_free);
  g_clear_pointer (&self->page, gtk_widget_unparent);
  G_OBJECT_CLASS (kiosk_slide_parent_class)->dispose (object);
}

static void
kiosk_slide_class_init (KioskSlideClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->snapshot = snapshot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "slide");
}

static void
kiosk_slide_init (KioskSlide *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
