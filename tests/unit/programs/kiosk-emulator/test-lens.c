/* The synthetic lens: what it must leave alone, where it must put things, and that a seed repeats.
 */
#include <math.h>
#include <string.h>

#include "grain.h"
#include "lens.h"
#include "pose.h"
#include "view.h"

#define SIDE 96

/* A test chart: gradients, edges, and a colour. */
static KioskEmuRaster *
make_chart (guint width, guint height)
{
  KioskEmuRaster *chart = kiosk_emu_raster_new (width, height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      chart->luma[y * width + x] = (guint8)((x / 7 + y / 5) % 2 == 0 ? 40 + x % 64 : 210 - y % 64);
  memset (chart->red, 150, (gsize)chart->colour_width * chart->colour_height);
  return chart;
}

static KioskEmuLens
square_on (double width, double height)
{
  return (KioskEmuLens){ .width_px = width,
                         .height_px = height,
                         .at_u = 0.5,
                         .at_v = 0.5,
                         .at_x = SIDE / 2.0,
                         .at_y = SIDE / 2.0,
                         .focal_px = 300,
                         .white = 255 };
}

static void
draw (const KioskEmuLens *lens, const KioskEmuRaster *picture, double time_s, KioskEmuRaster *frame)
{
  g_autoptr (KioskEmuRaster) prepared = kiosk_emu_lens_prepare (lens, picture);

  kiosk_emu_lens_draw (lens, prepared, time_s, frame);
}

static void
test_identity (void)
{
  g_autoptr (KioskEmuRaster) chart = make_chart (SIDE, SIDE);
  g_autoptr (KioskEmuRaster) frame = kiosk_emu_raster_new (SIDE, SIDE);
  KioskEmuLens lens = square_on (SIDE, SIDE);

  draw (&lens, chart, 0, frame);
  for (guint i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpint (ABS (frame->luma[i] - chart->luma[i]), <=, 1);
  for (guint i = 0; i < chart->colour_width * chart->colour_height; i++)
    g_assert_cmpint (frame->red[i], ==, chart->red[i]);
}

static void
assert_maps (const KioskEmuMap *map, double u, double v, double x, double y)
{
  KioskEmuMap back = kiosk_emu_map_invert (map);
  double px, py, pu, pv;

  g_assert_true (kiosk_emu_map_apply (map, u, v, &px, &py));
  g_assert_cmpfloat_with_epsilon (px, x, 1e-6);
  g_assert_cmpfloat_with_epsilon (py, y, 1e-6);
  g_assert_true (kiosk_emu_map_apply (&back, px, py, &pu, &pv));
  g_assert_cmpfloat_with_epsilon (pu, u, 1e-9);
  g_assert_cmpfloat_with_epsilon (pv, v, 1e-9);
}

/* By hand: a picture of 200 × 100 before a pinhole of focal length 1000. */
static void
test_corners (void)
{
  KioskEmuLens lens = { .width_px = 200,
                        .height_px = 100,
                        .at_u = 0.5,
                        .at_v = 0.5,
                        .at_x = 640,
                        .at_y = 360,
                        .focal_px = 1000 };
  KioskEmuMap map = kiosk_emu_lens_map (&lens, 0);
  double far, near;

  assert_maps (&map, 0, 0, 540, 310);
  assert_maps (&map, 1, 1, 740, 410);
  lens.turn_deg = 90; /* clockwise: its left edge is on top now */
  map = kiosk_emu_lens_map (&lens, 0);
  assert_maps (&map, 0, 0, 690, 260);
  assert_maps (&map, 0, 1, 590, 260);
  /* Half as high, and 50 · sin 60° farther away at its top. */
  lens.turn_deg = 0;
  lens.tilt_deg = 60;
  map = kiosk_emu_lens_map (&lens, 0);
  far = 1 + 50 * sin (G_PI / 3) / 1000;
  near = 2 - far;
  assert_maps (&map, 0, 0, 640 - 100 / far, 360 - 25 / far);
  assert_maps (&map, 1, 1, 640 + 100 / near, 360 + 25 / near);
}

/* What a pixel of a perfect camera sees: the mean of very many points. */
static double
mean_at (const KioskEmuMap *back, const KioskEmuRaster *picture, guint x, guint y)
{
  const guint points = 24;
  double sum = 0;

  for (guint i = 0; i < points * points; i++)
    {
      double u, v;

      g_assert_true (kiosk_emu_map_apply (back, x + (i % points + 0.5) / points,
                                          y + (i / points + 0.5) / points, &u, &v));
      sum += picture
               ->luma[(guint)(v * picture->height) * picture->width + (guint)(u * picture->width)];
    }
  return sum / (points * points);
}

/* Lines that lie closer than pixels come out as grey as they are on the whole: what is finer than
 * the frame leaves no traces that a true camera would not show. */
static void
test_no_alias (void)
{
  static const double ways[][2] = { { 0, 0 }, { 0, 30 }, { 45, 0 }, { 65, 0 }, { 50, 40 } };

  for (guint w = 0; w < 2 * G_N_ELEMENTS (ways); w++)
    {
      g_autoptr (KioskEmuRaster) lines = kiosk_emu_raster_new (1001, 1001);
      g_autoptr (KioskEmuRaster) frame = kiosk_emu_raster_new (SIDE, SIDE);
      KioskEmuLens lens = square_on (130, 130);
      KioskEmuMap map, back;
      double off = 0;
      guint n = 0;

      for (guint i = 0; i < 1001 * 1001; i++)
        lines->luma[i] = (w % 2 == 0 ? i / 1001 : i % 1001) % 7 < 3 ? 255 : 0;
      lens.tilt_deg = ways[w / 2][0];
      lens.turn_deg = ways[w / 2][1];
      draw (&lens, lines, 0, frame);
      map = kiosk_emu_lens_map (&lens, 0);
      back = kiosk_emu_map_invert (&map);
      for (guint y = SIDE / 2 - 8; y < SIDE / 2 + 8; y++)
        for (guint x = SIDE / 2 - 8; x < SIDE / 2 + 8; x++, n++)
          off += ABS (frame->luma[y * SIDE + x] - mean_at (&back, lines, x, y));
      g_test_message ("tilt %g, turn %g: %.1f shades", lens.tilt_deg, lens.turn_deg, off / n);
      g_assert_cmpfloat (off / n, <, 15);
    }
}

/* Neither defocus nor movement makes light or loses it. */
static void
test_keeps_light (void)
{
  g_autoptr (KioskEmuRaster) white = kiosk_emu_raster_new (30, 30);
  KioskEmuLens lens = square_on (30, 30);
  double sums[3] = { 0 };

  memset (white->luma, 250, 30 * 30);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (KioskEmuRaster) frame = kiosk_emu_raster_new (SIDE, SIDE);

      lens.blur_px = i == 1 ? 2.5 : 0;
      lens.hand_px = i == 2 ? 6 : 0;
      draw (&lens, white, 0.3, frame);
      for (guint k = 0; k < SIDE * SIDE; k++)
        sums[i] += frame->luma[k];
    }
  g_assert_cmpfloat_with_epsilon (sums[1], sums[0], sums[0] * 0.02);
  g_assert_cmpfloat_with_epsilon (sums[2], sums[0], sums[0] * 0.02);
}

static void
test_beside (void)
{
  g_autoptr (KioskEmuRaster) chart = make_chart (SIDE, SIDE);
  g_autoptr (KioskEmuRaster) frame = kiosk_emu_raster_new (SIDE, SIDE);
  KioskEmuLens lens = square_on (SIDE, SIDE);

  lens.at_x = 10 * SIDE;
  draw (&lens, chart, 0, frame);
  for (guint i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpuint (frame->luma[i], ==, 0);
}

/* As the camera shows it. */
static KioskEmuScene *
make_scene (guint32 seed)
{
  KioskEmuLens lens = square_on (300, 200);

  lens.at_x = 640;
  lens.at_y = 360;
  lens.hand_px = 5;
  lens.glare = 0.5;
  lens.moire = 0.2;
  lens.blur_px = 1;
  lens.seed = seed;
  return kiosk_emu_scene_new (make_chart (300, 200), &lens, 4);
}

static GBytes *
frame_of (KioskEmuView *view, KioskEmuScene *scene, guint64 number)
{
  const KioskEmuRaster *frame = kiosk_emu_view_frame (view, scene, number, FALSE);

  return g_bytes_new (frame->luma, kiosk_emu_raster_size (frame));
}

static void
test_seed (void)
{
  g_autoptr (KioskEmuView) one = kiosk_emu_view_new ();
  g_autoptr (KioskEmuView) other = kiosk_emu_view_new ();
  g_autoptr (KioskEmuScene) scene = make_scene (5);
  g_autoptr (KioskEmuScene) same = make_scene (5);
  g_autoptr (KioskEmuScene) different = make_scene (6);
  g_autoptr (GBytes) first = frame_of (one, scene, 9);
  g_autoptr (GBytes) later = frame_of (one, scene, 10);
  g_autoptr (GBytes) again = frame_of (other, same, 9);
  g_autoptr (GBytes) unlike = frame_of (other, different, 9);

  g_assert_true (g_bytes_equal (first, again));
  g_assert_false (g_bytes_equal (first, later));
  g_assert_false (g_bytes_equal (first, unlike));
}

/* The deviation that was asked for, around no other mean. */
static void
test_grain (void)
{
  g_autoptr (KioskEmuGrain) grain = kiosk_emu_grain_new (SIDE * SIDE, 6, 1);
  g_autoptr (KioskEmuRaster) grey = kiosk_emu_raster_new (SIDE, SIDE);
  g_autoptr (KioskEmuRaster) frame = kiosk_emu_raster_new (SIDE, SIDE);
  const double shade = 16 + 128 * 219 / 255.0;
  double sum = 0, squares = 0;

  memset (grey->luma, 128, SIDE * SIDE);
  kiosk_emu_grain_develop (grain, 3, grey, frame);
  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      sum += frame->luma[i] - shade;
      squares += pow (frame->luma[i] - shade, 2);
    }
  g_assert_cmpfloat_with_epsilon (sum / (SIDE * SIDE), 0, 0.5);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / (SIDE * SIDE)), 6 * 219 / 255.0, 0.5);
}

