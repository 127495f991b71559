/* From three finders to a clean picture of the code, and over several frames if one is not enough.
 * Private to the room. */
#pragma once

#include <glib.h>

#include "devices/camera/finder.h"
#include "devices/camera/reader.h"

G_BEGIN_DECLS

typedef struct _KioskStraightener KioskStraightener;

/* What one try showed, read or not. */
typedef struct
{
  double score;     /* how well the fixed parts of a code are there, 1 at best */
  double format;    /* and its format */
  double module_px; /* pixels of the picture */
  double glare;     /* share of the code that is blown out, 0 to 1 */
  KioskFramePoint corners[4];
} KioskStraightened;

KioskStraightener *kiosk_straightener_new (KioskDarkroom *darkroom, KioskReader *reader);
void kiosk_straightener_free (KioskStraightener *self);
void kiosk_straightener_forget (KioskStraightener *self);

/* @picture is the whole frame, @triple in its pixels. TRUE when the code was read. */
gboolean kiosk_straightener_read (KioskStraightener *self, const KioskPicture *picture,
                                  const KioskTriple *triple, KioskReading *ret_reading,
                                  KioskStraightened *ret_seen);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStraightener, kiosk_straightener_free)

G_END_DECLS
