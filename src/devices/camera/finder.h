/* Finder patterns in a black and white picture: the three nested squares by which a code is found.
 * Private to the room. */
#pragma once

#include <glib.h>

#include "devices/camera/prepare.h"

G_BEGIN_DECLS

/* More than this is a carpet, not a code: looking stops. */
#define KIOSK_FINDERS_MAX 64

typedef struct
{
  KioskFramePoint centre;
  /* One module along either side of the square, in pixels; the sides need not be at right angles.
   */
  KioskFramePoint u, v;
  gboolean inverted;
  double trust; /* share of the directions in which the rings are as they should be */
} KioskFinder;

/* The finder of a triple that was not seen: its place follows from the other two. */
typedef enum
{
  KIOSK_GUESSED_NONE,
  KIOSK_GUESSED_CORNER,
  KIOSK_GUESSED_RIGHT,
  KIOSK_GUESSED_BELOW,
} KioskGuessed;

/* Three finders that may belong to one code; @right lies along the rows, @below along the columns.
 */
typedef struct
{
  KioskFinder corner, right, below;
  KioskGuessed guessed;
  double modules; /* of the code's side, as the finders measure it */
  double cost;    /* what does not fit, 0 for nothing */
} KioskTriple;

/* Returns how many were written to @out, at most KIOSK_FINDERS_MAX. @ret_carpet becomes TRUE, else
 * it is left, when more of the picture looks like finders than a code of any size can have. */
guint kiosk_finders_scan (const KioskPicture *binary, KioskFinder *out, gboolean *ret_carpet);

/* The likeliest first; returns how many of at most @max were written. */
guint kiosk_finders_group (const KioskFinder *finders, guint count, KioskTriple *out, guint max);

/* Keeps the cheapest @max triples in order. */
void kiosk_triples_insert (KioskTriple *out, guint *count, guint max, const KioskTriple *triple);
/* The modules of a side at whose ends the two may be, what does not fit, and whether it is along
 * the first one's u; FALSE if they are no neighbours. */
gboolean kiosk_finders_pair (const KioskFinder *a, const KioskFinder *b, double *ret_modules,
                             double *ret_cost, gboolean *ret_on_u);

/* From pixels of a picture to pixels of another, of which each is @by, and which lies at @dx, @dy.
 */
void kiosk_triple_scale (KioskTriple *triple, double by, double dx, double dy);

/* The likeliest codes with a hidden finder that the pictures of one frame show. */
#define KIOSK_GUESSES 3

typedef struct
{
  KioskTriple triples[KIOSK_GUESSES]; /* in pixels of the frame */
  guint count;
} KioskGuesses;

/* @binary is where the finders were found, shrunk by @by. Of the same code the triple stays whose
 * finders are surest. */
void kiosk_guesses_add (KioskGuesses *self, const KioskPicture *binary, const KioskFinder *finders,
                        guint count, double by);

double kiosk_finder_module (const KioskFinder *finder);
/* One module along that side of the square that goes nearly @way. */
KioskFramePoint kiosk_finder_side (const KioskFinder *finder, KioskFramePoint way);

G_END_DECLS
