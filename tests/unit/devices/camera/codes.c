#include "codes.h"

#include <math.h>
#include <qrencode.h>
#include <string.h>

#define SUPER 3

void
frame_clear (Frame *frame)
{
  memset (frame->pixels, 120, sizeof frame->pixels);
}

/* −1 outside, else 0 for dark and 1 for light; @u and @v in modules from the middle. */
static int
look_up (const QRcode *code, double u, double v)
{
  double half = code->width / 2.0;
  int i = (int)floor (u + half), j = (int)floor (v + half);

  if (fabs (u) > half + 4 || fabs (v) > half + 4)
    return -1;
  if (i < 0 || j < 0 || i >= code->width || j >= code->width)
    return 1;
  return code->data[j * code->width + i] & 1 ? 0 : 1;
}

static void
draw (Frame *frame, QRcode *code, const Pose *pose)
{
  double px = pose->module_px > 0 ? pose->module_px : 5, lean = pose->lean / (code->width * px);
  double light = pose->light > 0 ? pose->light : 225, dark = pose->dark > 0 ? pose->dark : 25;

  for (int y = 0; y < CODES_HEIGHT; y++)
    for (int x = 0; x < CODES_WIDTH; x++)
      {
        double sum = 0;
        int inside = 0;

        for (int k = 0; k < SUPER * SUPER; k++)
          {
            double dx = x + (k % SUPER + 0.5) / SUPER - pose->x;
            double dy = y + (k / SUPER + 0.5) / SUPER - pose->y;
            double depth = 1 + lean * dy, c = cos (pose->turn), s = sin (pose->turn);
            double u = (dx * c + dy * s) / depth / px, v = (dy * c - dx * s) / depth / px;
            int value = look_up (code, u, v - pose->bend * pow (2 * u / code->width, 2));

            inside += value >= 0;
            sum += value > 0 ? light : dark;
          }
        if (inside == SUPER * SUPER)
          frame->pixels[y * CODES_WIDTH + x] = (guint8)(sum / (SUPER * SUPER));
      }
  QRcode_free (code);
}

void
frame_draw (Frame *frame, const char *text, gsize length, const Pose *pose)
{
  QRcode *code = QRcode_encodeData ((int)length, (const guint8 *)text, 0, QR_ECLEVEL_L);

  g_assert_nonnull (code);
  draw (frame, code, pose);
}

void
frame_draw_part (Frame *frame, const char *text, const Pose *pose)
{
  QRcode_List *parts = QRcode_encodeStringStructured (text, 1, QR_ECLEVEL_L, QR_MODE_8, 1);
  QRcode *first;

  g_assert_nonnull (parts);
  g_assert_cmpint (QRcode_List_size (parts), >=, 2);
  first = parts->code;
  parts->code = NULL;
  QRcode_List_free (parts);
  draw (frame, first, pose);
}

void
frame_draw_empty (Frame *frame, const Pose *pose)
{
  QRinput *input = QRinput_new2 (1, QR_ECLEVEL_L);
  QRcode *code = QRcode_encodeInput (input);

  g_assert_nonnull (code);
  QRinput_free (input);
  draw (frame, code, pose);
}

void
frame_shine (Frame *frame, double x, double y, double radius_px)
{
  for (int j = 0; j < CODES_HEIGHT; j++)
    for (int i = 0; i < CODES_WIDTH; i++)
      if (hypot (i - x, j - y) < radius_px)
        frame->pixels[j * CODES_WIDTH + i] = 255;
}

void
frame_blur (Frame *frame, guint times)
{
  static guint8 before[CODES_WIDTH * CODES_HEIGHT];

  for (; times > 0; times--)
    {
      memcpy (before, frame->pixels, sizeof before);
      for (int y = 1; y + 1 < CODES_HEIGHT; y++)
        for (int x = 1; x + 1 < CODES_WIDTH; x++)
          {
            guint sum = 0;

            for (int k = 0; k < 9; k++)
              sum += before[(y + k / 3 - 1) * CODES_WIDTH + x + k % 3 - 1];
            frame->pixels[y * CODES_WIDTH + x] = (guint8)(sum / 9);
          }
    }
}

void
frame_fill_with_finders (Frame *frame, guint module_px)
{
  for (guint y = 0; y < CODES_HEIGHT; y++)
    for (guint x = 0; x < CODES_WIDTH; x++)
      {
        int dx = (int)(x / module_px % 8) - 3, dy = (int)(y / module_px % 8) - 3;
        int ring = MAX (ABS (dx), ABS (dy));

        frame->pixels[y * CODES_WIDTH + x] = ring == 2 || ring == 4 ? 220 : 30;
      }
}

void
frame_fill_with_noise (Frame *frame, guint32 seed)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < sizeof frame->pixels; i++)
    frame->pixels[i] = (guint8)g_rand_int_range (dice, 0, 256);
}

KioskGreyFrame
frame_grey (const Frame *frame)
{
  return (KioskGreyFrame){ frame->pixels, CODES_WIDTH, CODES_HEIGHT, CODES_WIDTH };
}
