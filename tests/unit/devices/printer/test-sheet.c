/* The paper is read back by programs that others wrote: pdftotext, pdfinfo, pdftoppm, zbarimg. */
#include "devices/printer/printer-port.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* As long as a receipt with the kiosk's certificate inside gets: Base45's alphabet. */
static char *
long_code (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  GString *text = g_string_new ("KR1:");

  for (guint i = 0; i < 1100; i++)
    g_string_append_c (text, alphabet[(i * 31 + i / 45) % 45]);
  return g_string_free (text, FALSE);
}

static GBytes *
make_sheet (const char *language, const char *title, const char *qr, GError **error)
{
  const char *const lines[]
    = { "Reference\t7QK4-M2XD", "Received\t2026-11-24 14:58", "Fee\tHK$5,074.00", NULL };
  const char *const notes[] = { "Received at this kiosk.", "請保留本收據。", NULL };
  const KioskReceiptSheet sheet = {
    .language = language,
    .title = title,
    .service = "Renewal of a vehicle licence",
    .reference = "7QK4-M2XD",
    .qr = qr,
    .lines = lines,
    .notes = notes,
  };

  return kiosk_receipt_sheet_pdf (&sheet, error);
}

/* (transfer full): what @argv prints; "@" stands for the PDF's path. */
static char *
run_on (GBytes *pdf, const char *const *argv)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-sheet-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "sheet.pdf", NULL);
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  char *output = NULL;

  g_assert_true (
    g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize)g_bytes_get_size (pdf), NULL));
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (line, (gpointer)(strcmp (argv[i], "@") == 0 ? path : argv[i]));
  g_ptr_array_add (line, NULL);
  process
    = g_subprocess_newv ((const char *const *)line->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error));
  g_assert_true (g_subprocess_get_successful (process));
  g_remove (path);
  g_rmdir (folder);
  return output;
}

static char *
read_code (GBytes *pdf, const char *dpi)
{
  const char *const argv[] = { "sh",
                               "-c",
                               "pdftoppm -r \"$2\" -gray -singlefile \"$1\" | "
                               "zbarimg -q --raw -Sdisable -Sqrcode.enable -Sbinary -",
                               "sh",
                               "@",
                               dpi,
                               NULL };

  return run_on (pdf, argv);
}

/* As the head prints it, and seen with half as many pixels. */
static void
test_code (void)
{
  static const char *const dpis[] = { "203", "101.5" };
  g_autofree char *longest = long_code ();
  const char *const codes[] = { "KR1:SHORT", longest };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (dpis); j++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) pdf = make_sheet ("en", "Receipt", codes[i], &error);
        g_autofree char *read = NULL;

        g_assert_no_error (error);
        read = read_code (pdf, dpis[j]);
        g_assert_cmpstr (read, ==, codes[i]);
      }
}

static void
test_text (void)
{
  const struct
  {
    const char *language, *title, *note;
  } cases[] = {
    { "en", "Receipt", "Received at this kiosk." },
    { "zh_HK", "收據", "請保留本收據。" },
    { "zh_CN", "收据", "請保留本收據。" },
  };
  const char *const argv[] = { "pdftotext", "@", "-", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) pdf = make_sheet (cases[i].language, cases[i].title, "KR1:A", NULL);
      g_autofree char *text = run_on (pdf, argv);

      g_assert_nonnull (strstr (text, cases[i].title));
      g_assert_nonnull (strstr (text, cases[i].note));
      g_assert_nonnull (strstr (text, "7QK4-M2XD"));
      g_assert_nonnull (strstr (text, "HK$5,074.00"));
    }
}

/* Every face is inside the file: a queue has none of ours. */
static void
test_fonts_and_shape (void)
{
  g_autoptr (GBytes) pdf = make_sheet ("zh_HK", "收據", "KR1:A", NULL);
  const char *const fonts[] = { "pdffonts", "@", NULL };
  const char *const info[] = { "pdfinfo", "@", NULL };
  g_autofree char *listed = run_on (pdf, fonts);
  g_autofree char *about = run_on (pdf, info);
  g_auto (GStrv) lines = g_strsplit (listed, "\n", -1);
  const char *size;
  double width = 0, height = 0;

  g_assert_cmpuint (g_strv_length (lines), >, 3);
  for (guint i = 2; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_assert_nonnull (strstr (lines[i], "yes yes yes"));
  g_assert_nonnull (strstr (about, "Pages:           1"));
  g_assert_nonnull (strstr (about, "PDF version:     1.4"));
  size = strstr (about, "Page size:");
  g_assert_nonnull (size);
  g_assert_cmpint (sscanf (size, "Page size: %lf x %lf pts", &width, &height), ==, 2);
  g_assert_cmpfloat_with_epsilon (width, 576 * 72 / 203.0, 0.01); /* 72 mm */
  g_assert_cmpfloat (height, >, width);
}

static void
test_refused (void)
{
  g_autofree char *too_long = g_strnfill (5000, 'A');
  const struct
  {
    const char *title, *qr;
  } cases[] = { { "Receipt", too_long }, { too_long, "KR1:A" }, { "\xff\xfe", "KR1:A" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) pdf = make_sheet ("en", cases[i].title, cases[i].qr, &error);

      g_assert_null (pdf);
      g_assert_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_REFUSED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer/sheet/code-is-read-back-from-paper", test_code);
  g_test_add_func ("/printer/sheet/text-is-there-in-each-language", test_text);
  g_test_add_func ("/printer/sheet/one-narrow-column-with-its-fonts-inside", test_fonts_and_shape);
  g_test_add_func ("/printer/sheet/refuses-what-does-not-fit", test_refused);
  return g_test_run ();
}
