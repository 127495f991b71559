/* Phone screens as a camera of 1280 × 720 sees them: a code on a lit screen in a hall, tilted, with
 * one trouble each. Not photographs; the same pixels on every machine. */
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "bench-qr-image.h"

#define W        BENCH_QR_WIDTH
#define H        BENCH_QR_HEIGHT
#define SUPER    2 /* samples a pixel, each way */
#define FOCAL_PX 1100.0

typedef struct
{
  guint64 state;
} Dice;

static double
roll (Dice *dice)
{
  dice->state ^= dice->state << 13;
  dice->state ^= dice->state >> 7;
  dice->state ^= dice->state << 17;
  return (double)(dice->state >> 11) / 9007199254740992.0;
}

static double
between (Dice *dice, double low, double high)
{
  return low + roll (dice) * (high - low);
}

/* About normal, of deviation 1. */
static double
noise (Dice *dice)
{
  double sum = -3;

  for (guint i = 0; i < 6; i++)
    sum += roll (dice);
  return sum * 1.414;
}

typedef struct
{
  BenchQrTrouble trouble;
  const QRcode *code;
  double cx, cy, turn, tilt_x, tilt_y; /* where the screen is, in pixels and radians */
  double module_px, curve;
  double spot_x, spot_y, spot_px;
  double light, dark;
} Scene;

static const struct
{
  const char *name;
  double light, dark, blur, noise, tilt;
} troubles[BENCH_QR_TROUBLES] = {
  [BENCH_QR_BRIGHT] = { "bright", 225, 25, 0.8, 3, 0.1 },
  [BENCH_QR_DARK_MODE] = { "dark mode", 215, 20, 0.8, 3, 0.1 },
  [BENCH_QR_DIM] = { "dim", 80, 32, 1.1, 5, 0.1 },
  [BENCH_QR_GLARE] = { "glare", 200, 30, 0.8, 3, 0.2 },
  [BENCH_QR_MOIRE] = { "moiré", 205, 25, 0.7, 3, 0.1 },
  [BENCH_QR_TILT] = { "tilt", 215, 25, 0.8, 3, 0.8 },
  [BENCH_QR_BLUR] = { "blur", 215, 30, 1.9, 3, 0.1 },
  [BENCH_QR_CURVED] = { "curved", 200, 40, 0.8, 3, 0.15 },
  [BENCH_QR_SHADOW] = { "shadow", 205, 40, 0.9, 3, 0.2 },
};

const char *
bench_qr_trouble_name (BenchQrTrouble trouble)
{
  return troubles[trouble].name;
}

/* A pixel's ray onto the tilted screen: millimetres do not matter, modules do. */
static void
to_screen (const Scene *s, double x, double y, double *ret_u, double *ret_v)
{
  double dx = x - s->cx, dy = y - s->cy;
  /* Lengths on the plane z = tan (tilt) · position grow with what the ray has yet to travel. */
  double depth = 1 - (dx * tan (s->tilt_x) + dy * tan (s->tilt_y)) / FOCAL_PX;
  double px = dx / depth / cos (s->tilt_x), py = dy / depth / cos (s->tilt_y);

  *ret_u = px * cos (s->turn) + py * sin (s->turn);
  *ret_v = -px * sin (s->turn) + py * cos (s->turn);
  *ret_v += s->curve * *ret_u * *ret_u;
}

static double
shine (const Scene *s, double x, double y)
{
  double u, v, value, side = s->code->width, half = (side + 8) / 2;
  int i, j;
  gboolean inside, dark;

  to_screen (s, x, y, &u, &v);
  u /= s->module_px;
  v /= s->module_px;
  if (fabs (u) > half * 1.15 || fabs (v) > half * 1.6)
    return 75 + 30 * sin (x * 0.013) + 22 * sin (y * 0.021 + x * 0.004) + 14 * sin (x * 0.31);
  if (fabs (u) > half * 1.1 || fabs (v) > half * 1.55)
    return 14;
  i = (int)floor (u + side / 2);
  j = (int)floor (v + side / 2);
  inside = i >= 0 && j >= 0 && i < s->code->width && j < s->code->width;
  dark = inside && (s->code->data[j * s->code->width + i] & 1);
  if (s->trouble == BENCH_QR_DARK_MODE)
    return dark ? s->light : s->dark;
  value = dark ? s->dark : s->light;
  if (s->trouble == BENCH_QR_MOIRE)
    value *= 1 + 0.3 * sin (2 * G_PI * u * s->module_px / 2.63)
             + 0.12 * sin (2 * G_PI * v * s->module_px / 2.31);
  if (s->trouble == BENCH_QR_SHADOW && u + 0.4 * v > s->spot_x)
    value *= 0.35;
  return value;
}

/* One pass of a Gaussian along rows, or along columns. */
static void
blur (float *out, const float *in, double sigma, gboolean down)
{
  int reach = (int)ceil (sigma * 2.5), step = down ? W : 1;
  double weights[16], sum = 0;

  for (int i = -reach; i <= reach; i++)
    sum += weights[i + reach] = exp (-i * i / (2 * sigma * sigma));
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      {
        double value = 0;
        int at = down ? y : x, limit = down ? H : W;

        for (int i = -reach; i <= reach; i++)
          value += weights[i + reach]
                   * (double)in[y * W + x + (CLAMP (at + i, 0, limit - 1) - at) * step];
        out[y * W + x] = (float)(value / sum);
      }
}

