/* What a terminal's camera sees while nobody holds anything before it: a dim hall, and whoever
 * stands there. Neither black nor of one shade. */
#pragma once

#include "raster.h"

G_BEGIN_DECLS

KioskEmuRaster *kiosk_emu_hall_new (guint width, guint height);

G_END_DECLS
