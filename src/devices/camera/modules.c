#include "devices/camera/modules.h"

#include <math.h>
#include <string.h>

#define PIXELS_PER_MODULE 2
#define MARGIN            4
/* ZBar holds each pixel against what lies around: 16 pixels up to this size, 32 above it. Eight
 * dark modules in a row would fill 16, and then it takes them for light. */
#define SMALL_SIDE 128
/* Modules around one that say what is light and dark there. */
#define WINDOW 5

static float
measure_module (const KioskScene *scene, KioskFramePoint at, KioskFramePoint u, KioskFramePoint v,
                gboolean wide)
{
  float sum = kiosk_scene_value (scene, at);

  if (!wide)
    return sum;
  for (int i = 0; i < 4; i++)
    {
      double a = i % 2 != 0 ? 0.22 : -0.22, b = i / 2 != 0 ? 0.22 : -0.22;

      sum += kiosk_scene_value (
        scene, (KioskFramePoint){ at.x + a * u.x + b * v.x, at.y + a * u.y + b * v.y });
    }
  return sum / 5;
}

void
kiosk_modules_measure (KioskModules *self, const KioskScene *scene, const KioskGrid *grid)
{
  guint side = grid->layout->side;

  self->side = side;
  for (guint y = 0; y < side; y++)
    {
      KioskFramePoint at = kiosk_grid_point (grid, 0.5, y + 0.5);
      KioskFramePoint below = kiosk_grid_point (grid, 0.5, y + 1.5);
      const KioskFramePoint v = { below.x - at.x, below.y - at.y };

      for (guint x = 0; x < side; x++)
        {
          KioskFramePoint next = kiosk_grid_point (grid, x + 1.5, y + 0.5);
          const KioskFramePoint u = { next.x - at.x, next.y - at.y };

          self->value[y * side + x]
            = measure_module (scene, at, u, v, fabs (u.x) + fabs (u.y) > 2.2);
          at = next;
        }
    }
}

void
kiosk_modules_mirror (KioskModules *self)
{
  for (guint y = 0; y < self->side; y++)
    for (guint x = 0; x < y; x++)
      {
        float other = self->value[x * self->side + y];

        self->value[x * self->side + y] = self->value[y * self->side + x];
        self->value[y * self->side + x] = other;
      }
}

guint
kiosk_modules_find_format (const KioskModules *self, const KioskLayout *layout, double *ret_score)
{
  guint best = 0;
  float best_sum = -30;

  for (guint format = 0; format < KIOSK_LAYOUT_FORMATS; format++)
    {
      KioskLayoutModule m[30];
      float sum = 0;

      kiosk_layout_format (layout, format, 0, m);
      kiosk_layout_format (layout, format, 1, m + 15);
      for (guint i = 0; i < 30; i++)
        sum += m[i].sign * CLAMP (self->value[m[i].y * self->side + m[i].x], -1.0F, 1.0F);
      if (sum > best_sum)
        {
          best_sum = sum;
          best = format;
        }
    }
  *ret_score = (double)best_sum / 30;
  return best;
}

static void
sharpen (KioskModules *out, const KioskModules *self)
{
  guint side = self->side;

  for (guint y = 1; y + 1 < side; y++)
    for (guint x = 1; x + 1 < side; x++)
      {
        const float *v = &self->value[y * side + x];

        out->value[y * side + x] = 1.8F * *v - 0.2F * (v[-1] + v[1] + *(v - side) + v[side]);
      }
}

/* Sums over columns first: means of light and of dark in a window that moves down and across. */
static void
decide_locally (KioskModules *self)
{
  guint side = self->side;
  g_autofree float *threshold = g_new (float, (gsize)side *side);

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      {
        guint x1 = MIN (x + WINDOW, side - 1), y1 = MIN (y + WINDOW, side - 1);
        float light = 0, dark = 0, lights = 0, darks = 0;

        for (guint j = y > WINDOW ? y - WINDOW : 0; j <= y1; j += 2)
          for (guint i = x > WINDOW ? x - WINDOW : 0; i <= x1; i++)
            {
              float value = self->value[j * side + i], is_light = value > 0 ? 1 : 0;

              light += value * is_light;
              dark += value * (1 - is_light);
              lights += is_light;
              darks += 1 - is_light;
            }
        threshold[y * side + x]
          = lights > 4 && darks > 4 ? 0.5F * (light / lights + dark / darks) : 0;
      }
  for (guint i = 0; i < side * side; i++)
    self->value[i] -= threshold[i];
}

void
kiosk_modules_decide (KioskModules *out, const KioskModules *self, KioskModulesWay way)
{
  out->side = self->side;
  memcpy (out->value, self->value, self->side * self->side * sizeof *self->value);
  if (way == KIOSK_MODULES_SHARP)
    sharpen (out, self);
  if (way != KIOSK_MODULES_PLAIN)
    decide_locally (out);
}

static void
draw_module (KioskPicture *out, guint margin, guint x, guint y, gboolean dark)
{
  for (guint row = 0; row < PIXELS_PER_MODULE; row++)
    memset (out->pixels + ((gsize)(y + margin) * PIXELS_PER_MODULE + row) * out->width
              + (gsize)(x + margin) * PIXELS_PER_MODULE,
            dark ? 0 : 255, PIXELS_PER_MODULE);
}

void
kiosk_modules_draw (const KioskModules *self, const KioskLayout *layout, guint format,
                    KioskPicture *out)
{
  KioskLayoutModule m[36];
  guint count, margin = MARGIN;

  if ((layout->side + 2 * MARGIN) * PIXELS_PER_MODULE <= SMALL_SIDE)
    margin = (SMALL_SIDE / PIXELS_PER_MODULE - layout->side) / 2 + 1;
  out->width = out->height = (layout->side + 2 * margin) * PIXELS_PER_MODULE;
  memset (out->pixels, 255, (gsize)out->width * out->height);
  for (guint y = 0; y < self->side; y++)
    for (guint x = 0; x < self->side; x++)
      draw_module (out, margin, x, y, self->value[y * self->side + x] < 0);
  for (guint i = 0; i < layout->fixed_count; i++)
    draw_module (out, margin, layout->fixed[i].x, layout->fixed[i].y, layout->fixed[i].sign < 0);
  for (guint copy = 0; copy < 2; copy++)
    {
      kiosk_layout_format (layout, format, copy, m);
      for (guint i = 0; i < 15; i++)
        draw_module (out, margin, m[i].x, m[i].y, m[i].sign < 0);
    }
  count = kiosk_layout_version_modules (layout, m);
  for (guint i = 0; i < count; i++)
    draw_module (out, margin, m[i].x, m[i].y, m[i].sign < 0);
}
