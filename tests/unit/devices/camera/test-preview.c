/* The memory between scanner and page, both ends of it in one process. */
#include "devices/camera/camera-preview.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  int memory, shared;
  KioskPreview *writer, *reader;
  guint8 *pixels;
  KioskPreviewPicture picture;
} Fixture;

static void
fixture_init (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  *self = (Fixture){ .memory = kiosk_preview_memory_new (&error) };
  g_assert_no_error (error);
  self->shared = kiosk_preview_memory_share (self->memory, &error);
  g_assert_no_error (error);
  self->writer = kiosk_preview_map (self->memory, TRUE);
  self->reader = kiosk_preview_map (self->shared, FALSE);
  g_assert_nonnull (self->writer);
  g_assert_nonnull (self->reader);
  self->pixels = g_malloc (KIOSK_PREVIEW_MAX_BYTES);
}

static void
fixture_clear (Fixture *self)
{
  kiosk_preview_unmap (self->writer);
  kiosk_preview_unmap (self->reader);
  close (self->memory);
  close (self->shared);
  g_free (self->pixels);
}

static gboolean
look (Fixture *self)
{
  return kiosk_preview_read (self->reader, self->pixels, &self->picture);
}

static void
test_newest (void)
{
  guint8 rows[2][16] = { { 0 } };
  guint32 serial;
  Fixture f;

  fixture_init (&f);
  g_assert_false (look (&f));
  for (guint8 shade = 1; shade <= 10; shade++)
    {
      serial = f.picture.serial;
      memset (rows[0], shade, 12);
      memset (rows[1], 100 + shade, 12);
      kiosk_preview_write (f.writer, rows[0], 3, 2, sizeof rows[0]);
      g_assert_true (look (&f));
      g_assert_cmpuint (f.picture.width, ==, 3);
      g_assert_cmpuint (f.picture.height, ==, 2);
      g_assert_cmpuint (f.picture.serial, !=, serial);
      /* Without the gap between the rows. */
      g_assert_cmpuint (f.pixels[11], ==, shade);
      g_assert_cmpuint (f.pixels[12], ==, 100 + shade);
    }
  /* The same one again is known by its serial. */
  serial = f.picture.serial;
  g_assert_true (look (&f));
  g_assert_cmpuint (f.picture.serial, ==, serial);
  fixture_clear (&f);
}

static void
test_next_writer (void)
{
  guint8 pixel[4] = { 0 };
  guint32 serial;
  Fixture f;

  fixture_init (&f);
  kiosk_preview_write (f.writer, pixel, 1, 1, 4);
  g_assert_true (look (&f));
  serial = f.picture.serial;
  kiosk_preview_unmap (f.writer);
  f.writer = kiosk_preview_map (f.memory, TRUE);
  kiosk_preview_write (f.writer, pixel, 1, 1, 4);
  g_assert_true (look (&f));
  g_assert_cmpuint (f.picture.serial, !=, serial);
  fixture_clear (&f);
}

static void
test_wiped (void)
{
  guint8 pixel[4] = { 0 };
  Fixture f;

  fixture_init (&f);
  kiosk_preview_write (f.writer, pixel, 1, 1, 4);
  g_assert_true (look (&f));
  kiosk_preview_memory_wipe (f.memory);
  g_assert_false (look (&f));
  fixture_clear (&f);
}

/* A scanner that was broken into writes what it likes where it may; a reader keeps its bounds. */
static void
test_lies (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20221015);
  guint32 *words;
  Fixture f;

  fixture_init (&f);
  words = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f.memory, 0);
  g_assert_true (words != MAP_FAILED);
  for (guint i = 0; i < 20000; i++)
    {
      words[g_rand_int_range (random, 0, 16)] = g_rand_boolean (random)
                                                  ? g_rand_int (random)
                                                  : (guint32)g_rand_int_range (random, 0, 1000);
      if (!look (&f))
        continue;
      g_assert_cmpuint (f.picture.width, <=, KIOSK_PREVIEW_MAX_WIDTH);
      g_assert_cmpuint (f.picture.height, <=, KIOSK_PREVIEW_MAX_HEIGHT);
    }
  munmap (words, 4096);
  fixture_clear (&f);
}

static void
test_rights (void)
{
  g_autofree char *path = NULL;
  Fixture f;

  fixture_init (&f);
  g_assert_true (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f.shared, 0) == MAP_FAILED);
  g_assert_cmpint (ftruncate (f.memory, 0), <, 0);
  g_assert_null (kiosk_preview_map (f.shared, TRUE));
  if (getuid () != 0)
    {
      path = g_strdup_printf ("/proc/self/fd/%d", f.shared);
      g_assert_cmpint (open (path, O_RDWR | O_CLOEXEC), <, 0);
    }
  fixture_clear (&f);
}

static void
test_foreign (void)
{
  int memory = memfd_create ("foreign", MFD_CLOEXEC);

  g_assert_cmpint (memory, >=, 0);
  g_assert_null (kiosk_preview_map (memory, FALSE));
  g_assert_cmpint (ftruncate (memory, 8 * 1024 * 1024), ==, 0);
  g_assert_null (kiosk_preview_map (memory, FALSE));
  close (memory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/preview/the-newest-is-seen", test_newest);
  g_test_add_func ("/camera/preview/the-next-scanner-goes-on", test_next_writer);
  g_test_add_func ("/camera/preview/wiped-is-gone", test_wiped);
  g_test_add_func ("/camera/preview/lies-stay-in-bounds", test_lies);
  g_test_add_func ("/camera/preview/readers-only-read", test_rights);
  g_test_add_func ("/camera/preview/other-memory-is-refused", test_foreign);
  return g_test_run ();
}
