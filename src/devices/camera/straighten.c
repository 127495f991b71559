#include "devices/camera/straighten.h"

#include <math.h>
#include <string.h>

#include "devices/camera/modules.h"

/* Below these a grid is not a code's: ZBar is not asked. */
#define MIN_FIT    0.2
#define MIN_SCORE  0.3
#define MIN_FORMAT 0.35
/* A guess that is wrong still has two finders right: the rest must be seen too. */
#define MIN_GUESSED_SCORE  0.6
#define MIN_GUESSED_FORMAT 0.55
/* Nothing was ever read of which score and format together are below this, and ZBar takes long for
 * what is no code. */
#define MIN_READ 1.15
/* Below this a flat grid is not read: it costs more than to see how the code is bent. */
#define MIN_FLAT 0.7
/* A code's modules have most of their light and dark within this many modules. */
#define EVEN_MODULES 6.0
/* What the camera cannot tell from white light. */
#define BLOWN_OUT 250
/* Frames' votes fade, so that a wrong one is outvoted. */
#define FADE 0.85F

struct _KioskStraightener
{
  KioskDarkroom *darkroom;
  KioskReader *reader;
  KioskLayout *layouts[KIOSK_LAYOUT_VERSIONS + 1];
  KioskPicture part, flat, drawn;
  KioskModules measured, raw, decided;
  KioskModules votes; /* of frames in which this code was seen and not read; side 0: none */
  guint voters;
};

KioskStraightener *
kiosk_straightener_new (KioskDarkroom *darkroom, KioskReader *reader)
{
  KioskStraightener *self = g_new0 (KioskStraightener, 1);

  self->darkroom = darkroom;
  self->reader = reader;
  self->part = kiosk_picture_new ();
  self->flat = kiosk_picture_new ();
  self->drawn = kiosk_picture_new ();
  return self;
}

void
kiosk_straightener_forget (KioskStraightener *self)
{
  KioskPicture *pictures[] = { &self->part, &self->flat, &self->drawn };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    kiosk_picture_wipe (pictures[i]);
  explicit_bzero (&self->measured, sizeof self->measured);
  explicit_bzero (&self->raw, sizeof self->raw);
  explicit_bzero (&self->decided, sizeof self->decided);
  explicit_bzero (&self->votes, sizeof self->votes);
  self->voters = 0;
}

void
kiosk_straightener_free (KioskStraightener *self)
{
  kiosk_straightener_forget (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->layouts); i++)
    kiosk_layout_free (self->layouts[i]);
  kiosk_picture_clear (&self->part);
  kiosk_picture_clear (&self->flat);
  kiosk_picture_clear (&self->drawn);
  g_free (self);
}

static const KioskLayout *
layout_of (KioskStraightener *self, guint version)
{
  if (self->layouts[version] == NULL)
    self->layouts[version] = kiosk_layout_new (version);
  return self->layouts[version];
}

/* Evens the light of the part of the picture in which the code must lie. */
static gboolean
set_scene (KioskStraightener *self, const KioskPicture *picture, const KioskTriple *triple,
           double module, KioskScene *ret_scene)
{
  const KioskFramePoint c = triple->corner.centre, r = triple->right.centre,
                        b = triple->below.centre;
  const KioskFramePoint points[] = { c, r, b, { r.x + b.x - c.x, r.y + b.y - c.y } };
  double x0 = c.x, x1 = c.x, y0 = c.y, y1 = c.y, margin = 8 * module;

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      x0 = MIN (x0, points[i].x);
      x1 = MAX (x1, points[i].x);
      y0 = MIN (y0, points[i].y);
      y1 = MAX (y1, points[i].y);
    }
  /* Perspective may put the fourth corner farther out than the other three say. */
  margin += 0.25 * MAX (x1 - x0, y1 - y0);
  x0 = floor (MAX (x0 - margin, 0));
  y0 = floor (MAX (y0 - margin, 0));
  x1 = floor (MIN (x1 + margin, picture->width));
  y1 = floor (MIN (y1 + margin, picture->height));
  if (x1 - x0 < 16 || y1 - y0 < 16)
    return FALSE;
  kiosk_prepare_crop (&self->part, picture, (guint)x0, (guint)y0, (guint)(x1 - x0),
                      (guint)(y1 - y0));
  kiosk_prepare_flatten (self->darkroom, &self->flat, &self->part,
                         (guint)MAX (EVEN_MODULES * module, 6));
  *ret_scene = (KioskScene){
    .flat = &self->flat, .origin = { x0, y0 }, .inverted = triple->corner.inverted, .contrast = 1
  };
  return TRUE;
}

/* The version whose fixed parts are there. The finders' measure is a little wrong for large codes.
 */
