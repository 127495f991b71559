#include "devices/camera/decode.h"

#include <string.h>
#include <time.h>

#include "devices/camera/ladder.h"
#include "devices/camera/prepare.h"
#include "devices/camera/reader.h"
#include "devices/camera/straighten.h"

/* Finding is tried in this many pictures of the ladder, and reading in all; then what was guessed.
 */
#define FINDS 5
#define READS 6
#define STEPS (FINDS + READS + 1)
/* Codes that are tried in one picture, and in one frame. */
#define TRIPLES_PER_PICTURE 4
#define TRIPLES_PER_FRAME   10
/* Whose format is seen as well as this is a code with three finders: nothing is guessed. */
#define SURE_FORMAT 0.6
/* What fits as well as this is a code. */
#define MIN_SCORE 0.35
/* What finding costs, at most, in a frame of the largest size. */
#define FIND_US 3500
/* What a try at straightening costs, at most: something, something a module, and no more than that.
 */
#define STRAIGHT_US     1500
#define STRAIGHT_MAX_US 12000

/* What is done to a frame, in this order unless something else has won lately. */
typedef struct
{
  guint rung;
  enum
  {
    FIND,  /* finders, then a straightened code */
    READ,  /* ZBar on the picture itself */
    GUESS, /* codes of which the pictures before showed two finders */
  } what;
} Step;

static const Step steps[STEPS]
  = { { 0, FIND }, { 1, FIND },  { 0, READ }, { 1, READ }, { 5, FIND }, { 3, FIND },
      { 6, FIND }, { 0, GUESS }, { 2, READ }, { 3, READ }, { 4, READ }, { 5, READ } };

struct _KioskDecoder
{
  gint64 budget_us;
  KioskDecoderTime now;
  gpointer user_data;
  KioskReader *reader;
  KioskDarkroom *darkroom;
  KioskStraightener *straightener;
  KioskPicture frame, prepared, between;
  guint prepared_rung; /* what prepared holds; KIOSK_LADDER_RUNGS for nothing */
  guint64 frames;
  guint winner; /* the step that read the last code */
  gboolean tracking;
  KioskFramePoint track[4]; /* corners of that code, in pixels of the camera's frame */
};

/* What is known of the frame at hand. */
typedef struct
{
  gint64 end;
  double by; /* pixels of the camera's frame per pixel of ours */
  double area;
  KioskReading reading;
  KioskStraightened best;
  guint finders; /* most that one picture showed */
  double finder_px;
  guint triples;
  KioskGuesses guesses;
  gboolean narrow; /* a narrow window makes finders of flat light: no evidence for an advice */
  gboolean carpet; /* ZBar's work grows with the cube of finders: it gets straightened codes only */
} Look;

