#include "devices/camera/grid.h"

#include <math.h>
#include <string.h>

KioskFramePoint
kiosk_map_point (const KioskMap *map, double x, double y)
{
  const double *m = map->m;
  double w = m[6] * x + m[7] * y + 1;

  return (KioskFramePoint){ (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w };
}

/* Gauss with pivots; the last column is the right side, and becomes the solution. */
static gboolean
solve (double a[8][9])
{
  for (guint k = 0; k < 8; k++)
    {
      guint pivot = k;

      for (guint i = k + 1; i < 8; i++)
        if (fabs (a[i][k]) > fabs (a[pivot][k]))
          pivot = i;
      if (fabs (a[pivot][k]) < 1e-9)
        return FALSE;
      for (guint j = 0; j < 9; j++)
        {
          double other = a[k][j];

          a[k][j] = a[pivot][j];
          a[pivot][j] = other;
        }
      for (guint i = 0; i < 8; i++)
        {
          double factor = i == k ? 0 : a[i][k] / a[k][k];

          for (guint j = k; j < 9 && factor != 0; j++)
            a[i][j] -= factor * a[k][j];
        }
    }
  for (guint k = 0; k < 8; k++)
    a[k][8] /= a[k][k];
  return TRUE;
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
  if (!solve (a))
    return FALSE;
  for (guint i = 0; i < 8; i++)
    ret_map->m[i] = a[i][8];
  return TRUE;
}

/* Which interval of the layout's lines @at lies in, and how far along; the outer ones go on. */
static guint
find_interval (const KioskLayout *layout, double at, double *ret_share)
{
  guint i = 0;

  while (i + 2 < layout->line_count && at > layout->lines[i + 1] + 0.5)
    i++;
  *ret_share = (at - layout->lines[i] - 0.5) / (layout->lines[i + 1] - layout->lines[i]);
  return i;
}

KioskFramePoint
kiosk_grid_point (const KioskGrid *grid, double x, double y)
{
  KioskFramePoint p = kiosk_map_point (&grid->map, x, y);
  double s, t;
  guint column, row;

  if (!grid->bent)
    return p;
  column = find_interval (grid->layout, x, &s);
  row = find_interval (grid->layout, y, &t);
  for (guint i = 0; i < 4; i++)
    {
      const KioskFramePoint *bend = &grid->bend[row + i / 2][column + i % 2];
      double weight = (i % 2 != 0 ? s : 1 - s) * (i / 2 != 0 ? t : 1 - t);

      p.x += weight * bend->x;
      p.y += weight * bend->y;
    }
  return p;
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
