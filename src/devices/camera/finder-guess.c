/* A thumb, a reflection or a shadow's edge hides one finder. The other two know where it must be:
 * the timing pattern between them says on which side of them the code lies, and how large it is. */
#include "devices/camera/finder.h"

#include <math.h>

/* Less certain finders are too many to be paired. */
#define MIN_TRUST           0.8
#define MAX_SURE            6
#define GUESSES_PER_PICTURE 4
/* How much of a timing pattern must be there: 1 is all, 0 is chance. */
#define MIN_TIMING 0.6
/* Versions around the measured one whose timing pattern is looked for. */
#define REACH 2
/* Where a corner is hidden nothing but one finder's sides leads to it: tried last. */
#define ACROSS_COST 0.5

typedef struct
{
  const KioskPicture *picture;
  KioskTriple *out;
  guint count, max;
} Guess;

static KioskFramePoint
step (KioskFramePoint from, KioskFramePoint way, double modules)
{
  return (KioskFramePoint){ from.x + way.x * modules, from.y + way.y * modules };
}

/* Whether a pixel is as dark as the finder's centre; outside is neither. */
static int
tell (const KioskPicture *picture, KioskFramePoint at, gboolean inverted)
{
  if (at.x < 0 || at.y < 0 || at.x >= picture->width || at.y >= picture->height)
    return 0;
  return (picture->pixels[(gsize)at.y * picture->width + (gsize)at.x] == 0) != inverted ? 1 : -1;
}

/* How well modules alternate on the line from @from to @to, which are @apart modules apart and as
 * far beside two finders' centres as timing patterns are; @nearer: how much longer a module looks
 * at
 * @from. */
static double
score_timing (const KioskPicture *picture, KioskFramePoint from, KioskFramePoint to, int apart,
              double nearer, gboolean inverted)
{
  const KioskFramePoint way = { to.x - from.x, to.y - from.y };
  double bow = sqrt (nearer);
  int sum = 0;

  for (int i = 5; i <= apart - 5; i++)
    {
      double t = (double)i / apart, share = t * bow / (1 + (bow - 1) * t);

      sum += tell (picture, step (from, way, share), inverted) * (i % 2 != 0 ? 1 : -1);
    }
  return (double)sum / (apart - 9);
}

/* @corner and @other are the ends of a side, the third lies along @down from @corner. */
static void
suggest (Guess *self, const KioskFinder *corner, const KioskFinder *other, KioskFramePoint down,
         int side, double cost)
{
  KioskTriple triple = { .corner = *corner, .modules = side, .cost = cost };
  const KioskFramePoint c = corner->centre, o = other->centre;
  KioskFinder hidden = *corner;

  hidden.centre = step (c, down, side - 7);
  /* Seen from the front, the columns lie clockwise of the rows. */
  if ((o.x - c.x) * down.y - (o.y - c.y) * down.x > 0)
    {
      triple.right = *other;
      triple.below = hidden;
      triple.guessed = KIOSK_GUESSED_BELOW;
    }
  else
    {
      triple.right = hidden;
      triple.below = *other;
      triple.guessed = KIOSK_GUESSED_RIGHT;
    }
  kiosk_triples_insert (self->out, &self->count, self->max, &triple);
}

/* The version whose timing pattern is found best, as its side; its score, 0 for none. */
static double
find_side (const Guess *self, KioskFramePoint from, KioskFramePoint to, double modules,
           double nearer, gboolean inverted, int *ret_side)
{
  int middle = (int)lround ((modules - 17) / 4);
  double best = 0;

  for (int version = MAX (middle - REACH, 1); version <= MIN (middle + REACH, 40); version++)
    {
      double score = score_timing (self->picture, from, to, 4 * version + 10, nearer, inverted);

      if (score <= best)
        continue;
      best = score;
      *ret_side = 4 * version + 17;
    }
  return best;
}

/* Two finders at the ends of one side, if a timing pattern runs between them on the side of @down.
 */
static void
guess_beside (Guess *self, const KioskFinder *a, const KioskFinder *b, KioskFramePoint down,
              double modules)
{
  const KioskFramePoint way = { b->centre.x - a->centre.x, b->centre.y - a->centre.y };
  KioskFramePoint along_a = kiosk_finder_side (a, way), along_b = kiosk_finder_side (b, way);
  KioskFramePoint down_b = kiosk_finder_side (b, down);
  double nearer = hypot (along_a.x, along_a.y) / hypot (along_b.x, along_b.y), score;
  int side = 0;

  score = find_side (self, step (a->centre, down, 3), step (b->centre, down_b, 3), modules, nearer,
                     a->inverted, &side);
  if (score < MIN_TIMING)
    return;
  suggest (self, a, b, down, side, 1 - score);
  suggest (self, b, a, down_b, side, 1 - score);
}

