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

/* Three finders that may belong to one code; @right lies along the rows, @below along the columns.
 */
typedef struct
{
  KioskFinder corner, right, below;
  double modules; /* of the code's side, as the finders measure it */
  double cost;    /* what does not fit, 0 for nothing */
} KioskTriple;

/* Returns how many were written to @out, at most KIOSK_FINDERS_MAX. @ret_carpet becomes TRUE, else
 * it is left, when more of the picture looks like finders than a code of any size can have. */
guint kiosk_finders_scan (const KioskPicture *binary, KioskFinder *out, gboolean *ret_carpet);

/* The likeliest first; returns how many of at most @max were written. */
guint kiosk_finders_group (const KioskFinder *finders, guint count, KioskTriple *out, guint max);

double kiosk_finder_module (const KioskFinder *finder);
/* One module along that side of the square that goes nearly @way. */
KioskFramePoint kiosk_finder_side (const KioskFinder *finder, KioskFramePoint way);

G_END_DECLS
