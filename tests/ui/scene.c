#include "scene.h"

#include <cairo.h>
#include <math.h>
#include <qrencode.h>
#include <unistd.h>

#include "devices/camera/camera-preview.h"

#define WIDTH  640
#define HEIGHT 360

struct _Scene
{
  int memory;
  KioskPreview *preview;
};

Scene *
scene_new (void)
{
  g_autoptr (GError) error = NULL;
  Scene *self = g_new0 (Scene, 1);
  self->memory = kiosk_preview_memory_new (&error);
  g_assert_no_error (error);
  self->preview = kiosk_preview_map (self->memory, TRUE);
  g_assert_nonnull (self->preview);
  return self;
}

void
scene_free (Scene *self)
{
  kiosk_preview_unmap (self->preview);
  close (self->memory);
  g_free (self);
}

int
scene_share (Scene *self)
{
  g_autoptr (GError) error = NULL;
  int shared = kiosk_preview_memory_share (self->memory, &error);
  g_assert_no_error (error);
  return shared;
}

void
scene_wipe (Scene *self)
{
  kiosk_preview_memory_wipe (self->memory);
}

/* --- what stands before the camera --- */

typedef struct
{
  const char *guidance;
  double x, y; /* of the phone's middle */
  double scale;
  double turn; /* radians */
} Pose;

static const Pose poses[] = {
  { "", 320, 185, .92, -.05 },          { "nothing", 120, 700, 1, .3 },
  { "part", 470, 190, 1, -.12 },        { "too-far", 330, 205, .42, -.08 },
  { "too-close", 322, 190, 1.75, .03 }, { "glare", 320, 185, .95, -.05 },
  { "hold-still", 318, 182, 1, -.04 },
};

static void
glow (cairo_t *cr, double x, double y, double radius, double red, double green, double blue,
      double alpha)
{
  cairo_pattern_t *light = cairo_pattern_create_radial (x, y, 0, x, y, radius);
  cairo_pattern_add_color_stop_rgba (light, 0, red, green, blue, alpha);
  cairo_pattern_add_color_stop_rgba (light, 1, red, green, blue, 0);
  cairo_set_source (cr, light);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_pattern_destroy (light);
}

static void
paint_hall (cairo_t *cr)
{
  cairo_pattern_t *wall = cairo_pattern_create_linear (0, 0, 0, HEIGHT);
  cairo_pattern_add_color_stop_rgb (wall, 0, .80, .80, .77);
  cairo_pattern_add_color_stop_rgb (wall, .62, .62, .64, .63);
  cairo_pattern_add_color_stop_rgb (wall, 1, .40, .43, .44);
  cairo_set_source (cr, wall);
  cairo_paint (cr);
  cairo_pattern_destroy (wall);
  for (int i = 0; i < 5; i++)
    glow (cr, 60 + i * 135, 22, 95, 1, .98, .9, .75);
  glow (cr, 560, 190, 120, .25, .45, .42, .45);
  glow (cr, 70, 220, 110, .55, .42, .30, .40);
}

static void
soft_oval (cairo_t *cr, double x, double y, double across, double down, const double colour[3])
{
  for (int i = 9; i >= 0; i--)
    {
      cairo_save (cr);
      cairo_translate (cr, x, y);
      cairo_scale (cr, across + i * 3, down + i * 3);
      cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
      cairo_restore (cr);
      cairo_set_source_rgba (cr, colour[0], colour[1], colour[2], .17);
      cairo_fill (cr);
    }
}

/* Out of focus, as whoever holds the code is. */
static void
paint_person (cairo_t *cr)
{
  static const double coat[3] = { .13, .22, .30 };
  static const double hair[3] = { .12, .10, .10 };
  static const double skin[3] = { .76, .59, .49 };
  soft_oval (cr, 306, 420, 178, 168, coat);
  soft_oval (cr, 306, 122, 66, 76, hair);
  soft_oval (cr, 306, 156, 52, 66, skin);
}

static void
capsule (cairo_t *cr, double x, double y, double to_x, double to_y, double thickness)
{
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, thickness);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, to_x, to_y);
  cairo_stroke (cr);
}

static void
paint_code (cairo_t *cr, double size)
{
  QRcode *code = QRcode_encodeString ("KR1:A RECEIPT OF A KIOSK, HELD UP TO ITS CAMERA", 0,
                                      QR_ECLEVEL_M, QR_MODE_8, 1);
  g_assert_nonnull (code);
  double module = size / code->width;
  cairo_set_source_rgb (cr, .08, .09, .10);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if ((code->data[y * code->width + x] & 1) != 0)
        cairo_rectangle (cr, x * module, y * module, module + .15, module + .15);
  cairo_fill (cr);
  QRcode_free (code);
}

static void
paint_phone (cairo_t *cr)
{
  cairo_set_source_rgb (cr, .80, .61, .50);
  capsule (cr, 40, 120, 30, 420, 92);
  for (int i = 0; i < 4; i++)
    {
      cairo_set_source_rgb (cr, .74 + .02 * i, .55 + .02 * i, .45 + .02 * i);
      capsule (cr, 30, -20 + i * 36, 96, -26 + i * 36, 27);
    }
  cairo_set_source_rgb (cr, .06, .08, .10);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 26);
  cairo_rectangle (cr, -72, -132, 144, 264);
  cairo_stroke_preserve (cr);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, .985, .99, .985);
  cairo_set_line_width (cr, 14);
  cairo_rectangle (cr, -70, -126, 140, 252);
  cairo_stroke_preserve (cr);
  cairo_fill (cr);
  cairo_save (cr);
  cairo_translate (cr, -62, -66);
  paint_code (cr, 124);
  cairo_restore (cr);
  cairo_set_source_rgb (cr, .83, .64, .53);
  capsule (cr, -104, 132, -66, 92, 34);
}

static void
paint_camera (cairo_t *cr, const Pose *pose)
{
  paint_hall (cr);
  paint_person (cr);
  cairo_save (cr);
  cairo_translate (cr, pose->x, pose->y);
  cairo_rotate (cr, pose->turn);
  cairo_scale (cr, pose->scale, pose->scale);
  paint_phone (cr);
  cairo_restore (cr);
  if (g_str_equal (pose->guidance, "glare"))
    for (int i = 0; i < 3; i++)
      glow (cr, 338, 150, 110, 1, 1, 1, .95);
}

void
scene_paint (Scene *self, const char *guidance)
{
  const Pose *pose = &poses[0];
  for (guint i = 0; i < G_N_ELEMENTS (poses); i++)
    if (g_str_equal (poses[i].guidance, guidance))
      pose = &poses[i];
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  paint_camera (cr, pose);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  kiosk_preview_write (self->preview, cairo_image_surface_get_data (surface), WIDTH, HEIGHT,
                       (gsize)cairo_image_surface_get_stride (surface));
  cairo_surface_destroy (surface);
}