static BenchQrImage *
render (const Scene *s, Dice *dice)
{
  g_autofree float *a = g_new (float, W *H), *b = g_new (float, W *H);
  BenchQrImage *image = g_new0 (BenchQrImage, 1);
  double sigma = troubles[s->trouble].blur;

  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      {
        double sum = 0;

        for (int k = 0; k < SUPER * SUPER; k++)
          sum += shine (s, x + (k % SUPER + 0.5) / SUPER, y + (k / SUPER + 0.5) / SUPER);
        a[y * W + x] = (float)(sum / (SUPER * SUPER));
      }
  blur (b, a, sigma, FALSE);
  blur (a, b, sigma, TRUE);
  image->width = W;
  image->height = H;
  image->pixels = g_malloc (W * H);
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      {
        double value = (double)a[y * W + x] + troubles[s->trouble].noise * noise (dice);

        if (s->trouble == BENCH_QR_GLARE)
          value += 20
                   + 280
                       * exp (-(pow (x - s->spot_x, 2) + pow (y - s->spot_y, 2))
                              / (2 * s->spot_px * s->spot_px));
        image->pixels[y * W + x] = (guint8)CLAMP (value, 0, 255);
      }
  return image;
}

static const struct
{
  const char *text;
  guint random; /* or so many characters made up */
  QRecLevel level;
} payloads[] = {
  { "https://kiosk.example.gov.hk/l?t=4f9b2c7e81d04a5fb3e6c9a2d5170e88&k=HKG-0042", 0,
    QR_ECLEVEL_M },
  { "00020101021226320012hk.com.hkicl0207600050906011520400005303344540510.505802HK5902NA6002HK"
    "62270523HKTEST202103190606259626304BCD1",
    0, QR_ECLEVEL_M },
  { "HC1:", 560, QR_ECLEVEL_Q },
  { "A1", 0, QR_ECLEVEL_L },
};

static QRcode *
encode (guint which, Dice *dice, char **ret_text)
{
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  GString *text = g_string_new (payloads[which].text);

  for (guint i = 0; i < payloads[which].random; i++)
    g_string_append_c (text, letters[(guint)(roll (dice) * 45)]);
  *ret_text = g_string_free (text, FALSE);
  return QRcode_encodeString (*ret_text, 0, payloads[which].level, QR_MODE_8, 1);
}

static void
place (Scene *s, Dice *dice)
{
  double tilt = troubles[s->trouble].tilt, extent = s->code->width * s->module_px;

  s->turn = between (dice, -0.8, 0.8);
  s->tilt_x = (roll (dice) < 0.5 ? -1 : 1) * between (dice, tilt / 2, tilt);
  s->tilt_y = between (dice, -tilt, tilt) / 2;
  s->cx = W / 2.0 + between (dice, -60, 60);
  s->cy = H / 2.0 + between (dice, -10, 10);
  s->light = troubles[s->trouble].light;
  s->dark = troubles[s->trouble].dark;
  s->spot_x = s->cx + between (dice, -0.4, 0.4) * extent;
  s->spot_y = s->cy + between (dice, -0.4, 0.4) * extent;
  s->spot_px = between (dice, 0.08, 0.14) * extent;
  if (s->trouble == BENCH_QR_SHADOW)
    s->spot_x = between (dice, -0.3, 0.3) * s->code->width;
  if (s->trouble == BENCH_QR_CURVED)
    s->curve = between (dice, 0.1, 0.25) / extent;
}

GPtrArray *
bench_qr_synthetic_images (BenchQrTrouble trouble)
{
  static const double sizes[] = { 2.5, 3, 3.5, 4, 5, 6 };
  GPtrArray *images = g_ptr_array_new_with_free_func ((GDestroyNotify)bench_qr_image_free);
  Dice dice = { 88172645463325252ULL + trouble * 7919 };

  for (guint p = 0; p < G_N_ELEMENTS (payloads); p++)
    for (guint m = 0; m < G_N_ELEMENTS (sizes); m++)
      {
        g_autofree char *text = NULL;
        QRcode *code = encode (p, &dice, &text);
        Scene scene = { .trouble = trouble, .code = code, .module_px = sizes[m] };
        BenchQrImage *image;

        if ((code->width + 8) * sizes[m] * 1.3 < H)
          {
            place (&scene, &dice);
            image = render (&scene, &dice);
            image->name = g_strdup_printf ("version %d, %.1f px, turned %.0f°", code->version,
                                           sizes[m], scene.turn * 180 / G_PI);
            image->expected = g_bytes_new (text, strlen (text));
            g_ptr_array_add (images, image);
          }
        QRcode_free (code);
      }
  return images;
}

BenchQrImage *
bench_qr_carpet_image (guint module_px)
{
  BenchQrImage *image = g_new0 (BenchQrImage, 1);
  Dice dice = { 123456789 + module_px };

  image->name = g_strdup_printf ("carpet of %u px", module_px);
  image->width = W;
  image->height = H;
  image->pixels = g_malloc (W * H);
  for (guint y = 0; y < H; y++)
    for (guint x = 0; x < W; x++)
      {
        int dx = (int)(x / module_px % 8) - 3, dy = (int)(y / module_px % 8) - 3;
        int ring = MAX (ABS (dx), ABS (dy));
        double value = ring == 2 || ring == 4 ? 220 : 30;

        image->pixels[y * W + x] = (guint8)CLAMP (value + 8 * noise (&dice), 0, 255);
      }
  return image;
}