static gint64
thread_us (gpointer nothing)
{
  struct timespec t;

  (void)nothing;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

KioskDecoder *
kiosk_decoder_new (gint64 budget_us, KioskDecoderTime now, gpointer user_data)
{
  KioskDecoder *self = g_new0 (KioskDecoder, 1);

  self->budget_us = budget_us;
  self->now = now != NULL ? now : thread_us;
  self->user_data = user_data;
  self->reader = kiosk_reader_new ();
  self->darkroom = kiosk_darkroom_new ();
  self->straightener = kiosk_straightener_new (self->darkroom, self->reader);
  self->frame = kiosk_picture_new ();
  self->prepared = kiosk_picture_new ();
  self->between = kiosk_picture_new ();
  return self;
}

void
kiosk_decoder_free (KioskDecoder *self)
{
  if (self == NULL)
    return;
  kiosk_straightener_free (self->straightener);
  kiosk_reader_free (self->reader);
  kiosk_darkroom_free (self->darkroom);
  kiosk_picture_clear (&self->frame);
  kiosk_picture_clear (&self->prepared);
  kiosk_picture_clear (&self->between);
  g_free (self);
}

void
kiosk_decoder_forget (KioskDecoder *self)
{
  KioskPicture *pictures[] = { &self->frame, &self->prepared, &self->between };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    kiosk_picture_wipe (pictures[i]);
  kiosk_straightener_forget (self->straightener);
  kiosk_darkroom_wipe (self->darkroom);
  self->winner = 0;
  self->tracking = FALSE;
  kiosk_reader_renew (self->reader);
}

KioskDecoderWork
kiosk_decoder_work (const KioskDecoder *self)
{
  KioskDecoderWork work = { .frames = self->frames };

  kiosk_reader_add_work (self->reader, &work);
  return work;
}

void
kiosk_sighting_clear (KioskSighting *sighting)
{
  g_clear_pointer (&sighting->payload, g_bytes_unref);
  memset (sighting, 0, sizeof *sighting);
}

static gboolean
has_time (const KioskDecoder *self, const Look *look, double us)
{
  return self->now (self->user_data) + (gint64)us <= look->end;
}

static void
scale (KioskFramePoint *points, guint count, double by, double dx, double dy)
{
  for (guint i = 0; i < count; i++)
    points[i] = (KioskFramePoint){ points[i].x * by + dx, points[i].y * by + dy };
}

static gboolean
straighten (KioskDecoder *self, Look *look, const KioskTriple *triple)
{
  KioskStraightened seen;
  gboolean read
    = kiosk_straightener_read (self->straightener, &self->frame, triple, &look->reading, &seen);

  if (seen.score > look->best.score || read)
    look->best = seen;
  if (!read)
    return FALSE;
  memcpy (look->reading.corners, seen.corners, sizeof seen.corners);
  look->reading.located = TRUE;
  return TRUE;
}

static gboolean
straighten_each (KioskDecoder *self, Look *look, const KioskTriple *triples, guint count)
{
  for (guint i = 0; i < count && look->triples < TRIPLES_PER_FRAME; i++)
    {
      double modules = triples[i].modules * triples[i].modules;

      if (!has_time (self, look, MIN (STRAIGHT_US + modules, STRAIGHT_MAX_US)))
        return FALSE;
      look->triples++;
      if (straighten (self, look, &triples[i]))
        return TRUE;
    }
  return FALSE;
}

/* Finders in a prepared picture, of which each pixel is @by of our frame's from @dx, @dy. */
static gboolean
find (KioskDecoder *self, Look *look, const KioskPicture *picture, double by, double dx, double dy)
{
  KioskFinder finders[KIOSK_FINDERS_MAX];
  KioskTriple triples[TRIPLES_PER_PICTURE];
  guint count = kiosk_finders_scan (picture, finders, &look->carpet), found;

  if (count > look->finders && !look->narrow)
    {
      look->finders = count;
      look->finder_px = kiosk_finder_module (&finders[0]) * by;
    }
  found = kiosk_finders_group (finders, count, triples, TRIPLES_PER_PICTURE);
  for (guint i = 0; i < found; i++)
    kiosk_triple_scale (&triples[i], by, dx, dy);
  if (dx == 0 && dy == 0)
    kiosk_guesses_add (&look->guesses, picture, finders, count, by);
  return straighten_each (self, look, triples, found);
}

static void
prepare (KioskDecoder *self, guint rung)
{
  if (self->prepared_rung == rung)
    return;
  kiosk_ladder_prepare (&kiosk_ladder[rung], self->darkroom, &self->prepared, &self->between,
                        &self->frame);
  self->prepared_rung = rung;
}

static gboolean
read_picture (KioskDecoder *self, Look *look, const KioskPicture *picture, double by, double dx,
              double dy)
{
  if (!kiosk_reader_read (self->reader, picture, &look->reading))
    return FALSE;
  scale (look->reading.corners, G_N_ELEMENTS (look->reading.corners), by, dx, dy);
  return TRUE;
}

static gboolean
take_step (KioskDecoder *self, Look *look, const Step *step)
{
  const KioskRung *rung = &kiosk_ladder[step->rung];

  if (step->what == GUESS)
    return look->best.format < SURE_FORMAT && !look->carpet
           && straighten_each (self, look, look->guesses.triples, look->guesses.count);
  /* Beside a part of a code there may be a whole one, but that is not worth ZBar's time. */
  if (step->what == READ && (look->carpet || look->reading.partial))
    return FALSE;
  if (!has_time (self, look,
                 (step->what == FIND ? FIND_US / rung->shrink : rung->cost_us) * look->area))
    return FALSE;
  prepare (self, step->rung);
  look->narrow = rung->radius > 0;
  return step->what == FIND ? find (self, look, &self->prepared, rung->shrink, 0, 0)
                            : read_picture (self, look, &self->prepared, rung->shrink, 0, 0);
}

/* Dark pages are read in what time is left, by the cheap rungs; finders are found in either colour
 * anyway. */
static gboolean
read_inverted (KioskDecoder *self, Look *look)
{
  for (guint i = 0; i < 2; i++)
    {
      guint rung = (guint)(self->frames + i) % 3;

      if (look->carpet || look->reading.partial
          || !has_time (self, look, (kiosk_ladder[rung].cost_us + 500) * look->area))
        return FALSE;
      prepare (self, rung);
      kiosk_prepare_invert (&self->prepared, &self->prepared);
      self->prepared_rung = KIOSK_LADDER_RUNGS;
      if (read_picture (self, look, &self->prepared, kiosk_ladder[rung].shrink, 0, 0))
        return TRUE;
    }
  return FALSE;
}

/* The last code's box and a quarter around it, in our frame; FALSE when that is nearly all of it.
 */
static gboolean
track_box (const KioskDecoder *self, const Look *look, guint box[4])
{
  double x0 = G_MAXDOUBLE, y0 = G_MAXDOUBLE, x1 = 0, y1 = 0, margin;

  for (guint i = 0; i < 4; i++)
    {
      x0 = MIN (x0, self->track[i].x / look->by);
      y0 = MIN (y0, self->track[i].y / look->by);
      x1 = MAX (x1, self->track[i].x / look->by);
      y1 = MAX (y1, self->track[i].y / look->by);
    }
  margin = 0.25 * MAX (x1 - x0, y1 - y0);
  x0 = CLAMP (x0 - margin, 0, self->frame.width);
  y0 = CLAMP (y0 - margin, 0, self->frame.height);
  x1 = CLAMP (x1 + margin, 0, self->frame.width);
  y1 = CLAMP (y1 + margin, 0, self->frame.height);
  box[0] = (guint)x0;
  box[1] = (guint)y0;
  box[2] = (guint)(x1 - x0);
  box[3] = (guint)(y1 - y0);
  return box[2] > 20 && box[3] > 20
         && (double)box[2] * box[3] < 0.8 * self->frame.width * self->frame.height;
}

/* Where the last code was, there is probably the next. */
static gboolean
follow (KioskDecoder *self, Look *look)
{
  guint box[4];
  double shorter;

  if (!self->tracking || !track_box (self, look, box))
    return FALSE;
  kiosk_prepare_crop (&self->between, &self->frame, box[0], box[1], box[2], box[3]);
  shorter = MIN (box[2], box[3]);
  kiosk_prepare_threshold (self->darkroom, &self->prepared, &self->between,
                           (guint)MAX (shorter / 12, 8), 5);
  self->prepared_rung = KIOSK_LADDER_RUNGS;
  return find (self, look, &self->prepared, 1, box[0], box[1])
         || (!look->carpet && read_picture (self, look, &self->prepared, 1, box[0], box[1]));
}

/* A screenshot may have a module a pixel and no margin: too small a code for a camera, but cheap.
 */
static gboolean
read_doubled (KioskDecoder *self, Look *look)
{
  guint margin = 16;

  if (4.0 * (self->frame.width + margin) * (self->frame.height + margin) > KIOSK_DECODER_MAX_PIXELS
      || !has_time (self, look, 4 * kiosk_ladder[4].cost_us * look->area))
    return FALSE;
  kiosk_prepare_double (&self->prepared, &self->frame, margin);
  self->prepared_rung = KIOSK_LADDER_RUNGS;
  return read_picture (self, look, &self->prepared, 0.5, -0.5 * margin, -0.5 * margin);
}

static gboolean
climb (KioskDecoder *self, Look *look)
{
  if (follow (self, look))
    return TRUE;
  self->tracking = FALSE;
  if (take_step (self, look, &steps[self->winner]))
    return TRUE;
  for (guint i = 0; i < STEPS; i++)
    if (i != self->winner && take_step (self, look, &steps[i]))
      {
        self->winner = i;
        return TRUE;
      }
  return read_doubled (self, look) || read_inverted (self, look);
}

/* Smaller modules than this are told apart by luck. */
#define FAR_PX 2.6
/* A finder this large, alone, belongs to a code that is larger than the frame. */
#define CLOSE_SHARE 0.03

static KioskSeen
advise (const KioskDecoder *self, const Look *look)
{
  double shorter = MIN (self->frame.width, self->frame.height);

  if (look->reading.partial)
    return KIOSK_SEEN_PART;
  if (look->best.score >= MIN_SCORE)
    return look->best.module_px < FAR_PX ? KIOSK_SEEN_TOO_FAR
           : look->best.glare > 0.02     ? KIOSK_SEEN_GLARE
                                         : KIOSK_SEEN_HOLD_STILL;
  if (look->finders > 0 && look->finders < 3)
    return look->finder_px > CLOSE_SHARE * shorter ? KIOSK_SEEN_TOO_CLOSE
           : look->finder_px < FAR_PX              ? KIOSK_SEEN_TOO_FAR
                                                   : KIOSK_SEEN_HOLD_STILL;
  return look->finders == 0 || look->carpet ? KIOSK_SEEN_NOTHING : KIOSK_SEEN_HOLD_STILL;
}

KioskSeen
kiosk_decoder_see (KioskDecoder *self, const KioskGreyFrame *frame, KioskSighting *ret_sighting)
{
  Look look = { .end = self->now (self->user_data) + self->budget_us };
  gboolean read;

  memset (ret_sighting, 0, sizeof *ret_sighting);
  self->frames++;
  look.by = kiosk_prepare_fit (&self->frame, frame);
  look.area = (double)self->frame.width * self->frame.height / KIOSK_DECODER_MAX_PIXELS;
  self->prepared_rung = KIOSK_LADDER_RUNGS;
  read = look.area > 0 && climb (self, &look);
  ret_sighting->partial = look.reading.partial;
  ret_sighting->finders = look.best.score >= MIN_SCORE ? 3 : MIN (look.finders, 2);
  ret_sighting->module_px
    = (look.best.module_px > 0 ? look.best.module_px : look.finder_px) * look.by;
  ret_sighting->glare = look.best.glare;
  if (!read)
    return advise (self, &look);
  ret_sighting->payload = look.reading.payload;
  ret_sighting->located = self->tracking = look.reading.located;
  scale (look.reading.corners, 4, look.by, 0, 0);
  memcpy (ret_sighting->corners, look.reading.corners, sizeof ret_sighting->corners);
  memcpy (self->track, look.reading.corners, sizeof self->track);
  return KIOSK_SEEN_CODE;
}
