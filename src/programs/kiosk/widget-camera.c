/* What the camera sees, mirrored as people expect of themselves, and the frame to hold a code in.
 * It looks for a new picture on every tick and draws when there is one; without one it draws only
 * the frame, over whatever lies beneath. */
#include <malloc.h>
#include <math.h>
#include <string.h>

#include "devices/camera/camera-preview.h"
#include "look.h"
#include "widgets.h"

/* Of the shorter side: a receipt's code, some 120 modules wide, fills the frame at four pixels of
 * the camera each. */
#define FRAME_PERCENT 84
#define TRIES         3 /* for a picture that the writer overtakes while it is read */

/* A picture, and the cairo surface around it: NULL when there is none. Two take turns, since cairo
 * copies the pixels of a surface that is written to while the frame on the screen still refers to
 * it, and frees such copies unwiped. */
typedef struct
{
  guint8 *pixels;
  cairo_surface_t *surface;
  guint width, height;
} Plate;

struct _KioskCamera
{
  GtkWidget parent;
  KioskPreview *preview;
  Plate plates[2];
  guint at; /* the plate that is shown */
  KioskPreviewPicture picture;
  gboolean live;
  gboolean taken;
  gboolean oval;
  guint tick;
  guint n_pictures;
};

G_DEFINE_FINAL_TYPE (KioskCamera, kiosk_camera, GTK_TYPE_WIDGET)

enum
{
  PROP_HAS_PICTURE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
has_picture (KioskCamera *self)
{
  return self->picture.serial != 0;
}

/* --- pictures come and go --- */

static void
wipe (KioskCamera *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->plates); i++)
    if (self->plates[i].pixels != NULL)
      {
        explicit_bzero (self->plates[i].pixels, KIOSK_PREVIEW_MAX_BYTES);
        g_clear_pointer (&self->plates[i].surface, cairo_surface_destroy);
        g_clear_pointer (&self->plates[i].pixels, g_free);
      }
  self->picture = (KioskPreviewPicture){ 0 };
}

static void
drop_picture (KioskCamera *self)
{
  if (!has_picture (self))
    return;
  wipe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PICTURE]);
}

/* Cairo copies a source that is flipped pixel by pixel, and one that is not in whole strides. */
static void
mirror (guint8 *pixels, guint width, guint height)
{
  for (guint y = 0; y < height; y++)
    {
      guint32 *left = (guint32 *)(gpointer)pixels + (gsize)y * width;
      for (guint32 *right = left + width - 1; left < right; left++, right--)
        {
          guint32 other = *left;
          *left = *right;
          *right = other;
        }
    }
}

static gboolean
read_picture (KioskCamera *self, guint8 *to, KioskPreviewPicture *ret_picture)
{
  for (guint i = 0; i < TRIES; i++)
    if (kiosk_preview_read (self->preview, to, ret_picture))
      return TRUE;
  return FALSE;
}

static void
expose (Plate *plate, const KioskPreviewPicture *picture)
{
  if (plate->surface != NULL
      && (picture->width != plate->width || picture->height != plate->height))
    g_clear_pointer (&plate->surface, cairo_surface_destroy);
  if (plate->surface != NULL)
    cairo_surface_mark_dirty (plate->surface);
  else
    plate->surface
      = cairo_image_surface_create_for_data (plate->pixels, CAIRO_FORMAT_RGB24, (int)picture->width,
                                             (int)picture->height, (int)picture->width * 4);
  plate->width = picture->width;
  plate->height = picture->height;
}

