#include "portrait.h"

#include <cairo.h>
#include <math.h>

#include "picture.h"

#define SIGNATURE_WIDTH  240
#define SIGNATURE_HEIGHT 80

typedef struct
{
  double red, green, blue;
} Colour;

static const Colour skins[] = { { 0.95, 0.80, 0.67 }, { 0.90, 0.73, 0.58 }, { 0.86, 0.68, 0.53 } };
static const Colour hairs[]
  = { { 0.13, 0.11, 0.11 }, { 0.22, 0.15, 0.11 }, { 0.55, 0.55, 0.57 }, { 0.09, 0.09, 0.13 } };
static const Colour clothes[]
  = { { 0.16, 0.25, 0.42 }, { 0.45, 0.20, 0.24 }, { 0.18, 0.38, 0.33 }, { 0.35, 0.30, 0.45 } };

static void
set_colour (cairo_t *cr, Colour colour)
{
  cairo_set_source_rgb (cr, colour.red, colour.green, colour.blue);
}

static void
fill_ellipse (cairo_t *cr, Colour colour, double x, double y, double width, double height)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, width / 2, height / 2);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
  set_colour (cr, colour);
  cairo_fill (cr);
}

static void
draw_body (cairo_t *cr, guint variety)
{
  Colour skin = skins[variety % G_N_ELEMENTS (skins)];

  fill_ellipse (cr, clothes[variety % G_N_ELEMENTS (clothes)], 120, 330, 220, 160);
  cairo_rectangle (cr, 97, 205, 46, 60);
  set_colour (cr, skin);
  cairo_fill (cr);
  fill_ellipse (cr, skin, 120, 258, 60, 36);
}

static void
draw_hair (cairo_t *cr, guint variety)
{
  Colour hair = hairs[variety % G_N_ELEMENTS (hairs)];

  if (variety % 2 == 0) /* long */
    {
      fill_ellipse (cr, hair, 120, 140, 152, 196);
      cairo_rectangle (cr, 44, 140, 152, 104);
      set_colour (cr, hair);
      cairo_fill (cr);
    }
  else
    fill_ellipse (cr, hair, 120, 116, 136, 140);
}

static void
draw_eye (cairo_t *cr, double x)
{
  const Colour white = { 0.98, 0.98, 0.97 };
  const Colour dark = { 0.14, 0.10, 0.09 };

  fill_ellipse (cr, white, x, 142, 24, 13);
  fill_ellipse (cr, dark, x, 142, 11, 12);
  set_colour (cr, dark);
  cairo_set_line_width (cr, 3.5);
  cairo_arc (cr, x, 150, 25, 1.28 * G_PI, 1.72 * G_PI);
  cairo_stroke (cr);
}

static void
draw_face (cairo_t *cr, guint variety)
{
  const Colour lips = { 0.70, 0.36, 0.34 };
  Colour skin = skins[variety % G_N_ELEMENTS (skins)];

  fill_ellipse (cr, skin, 120, 152, 112, 144);
  draw_eye (cr, 95);
  draw_eye (cr, 145);
  set_colour (cr, (Colour){ skin.red * 0.82, skin.green * 0.76, skin.blue * 0.72 });
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, 121, 146);
  cairo_curve_to (cr, 117, 160, 111, 172, 121, 174);
  cairo_stroke (cr);
  set_colour (cr, lips);
  cairo_set_line_width (cr, 4.5);
  cairo_arc (cr, 120, 170, 27, 0.32 * G_PI, 0.68 * G_PI);
  cairo_stroke (cr);
  fill_ellipse (cr, hairs[variety % G_N_ELEMENTS (hairs)], 120, 94, 108, 46);
}

cairo_surface_t *
kiosk_emu_portrait_surface (guint variety, double scale)
{
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)(KIOSK_EMU_PORTRAIT_WIDTH * scale),
                                  (int)(KIOSK_EMU_PORTRAIT_HEIGHT * scale));
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, scale, scale);
  cairo_set_source_rgb (cr, 0.87, 0.90, 0.93);
  cairo_paint (cr);
  draw_hair (cr, variety);
  draw_body (cr, variety);
  draw_face (cr, variety);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

GBytes *
kiosk_emu_portrait_draw (guint variety, gboolean jpeg2000)
{
  cairo_surface_t *surface = kiosk_emu_portrait_surface (variety, 1);
  GBytes *picture
    = jpeg2000 ? kiosk_emu_picture_jpeg2000 (surface) : kiosk_emu_picture_jpeg (surface);

  cairo_surface_destroy (surface);
  return picture;
}

GBytes *
kiosk_emu_portrait_sign (void)
{
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SIGNATURE_WIDTH, SIGNATURE_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  GBytes *picture;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0.1, 0.1, 0.4);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, 12, 60);
  cairo_curve_to (cr, 60, -30, 70, 130, 110, 40);
  cairo_curve_to (cr, 130, 10, 150, 90, 225, 30);
  cairo_stroke (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  picture = kiosk_emu_picture_jpeg (surface);
  cairo_surface_destroy (surface);
  return picture;
}