static void
test_resize (void)
{
  g_autoptr (KioskEmuRaster) chart = make_chart (64, 48);
  g_autoptr (KioskEmuRaster) large = kiosk_emu_raster_resize (chart, 192, 144);
  g_autoptr (KioskEmuRaster) back = kiosk_emu_raster_resize (large, 64, 48);

  g_assert_cmpuint (large->luma[4 * 192 + 4], ==, chart->luma[64 + 1]);
  g_assert_cmpmem (back->luma, 64 * 48, chart->luma, 64 * 48);
}

static void
test_keys (void)
{
  static const char *const wrong[]
    = { "colour=1", "tilt=71", "tilt=", "tilt=steep", "tilt=nan", "module=0", "=", "hand=1 " };
  char *right[] = { "module=3.5", "tilt=-20", "dark", "", "seed=9", NULL };
  KioskEmuPose pose;

  g_assert_true (kiosk_emu_pose_parse (right, &pose, NULL));
  g_assert_cmpfloat (pose.module, ==, 3.5);
  g_assert_cmpfloat (pose.tilt, ==, -20);
  g_assert_cmpfloat (pose.dark, ==, 1);
  g_assert_cmpfloat (pose.seed, ==, 9);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      char *words[] = { (char *)wrong[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (kiosk_emu_pose_parse (words, &pose, &error));
      g_assert_nonnull (strstr (error->message, "module (0.5 to 40), width"));
    }
  g_assert_cmpfloat (pose.module, ==, 3.5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/lens/square-on-it-gives-the-picture-back", test_identity);
  g_test_add_func ("/emulator/lens/corners-lie-where-a-pinhole-puts-them", test_corners);
  g_test_add_func ("/emulator/lens/fine-lines-come-out-grey", test_no_alias);
  g_test_add_func ("/emulator/lens/blur-keeps-the-light", test_keeps_light);
  g_test_add_func ("/emulator/lens/what-is-held-beside-is-not-seen", test_beside);
  g_test_add_func ("/emulator/lens/a-seed-repeats", test_seed);
  g_test_add_func ("/emulator/lens/noise-is-as-strong-as-asked", test_grain);
  g_test_add_func ("/emulator/lens/a-picture-is-resized-by-area", test_resize);
  g_test_add_func ("/emulator/lens/keys-are-bounded-and-named", test_keys);
  return g_test_run ();
}
