#include "phone.h"

#include <qrencode.h>
#include <string.h>

#include "card.h"
#include "photo.h"

#define WIDTH     1080
#define HEIGHT    2340
#define BAR       90
#define CARD_LEFT 60
#define CARD_TOP  420
#define CARD_SIDE (WIDTH - 2 * CARD_LEFT)
#define QUIET     4 /* modules */

struct _KioskEmuPhone
{
  /* At most one of them. */
  GBytes *text;             /* (nullable) */
  cairo_surface_t *picture; /* (nullable) */

  char *seen; /* (nullable) */
};

KioskEmuPhone *
kiosk_emu_phone_new (void)
{
  return g_new0 (KioskEmuPhone, 1);
}

static void
forget (KioskEmuPhone *self)
{
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->picture, cairo_surface_destroy);
}

void
kiosk_emu_phone_free (KioskEmuPhone *self)
{
  if (self == NULL)
    return;
  forget (self);
  g_free (self->seen);
  g_free (self);
}

void
kiosk_emu_sheet_clear (KioskEmuSheet *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
}

KioskEmuSheet
kiosk_emu_sheet_of (cairo_surface_t *surface)
{
  g_autoptr (KioskEmuRaster) raster = kiosk_emu_raster_from_surface (surface);
  g_auto (KioskEmuCode) code = { 0 };
  KioskEmuSheet sheet = { .surface = cairo_surface_reference (surface),
                          .code_x = raster->width / 2.0,
                          .code_y = raster->height / 2.0 };

  if (!kiosk_emu_code_find (raster, &code))
    return sheet;
  sheet.code_x = code.x;
  sheet.code_y = code.y;
  sheet.module_px = code.module_px;
  return sheet;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

/* The stronger correction, if it has room for that much. A text may change its way of writing
 * within itself, which makes what is meant for codes (capitals and digits) a third smaller. */
static QRcode *
encode (GBytes *text)
{
  static const QRecLevel levels[] = { QR_ECLEVEL_M, QR_ECLEVEL_L };
  gsize length;
  const guint8 *bytes = g_bytes_get_data (text, &length);
  g_autofree char *string = g_strndup ((const char *)bytes, length);
  QRcode *code = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (levels) && code == NULL; i++)
    code = strlen (string) == length ? QRcode_encodeString (string, 0, levels[i], QR_MODE_8, 1)
                                     : QRcode_encodeData ((int)length, bytes, 0, levels[i]);
  return code;
}

static gboolean
take (KioskEmuPhone *self, GBytes *text, GError **error)
{
  QRcode *code = g_bytes_get_size (text) == 0 ? NULL : encode (text);

  if (code == NULL)
    return refuse (error, "no code can hold that: from one character to some 2900");
  QRcode_free (code);
  forget (self);
  self->text = g_bytes_ref (text);
  return TRUE;
}

gboolean
kiosk_emu_phone_set_text (KioskEmuPhone *self, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return take (self, bytes, error);
}

void
kiosk_emu_phone_set_picture (KioskEmuPhone *self, cairo_surface_t *picture)
{
  forget (self);
  self->picture = cairo_surface_reference (picture);
}

gboolean
kiosk_emu_phone_look (KioskEmuPhone *self, cairo_surface_t *screen, glong *ret_characters,
                      GError **error)
{
  g_auto (KioskEmuCode) code = { 0 };
  const char *text;
  gsize length;

  if (!kiosk_emu_photo_read (screen, &code, error) || !take (self, code.payload, error))
    return FALSE;
  text = g_bytes_get_data (code.payload, &length);
  g_free (self->seen);
  self->seen = g_strndup (text, length);
  *ret_characters = g_utf8_validate_len (text, length, NULL) ? g_utf8_strlen (text, (gssize)length)
                                                             : (glong)length;
  return TRUE;
}

const char *
kiosk_emu_phone_seen (const KioskEmuPhone *self)
{
  return self->seen;
}

static void
set_shade (cairo_t *cr, double shade)
{
  cairo_set_source_rgb (cr, shade, shade, shade);
}

