#include "code.h"

#include <math.h>
#include <zbar.h>

#define RUNS   5 /* across the middle of a finder: 1, 1, 3, 1 and 1 modules */
#define FINDER 7 /* modules */
#define DARK   128

typedef struct
{
  guint left, top, right, bottom;
} Box;

void
kiosk_emu_code_clear (KioskEmuCode *self)
{
  g_clear_pointer (&self->payload, g_bytes_unref);
}

static Box
box_of (const zbar_symbol_t *symbol, const KioskEmuRaster *picture)
{
  Box box = { picture->width, picture->height, 0, 0 };

  for (guint i = 0; i < zbar_symbol_get_loc_size (symbol); i++)
    {
      guint x = (guint)CLAMP (zbar_symbol_get_loc_x (symbol, i), 0, (int)picture->width);
      guint y = (guint)CLAMP (zbar_symbol_get_loc_y (symbol, i), 0, (int)picture->height);

      box = (Box){ MIN (box.left, x), MIN (box.top, y), MAX (box.right, x), MAX (box.bottom, y) };
    }
  return box;
}

static gboolean
is_finder (const guint runs[RUNS])
{
  static const guint modules[RUNS] = { 1, 1, 3, 1, 1 };
  double module = (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / (double)FINDER;

  for (guint i = 0; i < RUNS; i++)
    if (fabs (runs[i] - modules[i] * module) > module / 2)
      return FALSE;
  return TRUE;
}

/* Widths of what looks like a finder in a row. */
static void
measure_row (const guint8 *row, guint left, guint right, GArray *widths)
{
  guint runs[RUNS] = { 0 }, n = 0;

  for (guint x = left, start = left; x <= right; x++)
    {
      if (x < right && (row[x] < DARK) == (row[start] < DARK))
        continue;
      for (guint i = 1; i < RUNS; i++)
        runs[i - 1] = runs[i];
      runs[RUNS - 1] = x - start;
      start = x;
      if (++n >= RUNS && is_finder (runs))
        {
          guint width = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];

          g_array_append_val (widths, width);
        }
    }
}

static int
compare_widths (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;

  return x < y ? -1 : x > y;
}

/* Three finders are in every code: the width in the middle is theirs. */
static double
module_of (const KioskEmuRaster *picture, Box box)
{
  g_autoptr (GArray) widths = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint y = box.top; y < box.bottom; y++)
    measure_row (picture->luma + (gsize)y * picture->width, box.left, box.right, widths);
  if (widths->len == 0)
    return 0;
  g_array_sort (widths, compare_widths);
  return g_array_index (widths, guint, widths->len / 2) / (double)FINDER;
}

static zbar_image_scanner_t *
make_scanner (void)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();

  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  return scanner;
}

static const zbar_symbol_t *
nearest_symbol (const zbar_image_t *image, const KioskEmuRaster *picture, Box *ret_box)
{
  const zbar_symbol_t *found = NULL;
  double nearest = G_MAXDOUBLE;

  for (const zbar_symbol_t *s = zbar_image_first_symbol (image); s != NULL;
       s = zbar_symbol_next (s))
    {
      Box box = box_of (s, picture);
      double away = hypot ((box.left + box.right) / 2.0 - picture->width / 2.0,
                           (box.top + box.bottom) / 2.0 - picture->height / 2.0);

      if (zbar_symbol_get_type (s) != ZBAR_QRCODE || zbar_symbol_get_data_length (s) == 0
          || away >= nearest)
        continue;
      nearest = away;
      found = s;
      *ret_box = box;
    }
  return found;
}

gboolean
kiosk_emu_code_find (const KioskEmuRaster *picture, KioskEmuCode *ret_code)
{
  zbar_image_scanner_t *scanner = make_scanner ();
  zbar_image_t *image = zbar_image_create ();
  const zbar_symbol_t *symbol;
  Box box;

  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, picture->width, picture->height);
  zbar_image_set_data (image, picture->luma, (gulong)picture->width * picture->height, NULL);
  zbar_scan_image (scanner, image);
  symbol = nearest_symbol (image, picture, &box);
  if (symbol != NULL)
    *ret_code = (KioskEmuCode){
      .payload = g_bytes_new (zbar_symbol_get_data (symbol), zbar_symbol_get_data_length (symbol)),
      .x = (box.left + box.right) / 2.0,
      .y = (box.top + box.bottom) / 2.0,
      .module_px = module_of (picture, box),
    };
  zbar_image_destroy (image);
  zbar_image_scanner_destroy (scanner);
  return symbol != NULL;
}