static gboolean
find_grid (KioskStraightener *self, KioskScene *scene, const KioskTriple *triple,
           KioskGrid *ret_grid)
{
  int middle = (int)lround ((triple->modules - 17) / 4);
  /* A timing pattern led to a hidden finder, and its modules were counted. */
  int reach = triple->guessed != KIOSK_GUESSED_NONE ? 0 : middle < 7 ? 1 : middle < 20 ? 2 : 3;
  gboolean found = FALSE;

  for (int version = MAX (middle - reach, 1); version <= MIN (middle + reach, 40); version++)
    {
      KioskGrid grid;

      if (!kiosk_grid_fit (scene, triple, layout_of (self, (guint)version), &grid)
          || (found && grid.score <= ret_grid->score))
        continue;
      *ret_grid = grid;
      found = TRUE;
    }
  return found && ret_grid->score >= MIN_FIT;
}

/* Module corners are where the code's outline is. */
static void
tell (const KioskGrid *grid, const KioskPicture *picture, KioskStraightened *ret_seen)
{
  double side = grid->layout->side;
  const double xs[] = { 0, side, side, 0 }, ys[] = { 0, 0, side, side };
  guint blown = 0, all = 0;
  KioskFramePoint *c = ret_seen->corners;

  for (guint i = 0; i < 4; i++)
    c[i] = kiosk_grid_point (grid, xs[i], ys[i]);
  ret_seen->module_px
    = sqrt (fabs ((c[2].x - c[0].x) * (c[3].y - c[1].y) - (c[2].y - c[0].y) * (c[3].x - c[1].x))
            / 2)
      / side;
  /* Three by three modules: in no code are all of them light. */
  for (double y = 1.5; y < side - 1; y += 3)
    for (double x = 1.5; x < side - 1; x += 3, all++)
      {
        gboolean is_blown = TRUE;

        for (int i = 0; i < 9 && is_blown; i++)
          {
            KioskFramePoint p = kiosk_grid_point (grid, x + i % 3 - 1, y + i / 3 - 1);

            is_blown = p.x >= 0 && p.y >= 0 && p.x < picture->width && p.y < picture->height
                       && picture->pixels[(gsize)p.y * picture->width + (gsize)p.x] >= BLOWN_OUT;
          }
        blown += is_blown;
      }
  ret_seen->glare = all > 0 ? (double)blown / all : 0;
}

static gboolean
read_modules (KioskStraightener *self, const KioskModules *modules, const KioskLayout *layout,
              guint format, KioskReading *ret_reading)
{
  for (guint way = 0; way < KIOSK_MODULES_WAYS; way++)
    {
      kiosk_modules_decide (&self->decided, modules, way);
      kiosk_modules_draw (&self->decided, layout, format, &self->drawn);
      if (kiosk_reader_read (self->reader, &self->drawn, ret_reading))
        return TRUE;
      if (ret_reading->partial)
        return FALSE;
    }
  return FALSE;
}

/* Adds this frame's modules to those of the frames before, if they are of the same code. Where a
 * module is blown out it says little: another frame, with the light elsewhere, says more. */
static void
vote (KioskStraightener *self, const KioskPicture *picture, const KioskGrid *grid,
      gboolean mirrored)
{
  KioskModules *now = &self->measured, *votes = &self->votes;
  guint side = now->side, count = side * side;
  float same = 0, all = 1;

  for (guint i = 0; i < count; i++)
    {
      KioskFramePoint p = kiosk_grid_point (grid, (mirrored ? i / side : i % side) + 0.5,
                                            (mirrored ? i % side : i / side) + 0.5);
      gboolean inside = p.x >= 0 && p.y >= 0 && p.x < picture->width && p.y < picture->height;
      gboolean blown
        = !inside || picture->pixels[(gsize)p.y * picture->width + (gsize)p.x] >= BLOWN_OUT;

      now->value[i] = CLAMP (now->value[i], -1.0F, 1.0F) * (blown ? 0.2F : 1.0F);
    }
  for (guint i = 0; votes->side == side && i < count; i++)
    {
      same += now->value[i] * votes->value[i];
      all += fabsf (now->value[i] * votes->value[i]);
    }
  if (votes->side != side || same < 0.5F * all)
    {
      memset (votes, 0, sizeof *votes);
      votes->side = side;
      self->voters = 0;
    }
  for (guint i = 0; i < count; i++)
    votes->value[i] = FADE * votes->value[i] + now->value[i];
  self->voters++;
}

/* One code in one picture, and what was made of it so far. */
typedef struct
{
  const KioskPicture *picture;
  KioskScene scene;
  KioskGrid grid;
  guint format;
  gboolean mirrored;
  double min_format;
  KioskReading *reading;
  KioskStraightened *seen;
} Try;

