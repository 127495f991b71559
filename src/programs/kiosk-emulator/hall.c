#include "hall.h"

/* Drawn for a frame of this size, and scaled. */
#define WIDTH  1280.0
#define HEIGHT 720.0
#define FLOOR  470.0

static void
draw_room (cairo_t *cr)
{
  cairo_pattern_t *wall = cairo_pattern_create_linear (0, 0, WIDTH, FLOOR);
  cairo_pattern_t *ground = cairo_pattern_create_linear (0, FLOOR, 0, HEIGHT);

  cairo_pattern_add_color_stop_rgb (wall, 0, 0.36, 0.35, 0.33);
  cairo_pattern_add_color_stop_rgb (wall, 1, 0.20, 0.20, 0.21);
  cairo_set_source (cr, wall);
  cairo_paint (cr);
  cairo_pattern_add_color_stop_rgb (ground, 0, 0.17, 0.16, 0.15);
  cairo_pattern_add_color_stop_rgb (ground, 1, 0.27, 0.26, 0.24);
  cairo_set_source (cr, ground);
  cairo_rectangle (cr, 0, FLOOR, WIDTH, HEIGHT - FLOOR);
  cairo_fill (cr);
  cairo_pattern_destroy (wall);
  cairo_pattern_destroy (ground);
}

/* Lamps on the ceiling, a row of doors, tiles that meet far away. */
static void
draw_things (cairo_t *cr)
{
  cairo_set_source_rgb (cr, 0.70, 0.68, 0.60);
  for (double x = 120; x < WIDTH; x += 260)
    cairo_rectangle (cr, x, 30, 120, 16);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.26, 0.29, 0.31);
  for (double x = 60; x < WIDTH; x += 310)
    cairo_rectangle (cr, x, 190, 130, FLOOR - 190);
  cairo_fill (cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.25);
  cairo_set_line_width (cr, 3);
  for (double x = -1400; x < WIDTH + 1400; x += 180)
    {
      cairo_move_to (cr, WIDTH / 2 + (x - WIDTH / 2) * 0.35, FLOOR);
      cairo_line_to (cr, x, HEIGHT);
    }
  cairo_stroke (cr);
}

/* Whoever stands there, against the light. */
static void
draw_person (cairo_t *cr)
{
  cairo_pattern_t *face = cairo_pattern_create_radial (600, 230, 20, 620, 260, 150);

  cairo_set_source_rgb (cr, 0.14, 0.17, 0.24);
  cairo_move_to (cr, 330, HEIGHT);
  cairo_curve_to (cr, 340, 470, 480, 450, 550, 420);
  cairo_line_to (cr, 690, 420);
  cairo_curve_to (cr, 760, 450, 900, 470, 910, HEIGHT);
  cairo_fill (cr);
  cairo_pattern_add_color_stop_rgb (face, 0, 0.50, 0.40, 0.33);
  cairo_pattern_add_color_stop_rgb (face, 1, 0.22, 0.17, 0.15);
  cairo_save (cr);
  cairo_translate (cr, 620, 270);
  cairo_scale (cr, 105, 140);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
  cairo_set_source (cr, face);
  cairo_fill (cr);
  cairo_pattern_destroy (face);
}

KioskEmuRaster *
kiosk_emu_hall_new (guint width, guint height)
{
  g_autoptr (cairo_surface_t) surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)width, (int)height);
  g_autoptr (cairo_t) cr = cairo_create (surface);

  cairo_scale (cr, width / WIDTH, height / HEIGHT);
  draw_room (cr);
  draw_things (cr);
  draw_person (cr);
  return kiosk_emu_raster_from_surface (surface);
}
