/* Frame after frame through kiosk-scanner: its memory stays, and so do its descriptors. */
#include <string.h>

#include "eye.h"

#define SLIDES      8
#define GROWTH_MOST (2 * 1024 * 1024)

/* Codes that follow on each other, so that each is told; one upside down in light and dark; one
 * frame of nothing, and one of noise. */
static void
paint_slides (guint8 *frames)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < SLIDES; i++)
    {
      g_autofree char *text = g_strdup_printf ("receipt K7-%06u, shown in turn", i);

      eye_paint (frames + (gsize)i * EYE_FRAME, i == 3 ? NULL : text, i == 3 ? 0 : -1);
    }
  for (guint i = 0; i < EYE_FRAME; i++)
    {
      frames[5 * EYE_FRAME + i] ^= 255;
      frames[7 * EYE_FRAME + i] = (guint8)g_rand_int_range (random, 0, 256);
    }
}

static void
test_flat (void)
{
  guint64 warm = g_test_thorough () ? 5000 : 1000;
  guint64 total = g_test_thorough () ? 100000 : 3000;
  g_autofree guint8 *frames = g_malloc (SLIDES * EYE_FRAME);
  g_autofree char *source = NULL;
  gint64 before, after;
  int pid, descriptors;
  Eye eye;

  eye_init (&eye);
  paint_slides (frames);
  source = eye_slides (&eye, frames, SLIDES);
  eye_open (&eye, source);
  eye_await_frames (&eye, warm);
  pid = eye_process (&eye);
  before = eye_resident_bytes (pid);
  descriptors = eye_descriptors (&eye, pid);
  eye_await_frames (&eye, total);
  after = eye_resident_bytes (pid);
  g_test_message ("%" G_GUINT64_FORMAT " frames: %" G_GINT64_FORMAT " KiB resident, then "
                  "%" G_GINT64_FORMAT " KiB; %d descriptors",
                  total, before / 1024, after / 1024, descriptors);
  g_assert_cmpint (eye_process (&eye), ==, pid);
  g_assert_cmpint (after - before, <=, GROWTH_MOST);
  if (descriptors < 0)
    g_test_message (
      "this user may not count them; a leak would have met the process's limit of 64");
  g_assert_cmpint (eye_descriptors (&eye, pid), ==, descriptors);
  /* It did read them. */
  g_assert_nonnull (strstr (eye.heard->str, "code code"));
  eye_clear (&eye);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/scanner/memory-stays-flat", test_flat);
  return g_test_run ();
}
