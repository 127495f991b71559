/* What a decoder promises of single frames and of many. Time stands still unless a test moves it,
 * so that a slow machine tries as much as a fast one. */
#include <math.h>
#include <string.h>

#include "codes.h"

#define TEXT "https://kiosk.example.gov.hk/l?t=4f9b2c7e81d0"
/* Each preparation once, doubled too, two of them inverted, and what was straightened. */
#define MAX_PIXELS (12 * CODES_WIDTH * CODES_HEIGHT)

static const Pose middle = { .x = CODES_WIDTH / 2.0, .y = CODES_HEIGHT / 2.0 };

static gint64
stand_still (gpointer now_us)
{
  return now_us != NULL ? *(gint64 *)now_us : 0;
}

typedef struct
{
  Frame frame;
  KioskDecoder *decoder;
  KioskSighting sighting;
} Fixture;

static void
set_up (Fixture *self, gconstpointer nothing)
{
  frame_clear (&self->frame);
  self->decoder = kiosk_decoder_new (KIOSK_DECODER_BUDGET_US, stand_still, NULL);
}

static void
tear_down (Fixture *self, gconstpointer nothing)
{
  kiosk_sighting_clear (&self->sighting);
  kiosk_decoder_free (self->decoder);
}

static KioskSeen
see (Fixture *self)
{
  KioskGreyFrame grey = frame_grey (&self->frame);

  kiosk_sighting_clear (&self->sighting);
  return kiosk_decoder_see (self->decoder, &grey, &self->sighting);
}

static void
assert_payload (Fixture *self, const char *bytes, gsize length)
{
  g_autoptr (GBytes) expected = g_bytes_new (bytes, length);

  g_assert_nonnull (self->sighting.payload);
  g_assert_true (g_bytes_equal (self->sighting.payload, expected));
}

static void
assert_read (Fixture *self, const char *text)
{
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_CODE);
  assert_payload (self, text, strlen (text));
}

static void
draw (Fixture *self, const Pose *pose)
{
  frame_clear (&self->frame);
  frame_draw (&self->frame, TEXT, strlen (TEXT), pose);
}

static void
test_turned (Fixture *self, gconstpointer nothing)
{
  for (double turn = 0; turn < 6.3; turn += 0.5)
    {
      Pose pose = middle;

      pose.turn = turn;
      draw (self, &pose);
      assert_read (self, TEXT);
      kiosk_decoder_forget (self->decoder);
    }
}

static void
test_tilted (Fixture *self, gconstpointer nothing)
{
  Pose pose = middle;

  pose.turn = 0.7;
  pose.lean = 0.35;
  draw (self, &pose);
  assert_read (self, TEXT);
}

/* Small codes have one alignment pattern or none: nothing but edges says how they are bent. */
static void
test_bent (Fixture *self, gconstpointer nothing)
{
  const double bends[] = { -2, -1.2, 1.2, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (bends); i++)
    {
      Pose pose = middle;

      pose.turn = 0.4 * i;
      pose.bend = bends[i];
      draw (self, &pose);
      assert_read (self, TEXT);
      kiosk_decoder_forget (self->decoder);
      frame_clear (&self->frame);
      frame_draw (&self->frame, "A1", 2, &pose);
      assert_read (self, "A1");
      kiosk_decoder_forget (self->decoder);
    }
}

/* Wherever the finder is that a thumb or a lamp hides, and however the code is turned. */
static void
test_hidden (Fixture *self, gconstpointer nothing)
{
  const double reach = 11 * 5; /* from the middle of a version 3 to its finders */

  for (double turn = 0.1; turn < 6.3; turn += 0.7)
    for (guint i = 0; i < 3; i++)
      {
        Pose pose = middle;
        double angle = turn + (i + 1) * G_PI / 2 + G_PI / 4;

        pose.turn = turn;
        draw (self, &pose);
        frame_shine (&self->frame, middle.x + reach * G_SQRT2 * cos (angle),
                     middle.y + reach * G_SQRT2 * sin (angle), 22);
        assert_read (self, TEXT);
        kiosk_decoder_forget (self->decoder);
      }
}

static void
test_blurred (Fixture *self, gconstpointer nothing)
{
  for (guint i = 0; i < 3; i++)
    {
      Pose pose = middle;

      pose.module_px = 3.5;
      pose.turn = 0.5 * i;
      draw (self, &pose);
      frame_blur (&self->frame, 5);
      assert_read (self, TEXT);
      kiosk_decoder_forget (self->decoder);
    }
}

/* A large code is full of what looks like finders, and is no carpet of them for that. */
static void
test_large (Fixture *self, gconstpointer nothing)
{
  static char text[1900];
  g_autoptr (GRand) dice = g_rand_new_with_seed (11);
  Pose pose = middle;

  for (gsize i = 0; i < sizeof text; i++)
    text[i] = (char)g_rand_int_range (dice, 'A', 'Z' + 1);
  pose.module_px = 2.2;
  frame_draw (&self->frame, text, sizeof text, &pose);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_CODE);
  assert_payload (self, text, sizeof text);
}

