/* Which three finders are one code's: each knows from its own square in which directions its
 * neighbours must lie, and how many of its modules away. */
#include "devices/camera/finder.h"

#include <math.h>

#define MIN_MODULES 17.0
#define MAX_MODULES 200.0
/* How far off its neighbour's axis a finder may lie: perspective and small squares bend it. */
#define MAX_SLOPE 0.35
/* What fits worse than this is a chance meeting. */
#define MAX_COST 0.9

KioskFramePoint
kiosk_finder_side (const KioskFinder *finder, KioskFramePoint way)
{
  double u = finder->u.x * way.x + finder->u.y * way.y;
  double v = finder->v.x * way.x + finder->v.y * way.y;
  KioskFramePoint side
    = fabs (u) / hypot (finder->u.x, finder->u.y) > fabs (v) / hypot (finder->v.x, finder->v.y)
        ? finder->u
        : finder->v;

  if (side.x * way.x + side.y * way.y < 0)
    side = (KioskFramePoint){ -side.x, -side.y };
  return side;
}

/* From one finder to another, counted in modules of the first: along its sides. */
typedef struct
{
  double along, across;
  gboolean on_u;
} Way;

static Way
way_to (const KioskFinder *from, const KioskFinder *to)
{
  double dx = to->centre.x - from->centre.x, dy = to->centre.y - from->centre.y;
  double area = from->u.x * from->v.y - from->u.y * from->v.x;
  double a = fabs ((dx * from->v.y - dy * from->v.x) / area);
  double b = fabs ((from->u.x * dy - from->u.y * dx) / area);

  return a > b ? (Way){ a, b, TRUE } : (Way){ b, a, FALSE };
}

/* Modules between the centres, and what does not fit; FALSE if they are no neighbours. A projected
 * line is as long as the geometric mean of both ends' modules says. */
gboolean
kiosk_finders_pair (const KioskFinder *a, const KioskFinder *b, double *ret_modules,
                    double *ret_cost, gboolean *ret_on_u)
{
  Way there = way_to (a, b), back = way_to (b, a);
  double slope = there.across / there.along + back.across / back.along;
  double ratio = there.along / back.along;

  if (a->inverted != b->inverted || slope > 2 * MAX_SLOPE || ratio > 2.5 || ratio < 0.4)
    return FALSE;
  *ret_modules = sqrt (there.along * back.along) + 7;
  *ret_cost = slope + 0.5 * fabs (log (ratio));
  *ret_on_u = there.on_u;
  return *ret_modules > MIN_MODULES && *ret_modules < MAX_MODULES;
}

static void
scale_point (KioskFramePoint *point, double by, double dx, double dy)
{
  *point = (KioskFramePoint){ point->x * by + dx, point->y * by + dy };
}

void
kiosk_triple_scale (KioskTriple *triple, double by, double dx, double dy)
{
  KioskFinder *finders[] = { &triple->corner, &triple->right, &triple->below };

  for (guint i = 0; i < G_N_ELEMENTS (finders); i++)
    {
      scale_point (&finders[i]->centre, by, dx, dy);
      scale_point (&finders[i]->u, by, 0, 0);
      scale_point (&finders[i]->v, by, 0, 0);
    }
}

void
kiosk_triples_insert (KioskTriple *out, guint *count, guint max, const KioskTriple *triple)
{
  guint at = *count;

  if (at == max && out[max - 1].cost <= triple->cost)
    return;
  if (at == max)
    at--;
  else
    (*count)++;
  for (; at > 0 && out[at - 1].cost > triple->cost; at--)
    out[at] = out[at - 1];
  out[at] = *triple;
}

static double
turn (const KioskFinder *corner, const KioskFinder *a, const KioskFinder *b)
{
  return (a->centre.x - corner->centre.x) * (b->centre.y - corner->centre.y)
         - (a->centre.y - corner->centre.y) * (b->centre.x - corner->centre.x);
}

typedef struct
{
  guint index;
  double modules, cost;
  gboolean on_u;
} Neighbour;

static void
join (const KioskFinder *finders, guint corner, const Neighbour *a, const Neighbour *b,
      KioskTriple *out, guint *count, guint max)
{
  KioskTriple triple = { .corner = finders[corner] };
  double mean = (a->modules + b->modules) / 2;
  gboolean swap;

  if (a->on_u == b->on_u || fabs (a->modules - b->modules) > 0.3 * mean + 2)
    return;
  /* Seen from the front, the columns lie clockwise of the rows. */
  swap = turn (&finders[corner], &finders[a->index], &finders[b->index]) < 0;
  triple.right = finders[swap ? b->index : a->index];
  triple.below = finders[swap ? a->index : b->index];
  triple.modules = mean;
  triple.cost = a->cost + b->cost + 2 * fabs (a->modules - b->modules) / mean
                + (3 - triple.corner.trust - triple.right.trust - triple.below.trust) / 3;
  if (triple.cost < MAX_COST)
    kiosk_triples_insert (out, count, max, &triple);
}

guint
kiosk_finders_group (const KioskFinder *finders, guint count, KioskTriple *out, guint max)
{
  guint found = 0;

  for (guint i = 0; i < count; i++)
    {
      Neighbour near[KIOSK_FINDERS_MAX];
      guint n = 0;

      for (guint j = 0; j < count; j++)
        if (j != i
            && kiosk_finders_pair (&finders[i], &finders[j], &near[n].modules, &near[n].cost,
                                   &near[n].on_u))
          near[n++].index = j;
      for (guint a = 0; a < n; a++)
        for (guint b = a + 1; b < n; b++)
          join (finders, i, &near[a], &near[b], out, &found, max);
    }
  return found;
}
