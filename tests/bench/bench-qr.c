/* Codes read, of all in a set: ours within a frame's budget, plain ZBar, zxing-cpp. Time is CPU
 * time of the thread, so that a busy machine does not change who wins. */
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>
#include <time.h>
#include <zbar.h>

#include "bench-qr-image.h"
#include "devices/camera/decode.h"

#define MAX_PAYLOAD 8192

unsigned bench_qr_zxing_read (const unsigned char *pixels, unsigned width, unsigned height,
                              unsigned char *ret_payload, unsigned size);

typedef enum
{
  OURS,
  ZBAR,
  ZXING,
  READERS,
} Reader;

typedef struct
{
  guint n, read[READERS];
  GArray *ms; /* ours */
} Tally;

typedef struct
{
  KioskDecoder *decoder;
  zbar_image_scanner_t *scanner;
  gboolean verbose, profile;
  JsonArray *rows;
} Bench;

static double
thread_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static GBytes *
read_ours (Bench *self, const BenchQrImage *image, double *ret_ms)
{
  const KioskGreyFrame frame = { image->pixels, image->width, image->height, image->width };
  KioskSighting sighting;
  double before;

  /* Each image is the first that the decoder sees. */
  kiosk_decoder_forget (self->decoder);
  before = thread_ms ();
  kiosk_decoder_see (self->decoder, &frame, &sighting);
  *ret_ms = thread_ms () - before;
  return sighting.payload;
}

