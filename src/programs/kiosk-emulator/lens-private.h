/* The steps of a lens between themselves. */
#pragma once

#include "lens.h"

G_BEGIN_DECLS

/* Pixels of a frame: from left and top on, up to right and bottom. */
typedef struct
{
  int left, top, right, bottom;
} KioskEmuBox;

/* How fast the hand moves, in pixels of the frame a second. */
void
kiosk_emu_lens_velocity (const KioskEmuLens *self, double time_s, double *ret_x, double *ret_y);

/* Defocus of the brightness within @box. */
void kiosk_emu_blur_round (KioskEmuRaster *frame, KioskEmuBox box, double deviation_px);
/* What moves by so many pixels while the shutter is open. */
void kiosk_emu_blur_along (KioskEmuRaster *frame, KioskEmuBox box, double x_px, double y_px);

G_END_DECLS
