/* Rows are searched for runs of 1:1:3:1:1, either colour first. What looks right is checked down
 * its column, then by rays from its centre in all directions: at any tilt, the three edges that a
 * ray crosses lie at 3 : 5 : 7. The outer edge gives the square's sides. */
#include "devices/camera/finder.h"

#include <math.h>
#include <string.h>

#define RAYS 48
/* Checks of what looks like a finder in one picture: what noise can cost. */
#define MAX_CHECKS 3000
/* Rows' runs that look right: codes of version 18 have up to 5,000, carpets more than 6,900. */
#define MAX_HITS 6000
/* So many patterns without a flaw are no code: one of version 40 has three, and sixty by chance,
 * all of them flawed. */
#define MAX_FLAWLESS   15
#define FLAWLESS_TRUST 0.85
/* Every fourth line first: what looks like a finder by chance in the upper half of a large code
 * must not use up the checks before the lower half is looked at. */
#define PASSES    4
#define MIN_TRUST 0.6
/* Pixels; what is smaller cannot be read, and noise is full of it. */
#define MIN_MODULE 1.3

typedef struct
{
  const KioskPicture *picture;
  KioskFinder *out;
  guint count, checks, hits, flawless;
  guint16 edges[KIOSK_PICTURE_MAX_SIDE + 2];
} Scan;

double
kiosk_finder_module (const KioskFinder *finder)
{
  return sqrt (fabs (finder->u.x * finder->v.y - finder->u.y * finder->v.x));
}

static guint8
pixel (const KioskPicture *picture, int x, int y)
{
  return picture->pixels[(gsize)y * picture->width + x];
}

/* 1:1:3:1:1, with room for edges that light or a threshold has moved. */
static gboolean
runs_fit (const int runs[5])
{
  int total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];

  if (total < 9 || abs (7 * runs[2] - 3 * total) > total + 7)
    return FALSE;
  for (int i = 0; i < 5; i += i == 1 ? 2 : 1)
    if (abs (7 * runs[i] - total) > total * 3 / 5 + 5)
      return FALSE;
  return TRUE;
}

/* The five runs around @x, @y along a row or column; FALSE when they do not fit. Moves *at, the one
 * of @x and @y that changes, to the middle of the inner run. */
static gboolean
cross (const KioskPicture *picture, int x, int y, gboolean down, double *at)
{
  int limit = (int)(down ? picture->height : picture->width), start = down ? y : x;
  gsize step = down ? picture->width : 1;
  const guint8 *line = picture->pixels + (down ? (gsize)x : (gsize)y * picture->width);
  guint8 colour = line[start * step];
  int runs[5] = { 0 }, low = start, high = start + 1;

  for (int i = 2, want = colour; i >= 0; i--, want = 255 - want)
    {
      int from = low;

      while (low > 0 && line[(low - 1) * step] == want)
        low--;
      runs[i] = from - low;
    }
  for (int i = 2, want = colour; i < 5; i++, want = 255 - want)
    {
      int from = high;

      while (high < limit && line[high * step] == want)
        high++;
      runs[i] += high - from + (i == 2);
    }
  *at = low + runs[0] + runs[1] + runs[2] / 2.0;
  return runs_fit (runs);
}

/* Follows a ray to the third edge; FALSE if the edges do not lie as they should. */
static gboolean
ray (const KioskPicture *picture, KioskFramePoint centre, double dx, double dy, double module,
     double *ret_outer)
{
  double step = MAX (0.35, module / 8), far = module * 10, edges[3];
  guint8 want = pixel (picture, (int)centre.x, (int)centre.y);
  guint found = 0;

  for (double r = step; r < far && found < 3; r += step)
    {
      double x = centre.x + r * dx, y = centre.y + r * dy;

      if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
        return FALSE;
      if (pixel (picture, (int)x, (int)y) == want)
        continue;
      edges[found++] = r - step / 2;
      want = (guint8)(255 - want);
    }
  if (found < 3 || fabs (edges[0] - edges[2] * 3 / 7) > edges[2] * 0.13 + 0.7
      || fabs (edges[1] - edges[2] * 5 / 7) > edges[2] * 0.13 + 0.7)
    return FALSE;
  *ret_outer = edges[2];
  return TRUE;
}