static GBytes *
read_zbar (Bench *self, const BenchQrImage *image)
{
  zbar_image_t *picture = zbar_image_create ();
  GBytes *payload = NULL;

  zbar_image_set_format (picture, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (picture, image->width, image->height);
  zbar_image_set_data (picture, image->pixels, (gulong)image->width * image->height, NULL);
  zbar_scan_image (self->scanner, picture);
  for (const zbar_symbol_t *s = zbar_image_first_symbol (picture); s != NULL && payload == NULL;
       s = zbar_symbol_next (s))
    if (zbar_symbol_get_type (s) == ZBAR_QRCODE && zbar_symbol_get_data_length (s) > 0)
      payload = g_bytes_new (zbar_symbol_get_data (s), zbar_symbol_get_data_length (s));
  zbar_image_destroy (picture);
  return payload;
}

static GBytes *
read_zxing (const BenchQrImage *image)
{
  guint8 payload[MAX_PAYLOAD];
  guint length
    = bench_qr_zxing_read (image->pixels, image->width, image->height, payload, sizeof payload);

  return length > 0 ? g_bytes_new (payload, length) : NULL;
}

/* Texts beside images are UTF-8; a code's bytes may be in an older character set. */
static gboolean
says (GBytes *payload, GBytes *expected)
{
  static const char *const sets[] = { "UTF-8", "ISO-8859-1", "SHIFT_JIS", "GB18030", "BIG5" };
  gsize want_length, length;
  const char *want = g_bytes_get_data (expected, &want_length);
  const char *bytes = g_bytes_get_data (payload, &length);

  if (g_bytes_equal (payload, expected))
    return TRUE;
  while (want_length > 0 && g_ascii_isspace (want[want_length - 1]))
    want_length--;
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      gsize written = 0;
      g_autofree char *text
        = g_convert (bytes, (gssize)length, "UTF-8", sets[i], NULL, &written, NULL);

      while (text != NULL && written > 0 && g_ascii_isspace (text[written - 1]))
        written--;
      if (text != NULL && written == want_length && memcmp (text, want, written) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A reading that contradicts the text counts for nothing, if the text is what any of them read:
 * beside some photographs lie texts of another kind (where the corners are). */
static void
judge (Bench *self, const BenchQrImage *image, GBytes *payloads[READERS], Tally *tally)
{
  gboolean right[READERS] = { FALSE }, known = FALSE;

  for (guint i = 0; i < READERS; i++)
    {
      right[i]
        = payloads[i] != NULL && image->expected != NULL && says (payloads[i], image->expected);
      known = known || right[i];
    }
  tally->n++;
  for (guint i = 0; i < READERS; i++)
    {
      gboolean counts = known ? right[i] : payloads[i] != NULL;

      tally->read[i] += counts;
      if (self->verbose)
        g_printerr ("%s ", counts ? "yes" : payloads[i] != NULL ? "WRONG" : "-");
    }
  if (self->verbose)
    g_printerr (" %5.1f ms  %s\n", g_array_index (tally->ms, double, tally->ms->len - 1),
                image->name);
}

static int
compare_ms (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static double
share_of (GArray *ms, double share)
{
  return ms->len > 0 ? g_array_index (ms, double, (guint)(share * (ms->len - 1) + 0.5)) : 0;
}

static void
report (Bench *self, const char *set, Tally *tally, gboolean zxing)
{
  JsonObject *row = json_object_new ();
  g_autofree char *theirs = zxing ? g_strdup_printf ("%u", tally->read[ZXING]) : g_strdup ("-");

  g_array_sort (tally->ms, compare_ms);
  g_print ("%-22s %5u %5u %5u %5s %9.1f %7.1f\n", set, tally->n, tally->read[OURS],
           tally->read[ZBAR], theirs, share_of (tally->ms, 0.5), share_of (tally->ms, 0.95));
  json_object_set_string_member (row, "set", set);
  json_object_set_int_member (row, "n", tally->n);
  json_object_set_int_member (row, "ours", tally->read[OURS]);
  json_object_set_int_member (row, "zbar", tally->read[ZBAR]);
  if (zxing)
    json_object_set_int_member (row, "zxing", tally->read[ZXING]);
  else
    json_object_set_null_member (row, "zxing");
  json_object_set_double_member (row, "median_ms", share_of (tally->ms, 0.5));
  json_object_set_double_member (row, "p95_ms", share_of (tally->ms, 0.95));
  json_array_add_object_element (self->rows, row);
}

static void
run_set (Bench *self, const char *set, GPtrArray *images, gboolean zxing, Tally *total)
{
  Tally tally = { .ms = g_array_new (FALSE, FALSE, sizeof (double)) };

  if (self->verbose)
    g_printerr ("%s: ours zbar zxing\n", set);
  for (guint i = 0; i < images->len; i++)
    {
      const BenchQrImage *image = images->pdata[i];
      GBytes *payloads[READERS];
      double ms;

      payloads[OURS] = read_ours (self, image, &ms);
      payloads[ZBAR] = self->profile ? NULL : read_zbar (self, image);
      payloads[ZXING] = zxing && !self->profile ? read_zxing (image) : NULL;
      g_array_append_val (tally.ms, ms);
      if (total != NULL)
        g_array_append_val (total->ms, ms);
      judge (self, image, payloads, &tally);
      for (guint k = 0; k < READERS; k++)
        g_clear_pointer (&payloads[k], g_bytes_unref);
    }
  report (self, set, &tally, zxing);
  for (guint k = 0; total != NULL && k < READERS; k++)
    total->read[k] += tally.read[k];
  if (total != NULL)
    total->n += tally.n;
  g_array_unref (tally.ms);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* A folder is a set; one that only holds folders is as many sets. */
static void
run_folder (Bench *self, const char *folder, Tally *total)
{
  g_autoptr (GPtrArray) images = bench_qr_folder_images (folder);
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) below = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *set = g_path_get_basename (folder);
  const char *name;

  if (listing == NULL)
    g_print ("%-22s not there: skipped\n", folder);
  if (images->len > 0)
    run_set (self, set, images, TRUE, total);
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (below, g_steal_pointer (&path));
    }
  g_ptr_array_sort (below, compare_paths);
  for (guint i = 0; i < below->len; i++)
    run_folder (self, below->pdata[i], total);
}

static void
run_synthetic (Bench *self)
{
  g_autoptr (GPtrArray) carpets
    = g_ptr_array_new_with_free_func ((GDestroyNotify)bench_qr_image_free);

  for (guint i = 0; i < BENCH_QR_TROUBLES; i++)
    {
      g_autoptr (GPtrArray) images = bench_qr_synthetic_images (i);
      g_autofree char *set = g_strconcat ("rendered ", bench_qr_trouble_name (i), NULL);

      run_set (self, set, images, TRUE, NULL);
    }
  for (guint px = 1; px <= 6; px++)
    g_ptr_array_add (carpets, bench_qr_carpet_image (px));
  /* zxing-cpp 1.4 needs minutes for these. */
  run_set (self, "rendered carpet", carpets, FALSE, NULL);
}

static void
run (Bench *self, char **folders, gboolean synthetic)
{
  const char *source = g_getenv ("KIOSK_SOURCE");
  g_autofree char *beside
    = g_build_filename (source != NULL ? source : ".", "..", "shared", "data", "qr", NULL);
  Tally total = { .ms = g_array_new (FALSE, FALSE, sizeof (double)) };

  g_print ("%-22s %5s %5s %5s %5s %9s %7s\n", "set", "n", "ours", "zbar", "zxing", "median_ms",
           "p95_ms");
  if (folders == NULL || synthetic)
    run_folder (self, beside, &total);
  for (guint i = 0; folders != NULL && folders[i] != NULL; i++)
    run_folder (self, folders[i], &total);
  if (total.n > 0)
    {
      report (self, "all folders", &total, TRUE);
      g_print ("all folders: %.2f times plain ZBar, %.2f times zxing-cpp\n",
               (double)total.read[OURS] / MAX (total.read[ZBAR], 1),
               (double)total.read[OURS] / MAX (total.read[ZXING], 1));
    }
  g_array_unref (total.ms);
  if (synthetic)
    run_synthetic (self);
}

int
main (int argc, char **argv)
{
  g_autofree char *json = NULL, *text = NULL;
  g_auto (GStrv) folders = NULL;
  gboolean only = FALSE, verbose = FALSE, profile = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "where the rows go", "FILE" },
    { "only", 0, 0, G_OPTION_ARG_NONE, &only, "the folders given, nothing else", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "a line an image", NULL },
    { "alone", 0, 0, G_OPTION_ARG_NONE, &profile, "ours only", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, "[DIR…]" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  Bench self = { .rows = json_array_new () };

  setlocale (LC_ALL, "C.UTF-8");
  g_option_context_add_main_entries (context, entries, NULL);
  json_object_set_array_member (object, "rows", self.rows);
  json_node_set_object (root, object);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bench-qr: %s\n", error->message);
      return 2;
    }
  self.verbose = verbose;
  self.profile = profile;
  self.decoder = kiosk_decoder_new (KIOSK_DECODER_BUDGET_US, NULL, NULL);
  self.scanner = zbar_image_scanner_create ();
  zbar_image_scanner_set_config (self.scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (self.scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config (self.scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  run (&self, folders, !only);
  zbar_image_scanner_destroy (self.scanner);
  kiosk_decoder_free (self.decoder);
  text = json_to_string (root, FALSE);
  if (json == NULL || g_file_set_contents (json, text, -1, &error))
    return 0;
  g_printerr ("bench-qr: %s\n", error->message);
  return 1;
}
