/* A flat picture held before a camera: where each of its points comes to lie in the frame, and what
 * glass, light and a hand do to it. No time but the one that is given, no chance but the seed's. */
#pragma once

#include "raster.h"

G_BEGIN_DECLS

typedef struct
{
  double width_px, height_px; /* of the picture in the frame, were it held square */
  double at_u, at_v;          /* this point of it (0 to 1, from its top left corner) … */
  double at_x, at_y;          /* … lies here, in pixels of the frame */
  double tilt_deg;            /* its top leans away from the camera */
  double turn_deg;            /* clockwise, in its own plane */
  double focal_px;
  double black, white; /* shades of the frame that the picture's black and white come out as */
  double blur_px;      /* deviation of what defocus makes of a point */
  double glare;        /* 0 to 1: a lamp mirrored in it */
  double moire;        /* 0 to 1: what a screen's grid does to the camera's */
  double hand_px;      /* how far it trembles */
  guint32 seed;        /* of hand and glare */
} KioskEmuLens;

/* From the unit square of the picture to pixels of the frame: three rows, homogeneous. */
typedef struct
{
  double row[3][3];
} KioskEmuMap;

/* @time_s: when; only a hand that trembles asks. */
KioskEmuMap kiosk_emu_lens_map (const KioskEmuLens *self, double time_s);
KioskEmuMap kiosk_emu_map_invert (const KioskEmuMap *self);
/* FALSE: that point is behind the camera. */
gboolean
kiosk_emu_map_apply (const KioskEmuMap *self, double x, double y, double *ret_x, double *ret_y);

/* (transfer full): @picture with as many pixels as this lens can tell apart; what is drawn. */
KioskEmuRaster *kiosk_emu_lens_prepare (const KioskEmuLens *self, const KioskEmuRaster *picture);

/**
 * kiosk_emu_lens_draw:
 * @prepared: of kiosk_emu_lens_prepare()
 * @time_s: seconds since the hand holds it there
 * @frame: what is there already shows around the picture
 *
 * Each pixel is the mean of what it covers, so that nothing finer than the frame leaves traces in
 * it. Only defocus, the hand's movement while the shutter is open, glare and moiré are added: a
 * sensor's noise is grain.h.
 */
void kiosk_emu_lens_draw (const KioskEmuLens *self, const KioskEmuRaster *prepared, double time_s,
                          KioskEmuRaster *frame);

G_END_DECLS