static double
times (KioskFramePoint a, KioskFramePoint b)
{
  return a.x * b.y - a.y * b.x;
}

/* The corners of the square that the outer edge makes, as the points farthest out. */
static void
find_corners (const KioskFramePoint *points, guint count, guint corners[4])
{
  KioskFramePoint far = { 0 };
  double best[4] = { 0 };

  for (guint i = 0; i < count; i++)
    {
      double d = points[i].x * points[i].x + points[i].y * points[i].y;

      if (d > best[0])
        {
          best[0] = d;
          corners[0] = i;
        }
    }
  far = points[corners[0]];
  for (guint i = 0; i < count; i++)
    {
      double across = times (far, points[i]), back = -(far.x * points[i].x + far.y * points[i].y);

      if (across > best[1])
        {
          best[1] = across;
          corners[1] = i;
        }
      if (back > best[2])
        {
          best[2] = back;
          corners[2] = i;
        }
      if (-across > best[3])
        {
          best[3] = -across;
          corners[3] = i;
        }
    }
}

/* A line through points by least squares: where it is and which way it goes. */
static gboolean
fit_side (const KioskFramePoint *points, guint count, guint from, guint to, KioskFramePoint *ret_at,
          KioskFramePoint *ret_along)
{
  double n = 0, sx = 0, sy = 0, xx = 0, xy = 0, yy = 0, angle;
  guint inside = (to + count - from) % count;

  for (guint k = 1; k < inside; k++)
    {
      const KioskFramePoint *p = &points[(from + k) % count];

      n++;
      sx += p->x;
      sy += p->y;
      xx += p->x * p->x;
      xy += p->x * p->y;
      yy += p->y * p->y;
    }
  if (n < 3)
    return FALSE;
  angle = atan2 (2 * (xy - sx * sy / n), xx - sx * sx / n - yy + sy * sy / n) / 2;
  *ret_at = (KioskFramePoint){ sx / n, sy / n };
  *ret_along = (KioskFramePoint){ cos (angle), sin (angle) };
  return TRUE;
}

/* The sides from the outer edge's points, in order around the centre. */
static gboolean
measure_square (const KioskFramePoint *points, guint count, KioskFinder *finder)
{
  guint corners[4] = { 0 };
  KioskFramePoint at[4], along[4], meet[4];

  find_corners (points, count, corners);
  for (guint i = 0; i < 4; i++)
    if (!fit_side (points, count, corners[i], corners[(i + 1) % 4], &at[i], &along[i]))
      return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      guint j = (i + 1) % 4;
      KioskFramePoint gap = { at[j].x - at[i].x, at[j].y - at[i].y };
      double sine = times (along[i], along[j]), t;

      if (fabs (sine) < 0.25)
        return FALSE;
      t = times (gap, along[j]) / sine;
      meet[i] = (KioskFramePoint){ at[i].x + t * along[i].x, at[i].y + t * along[i].y };
    }
  finder->u = (KioskFramePoint){ (meet[1].x - meet[0].x + meet[2].x - meet[3].x) / 14,
                                 (meet[1].y - meet[0].y + meet[2].y - meet[3].y) / 14 };
  finder->v = (KioskFramePoint){ (meet[2].x - meet[1].x + meet[3].x - meet[0].x) / 14,
                                 (meet[2].y - meet[1].y + meet[3].y - meet[0].y) / 14 };
  return kiosk_finder_module (finder) > MIN_MODULE;
}

