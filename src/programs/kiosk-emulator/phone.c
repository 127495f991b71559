#include "phone.h"

#include <qrencode.h>
#include <string.h>

#include "card.h"

#define WIDTH     1080
#define HEIGHT    2340
#define BAR       90
#define CARD_LEFT 60
#define CARD_TOP  420
#define CARD_SIDE (WIDTH - 2 * CARD_LEFT)
#define QUIET     4 /* modules */

struct _KioskEmuPhone
{
  GBytes *text; /* (nullable) */
};

KioskEmuPhone *
kiosk_emu_phone_new (void)
{
  return g_new0 (KioskEmuPhone, 1);
}

void
kiosk_emu_phone_free (KioskEmuPhone *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self);
}

void
kiosk_emu_sheet_clear (KioskEmuSheet *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

/* The stronger correction, if it has room for that much. */
static QRcode *
encode (GBytes *text)
{
  static const QRecLevel levels[] = { QR_ECLEVEL_M, QR_ECLEVEL_L };
  gsize length;
  const guint8 *bytes = g_bytes_get_data (text, &length);
  QRcode *code = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (levels) && code == NULL; i++)
    code = QRcode_encodeData ((int)length, bytes, 0, levels[i]);
  return code;
}

static gboolean
take (KioskEmuPhone *self, GBytes *text, GError **error)
{
  QRcode *code = g_bytes_get_size (text) == 0 ? NULL : encode (text);

  if (code == NULL)
    return refuse (error, "no code can hold that: from one byte to 2953");
  QRcode_free (code);
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = g_bytes_ref (text);
  return TRUE;
}

gboolean
kiosk_emu_phone_set_text (KioskEmuPhone *self, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return take (self, bytes, error);
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

gboolean
kiosk_emu_phone_draw (KioskEmuPhone *self, gboolean is_dark, KioskEmuSheet *ret_sheet,
                      GError **error)
{
  KioskEmuSheet sheet = { 0 };
  g_autoptr (cairo_t) cr = NULL;
  QRcode *code;

  if (self->text == NULL)
    return refuse (error, "the phone has nothing to show: phone text, phone picture or phone look");
  sheet.surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cr = cairo_create (sheet.surface);
  draw_frame (cr, is_dark);
  draw_card (cr, is_dark);
  code = encode (self->text);
  draw_code (cr, code, is_dark, &sheet);
  QRcode_free (code);
  *ret_sheet = sheet;
  return TRUE;
}