/* FALSE: the writer was quicker; what is shown stays until the next tick. */
static gboolean
take_picture (KioskCamera *self)
{
  guint next = (self->at + 1) % G_N_ELEMENTS (self->plates);
  Plate *plate = &self->plates[next];
  KioskPreviewPicture picture;
  if (plate->pixels == NULL)
    plate->pixels = g_malloc (KIOSK_PREVIEW_MAX_BYTES);
  if (plate->surface != NULL)
    cairo_surface_flush (plate->surface);
  if (!read_picture (self, plate->pixels, &picture))
    return FALSE;
  mirror (plate->pixels, picture.width, picture.height);
  expose (plate, &picture);
  self->at = next;
  self->picture = picture;
  self->n_pictures++;
  return TRUE;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  KioskCamera *self = KIOSK_CAMERA (widget);
  guint32 serial = kiosk_preview_serial (self->preview);
  gboolean first = !has_picture (self);
  if (serial == 0)
    drop_picture (self);
  else if (serial != self->picture.serial && take_picture (self))
    {
      gtk_widget_queue_draw (widget);
      if (first)
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PICTURE]);
    }
  return G_SOURCE_CONTINUE;
}

static void
update_tick (KioskCamera *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean wanted = self->live && self->preview != NULL && gtk_widget_get_mapped (widget);
  if (wanted && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (widget, on_tick, NULL, NULL);
  else if (!wanted && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (widget, self->tick);
      self->tick = 0;
    }
  if (!self->live)
    drop_picture (self);
}

gboolean
kiosk_camera_set_preview (KioskCamera *self, int memory)
{
  KioskPreview *preview = kiosk_preview_map (memory, FALSE);
  if (preview == NULL)
    return FALSE;
  kiosk_preview_unmap (self->preview);
  self->preview = preview;
  update_tick (self);
  return TRUE;
}

void
kiosk_camera_set_live (KioskCamera *self, gboolean live)
{
  self->live = live;
  update_tick (self);
}

void
kiosk_camera_set_taken (KioskCamera *self, gboolean taken)
{
  if (self->taken == taken)
    return;
  self->taken = taken;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
kiosk_camera_set_oval (KioskCamera *self, gboolean oval)
{
  self->oval = oval;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
kiosk_camera_n_pictures (KioskCamera *self)
{
  return self->n_pictures;
}

/* --- drawing --- */

static void
rounded (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  cairo_new_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* Fills the whole of it: what sticks out at the longer side is not seen. Of a portrait all is. */
static void
draw_picture (KioskCamera *self, cairo_t *cr, double width, double height)
{
  double across = (double)self->picture.width;
  double down = (double)self->picture.height;
  double scale
    = self->oval ? fmin (width / across, height / down) : fmax (width / across, height / down);
  cairo_save (cr);
  if (self->oval)
    rounded (cr, (width - across * scale) / 2, (height - down * scale) / 2, across * scale,
             down * scale, kiosk_look_mm (8));
  else
    rounded (cr, 0, 0, width, height, kiosk_look_mm (8));
  cairo_clip (cr);
  cairo_translate (cr, (width - across * scale) / 2, (height - down * scale) / 2);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, self->plates[self->at].surface, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_restore (cr);
  if (!kiosk_look_is_contrast ())
    return;
  rounded (cr, 1.5, 1.5, width - 3, height - 3, kiosk_look_mm (8));
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 3);
  cairo_stroke (cr);
}

/* Four corners; all four sides once the code is there: a change of shape, not of colour alone. */
static void
path_frame (cairo_t *cr, double x, double y, double size, gboolean whole)
{
  static const double turns[4] = { 0, G_PI / 2, G_PI, 3 * G_PI / 2 };
  double radius = kiosk_look_mm (6);
  double arm = size * .15;
  cairo_new_path (cr);
  if (whole)
    {
      rounded (cr, x, y, size, size, radius);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      cairo_save (cr);
      cairo_translate (cr, x + size / 2, y + size / 2);
      cairo_rotate (cr, turns[i]);
      cairo_translate (cr, -size / 2, -size / 2);
      cairo_new_sub_path (cr);
      cairo_move_to (cr, 0, arm + radius);
      cairo_line_to (cr, 0, radius);
      cairo_arc (cr, radius, radius, radius, G_PI, 3 * G_PI / 2);
      cairo_line_to (cr, arm + radius, 0);
      cairo_restore (cr);
    }
}

static void
set_good (cairo_t *cr)
{
  if (kiosk_look_is_contrast ())
    cairo_set_source_rgb (cr, .486, 1, .698); /* @ok of tokens-contrast.css */
  else
    cairo_set_source_rgb (cr, .22, .84, .56);
}

/* Where camera-portrait.c measures: an oval in parts of the picture. */
static void
path_oval (KioskCamera *self, cairo_t *cr, double width, double height)
{
  double scale = fmin (width / (double)self->picture.width, height / (double)self->picture.height);
  double across = self->picture.width * scale, down = self->picture.height * scale;
  cairo_save (cr);
  cairo_translate (cr, width / 2, height / 2 - .04 * down);
  cairo_scale (cr, .31 * across, .33 * down);
  cairo_new_path (cr);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
}

/* A dark edge around the light line: it is seen over anything. */
static void
draw_frame (KioskCamera *self, cairo_t *cr, double width, double height)
{
  double size = round (fmin (width, height) * FRAME_PERCENT / 100);
  double line = kiosk_look_mm (self->taken ? 2.6 : 1.8);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  if (self->oval)
    path_oval (self, cr, width, height);
  else
    path_frame (cr, (width - size) / 2, (height - size) / 2, size, self->taken);
  cairo_set_source_rgba (cr, .02, .13, .16, .55);
  cairo_set_line_width (cr, line + kiosk_look_mm (1.4));
  cairo_stroke_preserve (cr);
  if (self->taken)
    set_good (cr);
  else
    cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, line);
  cairo_stroke (cr);
}

static void
draw_tick (cairo_t *cr, double width, double height)
{
  double radius = fmin (width, height) * .17;
  cairo_translate (cr, width / 2, height / 2);
  cairo_arc (cr, 0, 0, radius + kiosk_look_mm (1.6), 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
  cairo_arc (cr, 0, 0, radius, 0, 2 * G_PI);
  if (kiosk_look_is_contrast ())
    cairo_set_source_rgb (cr, 0, 0, 0);
  else
    cairo_set_source_rgb (cr, .098, .455, .290); /* @ok of tokens-light.css */
  cairo_fill (cr);
  cairo_move_to (cr, -radius * .46, radius * .02);
  cairo_line_to (cr, -radius * .13, radius * .36);
  cairo_line_to (cr, radius * .48, -radius * .32);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, radius * .2);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_stroke (cr);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskCamera *self = KIOSK_CAMERA (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  if (!has_picture (self) && (!self->taken || self->oval))
    return;
  cairo_t *cr
    = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  if (has_picture (self))
    draw_picture (self, cr, width, height);
  draw_frame (self, cr, width, height);
  if (self->taken && !self->oval)
    draw_tick (cr, width, height);
  cairo_destroy (cr);
}

/* --- the object --- */

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_camera_parent_class)->map (widget);
  update_tick (KIOSK_CAMERA (widget));
}

static void
unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_camera_parent_class)->unmap (widget);
  update_tick (KIOSK_CAMERA (widget));
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, has_picture (KIOSK_CAMERA (object)));
}

static void
finalize (GObject *object)
{
  KioskCamera *self = KIOSK_CAMERA (object);
  wipe (self);
  malloc_trim (0); /* what cairo made of pictures and has freed: the kernel clears those pages */
  kiosk_preview_unmap (self->preview);
  G_OBJECT_CLASS (kiosk_camera_parent_class)->finalize (object);
}

static void
kiosk_camera_class_init (KioskCameraClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->snapshot = snapshot;
  widget_class->map = map;
  widget_class->unmap = unmap;
  properties[PROP_HAS_PICTURE] = g_param_spec_boolean ("has-picture", NULL, NULL, FALSE,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "camera");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
kiosk_camera_init (KioskCamera *self)
{
}
