/* What is told of a row of frames, a thirtieth of a second apart. */
#include <string.h>

#include "devices/camera/camera-attention.h"

#define WIDTH    64
#define HEIGHT   48
#define FRAME_US 33333

typedef struct
{
  KioskCameraAttention attention;
  guint8 pixels[WIDTH * HEIGHT];
  KioskGreyFrame frame;
  gint64 now_us;
  GString *heard;
} Fixture;

static void
on_event (gpointer data, const KioskCameraEvent *event)
{
  GString *heard = data;

  if (event->type == KIOSK_CAMERA_EVENT_READY)
    g_string_append (heard, "ready ");
  else if (event->type == KIOSK_CAMERA_EVENT_CODE)
    g_string_append_printf (heard, "\"%.*s\" ", (int)event->length, (const char *)event->payload);
  else if (event->type == KIOSK_CAMERA_EVENT_TROUBLE)
    g_string_append_printf (heard, "%s ", kiosk_camera_trouble_name (event->trouble));
  else
    g_string_append_printf (heard, "%s ", kiosk_camera_guidance_name (event->guidance));
}

/* From black to white and on: @noise shades of it. */
static void
paint (Fixture *self, guint base, guint noise)
{
  for (guint i = 0; i < sizeof self->pixels; i++)
    self->pixels[i] = (guint8)(base + (i * 7 + i / WIDTH * 13) % MAX (noise, 1));
}

static void
fixture_init (Fixture *self)
{
  *self = (Fixture){ .now_us = 1000, .heard = g_string_new ("") };
  self->frame = (KioskGreyFrame){ self->pixels, WIDTH, HEIGHT, WIDTH };
  paint (self, 0, 255);
}

static void
fixture_clear (Fixture *self)
{
  kiosk_camera_attention_clear (&self->attention);
  g_string_free (self->heard, TRUE);
}

static void
see (Fixture *self, guint frames, KioskSeen seen, const KioskSighting *sighting)
{
  static const KioskSighting nothing;

  for (guint i = 0; i < frames; i++, self->now_us += FRAME_US)
    kiosk_camera_attention_note (&self->attention, self->now_us, &self->frame, seen,
                                 sighting == NULL ? &nothing : sighting, on_event, self->heard);
}

static void
see_code (Fixture *self, guint frames, const char *text, gboolean partial)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (text, strlen (text));

  see (self, frames, KIOSK_SEEN_CODE, &(KioskSighting){ .payload = payload, .partial = partial });
}

static void
assert_heard (Fixture *self, const char *wanted)
{
  g_assert_cmpstr (self->heard->str, ==, wanted);
  g_string_truncate (self->heard, 0);
}

static void
test_once (void)
{
  Fixture f;

  fixture_init (&f);
  see_code (&f, 90, "a", FALSE);
  assert_heard (&f, "ready \"a\" ");
  /* Lost for a moment, it is the same showing. */
  see (&f, 5, KIOSK_SEEN_NOTHING, NULL);
  see_code (&f, 5, "a", FALSE);
  assert_heard (&f, "");
  see_code (&f, 1, "b", FALSE);
  see_code (&f, 1, "a", FALSE);
  assert_heard (&f, "\"b\" \"a\" ");
  see (&f, 60, KIOSK_SEEN_NOTHING, NULL);
  see_code (&f, 1, "a", FALSE);
  assert_heard (&f, "nothing \"a\" ");
  fixture_clear (&f);
}

static void
test_whole (void)
{
  g_autofree char *endless = g_strnfill (KIOSK_CAMERA_PAYLOAD_MAX + 1, '1');
  Fixture f;

  fixture_init (&f);
  see_code (&f, 1, "part", TRUE);
  see_code (&f, 1, "", FALSE);
  see_code (&f, 1, endless, FALSE);
  see (&f, 1, KIOSK_SEEN_CODE, NULL);
  assert_heard (&f, "ready ");
  see (&f, 20, KIOSK_SEEN_PART, NULL);
  assert_heard (&f, "part ");
  fixture_clear (&f);
}

static void
test_advice (void)
{
  Fixture f;

  fixture_init (&f);
  see (&f, 10, KIOSK_SEEN_TOO_FAR, NULL);
  assert_heard (&f, "ready ");
  see (&f, 50, KIOSK_SEEN_TOO_FAR, NULL);
  assert_heard (&f, "too-far ");
  /* What flickers is not told. */
  for (guint i = 0; i < 20; i++)
    see (&f, 3, i % 2 == 0 ? KIOSK_SEEN_GLARE : KIOSK_SEEN_HOLD_STILL, NULL);
  assert_heard (&f, "");
  see (&f, 20, KIOSK_SEEN_HOLD_STILL, NULL);
  see (&f, 20, KIOSK_SEEN_TOO_CLOSE, NULL);
  see (&f, 20, KIOSK_SEEN_GLARE, NULL);
  see (&f, 20, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "hold-still too-close glare nothing ");
  fixture_clear (&f);
}

static void
test_covered (void)
{
  Fixture f;

  fixture_init (&f);
  see (&f, 20, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "ready nothing ");
  paint (&f, 3, 8);
  see (&f, 20, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "");
  see (&f, 200, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "covered ");
  paint (&f, 0, 255);
  see (&f, 20, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "ready nothing ");
  /* Covered from the start: it was never ready. */
  fixture_clear (&f);
  fixture_init (&f);
  paint (&f, 120, 6);
  see (&f, 60, KIOSK_SEEN_NOTHING, NULL);
  assert_heard (&f, "covered ");
  fixture_clear (&f);
}

static void
test_dull (void)
{
  static const struct
  {
    guint base, noise;
    gboolean is_dull;
  } cases[] = {
    { 0, 1, TRUE },    { 0, 20, TRUE },    /* night */
    { 255, 1, TRUE },  { 128, 10, TRUE },  /* one shade */
    { 0, 60, FALSE },  { 180, 40, FALSE }, /* a dim hall, a bright wall */
    { 0, 255, FALSE },
  };
  Fixture f;

  fixture_init (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      paint (&f, cases[i].base, cases[i].noise);
      g_assert_cmpint (kiosk_camera_frame_is_dull (&f.frame), ==, cases[i].is_dull);
    }
  g_assert_true (kiosk_camera_frame_is_dull (&(KioskGreyFrame){ 0 }));
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/attention/a-code-is-told-once-a-showing", test_once);
  g_test_add_func ("/camera/attention/only-whole-codes-are-told", test_whole);
  g_test_add_func ("/camera/attention/advice-that-holds-is-told", test_advice);
  g_test_add_func ("/camera/attention/covered-is-told-and-heals", test_covered);
  g_test_add_func ("/camera/attention/night-and-lid-are-dull", test_dull);
  return g_test_run ();
}