static void
draw_words (cairo_t *cr, double x, double y, double size, const char *words)
{
  cairo_select_font_face (cr, "Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, size);
  cairo_move_to (cr, x, y);
  cairo_show_text (cr, words);
}

/* The bar with time and battery, and the app's name. */
static void
draw_frame (cairo_t *cr, gboolean is_dark)
{
  set_shade (cr, is_dark ? 0.05 : 0.94);
  cairo_paint (cr);
  set_shade (cr, is_dark ? 0.85 : 0.15);
  draw_words (cr, 60, 62, 40, "12:30");
  cairo_rectangle (cr, WIDTH - 130, 34, 64, 30);
  cairo_fill (cr);
  draw_words (cr, 60, BAR + 160, 64, "Wallet");
  cairo_set_source_rgb (cr, 0.05, 0.45, 0.55);
  cairo_rectangle (cr, 60, BAR + 200, 220, 10);
  cairo_fill (cr);
}

static void
draw_card (cairo_t *cr, gboolean is_dark)
{
  const double radius = 48, right = CARD_LEFT + CARD_SIDE, bottom = CARD_TOP + CARD_SIDE + 180;

  cairo_new_sub_path (cr);
  cairo_arc (cr, right - radius, CARD_TOP + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, right - radius, bottom - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, CARD_LEFT + radius, bottom - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, CARD_LEFT + radius, CARD_TOP + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
  set_shade (cr, is_dark ? 0.0 : 1.0);
  cairo_fill (cr);
  set_shade (cr, is_dark ? 0.8 : 0.25);
  draw_words (cr, CARD_LEFT + 60, bottom - 70, 44, "Show this code at the terminal");
}

/* In dark mode apps turn the whole card round: light modules on dark. */
static void
draw_code (cairo_t *cr, const QRcode *code, gboolean is_dark, KioskEmuSheet *sheet)
{
  int module = CARD_SIDE / (code->width + 2 * QUIET);
  double start_x = CARD_LEFT + (CARD_SIDE - module * code->width) / 2;
  double start_y = CARD_TOP + (CARD_SIDE - module * code->width) / 2;

  set_shade (cr, is_dark ? 1 : 0);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if ((code->data[y * code->width + x] & 1) != 0)
        cairo_rectangle (cr, start_x + x * module, start_y + y * module, module, module);
  cairo_fill (cr);
  sheet->module_px = module;
  sheet->code_x = start_x + module * code->width / 2.0;
  sheet->code_y = start_y + module * code->width / 2.0;
}

/* As large as it fits between the bar and the end of the screen. */
static void
draw_picture (cairo_t *cr, cairo_surface_t *picture)
{
  double width = cairo_image_surface_get_width (picture);
  double height = cairo_image_surface_get_height (picture);
  double scale = MIN (WIDTH / width, (HEIGHT - BAR) / height);

  cairo_translate (cr, (WIDTH - width * scale) / 2, BAR + (HEIGHT - BAR - height * scale) / 2);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, picture, 0, 0);
  cairo_paint (cr);
}

static KioskEmuSheet
show_picture (cairo_surface_t *screen, cairo_t *cr, cairo_surface_t *picture)
{
  draw_picture (cr, picture);
  cairo_surface_flush (screen);
  return kiosk_emu_sheet_of (screen);
}

static KioskEmuSheet
show_text (cairo_surface_t *screen, cairo_t *cr, GBytes *text, gboolean is_dark)
{
  KioskEmuSheet sheet = { .surface = cairo_surface_reference (screen) };
  QRcode *code = encode (text);

  draw_card (cr, is_dark);
  draw_code (cr, code, is_dark, &sheet);
  QRcode_free (code);
  return sheet;
}

gboolean
kiosk_emu_phone_draw (KioskEmuPhone *self, gboolean is_dark, KioskEmuSheet *ret_sheet,
                      GError **error)
{
  g_autoptr (cairo_surface_t) screen = NULL;
  g_autoptr (cairo_t) cr = NULL;

  if (self->text == NULL && self->picture == NULL)
    return refuse (error, "the phone has nothing to show: phone text, picture, look or present");
  screen = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cr = cairo_create (screen);
  draw_frame (cr, is_dark);
  *ret_sheet = self->picture != NULL ? show_picture (screen, cr, self->picture)
                                     : show_text (screen, cr, self->text, is_dark);
  return TRUE;
}
