/* The receipt on paper: one column, as long as it needs, drawn in device pixels of a 203 dpi head
 * so that no module of the code falls between two of them. */
#include "devices/printer/printer-port.h"
#include "devices/printer/qr.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <string.h>

#define DPI        203.0
#define WIDTH      576 /* pixels: 72 mm */
#define MARGIN     16
#define GAP        14
#define TEXT_MAX   512 /* bytes of one text */
#define QR_SPACE   WIDTH
#define SIZE_TITLE 34
#define SIZE_BODY  24
#define SIZE_SMALL 20
#define SIZE_BIG   52

typedef struct
{
  cairo_t *cairo;
  PangoContext *context;
  const char *face;
  double y;
  gboolean drawing; /* FALSE: measuring only */
} Pen;

static const char *
face_of (const char *language)
{
  if (strcmp (language, "zh_HK") == 0)
    return "Noto Sans CJK HK";
  return strcmp (language, "zh_CN") == 0 ? "Noto Sans CJK SC" : "Inter, Noto Sans CJK HK";
}

static PangoLayout *
lay (Pen *pen, const char *text, int size, gboolean bold, int width)
{
  PangoLayout *layout = pango_layout_new (pen->context);
  PangoFontDescription *font = pango_font_description_from_string (pen->face);

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static int
show (Pen *pen, PangoLayout *layout, double x)
{
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  if (pen->drawing)
    {
      cairo_move_to (pen->cairo, x, pen->y);
      pango_cairo_show_layout (pen->cairo, layout);
    }
  return height;
}

static void
write_text (Pen *pen, const char *text, int size, gboolean bold, PangoAlignment align)
{
  g_autoptr (PangoLayout) layout = lay (pen, text, size, bold, WIDTH - 2 * MARGIN);

  pango_layout_set_alignment (layout, align);
  pen->y += show (pen, layout, MARGIN) + GAP;
}

/* "label\tvalue": the label left, the value right of it, wrapped in its own column. */
static void
write_line (Pen *pen, const char *line)
{
  const char *tab = strchr (line, '\t');
  g_autofree char *label = g_strndup (line, tab == NULL ? strlen (line) : (gsize)(tab - line));
  int left = (WIDTH - 2 * MARGIN) / 3;
  g_autoptr (PangoLayout) name = lay (pen, label, SIZE_SMALL, FALSE, left);
  g_autoptr (PangoLayout) value
    = lay (pen, tab == NULL ? "" : tab + 1, SIZE_SMALL, TRUE, WIDTH - 2 * MARGIN - left);
  int heights[] = { show (pen, name, MARGIN), show (pen, value, MARGIN + left) };

  pen->y += MAX (heights[0], heights[1]) + GAP / 2;
}

static void
write_rule (Pen *pen)
{
  if (pen->drawing)
    {
      cairo_rectangle (pen->cairo, MARGIN, pen->y, WIDTH - 2 * MARGIN, 2);
      cairo_fill (pen->cairo);
    }
  pen->y += GAP;
}

/* Runs of dark modules along a row become one rectangle each, all of them one path. */
static void
draw_code (Pen *pen, const KioskQr *code)
{
  int pixels = kiosk_qr_module_pixels (code, QR_SPACE);
  int side = (code->width + 2 * KIOSK_QR_QUIET) * pixels;
  int left = (WIDTH - side) / 2 + KIOSK_QR_QUIET * pixels;
  double top = pen->y + KIOSK_QR_QUIET * pixels;

  for (int row = 0; pen->drawing && row < code->width; row++)
    for (int column = 0, run = 0; column < code->width; column += MAX (run, 1))
      {
        for (run = 0; column + run < code->width && kiosk_qr_is_dark (code, row, column + run);)
          run++;
        if (run > 0)
          cairo_rectangle (pen->cairo, left + column * pixels, top + row * pixels, run * pixels,
                           pixels);
      }
  if (pen->drawing)
    cairo_fill (pen->cairo);
  pen->y += side;
}

static void
write_sheet (Pen *pen, const KioskReceiptSheet *sheet, const KioskQr *code)
{
  pen->y = MARGIN;
  write_text (pen, sheet->title, SIZE_TITLE, TRUE, PANGO_ALIGN_LEFT);
  write_text (pen, sheet->service, SIZE_BODY, FALSE, PANGO_ALIGN_LEFT);
  write_rule (pen);
  if (code != NULL)
    {
      write_text (pen, sheet->reference, SIZE_BIG, TRUE, PANGO_ALIGN_CENTER);
      draw_code (pen, code);
    }
  for (guint i = 0; sheet->lines[i] != NULL; i++)
    write_line (pen, sheet->lines[i]);
  write_rule (pen);
  for (guint i = 0; sheet->notes[i] != NULL; i++)
    write_text (pen, sheet->notes[i], SIZE_SMALL, FALSE, PANGO_ALIGN_LEFT);
  pen->y += MARGIN;
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
check_texts (const KioskReceiptSheet *sheet, GError **error)
{
  const char *const texts[] = { sheet->title, sheet->service, sheet->reference, NULL };
  const char *const *lists[] = { texts, sheet->lines, sheet->notes };

  for (guint list = 0; list < G_N_ELEMENTS (lists); list++)
    for (guint i = 0; lists[list][i] != NULL; i++)
      if (strlen (lists[list][i]) > TEXT_MAX || !g_utf8_validate (lists[list][i], -1, NULL))
        {
          g_set_error_literal (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_REFUSED,
                               "a text of the receipt is too long or not UTF-8");
          return FALSE;
        }
  return TRUE;
}

GBytes *
kiosk_receipt_sheet_pdf (const KioskReceiptSheet *sheet, GError **error)
{
  g_autoptr (GByteArray) pdf = g_byte_array_new ();
  g_autoptr (KioskQr) code = NULL;
  g_autoptr (PangoFontMap) fonts = NULL;
  cairo_surface_t *surface;
  cairo_status_t status;
  Pen pen = { .face = face_of (sheet->language) };

  if (!check_texts (sheet, error))
    return NULL;
  if (sheet->qr != NULL)
    code = kiosk_qr_encode (sheet->qr, QR_SPACE, error);
  if (sheet->qr != NULL && code == NULL)
    return NULL;

  /* A map of its own: the default one stays with each thread for as long as that lives. */
  fonts = pango_cairo_font_map_new ();
  surface = cairo_pdf_surface_create_for_stream (append, pdf, WIDTH * 72 / DPI, WIDTH);
  cairo_pdf_surface_restrict_to_version (surface, CAIRO_PDF_VERSION_1_4);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, sheet->title);
  pen.cairo = cairo_create (surface);
  cairo_scale (pen.cairo, 72 / DPI, 72 / DPI);
  cairo_set_antialias (pen.cairo, CAIRO_ANTIALIAS_NONE);
  pen.context = pango_font_map_create_context (fonts);
  pango_cairo_update_context (pen.cairo, pen.context);
  write_sheet (&pen, sheet, code);
  cairo_pdf_surface_set_size (surface, WIDTH * 72 / DPI, pen.y * 72 / DPI);
  pen.drawing = TRUE;
  write_sheet (&pen, sheet, code);
  cairo_show_page (pen.cairo);
  g_object_unref (pen.context);
  cairo_destroy (pen.cairo);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_REFUSED,
                   "the receipt could not be drawn: %s", cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&pdf));
}
