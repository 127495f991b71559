/* A lens out of focus, or a hand that moves, spills a module's light over its neighbours. How much
 * of it, the fixed modules show, because what they are is known; the rest is then what, spilled in
 * that way, looks as it was measured. */
#include <math.h>
#include <string.h>

#include "devices/camera/linear.h"
#include "devices/camera/modules.h"

/* What a module's value is made of: itself, four beside it, four across, and what all have. */
#define PARTS      4
#define TURNS      30
#define EVEN_EVERY 5
#define STEP       1.5F
/* Modules around one over which light changes little. */
#define WINDOW 4
/* With less of its own light than this a module cannot be told from its neighbours. */
#define MIN_OWN 0.05

typedef struct
{
  guint side, row; /* modules of a row, with one more at either end */
  float *known;    /* −1 dark, 1 light, 0 data; what lies around a code is light */
  float *light;    /* of each module, −1 to 1 */
  float *offset;   /* how much brighter the picture is there than this explains, [side][side] */
  float *rest;     /* what is measured and not explained, [side][side] */
  float part[PARTS];
} Deblur;

static float
beside (const Deblur *self, const float *at)
{
  return at[-1] + at[1] + *(at - self->row) + at[self->row];
}

static float
across (const Deblur *self, const float *at)
{
  return *(at - self->row - 1) + *(at - self->row + 1) + at[self->row - 1] + at[self->row + 1];
}

static gsize
place (const Deblur *self, guint x, guint y)
{
  return (gsize)(y + 1) * self->row + x + 1;
}

static gboolean
is_surrounded (const Deblur *self, const float *at)
{
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      if (at[dy * (int)self->row + dx] == 0)
        return FALSE;
  return TRUE;
}

static void
set_known (Deblur *self, const KioskLayout *layout)
{
  guint row = self->row;

  for (guint i = 0; i < row * row; i++)
    self->known[i] = i < row || i >= row * (row - 1) || i % row == 0 || i % row == row - 1 ? 1 : 0;
  for (guint i = 0; i < layout->fixed_count; i++)
    self->known[place (self, layout->fixed[i].x, layout->fixed[i].y)] = layout->fixed[i].sign;
}

/* The parts, by least squares over modules of which all neighbours are known. */
static gboolean
measure_parts (Deblur *self, const float *value, const KioskLayout *layout)
{
  double a[PARTS][PARTS + 1] = { 0 };

  for (guint i = 0; i < layout->fixed_count; i++)
    {
      const KioskLayoutModule *f = &layout->fixed[i];
      const float *at = self->known + place (self, f->x, f->y);
      double row[PARTS + 1];

      if (!is_surrounded (self, at))
        continue;
      row[0] = (double)*at;
      row[1] = (double)beside (self, at);
      row[2] = (double)across (self, at);
      row[3] = 1;
      row[PARTS] = (double)value[f->y * self->side + f->x];
      for (guint j = 0; j < PARTS; j++)
        for (guint k = 0; k <= PARTS; k++)
          a[j][k] += row[j] * row[k];
    }
  if (!kiosk_linear_solve (&a[0][0], PARTS, PARTS + 1))
    return FALSE;
  for (guint i = 0; i < PARTS; i++)
    self->part[i] = (float)a[i][PARTS];
  return self->part[0] > MIN_OWN;
}

/* What is measured and not explained. */
static void
compare (Deblur *self, const float *value)
{
  for (guint y = 0; y < self->side; y++)
    for (guint x = 0; x < self->side; x++)
      {
        guint i = y * self->side + x;
        const float *at = self->light + place (self, x, y);

        self->rest[i] = value[i] - self->offset[i] - self->part[0] * *at
                        - self->part[1] * beside (self, at) - self->part[2] * across (self, at);
      }
}

/* A step towards the light that explains what was measured. No module is darker than dark. */
static void
approach (Deblur *self)
{
  float all = self->part[0] + 4 * fabsf (self->part[1]) + 4 * fabsf (self->part[2]);

  for (guint y = 0; y < self->side; y++)
    for (guint x = 0; x < self->side; x++)
      {
        gsize i = place (self, x, y);

        if (self->known[i] == 0)
          self->light[i]
            = CLAMP (self->light[i] + self->rest[y * self->side + x] / all * STEP, -1.0F, 1.0F);
      }
}

/* What is left over around a place is light that falls there on all modules. */
static void
even_line (const float *in, float *out, guint count, guint step)
{
  for (guint i = 0; i < count; i++)
    {
      guint from = i > WINDOW ? i - WINDOW : 0, to = MIN (i + WINDOW + 1, count);
      float sum = 0;

      for (guint k = from; k < to; k++)
        sum += in[k * step];
      out[i * step] = sum / (float)(to - from);
    }
}

static void
even (Deblur *self, float *between)
{
  guint side = self->side;

  for (guint y = 0; y < side; y++)
    even_line (self->rest + (gsize)y * side, between + (gsize)y * side, side, 1);
  for (guint x = 0; x < side; x++)
    even_line (between + x, self->rest + x, side, side);
  for (guint i = 0; i < side * side; i++)
    self->offset[i] += self->rest[i];
}

void
kiosk_modules_deblur (KioskModules *out, const KioskModules *self, const KioskLayout *layout)
{
  gsize size = (gsize)(self->side + 2) * (self->side + 2);
  g_autofree float *known = g_new (float, size), *light = g_new (float, size);
  g_autofree float *offset = g_new (float, size), *rest = g_new (float, size);
  Deblur deblur = { self->side, self->side + 2, known, light, offset, rest, { 0 } };

  out->side = self->side;
  memcpy (out->value, self->value, self->side * self->side * sizeof *self->value);
  set_known (&deblur, layout);
  if (!measure_parts (&deblur, self->value, layout))
    return;
  memcpy (light, known, size * sizeof *light);
  for (gsize i = 0; i < size; i++)
    offset[i] = deblur.part[PARTS - 1];
  for (guint turn = 0; turn < TURNS; turn++)
    {
      compare (&deblur, self->value);
      if (turn % EVEN_EVERY == EVEN_EVERY - 1)
        even (&deblur, out->value);
      else
        approach (&deblur);
    }
  for (guint y = 0; y < self->side; y++)
    for (guint x = 0; x < self->side; x++)
      out->value[y * self->side + x] = light[place (&deblur, x, y)];
}
