#include "bench-qr-image.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

void
bench_qr_image_free (BenchQrImage *image)
{
  if (image == NULL)
    return;
  g_free (image->name);
  g_free (image->pixels);
  g_clear_pointer (&image->expected, g_bytes_unref);
  g_free (image);
}

static double
grey_at (const GdkPixbuf *pixbuf, int x, int y)
{
  int channels = gdk_pixbuf_get_n_channels (pixbuf);
  const guint8 *p = gdk_pixbuf_read_pixels (pixbuf) + (gsize)y * gdk_pixbuf_get_rowstride (pixbuf)
                    + (gsize)x * channels;
  double grey = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];

  /* What is transparent lies on white. */
  return channels == 4 ? (grey * p[3] + 255.0 * (255 - p[3])) / 255 : grey;
}

/* Mean of a rectangle of whole pixels. */
static guint8
mean_of (const GdkPixbuf *pixbuf, int x0, int x1, int y0, int y1)
{
  double sum = 0;

  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      sum += grey_at (pixbuf, x, y);
  return (guint8)(sum / ((double)(x1 - x0) * (y1 - y0)) + 0.5);
}

static GBytes *
text_beside (const char *path)
{
  g_autofree char *stem = g_strndup (path, (gsize)(strrchr (path, '.') - path));
  g_autofree char *name = g_strconcat (stem, ".txt", NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (name, &text, &length, NULL))
    return NULL;
  return g_bytes_new (text, length);
}

BenchQrImage *
bench_qr_image_load (const char *path)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, NULL);
  BenchQrImage *image;
  int width, height;
  double by;

  if (pixbuf == NULL)
    return NULL;
  width = gdk_pixbuf_get_width (pixbuf);
  height = gdk_pixbuf_get_height (pixbuf);
  by = MAX (1.0, MAX ((double)width / BENCH_QR_WIDTH, (double)height / BENCH_QR_HEIGHT));
  image = g_new0 (BenchQrImage, 1);
  image->name = g_path_get_basename (path);
  image->width = (guint)(width / by);
  image->height = (guint)(height / by);
  image->pixels = g_malloc ((gsize)image->width * image->height);
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      image->pixels[y * image->width + x]
        = mean_of (pixbuf, (int)(x * by), MIN ((int)((x + 1) * by), width), (int)(y * by),
                   MIN ((int)((y + 1) * by), height));
  image->expected = text_beside (path);
  return image;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
bench_qr_folder_images (const char *folder)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *images = g_ptr_array_new_with_free_func ((GDestroyNotify)bench_qr_image_free);
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    if (strrchr (name, '.') != NULL && !g_str_has_suffix (name, ".txt"))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      BenchQrImage *image = bench_qr_image_load (names->pdata[i]);

      if (image != NULL)
        g_ptr_array_add (images, image);
    }
  return images;
}
