/* Three finders say where a code is, and nearly how it is tilted. What a code of a version must
 * have at fixed places (finders, timing, alignment) then decides: the map that finds it best is
 * taken. */
#include "devices/camera/grid.h"

#include <math.h>

static float
at_most_one (float value)
{
  return CLAMP (value, -1.0F, 1.0F);
}

static double
score_map (const KioskScene *scene, const KioskLayout *layout, const KioskMap *map)
{
  float sum = 0;

  for (guint i = 0; i < layout->fixed_count; i++)
    {
      const KioskLayoutModule *f = &layout->fixed[i];

      sum
        += f->sign
           * at_most_one (kiosk_scene_value (scene, kiosk_map_point (map, f->x + 0.5, f->y + 0.5)));
    }
  return (double)(sum / (float)layout->fixed_count);
}

/* How much the 5 × 5 modules around @at look like an alignment pattern; @u, @v: one module. */
static float
score_alignment (const KioskScene *scene, KioskFramePoint at, KioskFramePoint u, KioskFramePoint v)
{
  float sum = 0;

  for (int dy = -2; dy <= 2; dy++)
    for (int dx = -2; dx <= 2; dx++)
      {
        const KioskFramePoint p = { at.x + dx * u.x + dy * v.x, at.y + dx * u.y + dy * v.y };
        float value = at_most_one (kiosk_scene_value (scene, p));

        sum += MAX (abs (dx), abs (dy)) == 1 ? value : -value;
      }
  return sum / 25;
}

static void
axes (const KioskMap *map, double x, double y, KioskFramePoint *ret_u, KioskFramePoint *ret_v)
{
  KioskFramePoint a = kiosk_map_point (map, x - 0.5, y), b = kiosk_map_point (map, x + 0.5, y);
  KioskFramePoint c = kiosk_map_point (map, x, y - 0.5), d = kiosk_map_point (map, x, y + 0.5);

  *ret_u = (KioskFramePoint){ b.x - a.x, b.y - a.y };
  *ret_v = (KioskFramePoint){ d.x - c.x, d.y - c.y };
}

/* The best place for an alignment pattern within @reach modules of @from. */
static float
search_alignment (const KioskScene *scene, KioskFramePoint from, KioskFramePoint u,
                  KioskFramePoint v, double reach, double step, KioskFramePoint *ret_at)
{
  float best = -1;

  for (double dy = -reach; dy <= reach; dy += step)
    for (double dx = -reach; dx <= reach; dx += step)
      {
        const KioskFramePoint p = { from.x + dx * u.x + dy * v.x, from.y + dx * u.y + dy * v.y };
        /* What is near is likelier. */
        float score
          = score_alignment (scene, p, u, v) - (float)((fabs (dx) + fabs (dy)) / reach * 0.05);

        if (score > best)
          {
            best = score;
            *ret_at = p;
          }
      }
  return best;
}

/* The anchors by which a map is held: the finders' centres, and a point towards the fourth corner.
 */
typedef struct
{
  KioskFramePoint modules[4], pixels[4];
} Anchors;

static KioskFramePoint
side_along (const KioskFinder *finder, KioskFramePoint way)
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

/* The fourth corner: as if there were no perspective, or where the two finders' sides meet. */
static KioskFramePoint
guess_fourth (const KioskTriple *triple, gboolean sides)
{
  const KioskFramePoint c = triple->corner.centre, r = triple->right.centre,
                        b = triple->below.centre;
  const KioskFramePoint right = { r.x - c.x, r.y - c.y }, down = { b.x - c.x, b.y - c.y };
  const KioskFramePoint flat = { r.x + b.x - c.x, r.y + b.y - c.y };
  KioskFramePoint along_down = side_along (&triple->right, down);
  KioskFramePoint along_right = side_along (&triple->below, right);
  double sine = along_down.x * along_right.y - along_down.y * along_right.x, t;

  if (!sides || fabs (sine) < 1e-6)
    return flat;
  t = ((b.x - r.x) * along_right.y - (b.y - r.y) * along_right.x) / sine;
  return (KioskFramePoint){ r.x + t * along_down.x, r.y + t * along_down.y };
}

static void
set_anchors (Anchors *self, const KioskTriple *triple, const KioskLayout *layout)
{
  double far = layout->side - 3.5;

  self->modules[0] = (KioskFramePoint){ 3.5, 3.5 };
  self->modules[1] = (KioskFramePoint){ far, 3.5 };
  self->modules[2] = (KioskFramePoint){ far, far };
  self->modules[3] = (KioskFramePoint){ 3.5, far };
  self->pixels[0] = triple->corner.centre;
  self->pixels[1] = triple->right.centre;
  self->pixels[3] = triple->below.centre;
}

static void
keep_better (const KioskScene *scene, const KioskLayout *layout, const Anchors *anchors,
             KioskGrid *best)
{
  KioskMap map;
  double score;

  if (!kiosk_map_from_points (anchors->modules, anchors->pixels, &map))
    return;
  score = score_map (scene, layout, &map);
  if (score > best->score)
    {
      best->score = score;
      best->map = map;
    }
}

