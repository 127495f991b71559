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

/* Modules around a hidden finder's guessed place in which it is looked for. */
#define GUESS_REACH  3.0
#define GUESS_FINELY 10 /* up to this version */
/* Modules around a guess in which the last alignment pattern is looked for. */
#define MAX_REACH 8.0

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

float
kiosk_grid_find_alignment (const KioskScene *scene, KioskFramePoint from, KioskFramePoint u,
                           KioskFramePoint v, double reach, double step,
                           KioskFramePoint *ret_beside)
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
            *ret_beside = (KioskFramePoint){ dx, dy };
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

/* The fourth corner, as if there were no perspective. */
static KioskFramePoint
flat_fourth (const Anchors *anchors)
{
  const KioskFramePoint *p = anchors->pixels;

  return (KioskFramePoint){ p[1].x + p[3].x - p[0].x, p[1].y + p[3].y - p[0].y };
}

/* The fourth corner where the sides of two finders meet. */
static KioskFramePoint
meeting_fourth (const KioskTriple *triple)
{
  const KioskFramePoint c = triple->corner.centre, r = triple->right.centre,
                        b = triple->below.centre;
  const KioskFramePoint right = { r.x - c.x, r.y - c.y }, down = { b.x - c.x, b.y - c.y };
  KioskFramePoint along_down = kiosk_finder_side (&triple->right, down);
  KioskFramePoint along_right = kiosk_finder_side (&triple->below, right);
  double sine = along_down.x * along_right.y - along_down.y * along_right.x, t;

  if (fabs (sine) < 1e-6)
    return (KioskFramePoint){ r.x + down.x, r.y + down.y };
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
  KioskGrid grid = { .layout = layout };

  if (!kiosk_map_from_points (anchors->modules, anchors->pixels, &grid.map))
    return;
  grid.score = kiosk_grid_score (scene, &grid);
  if (grid.score > best->score)
    {
      best->score = grid.score;
      best->map = grid.map;
    }
}

/* From a guess of the fourth corner to the alignment pattern near it, if the version has one. */
static void
try_fourth (const KioskScene *scene, const KioskLayout *layout, Anchors anchors,
            KioskFramePoint fourth, KioskGrid *best)
{
  double place = layout->side - 6.5, reach = CLAMP (layout->side * 0.12, 3.0, MAX_REACH);
  KioskGrid grid = { .layout = layout };
  KioskFramePoint u, v, from, beside;

  anchors.pixels[2] = fourth;
  keep_better (scene, layout, &anchors, best);
  if (layout->version < 2 || !kiosk_map_from_points (anchors.modules, anchors.pixels, &grid.map))
    return;
  kiosk_grid_axes (&grid, place, place, &u, &v);
  from = kiosk_grid_point (&grid, place, place);
  if (kiosk_grid_find_alignment (scene, from, u, v, reach, 0.5, &beside) <= 0.3F)
    return;
  anchors.modules[2] = (KioskFramePoint){ place, place };
  anchors.pixels[2] = (KioskFramePoint){ from.x + beside.x * u.x + beside.y * v.x,
                                         from.y + beside.x * u.y + beside.y * v.y };
  keep_better (scene, layout, &anchors, best);
}

/* Looks around the place of a finder that was guessed for where what is fixed in a code is found
 * best: its own rings if they can be seen at all, else the timing pattern that leads to it. */
static void
search_guessed (const KioskScene *scene, const KioskTriple *triple, const KioskLayout *layout,
                Anchors *anchors)
{
  static const guint which[]
    = { [KIOSK_GUESSED_CORNER] = 0, [KIOSK_GUESSED_RIGHT] = 1, [KIOSK_GUESSED_BELOW] = 3 };
  const KioskFramePoint u = triple->corner.u, v = triple->corner.v;
  KioskFramePoint *place = &anchors->pixels[which[triple->guessed]], from = *place, best = from;
  KioskGrid grid = { .layout = layout, .score = -1 };
  double step = layout->version > GUESS_FINELY ? 1 : 0.5; /* these have much to hold a map */

  for (double dy = -GUESS_REACH; dy <= GUESS_REACH; dy += step)
    for (double dx = -GUESS_REACH; dx <= GUESS_REACH; dx += step)
      {
        double before = grid.score;

        *place = (KioskFramePoint){ from.x + dx * u.x + dy * v.x, from.y + dx * u.y + dy * v.y };
        anchors->pixels[2] = flat_fourth (anchors);
        keep_better (scene, layout, anchors, &grid);
        if (grid.score > before)
          best = *place;
      }
  *place = best;
}

/* Sum of distances from 128 on a finder's own modules. */
static float
measure_finder (const KioskScene *scene, const KioskFinder *finder)
{
  float sum = 0;

  for (int dy = -3; dy <= 3; dy++)
    for (int dx = -3; dx <= 3; dx++)
      {
        const KioskFramePoint p = { finder->centre.x + dx * finder->u.x + dy * finder->v.x,
                                    finder->centre.y + dx * finder->u.y + dy * finder->v.y };

        sum += fabsf (kiosk_scene_value (scene, p));
      }
  return sum;
}

static void
set_contrast (KioskScene *scene, const KioskTriple *triple)
{
  float sum = 0, modules = 0;

  scene->contrast = 1;
  for (KioskGuessed f = KIOSK_GUESSED_CORNER; f <= KIOSK_GUESSED_BELOW; f++)
    if (f != triple->guessed)
      {
        sum += measure_finder (scene, f == KIOSK_GUESSED_CORNER  ? &triple->corner
                                      : f == KIOSK_GUESSED_RIGHT ? &triple->right
                                                                 : &triple->below);
        modules += 49;
      }
  scene->contrast = MAX (sum / modules, 1.0F) * 0.8F;
}

gboolean
kiosk_grid_fit (KioskScene *scene, const KioskTriple *triple, const KioskLayout *layout,
                KioskGrid *ret_grid)
{
  Anchors anchors;
  KioskGrid grid = { .layout = layout, .score = -1 };

  set_contrast (scene, triple);
  set_anchors (&anchors, triple, layout);
  if (triple->guessed == KIOSK_GUESSED_NONE)
    try_fourth (scene, layout, anchors, meeting_fourth (triple), &grid);
  else
    search_guessed (scene, triple, layout, &anchors);
  try_fourth (scene, layout, anchors, flat_fourth (&anchors), &grid);
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

  kiosk_grid_axes (grid, anchors->modules[which].x, anchors->modules[which].y, &u, &v);
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
}