static void
test_inverted (Fixture *self, gconstpointer nothing)
{
  Pose pose = middle;

  pose.light = 25;
  pose.dark = 215;
  draw (self, &pose);
  assert_read (self, TEXT);
}

static void
test_dim (Fixture *self, gconstpointer nothing)
{
  Pose pose = middle;

  pose.light = 48;
  pose.dark = 34;
  memset (self->frame.pixels, 40, sizeof self->frame.pixels);
  frame_draw (&self->frame, TEXT, strlen (TEXT), &pose);
  assert_read (self, TEXT);
}

/* The mirror of a mirror is left to the reader; what matters is that the text is not mirrored. */
static void
test_mirrored (Fixture *self, gconstpointer nothing)
{
  draw (self, &middle);
  for (guint y = 0; y < CODES_HEIGHT; y++)
    for (guint x = 0; x < CODES_WIDTH / 2; x++)
      {
        guint8 *row = self->frame.pixels + y * CODES_WIDTH, left = row[x];

        row[x] = row[CODES_WIDTH - 1 - x];
        row[CODES_WIDTH - 1 - x] = left;
      }
  assert_read (self, TEXT);
}

static void
test_bytes (Fixture *self, gconstpointer nothing)
{
  static const char bytes[] = "\0\xff\0\xe6\xb8\xac\xe8\xa9\xa6\0\x93\xfa";

  frame_draw (&self->frame, bytes, sizeof bytes - 1, &middle);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_CODE);
  assert_payload (self, bytes, sizeof bytes - 1);
}

static void
test_corners (Fixture *self, gconstpointer nothing)
{
  double x = 0, y = 0;

  draw (self, &middle);
  assert_read (self, TEXT);
  g_assert_true (self->sighting.located);
  for (guint i = 0; i < 4; i++)
    {
      x += self->sighting.corners[i].x / 4;
      y += self->sighting.corners[i].y / 4;
    }
  g_assert_cmpfloat_with_epsilon (x, middle.x, 4);
  g_assert_cmpfloat_with_epsilon (y, middle.y, 4);
}

static void
test_two_frames (Fixture *self, gconstpointer nothing)
{
  const double at[2] = { middle.x - 28, middle.x + 36 };
  guint alone = 0;

  for (guint i = 0; i < 2; i++)
    {
      draw (self, &middle);
      frame_shine (&self->frame, at[i], middle.y + 10, 27);
      alone += see (self) == KIOSK_SEEN_CODE;
      kiosk_decoder_forget (self->decoder);
    }
  g_assert_cmpint (alone, ==, 0);
  for (guint i = 0; i < 4 && alone == 0; i++)
    {
      draw (self, &middle);
      frame_shine (&self->frame, at[i % 2], middle.y + 10, 27);
      alone += see (self) == KIOSK_SEEN_CODE;
    }
  g_assert_cmpint (alone, ==, 1);
  assert_payload (self, TEXT, strlen (TEXT));
}

static void
test_forgets (Fixture *self, gconstpointer nothing)
{
  for (guint i = 0; i < 6; i++)
    {
      draw (self, &middle);
      frame_shine (&self->frame, middle.x + (i % 2 != 0 ? 36 : -28), middle.y + 10, 27);
      g_assert_cmpint (see (self), !=, KIOSK_SEEN_CODE);
      kiosk_decoder_forget (self->decoder);
    }
}

static void
test_two_codes (Fixture *self, gconstpointer nothing)
{
  Pose left = { .x = 110, .y = 180, .module_px = 4 },
       right = { .x = 360, .y = 180, .module_px = 4 };
  g_autoptr (GBytes) first = NULL;

  frame_draw (&self->frame, "the left one", 12, &left);
  frame_draw (&self->frame, "the right one", 13, &right);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_CODE);
  first = g_bytes_ref (self->sighting.payload);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (see (self), ==, KIOSK_SEEN_CODE);
      g_assert_true (g_bytes_equal (first, self->sighting.payload));
    }
}

static void
test_part (Fixture *self, gconstpointer nothing)
{
  frame_draw_part (&self->frame, "a text that is too long for one code of version one", &middle);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_PART);
  g_assert_true (self->sighting.partial);
  g_assert_null (self->sighting.payload);
}

static void
test_empty (Fixture *self, gconstpointer nothing)
{
  frame_draw_empty (&self->frame, &middle);
  g_assert_cmpint (see (self), !=, KIOSK_SEEN_CODE);
  g_assert_null (self->sighting.payload);
}

static void
test_many (Fixture *self, gconstpointer nothing)
{
  Pose small = { .x = 50, .y = 50, .module_px = 3 };
  KioskGreyFrame grey;

  frame_draw (&self->frame, "A1", 2, &small);
  grey = frame_grey (&self->frame);
  grey.width = grey.height = 100;
  for (guint i = 0; i < 3000; i++)
    {
      kiosk_sighting_clear (&self->sighting);
      g_assert_cmpint (kiosk_decoder_see (self->decoder, &grey, &self->sighting), ==,
                       KIOSK_SEEN_CODE);
    }
  /* A scanner leaks a little for each code: none may live for more than about a thousand. */
  g_assert_cmpint (kiosk_decoder_work (self->decoder).zbar_scanners, >=, 3);
}

