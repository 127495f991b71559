#include "devices/camera/linear.h"

#include <math.h>

static void
swap_rows (double *a, double *b, guint stride)
{
  for (guint j = 0; j < stride && a != b; j++)
    {
      double other = a[j];

      a[j] = b[j];
      b[j] = other;
    }
}

static void
take_row (double *from, const double *row, double factor, guint stride)
{
  for (guint j = 0; j < stride && factor != 0; j++)
    from[j] -= factor * row[j];
}

gboolean
kiosk_linear_solve (double *rows, guint count, guint stride)
{
  for (guint k = 0; k < count; k++)
    {
      double *row = rows + (gsize)k * stride, *pivot = row;

      for (guint i = k + 1; i < count; i++)
        if (fabs (rows[i * stride + k]) > fabs (pivot[k]))
          pivot = rows + (gsize)i * stride;
      if (fabs (pivot[k]) < 1e-9)
        return FALSE;
      swap_rows (row, pivot, stride);
      for (guint i = 0; i < count; i++)
        if (i != k)
          take_row (rows + (gsize)i * stride, row, rows[i * stride + k] / row[k], stride);
    }
  for (guint k = 0; k < count; k++)
    rows[k * stride + stride - 1] /= rows[k * stride + k];
  return TRUE;
}
