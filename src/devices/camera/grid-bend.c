/* A code on cloth, on a bottle, on a crumpled page. Where two neighbours differ there is an edge,
 * and it must lie between them: how far it lies beside is how far the grid is off there. The grid
 * is right at the finders; from there it is followed outwards, a polynomial at first, because it
 * goes on into what is not followed yet, and in the end each node by itself. */
#include "devices/camera/grid.h"

#include <math.h>
#include <string.h>

#include "devices/camera/linear.h"

/* Modules from a node to the next: what bends within less is not followed. */
#define NODE_MODULES 6
#define MIN_NODES    5
/* Neighbours differ, in shares of the code's own contrast. */
#define MIN_STEP 0.7F
/* An edge farther than this from where it should be may be another one. */
#define MAX_BESIDE 0.42
/* Edges in one direction that are looked at, about, in a large code. */
#define MAX_LINES 50
#define TERMS     10 /* of a polynomial of the third degree in two variables */
/* How many edges it takes to believe in a bend. */
#define DOUBT 2.0

typedef struct
{
  const KioskScene *scene;
  KioskGrid *grid;
  double reach; /* modules from the nearest anchor that are followed so far */
  KioskFramePoint anchors[4];
  guint anchor_count;
  double normal[2][TERMS][TERMS + 1]; /* along rows, along columns */
  KioskFramePoint sum[KIOSK_GRID_NODES][KIOSK_GRID_NODES];
  KioskFramePoint weight[KIOSK_GRID_NODES][KIOSK_GRID_NODES];
} Bend;

/* What an edge is taken for: a place in the code and how far beside it the edge was found. */
typedef void (*TakeEdge) (Bend *self, double x, double y, gboolean down, double beside);

static gboolean
is_followed (const Bend *self, double x, double y)
{
  for (guint i = 0; i < self->anchor_count; i++)
    if (fabs (x - self->anchors[i].x) < self->reach && fabs (y - self->anchors[i].y) < self->reach)
      return TRUE;
  return FALSE;
}

/* Where from @a to @b the light changes, as a share of the way; −1 if it does not. */
static double
find_edge (const KioskScene *scene, KioskFramePoint a, KioskFramePoint b)
{
  double low = 0, high = 1;
  float from = kiosk_scene_value (scene, a), to = kiosk_scene_value (scene, b);

  if (from * to >= 0 || fabsf (from - to) < MIN_STEP)
    return -1;
  for (guint i = 0; i < 3; i++)
    {
      double middle = (low + high) / 2;
      const KioskFramePoint p = { a.x + middle * (b.x - a.x), a.y + middle * (b.y - a.y) };
      float value = kiosk_scene_value (scene, p);

      if (value * from > 0)
        {
          low = middle;
          from = value;
        }
      else
        {
          high = middle;
          to = value;
        }
    }
  return low + (high - low) * (double)(from / (from - to));
}

/* The edges between neighbours along one line of modules. */
static void
take_line (Bend *self, guint line, gboolean down, TakeEdge take)
{
  guint side = self->grid->layout->side;
  double across = line + 0.5;
  KioskFramePoint last = kiosk_grid_point (self->grid, down ? across : -0.5, down ? -0.5 : across);

  for (guint i = 0; i <= side; i++)
    {
      double x = down ? across : i, y = down ? i : across, at;
      KioskFramePoint next
        = kiosk_grid_point (self->grid, x + (down ? 0 : 0.5), y + (down ? 0.5 : 0));

      if (is_followed (self, x, y))
        {
          at = find_edge (self->scene, last, next);
          if (at >= 0 && fabs (at - 0.5) < MAX_BESIDE)
            take (self, x, y, down, at - 0.5);
        }
      last = next;
    }
}

static void
take_edges (Bend *self, TakeEdge take)
{
  guint side = self->grid->layout->side, step = side / MAX_LINES + 1;

  for (guint line = 0; line < side; line += step)
    {
      take_line (self, line, FALSE, take);
      take_line (self, line, TRUE, take);
    }
}

static void
powers (const KioskLayout *layout, double x, double y, double ret_terms[TERMS])
{
  double s = 2 * x / layout->side - 1, t = 2 * y / layout->side - 1;
  const double terms[TERMS]
    = { 1, s, t, s * s, s * t, t * t, s * s * s, s * s * t, s * t * t, t * t * t };

  memcpy (ret_terms, terms, sizeof terms);
}

static void
take_for_polynomial (Bend *self, double x, double y, gboolean down, double beside)
{
  double terms[TERMS], (*normal)[TERMS + 1] = self->normal[down ? 1 : 0];

  powers (self->grid->layout, x, y, terms);
  for (guint i = 0; i < TERMS; i++)
    {
      for (guint j = 0; j < TERMS; j++)
        normal[i][j] += terms[i] * terms[j];
      normal[i][TERMS] += terms[i] * beside;
    }
}

/* Solves for the first @count terms; what is in doubt makes every term small. */
static void
solve (double a[TERMS][TERMS + 1], guint count, double ret_terms[TERMS])
{
  memset (ret_terms, 0, TERMS * sizeof *ret_terms);
  for (guint k = 0; k < count; k++)
    a[k][k] += k < 3 ? 0.01 : DOUBT / 10;
  if (!kiosk_linear_solve (&a[0][0], count, TERMS + 1))
    return;
  for (guint k = 0; k < count; k++)
    ret_terms[k] = a[k][TERMS];
}

static KioskFramePoint
node_place (const KioskGrid *grid, guint column, guint row)
{
  double step = (double)grid->layout->side / (grid->nodes - 1);

  return (KioskFramePoint){ column * step, row * step };
}