static gboolean
check_rings (const KioskPicture *picture, KioskFramePoint centre, double module,
             KioskFinder *ret_finder)
{
  KioskFramePoint points[RAYS];
  guint count = 0;

  ret_finder->centre = centre;
  ret_finder->inverted = pixel (picture, (int)centre.x, (int)centre.y) != 0;
  for (guint i = 0; i < RAYS; i++)
    {
      double angle = i * 2 * G_PI / RAYS, dx = cos (angle), dy = sin (angle), outer;

      if (ray (picture, centre, dx, dy, module, &outer))
        points[count++] = (KioskFramePoint){ outer * dx, outer * dy };
      else if (i >= RAYS / 2 && count < i / 4)
        return FALSE;
    }
  ret_finder->trust = (double)count / RAYS;
  return ret_finder->trust >= MIN_TRUST && measure_square (points, count, ret_finder);
}

static gboolean
is_known (const Scan *self, double x, double y)
{
  for (guint i = 0; i < self->count; i++)
    {
      double reach = 2 * kiosk_finder_module (&self->out[i]);

      if (fabs (self->out[i].centre.x - x) < reach && fabs (self->out[i].centre.y - y) < reach)
        return TRUE;
    }
  return FALSE;
}

/* When there are too many, the least likely makes room. */
static void
keep (Scan *self, const KioskFinder *finder)
{
  guint at = self->count;

  if (at < KIOSK_FINDERS_MAX)
    self->count++;
  else
    {
      at = 0;
      for (guint i = 1; i < KIOSK_FINDERS_MAX; i++)
        if (self->out[i].trust < self->out[at].trust)
          at = i;
      if (self->out[at].trust >= finder->trust)
        return;
    }
  self->out[at] = *finder;
}

static void
check (Scan *self, double x, int y, double module)
{
  KioskFinder finder;
  double down, across;

  if (is_known (self, x, y) || self->checks >= MAX_CHECKS || self->flawless > MAX_FLAWLESS)
    return;
  self->checks++;
  if (!cross (self->picture, (int)x, y, TRUE, &down)
      || !cross (self->picture, (int)x, (int)down, FALSE, &across))
    return;
  if (!check_rings (self->picture, (KioskFramePoint){ across, down }, module, &finder))
    return;
  self->flawless += finder.trust >= FLAWLESS_TRUST;
  keep (self, &finder);
}

/* Where the row changes colour, its ends included; eight pixels at a time where nothing does. */
static guint
find_edges (const guint8 *row, guint width, guint16 *edges)
{
  guint count = 0, x = 1;

  edges[count++] = 0;
  while (x < width)
    {
      guint64 here, before;

      if (x + 8 <= width)
        {
          memcpy (&here, row + x, 8);
          memcpy (&before, row + x - 1, 8);
          if (here == before)
            {
              x += 8;
              continue;
            }
        }
      if (row[x] != row[x - 1])
        edges[count++] = (guint16)x;
      x++;
    }
  edges[count++] = (guint16)width;
  return count;
}

static void
scan_row (Scan *self, guint y)
{
  const KioskPicture *picture = self->picture;
  guint count
    = find_edges (picture->pixels + (gsize)y * picture->width, picture->width, self->edges);

  for (guint i = 0; i + 5 < count; i++)
    {
      const guint16 *e = self->edges + i;
      int runs[5] = { e[1] - e[0], e[2] - e[1], e[3] - e[2], e[4] - e[3], e[5] - e[4] };

      if (runs[2] < runs[1] || runs[2] < runs[3] || !runs_fit (runs))
        continue;
      self->hits++;
      check (self, (e[2] + e[3]) / 2.0, (int)y, (e[5] - e[0]) / 7.0);
    }
}

guint
kiosk_finders_scan (const KioskPicture *binary, KioskFinder *out, gboolean *ret_carpet)
{
  Scan self = { .picture = binary, .out = out };
  guint step = binary->height > 400 ? 2 : 1;

  for (guint pass = 0; pass < PASSES; pass++)
    for (guint y = 3 + pass * step; y + 3 < binary->height; y += PASSES * step)
      scan_row (&self, y);
  if (self.hits > MAX_HITS || self.flawless > MAX_FLAWLESS)
    *ret_carpet = TRUE;
  return self.count;
}