/* From a guess of the fourth corner to the alignment pattern near it, if the version has one. */
static void
try_fourth (const KioskScene *scene, const KioskLayout *layout, Anchors anchors,
            KioskFramePoint fourth, KioskGrid *best)
{
  double place = layout->side - 6.5, reach = MAX (3.0, layout->side * 0.12);
  KioskMap map;
  KioskFramePoint u, v;

  anchors.pixels[2] = fourth;
  keep_better (scene, layout, &anchors, best);
  if (layout->version < 2 || !kiosk_map_from_points (anchors.modules, anchors.pixels, &map))
    return;
  axes (&map, place, place, &u, &v);
  anchors.modules[2] = (KioskFramePoint){ place, place };
  if (search_alignment (scene, kiosk_map_point (&map, place, place), u, v, reach, 0.5,
                        &anchors.pixels[2])
      > 0.3F)
    keep_better (scene, layout, &anchors, best);
}

/* Mean distance from 128 on the finders' own modules. */
static float
measure_contrast (KioskScene *scene, const KioskTriple *triple)
{
  const KioskFinder *finders[] = { &triple->corner, &triple->right, &triple->below };
  float sum = 0;

  scene->contrast = 1;
  for (guint f = 0; f < 3; f++)
    for (int dy = -3; dy <= 3; dy++)
      for (int dx = -3; dx <= 3; dx++)
        {
          const KioskFramePoint p
            = { finders[f]->centre.x + dx * finders[f]->u.x + dy * finders[f]->v.x,
                finders[f]->centre.y + dx * finders[f]->u.y + dy * finders[f]->v.y };

          sum += fabsf (kiosk_scene_value (scene, p));
        }
  return sum / 147;
}

gboolean
kiosk_grid_fit (KioskScene *scene, const KioskTriple *triple, const KioskLayout *layout,
                KioskGrid *ret_grid)
{
  Anchors anchors;
  KioskGrid grid = { .layout = layout, .score = -1 };

  scene->contrast = MAX (measure_contrast (scene, triple), 1.0F) * 0.8F;
  set_anchors (&anchors, triple, layout);
  for (guint i = 0; i < 2; i++)
    try_fourth (scene, layout, anchors, guess_fourth (triple, i > 0), &grid);
  if (grid.score < 0)
    return FALSE;
  *ret_grid = grid;
  return TRUE;
}

/* Tries an anchor a step aside in four directions; TRUE if one was better. */
static gboolean
nudge (const KioskScene *scene, KioskGrid *grid, Anchors *anchors, guint which, double step)
{
  KioskFramePoint u, v, from = anchors->pixels[which];
  double before = grid->score;

  axes (&grid->map, anchors->modules[which].x, anchors->modules[which].y, &u, &v);
  for (guint d = 0; d < 4; d++)
    {
      KioskFramePoint way = d < 2 ? u : v, held = anchors->pixels[which];
      double length = d % 2 != 0 ? -step : step, last = grid->score;

      anchors->pixels[which]
        = (KioskFramePoint){ from.x + length * way.x, from.y + length * way.y };
      keep_better (scene, grid->layout, anchors, grid);
      if (grid->score <= last)
        anchors->pixels[which] = held;
    }
  return grid->score > before;
}

/* Puts every alignment pattern's own place beside where the map has it. */
static void
bend (const KioskScene *scene, KioskGrid *grid)
{
  const KioskLayout *layout = grid->layout;

  for (guint row = 0; row < layout->line_count; row++)
    for (guint column = 0; column < layout->line_count; column++)
      {
        double x = layout->lines[column] + 0.5, y = layout->lines[row] + 0.5;
        KioskFramePoint at = kiosk_map_point (&grid->map, x, y), near = at, found = at, u, v;
        KioskFramePoint known = { 0 };
        guint n = 0;

        if (!kiosk_layout_has_alignment (layout, column, row))
          continue;
        for (guint i = 0; i < 2; i++)
          if (i == 0 ? row > 0 : column > 0)
            {
              const KioskFramePoint *b = &grid->bend[row - (i == 0)][column - (i != 0)];

              known.x += b->x;
              known.y += b->y;
              n++;
            }
        near.x += n > 0 ? known.x / n : 0;
        near.y += n > 0 ? known.y / n : 0;
        axes (&grid->map, x, y, &u, &v);
        if (search_alignment (scene, near, u, v, 1.5, 0.25, &found) < 0.4F)
          found = near;
        grid->bend[row][column] = (KioskFramePoint){ found.x - at.x, found.y - at.y };
      }
  grid->bent = TRUE;
}

void
kiosk_grid_refine (const KioskScene *scene, KioskGrid *grid)
{
  Anchors anchors;
  double far = grid->layout->side - 3.5;
  const KioskFramePoint corners[4] = { { 3.5, 3.5 }, { far, 3.5 }, { far, far }, { 3.5, far } };

  for (guint i = 0; i < 4; i++)
    {
      anchors.modules[i] = corners[i];
      anchors.pixels[i] = kiosk_map_point (&grid->map, corners[i].x, corners[i].y);
    }
  for (double step = 0.8; step > 0.09; step /= 2)
    for (guint sweep = 0; sweep < 2; sweep++)
      {
        gboolean better = FALSE;

        for (guint i = 0; i < 4; i++)
          better |= nudge (scene, grid, &anchors, (i + 2) % 4, step);
        if (!better)
          break;
      }
  if (grid->layout->version >= 7)
    bend (scene, grid);
}