/* The modules' values for the grid, turned as they should be; FALSE if no format can be seen. */
static gboolean
measure (KioskStraightener *self, Try *try)
{
  const KioskLayout *layout = try->grid.layout;
  double mirrored_score;
  guint mirrored_format;

  try->seen->score = try->grid.score;
  tell (&try->grid, try->picture, try->seen);
  kiosk_modules_measure (&self->measured, &try->scene, &try->grid);
  try->format = kiosk_modules_find_format (&self->measured, layout, &try->seen->format);
  kiosk_modules_mirror (&self->measured);
  mirrored_format = kiosk_modules_find_format (&self->measured, layout, &mirrored_score);
  try->mirrored = mirrored_score > try->seen->format;
  if (try->mirrored)
    {
      try->format = mirrored_format;
      try->seen->format = mirrored_score;
    }
  else
    kiosk_modules_mirror (&self->measured);
  return try->seen->format >= try->min_format;
}

/* Evening the light mixes in what lies around a code, more than blur does: the picture as it is. */
static gboolean
read_blurred (KioskStraightener *self, Try *try)
{
  KioskScene scene = try->scene;

  scene.flat = &self->part;
  kiosk_modules_measure (&self->raw, &scene, &try->grid);
  if (try->mirrored)
    kiosk_modules_mirror (&self->raw);
  kiosk_modules_deblur (&self->decided, &self->raw, try->grid.layout);
  kiosk_modules_draw (&self->decided, try->grid.layout, try->format, &self->drawn);
  return kiosk_reader_read (self->reader, &self->drawn, try->reading);
}

static gboolean
read_grid (KioskStraightener *self, Try *try)
{
  if (!measure (self, try) || try->grid.score + try->seen->format < MIN_READ)
    return FALSE;
  return read_modules (self, &self->measured, try->grid.layout, try->format, try->reading)
         || (!try->reading->partial && read_blurred (self, try));
}

/* Bent from what the finders say by themselves, and from the flat grid: creases may have turned a
 * finder, and a flat grid may lie beside all of them. */
static gboolean
bend (Try *try, const KioskTriple *triple, const KioskGrid *fitted)
{
  KioskGrid bent = *fitted;
  gboolean is_bent = kiosk_grid_bend (&try->scene, NULL, &try->grid);

  if (triple->guessed != KIOSK_GUESSED_NONE || !kiosk_grid_bend (&try->scene, triple, &bent)
      || bent.score <= try->grid.score)
    return is_bent;
  try->grid = bent;
  return TRUE;
}

/* This frame's modules and those of the frames before. */
static gboolean
read_votes (KioskStraightener *self, Try *try)
{
  if (try->seen->format < try->min_format)
    return FALSE;
  vote (self, try->picture, &try->grid, try->mirrored);
  return self->voters > 1
         && read_modules (self, &self->votes, try->grid.layout, try->format, try->reading);
}

/* A code of which one finder is hidden; what proves to be none was never seen. */
static gboolean
read_guessed (KioskStraightener *self, Try *try)
{
  try->min_format = MIN_GUESSED_FORMAT;
  if (try->grid.score >= MIN_GUESSED_SCORE && read_grid (self, try))
    return TRUE;
  if (try->seen->format < MIN_GUESSED_FORMAT)
    {
      memset (try->seen, 0, sizeof *try->seen);
      return FALSE;
    }
  if (try->reading->partial)
    return FALSE;
  return (kiosk_grid_bend (&try->scene, NULL, &try->grid) && read_grid (self, try))
         || (!try->reading->partial && read_votes (self, try));
}

gboolean
kiosk_straightener_read (KioskStraightener *self, const KioskPicture *picture,
                         const KioskTriple *triple, KioskReading *ret_reading,
                         KioskStraightened *ret_seen)
{
  Try try
    = { .picture = picture, .min_format = MIN_FORMAT, .reading = ret_reading, .seen = ret_seen };
  KioskGrid fitted;
  double module = (kiosk_finder_module (&triple->corner) + kiosk_finder_module (&triple->right)
                   + kiosk_finder_module (&triple->below))
                  / 3;

  memset (ret_seen, 0, sizeof *ret_seen);
  if (!set_scene (self, picture, triple, module, &try.scene)
      || !find_grid (self, &try.scene, triple, &fitted))
    return FALSE;
  try.grid = fitted;
  kiosk_grid_refine (&try.scene, &try.grid);
  if (triple->guessed != KIOSK_GUESSED_NONE)
    return read_guessed (self, &try);
  ret_seen->score = try.grid.score;
  if (try.grid.score < MIN_SCORE)
    return FALSE;
  if (try.grid.score >= MIN_FLAT && read_grid (self, &try))
    return TRUE;
  if (ret_reading->partial)
    return FALSE;
  if ((bend (&try, triple, &fitted) || try.grid.score < MIN_FLAT) && read_grid (self, &try))
    return TRUE;
  if (ret_reading->partial || read_votes (self, &try))
    return !ret_reading->partial;
  /* Nothing holds a version 1's fourth corner: the finders alone may know better. */
  if (fitted.layout->version > 1)
    return FALSE;
  try.grid = fitted;
  return read_grid (self, &try);
}