static void
test_carpet (Fixture *self, gconstpointer nothing)
{
  for (guint px = 1; px <= 8; px++)
    {
      KioskDecoderWork before = kiosk_decoder_work (self->decoder), after;

      frame_fill_with_finders (&self->frame, px);
      g_assert_cmpint (see (self), !=, KIOSK_SEEN_CODE);
      after = kiosk_decoder_work (self->decoder);
      g_assert_cmpint (after.zbar_calls - before.zbar_calls, <=, 60);
      g_assert_cmpint (after.zbar_pixels - before.zbar_pixels, <=, MAX_PIXELS);
    }
}

static void
test_noise (Fixture *self, gconstpointer nothing)
{
  KioskDecoderWork work;

  frame_fill_with_noise (&self->frame, 7);
  g_assert_cmpint (see (self), !=, KIOSK_SEEN_CODE);
  work = kiosk_decoder_work (self->decoder);
  g_assert_cmpint (work.zbar_calls, <=, 60);
  g_assert_cmpint (work.zbar_pixels, <=, MAX_PIXELS);
}

static void
test_deadline (Fixture *self, gconstpointer nothing)
{
  gint64 now_us = 0;
  g_autoptr (KioskDecoder) decoder = kiosk_decoder_new (0, stand_still, &now_us);
  KioskGreyFrame grey = frame_grey (&self->frame);

  draw (self, &middle);
  g_assert_cmpint (kiosk_decoder_see (decoder, &grey, &self->sighting), !=, KIOSK_SEEN_CODE);
  g_assert_cmpint (kiosk_decoder_work (decoder).zbar_calls, ==, 0);
}

static void
test_sizes (Fixture *self, gconstpointer nothing)
{
  static const guint sizes[][2] = { { 0, 0 },  { 1, 1 },   { 0, 9 },   { 3, 360 }, { 479, 2 },
                                    { 17, 5 }, { 480, 1 }, { 1, 360 }, { 33, 359 } };

  frame_fill_with_noise (&self->frame, 3);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      KioskGreyFrame grey = frame_grey (&self->frame);

      grey.width = sizes[i][0];
      grey.height = sizes[i][1];
      g_assert_cmpint (kiosk_decoder_see (self->decoder, &grey, &self->sighting), !=,
                       KIOSK_SEEN_CODE);
    }
}

static void
test_advice (Fixture *self, gconstpointer nothing)
{
  Pose pose = middle;

  g_assert_cmpint (see (self), ==, KIOSK_SEEN_NOTHING);
  pose.module_px = 26;
  pose.x = 460;
  pose.y = 420;
  draw (self, &pose);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_TOO_CLOSE);
  draw (self, &middle);
  frame_shine (&self->frame, middle.x - 8, middle.y + 8, 36);
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_GLARE);
  g_assert_cmpfloat (self->sighting.glare, >, 0.02);
  kiosk_decoder_forget (self->decoder);
  draw (self, &middle);
  for (guint y = 170; y < 250; y++)
    for (guint x = 220; x < 305; x++)
      self->frame.pixels[y * CODES_WIDTH + x] = (x / 5 * 7 + y / 5 * 13) % 5 < 2 ? 200 : 40;
  g_assert_cmpint (see (self), ==, KIOSK_SEEN_HOLD_STILL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *self, gconstpointer nothing);
  } tests[] = {
    { "reads-a-code-however-it-is-turned", test_turned },
    { "reads-a-code-tilted-and-turned-by-40-degrees", test_tilted },
    { "reads-a-small-code-on-a-bottle", test_bent },
    { "reads-a-code-with-a-hidden-finder", test_hidden },
    { "reads-a-blurred-code", test_blurred },
    { "reads-a-code-of-1900-bytes", test_large },
    { "reads-a-page-in-dark-mode", test_inverted },
    { "reads-a-dim-screen", test_dim },
    { "reads-a-code-in-a-mirror", test_mirrored },
    { "keeps-every-byte", test_bytes },
    { "tells-where-the-code-is", test_corners },
    { "puts-together-what-glare-hides-in-turns", test_two_frames },
    { "puts-nothing-together-once-told-to-forget", test_forgets },
    { "stays-with-one-of-two-codes", test_two_codes },
    { "does-not-trust-a-part", test_part },
    { "does-not-trust-an-empty-code", test_empty },
    { "replaces-the-scanner-over-3000-codes", test_many },
    { "bounds-the-work-on-a-carpet-of-finders", test_carpet },
    { "bounds-the-work-on-noise", test_noise },
    { "does-nothing-without-time", test_deadline },
    { "takes-frames-of-any-size", test_sizes },
    { "says-what-would-help", test_advice },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/camera/decode/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
