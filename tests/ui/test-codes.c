/* Every code that a page shows is read by ZBar from a screenshot at half size: so much smaller than
 * a phone sees it at 40 cm. */
#include <gtk/gtk.h>
#include <zbar.h>

#include "fixture.h"
#include "formats/bill.h"
#include "formats/hkqr.h"
#include "formats/ticket.h"
#include "look.h"
#include "shell.h"
#include "stage.h"

#define FINDER    7   /* modules a side */
#define MODULE_MM 0.8 /* twice what a phone resolves at 40 cm */

typedef struct
{
  guint8 *grey;
  int width;
  int height;
} Picture;

/* Each pixel the mean of four, as a camera of half the resolution has it. */
static Picture
half_of (KioskShell *shell)
{
  g_autoptr (GdkTexture) texture = stage_texture (shell);
  int width = gdk_texture_get_width (texture);
  int height = gdk_texture_get_height (texture);
  gsize stride = (gsize)width * 4;
  g_autofree guint8 *pixels = g_malloc (stride * (gsize)height);
  Picture picture = { g_malloc ((gsize)(width / 2) * (gsize)(height / 2)), width / 2, height / 2 };
  gdk_texture_download (texture, pixels, stride);
  for (int y = 0; y < picture.height; y++)
    for (int x = 0; x < picture.width; x++)
      {
        guint sum = 0;
        for (int i = 0; i < 4; i++)
          sum += pixels[(gsize)(2 * y + i / 2) * stride + (gsize)(2 * x + i % 2) * 4 + 1];
        picture.grey[y * picture.width + x] = (guint8)(sum / 4);
      }
  return picture;
}

/* Millimetres of a module, to half a pixel: the upper edge of the upper left finder is a dark bar
 * of seven. */
static double
module_of (const Picture *picture, const zbar_symbol_t *symbol)
{
  int left = picture->width, top = picture->height, length = 0;
  for (guint i = 0; i < zbar_symbol_get_loc_size (symbol); i++)
    {
      left = MIN (left, zbar_symbol_get_loc_x (symbol, i));
      top = MIN (top, zbar_symbol_get_loc_y (symbol, i));
    }
  const guint8 *row = picture->grey + (gsize)(top + 1) * (gsize)picture->width;
  while (left > 0 && row[left - 1] < 128)
    left--;
  while (row[left] >= 128)
    left++;
  while (row[left + length] < 128)
    length++;
  return length * 2 * 25.4 / kiosk_look_dpi () / FINDER;
}

/* (transfer full) (nullable) */
static char *
read_code (const Picture *picture, double *ret_module_mm)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();
  zbar_image_t *image = zbar_image_create ();
  char *text = NULL;
  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, (guint)picture->width, (guint)picture->height);
  zbar_image_set_data (image, picture->grey, (gulong)picture->width * (gulong)picture->height,
                       NULL);
  if (zbar_scan_image (scanner, image) == 1)
    {
      const zbar_symbol_t *symbol = zbar_image_first_symbol (image);
      text = g_strndup (zbar_symbol_get_data (symbol), zbar_symbol_get_data_length (symbol));
      *ret_module_mm = module_of (picture, symbol);
    }
  zbar_image_destroy (image);
  zbar_image_scanner_destroy (scanner);
  return text;
}

/* The receipt's page with another code on it: a receipt, a ticket and a demand note share a widget.
 * @text: NULL leaves the receipt's own. */
static Fixture *
page_with (const char *text)
{
  g_autofree char *path = g_build_filename (FIXTURES, "receipt.page", NULL);
  Fixture *fixture = fixture_load (path);
  if (text != NULL)
    {
      GVariantDict dict;
      g_variant_dict_init (&dict, fixture->source);
      g_variant_dict_insert (&dict, "qr", "s", text);
      g_variant_unref (fixture->source);
      fixture->source = g_variant_ref_sink (g_variant_dict_end (&dict));
    }
  return fixture;
}

static char *
ticket_text (void)
{
  KioskTicket ticket = { .issuer = (char *)"k-01h2xcejqtf2n",
                         .expires_ms = G_GINT64_CONSTANT (1795502400000),
                         .purpose = (char *)"bind-phone" };
  for (guint i = 0; i < sizeof ticket.secret; i++)
    ticket.secret[i] = (guint8)(i * 37);
  return kiosk_ticket_text (&ticket);
}

static char *
note_text (void)
{
  g_autofree char *bill = kiosk_bill_number ("k-01h2xcejqtf2n", 17);
  const KioskHkqr note = { .dynamic = TRUE,
                           .is_fps = TRUE,
                           .fps_id = (char *)"1234567",
                           .expires_ms = G_GINT64_CONSTANT (1795502400000),
                           .amount_cents = 507400,
                           .merchant = (char *)"Transport Department",
                           .city = (char *)"HK",
                           .bill = bill,
                           .reference = (char *)"7QK4-M2XD" };
  return kiosk_hkqr_text (&note);
}

static void
check (KioskShell *shell, const StageCombination *combination, const char *text)
{
  g_autoptr (Fixture) fixture = page_with (text);
  g_autoptr (GVariant) model = g_variant_ref_sink (fixture_model (fixture, "en"));
  const char *wanted = NULL;
  g_assert_true (g_variant_lookup (model, "qr", "&s", &wanted));
  stage_show (shell, fixture, combination);
  Picture picture = half_of (shell);
  double module_mm = 0;
  g_autofree char *read = read_code (&picture, &module_mm);
  g_test_message ("%s, %zu characters, module %.2f mm", combination->name, strlen (wanted),
                  module_mm);
  g_assert_cmpstr (read, ==, wanted);
  g_assert_cmpfloat (module_mm, >=, MODULE_MM);
  g_free (picture.grey);
}

static void
check_everywhere (const char *text)
{
  for (int wide = 0; wide < 2; wide++)
    {
      KioskShell *shell = stage_window_new (wide);
      for (guint i = 0; i < stage_n_combinations; i++)
        if (stage_combinations[i].wide == wide)
          check (shell, &stage_combinations[i], text);
      gtk_window_destroy (GTK_WINDOW (shell));
    }
}

static void
test_receipt (void)
{
  check_everywhere (NULL);
}

static void
test_ticket (void)
{
  g_autofree char *text = ticket_text ();
  check_everywhere (text);
}

static void
test_note (void)
{
  g_autofree char *text = note_text ();
  check_everywhere (text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  stage_init (&argc, &argv);
  g_test_add_func ("/codes/receipt-is-read-at-half-size", test_receipt);
  g_test_add_func ("/codes/ticket-is-read-at-half-size", test_ticket);
  g_test_add_func ("/codes/demand-note-is-read-at-half-size", test_note);
  return g_test_run ();
}
