#include "devices/camera/layout.h"

#define FORMAT_GENERATOR  0x537
#define FORMAT_MASK       0x5412
#define VERSION_GENERATOR 0x1F25

static void
put (KioskLayout *self, guint8 *taken, int x, int y, gboolean dark)
{
  int side = (int)self->side;

  if (x < 0 || y < 0 || x >= side || y >= side || taken[y * side + x])
    return;
  taken[y * side + x] = 1;
  self->fixed[self->fixed_count++]
    = (KioskLayoutModule){ (guint8)x, (guint8)y, (gint8)(dark ? -1 : 1) };
}

/* Rings around a centre: dark where the distance is not one of the two given. */
static void
put_rings (KioskLayout *self, guint8 *taken, int cx, int cy, int reach, int light, int light_too)
{
  for (int dy = -reach; dy <= reach; dy++)
    for (int dx = -reach; dx <= reach; dx++)
      {
        int distance = MAX (ABS (dx), ABS (dy));

        put (self, taken, cx + dx, cy + dy, distance != light && distance != light_too);
      }
}

static void
set_lines (KioskLayout *self)
{
  guint version = self->version, count = version / 7 + 2;
  guint step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;

  if (version == 1)
    return;
  self->line_count = count;
  self->lines[0] = 6;
  for (guint i = 1; i < count; i++)
    self->lines[i] = self->side - 7 - (count - 1 - i) * step;
}

/* Whether an alignment pattern stands where two lines cross; three crossings have finders. */
static gboolean
has_alignment (const KioskLayout *layout, guint column, guint row)
{
  guint last = layout->line_count - 1;

  return !((column == 0 && (row == 0 || row == last)) || (column == last && row == 0));
}

KioskLayout *
kiosk_layout_new (guint version)
{
  KioskLayout *self = g_new0 (KioskLayout, 1);
  int side = (int)(17 + 4 * version);
  g_autofree guint8 *taken = g_new0 (guint8, (gsize)side * side);

  self->version = version;
  self->side = (guint)side;
  self->fixed = g_new (KioskLayoutModule, (gsize)side * side);
  set_lines (self);
  put_rings (self, taken, 3, 3, 4, 2, 4);
  put_rings (self, taken, side - 4, 3, 4, 2, 4);
  put_rings (self, taken, 3, side - 4, 4, 2, 4);
  for (guint row = 0; row < self->line_count; row++)
    for (guint column = 0; column < self->line_count; column++)
      if (has_alignment (self, column, row))
        put_rings (self, taken, (int)self->lines[column], (int)self->lines[row], 2, 1, 1);
  for (int i = 8; i < side - 8; i++)
    {
      put (self, taken, i, 6, i % 2 == 0);
      put (self, taken, 6, i, i % 2 == 0);
    }
  put (self, taken, 8, side - 8, TRUE);
  self->fixed = g_renew (KioskLayoutModule, self->fixed, self->fixed_count);
  return self;
}

void
kiosk_layout_free (KioskLayout *layout)
{
  if (layout == NULL)
    return;
  g_free (layout->fixed);
  g_free (layout);
}

/* @bits with the remainder of its division behind it. */
static guint
with_check (guint bits, guint generator, guint check_bits)
{
  guint rest = bits << check_bits;

  for (int i = 31; i >= (int)check_bits; i--)
    if (rest >> i & 1)
      rest ^= generator << (i - (int)check_bits);
  return bits << check_bits | rest;
}

void
kiosk_layout_format (const KioskLayout *layout, guint index, guint copy,
                     KioskLayoutModule ret_modules[15])
{
  guint bits = with_check (index, FORMAT_GENERATOR, 10) ^ FORMAT_MASK, side = layout->side;

  for (guint i = 0; i < 15; i++)
    {
      guint x, y;

      if (copy == 0)
        {
          x = i < 8 ? 8 : i == 8 ? 7 : 14 - i;
          y = i < 6 ? i : i < 8 ? i + 1 : 8;
        }
      else
        {
          x = i < 8 ? side - 1 - i : 8;
          y = i < 8 ? 8 : side - 15 + i;
        }
      ret_modules[i] = (KioskLayoutModule){ (guint8)x, (guint8)y, (gint8)(bits >> i & 1 ? -1 : 1) };
    }
}

guint
kiosk_layout_version_modules (const KioskLayout *layout, KioskLayoutModule ret_modules[36])
{
  guint bits;

  if (layout->version < 7)
    return 0;
  bits = with_check (layout->version, VERSION_GENERATOR, 12);
  for (guint i = 0; i < 18; i++)
    {
      guint8 a = (guint8)(layout->side - 11 + i % 3), b = (guint8)(i / 3);
      gint8 sign = bits >> i & 1 ? -1 : 1;

      ret_modules[2 * i] = (KioskLayoutModule){ a, b, sign };
      ret_modules[2 * i + 1] = (KioskLayoutModule){ b, a, sign };
    }
  return 36;
}
