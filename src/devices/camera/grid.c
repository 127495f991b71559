#include "devices/camera/grid.h"

#include <math.h>
#include <string.h>

#include "devices/camera/linear.h"

KioskFramePoint
kiosk_map_point (const KioskMap *map, double x, double y)
{
  const double *m = map->m;
  double w = m[6] * x + m[7] * y + 1;

  return (KioskFramePoint){ (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w };
}

gboolean
kiosk_map_from_points (const KioskFramePoint modules[4], const KioskFramePoint pixels[4],
                       KioskMap *ret_map)
{
  double a[8][9];

  for (guint i = 0; i < 4; i++)
    {
      double x = modules[i].x, y = modules[i].y, u = pixels[i].x, v = pixels[i].y;
      const double first[9] = { x, y, 1, 0, 0, 0, -u * x, -u * y, u };
      const double second[9] = { 0, 0, 0, x, y, 1, -v * x, -v * y, v };

      memcpy (a[2 * i], first, sizeof first);
      memcpy (a[2 * i + 1], second, sizeof second);
    }
  if (!kiosk_linear_solve (&a[0][0], 8, 9))
    return FALSE;
  for (guint i = 0; i < 8; i++)
    ret_map->m[i] = a[i][8];
  return TRUE;
}

/* Which interval between nodes @at lies in, and how far along; the outer ones go on. */
static guint
find_interval (const KioskGrid *grid, double at, double *ret_share)
{
  double place = at * (grid->nodes - 1) / grid->layout->side;
  int i = CLAMP ((int)place, 0, (int)grid->nodes - 2);

  *ret_share = place - i;
  return (guint)i;
}

KioskFramePoint
kiosk_grid_point (const KioskGrid *grid, double x, double y)
{
  KioskFramePoint beside = { 0 };
  double s, t;
  guint column, row;

  if (grid->nodes == 0)
    return kiosk_map_point (&grid->map, x, y);
  column = find_interval (grid, x, &s);
  row = find_interval (grid, y, &t);
  for (guint i = 0; i < 4; i++)
    {
      const KioskFramePoint *bend = &grid->bend[row + i / 2][column + i % 2];
      double weight = (i % 2 != 0 ? s : 1 - s) * (i / 2 != 0 ? t : 1 - t);

      beside.x += weight * bend->x;
      beside.y += weight * bend->y;
    }
  return kiosk_map_point (&grid->map, x + beside.x, y + beside.y);
}

void
kiosk_grid_axes (const KioskGrid *grid, double x, double y, KioskFramePoint *ret_u,
                 KioskFramePoint *ret_v)
{
  KioskFramePoint a = kiosk_grid_point (grid, x - 0.5, y), b = kiosk_grid_point (grid, x + 0.5, y);
  KioskFramePoint c = kiosk_grid_point (grid, x, y - 0.5), d = kiosk_grid_point (grid, x, y + 0.5);

  *ret_u = (KioskFramePoint){ b.x - a.x, b.y - a.y };
  *ret_v = (KioskFramePoint){ d.x - c.x, d.y - c.y };
}

double
kiosk_grid_score (const KioskScene *scene, const KioskGrid *grid)
{
  const KioskLayout *layout = grid->layout;
  float sum = 0;

  for (guint i = 0; i < layout->fixed_count; i++)
    {
      const KioskLayoutModule *f = &layout->fixed[i];
      float value = kiosk_scene_value (scene, kiosk_grid_point (grid, f->x + 0.5, f->y + 0.5));

      sum += f->sign * CLAMP (value, -1.0F, 1.0F);
    }
  return (double)(sum / (float)layout->fixed_count);
}

float
kiosk_scene_value (const KioskScene *scene, KioskFramePoint at)
{
  const KioskPicture *flat = scene->flat;
  float x = (float)(at.x - scene->origin.x) - 0.5F, y = (float)(at.y - scene->origin.y) - 0.5F;
  float fx, fy, value;
  const guint8 *p;

  if (!(x >= 0 && y >= 0 && x < (float)flat->width - 1 && y < (float)flat->height - 1))
    return 0;
  fx = x - (float)(int)x;
  fy = y - (float)(int)y;
  p = flat->pixels + (gsize)(int)y * flat->width + (int)x;
  value = ((float)p[0] * (1 - fx) + (float)p[1] * fx) * (1 - fy)
          + ((float)p[flat->width] * (1 - fx) + (float)p[flat->width + 1] * fx) * fy - 128;
  return (scene->inverted ? -value : value) / scene->contrast;
}