/* The corner at @corner between two finders, if a timing pattern runs there from @a. */
static void
guess_corner (Guess *self, const KioskFinder *a, const KioskFinder *b, KioskFramePoint corner,
              double modules)
{
  const KioskFramePoint down = { b->centre.x - corner.x, b->centre.y - corner.y };
  const KioskFramePoint inner = kiosk_finder_side (a, down);
  KioskTriple triple = { .corner = *a, .guessed = KIOSK_GUESSED_CORNER };
  gboolean swap = (a->centre.x - corner.x) * down.y < (a->centre.y - corner.y) * down.x;
  int side = 0;
  double score = find_side (self, step (a->centre, inner, 3), step (corner, inner, 3), modules, 1,
                            a->inverted, &side);

  if (score < MIN_TIMING)
    return;
  triple.corner.centre = corner;
  triple.right = swap ? *b : *a;
  triple.below = swap ? *a : *b;
  triple.modules = side;
  triple.cost = ACROSS_COST + 1 - score;
  kiosk_triples_insert (self->out, &self->count, self->max, &triple);
}

/* Two finders across a code: the corner is where a side of one meets a side of the other. */
static void
guess_across (Guess *self, const KioskFinder *a, const KioskFinder *b)
{
  const KioskFramePoint way = { b->centre.x - a->centre.x, b->centre.y - a->centre.y };
  double area = a->u.x * a->v.y - a->u.y * a->v.x;
  double on_u = (way.x * a->v.y - way.y * a->v.x) / area;
  double on_v = (a->u.x * way.y - a->u.y * way.x) / area;
  double mean = (fabs (on_u) + fabs (on_v)) / 2;

  if (mean < 13 || fabs (fabs (on_u) - fabs (on_v)) > 0.3 * mean)
    return;
  guess_corner (self, a, b, step (a->centre, a->u, on_u), mean + 7);
  guess_corner (self, a, b, step (a->centre, a->v, on_v), mean + 7);
}

static void
guess_pair (Guess *self, const KioskFinder *a, const KioskFinder *b)
{
  double modules, cost;
  gboolean on_u;
  KioskFramePoint down;

  if (a->inverted != b->inverted)
    return;
  if (!kiosk_finders_pair (a, b, &modules, &cost, &on_u))
    {
      guess_across (self, a, b);
      guess_across (self, b, a);
      return;
    }
  down = on_u ? a->v : a->u;
  guess_beside (self, a, b, down, modules);
  guess_beside (self, a, b, (KioskFramePoint){ -down.x, -down.y }, modules);
}

static guint
guess (const KioskPicture *binary, const KioskFinder *finders, guint count,
       KioskTriple out[GUESSES_PER_PICTURE])
{
  Guess self = { .picture = binary, .out = out, .max = GUESSES_PER_PICTURE };
  const KioskFinder *sure[MAX_SURE];
  guint n = 0;

  for (guint i = 0; i < count && n < MAX_SURE; i++)
    if (finders[i].trust >= MIN_TRUST)
      sure[n++] = &finders[i];
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      guess_pair (&self, sure[i], sure[j]);
  return self.count;
}

static gboolean
is_near (const KioskFinder *a, const KioskFinder *b)
{
  return hypot (a->centre.x - b->centre.x, a->centre.y - b->centre.y) < 2 * kiosk_finder_module (a);
}

static gboolean
is_same (const KioskTriple *a, const KioskTriple *b)
{
  return a->modules == b->modules && is_near (&a->corner, &b->corner)
         && is_near (&a->right, &b->right) && is_near (&a->below, &b->below);
}

static double
trust (const KioskTriple *triple)
{
  return triple->corner.trust + triple->right.trust + triple->below.trust;
}

void
kiosk_guesses_add (KioskGuesses *self, const KioskPicture *binary, const KioskFinder *finders,
                   guint count, double by)
{
  KioskTriple triples[GUESSES_PER_PICTURE];
  guint found = guess (binary, finders, count, triples);

  for (guint i = 0; i < found; i++)
    {
      guint k = 0;

      kiosk_triple_scale (&triples[i], by, 0, 0);
      while (k < self->count && !is_same (&triples[i], &self->triples[k]))
        k++;
      if (k == self->count)
        kiosk_triples_insert (self->triples, &self->count, KIOSK_GUESSES, &triples[i]);
      else if (trust (&triples[i]) > trust (&self->triples[k]))
        self->triples[k] = triples[i];
    }
}
