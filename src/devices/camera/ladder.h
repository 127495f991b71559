/* The ladder of preparations that ZBar is given, cheap ones first. Private to the room. */
#pragma once

#include <glib.h>

#include "devices/camera/prepare.h"

G_BEGIN_DECLS

#define KIOSK_LADDER_RUNGS 7

typedef struct
{
  guint shrink; /* 1, 2 or 3 */
  gboolean smooth;
  guint radius, bias; /* of the threshold; 0: */
  guint share;        /* the window of the threshold is the shorter side divided by this; 0: none */
  double cost_us;     /* measured for a frame of KIOSK_DECODER_MAX_PIXELS: ZBar's part */
} KioskRung;

extern const KioskRung kiosk_ladder[KIOSK_LADDER_RUNGS];

/* Writes what @rung makes of @in to @out. @between is room for what lies between. */
void kiosk_ladder_prepare (const KioskRung *rung, KioskDarkroom *darkroom, KioskPicture *out,
                           KioskPicture *between, const KioskPicture *in);

G_END_DECLS