static void
add_polynomial (Bend *self, guint terms)
{
  KioskGrid *grid = self->grid;
  double along[TERMS], down[TERMS], here[TERMS];

  solve (self->normal[0], terms, along);
  solve (self->normal[1], terms, down);
  for (guint row = 0; row < grid->nodes; row++)
    for (guint column = 0; column < grid->nodes; column++)
      {
        KioskFramePoint at = node_place (grid, column, row);

        powers (grid->layout, at.x, at.y, here);
        for (guint i = 0; i < terms; i++)
          {
            grid->bend[row][column].x += along[i] * here[i];
            grid->bend[row][column].y += down[i] * here[i];
          }
      }
  memset (self->normal, 0, sizeof self->normal);
}

static void
take_for_nodes (Bend *self, double x, double y, gboolean down, double beside)
{
  double step = (double)self->grid->layout->side / (self->grid->nodes - 1);
  guint column = MIN ((guint)(x / step), self->grid->nodes - 2);
  guint row = MIN ((guint)(y / step), self->grid->nodes - 2);
  double s = x / step - column, t = y / step - row;

  for (guint i = 0; i < 4; i++)
    {
      double weight = (i % 2 != 0 ? s : 1 - s) * (i / 2 != 0 ? t : 1 - t);
      KioskFramePoint *sum = &self->sum[row + i / 2][column + i % 2];
      KioskFramePoint *all = &self->weight[row + i / 2][column + i % 2];

      *(down ? &sum->y : &sum->x) += weight * beside;
      *(down ? &all->y : &all->x) += weight;
    }
}

static void
bend_by_nodes (Bend *self)
{
  memset (self->sum, 0, sizeof self->sum);
  memset (self->weight, 0, sizeof self->weight);
  take_edges (self, take_for_nodes);
  for (guint row = 0; row < self->grid->nodes; row++)
    for (guint column = 0; column < self->grid->nodes; column++)
      {
        KioskFramePoint *bend = &self->grid->bend[row][column];

        bend->x += self->sum[row][column].x / (self->weight[row][column].x + DOUBT);
        bend->y += self->sum[row][column].y / (self->weight[row][column].y + DOUBT);
      }
}

/* Where a finder's own square lies is known without looking at edges; they begin from there, or a
 * bend that turns a finder by a tenth would already mislead them. */
static void
take_finder (Bend *self, const KioskFinder *finder, KioskFramePoint middle, KioskFramePoint right,
             KioskFramePoint down)
{
  KioskFramePoint u = kiosk_finder_side (finder, right), v = kiosk_finder_side (finder, down);

  for (int i = 0; i < 9; i++)
    {
      double a = 3.5 * (i % 3 - 1), b = 3.5 * (i / 3 - 1), dx, dy, area;
      double x = middle.x + a, y = middle.y + b;
      KioskFramePoint at = kiosk_grid_point (self->grid, x, y), along, across;

      kiosk_grid_axes (self->grid, x, y, &along, &across);
      dx = finder->centre.x + a * u.x + b * v.x - at.x;
      dy = finder->centre.y + a * u.y + b * v.y - at.y;
      area = along.x * across.y - along.y * across.x;
      take_for_polynomial (self, x, y, FALSE, (dx * across.y - dy * across.x) / area);
      take_for_polynomial (self, x, y, TRUE, (along.x * dy - along.y * dx) / area);
    }
}

static void
take_finders (Bend *self, const KioskTriple *triple)
{
  const KioskFramePoint c = triple->corner.centre, r = triple->right.centre,
                        b = triple->below.centre;
  const KioskFramePoint right = { r.x - c.x, r.y - c.y }, down = { b.x - c.x, b.y - c.y };

  take_finder (self, &triple->corner, self->anchors[0], right, down);
  take_finder (self, &triple->right, self->anchors[1], right, down);
  take_finder (self, &triple->below, self->anchors[2], right, down);
}

/* The finders hold a grid, and so does the last alignment pattern where it can be seen. */
static void
set_anchors (Bend *self)
{
  const KioskLayout *layout = self->grid->layout;
  double far = layout->side - 3.5, place = layout->side - 6.5;
  KioskFramePoint u, v, beside;

  self->anchors[0] = (KioskFramePoint){ 3.5, 3.5 };
  self->anchors[1] = (KioskFramePoint){ far, 3.5 };
  self->anchors[2] = (KioskFramePoint){ 3.5, far };
  self->anchor_count = 3;
  if (layout->version < 2)
    return;
  kiosk_grid_axes (self->grid, place, place, &u, &v);
  if (kiosk_grid_find_alignment (self->scene, kiosk_grid_point (self->grid, place, place), u, v,
                                 0.5, 0.25, &beside)
      < 0.5F)
    return;
  self->anchors[3] = (KioskFramePoint){ place, place };
  self->anchor_count = 4;
}

gboolean
kiosk_grid_bend (const KioskScene *scene, const KioskTriple *triple, KioskGrid *grid)
{
  KioskGrid bent = *grid;
  Bend self = { .scene = scene, .grid = &bent };

  bent.nodes = CLAMP (bent.layout->side / NODE_MODULES + 1, MIN_NODES, KIOSK_GRID_NODES);
  set_anchors (&self);
  if (triple != NULL)
    {
      take_finders (&self, triple);
      add_polynomial (&self, 6);
    }
  for (self.reach = 5.5; self.reach < 1.5 * bent.layout->side; self.reach *= 1.5)
    {
      take_edges (&self, take_for_polynomial);
      add_polynomial (&self, self.reach < 9 ? 6 : TERMS);
    }
  for (guint i = 0; i < 3; i++)
    bend_by_nodes (&self);
  bent.score = kiosk_grid_score (scene, &bent);
  if (bent.score <= grid->score)
    return FALSE;
  *grid = bent;
  return TRUE;
}
