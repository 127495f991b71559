/* Whether a portrait can be taken now, and the picture itself. No face is looked for: Debian 12 has
 * no small, kept library for it, and a wrong "no" would turn away the very people who look unlike
 * its samples. What is measured, in the oval where the page asks for the face, is light, contrast,
 * movement and sharpness; whether it is a face, and whose, an officer sees. Private to the room and
 * kiosk-scanner. */
#pragma once

#include "devices/camera/camera-port.h"
#include "devices/camera/camera-source.h"

G_BEGIN_DECLS

/* What was measured last, shades of 0 to 255. */
typedef struct
{
  double light;    /* mean */
  double burnt;    /* share of pixels, 0 to 1, that are white through and through */
  double contrast; /* standard deviation */
  double movement; /* mean difference from the frame before; 255 for the first */
  double edges;    /* mean of the steepest hundredth of steps from pixel to pixel … */
} KioskPortraitMeasure;

typedef struct _KioskPortraitEye KioskPortraitEye;

KioskPortraitEye *kiosk_portrait_eye_new (void);
/* Wipes what it has seen. */
void kiosk_portrait_eye_free (KioskPortraitEye *self);

/* One of NOTHING, TOO_DARK, TOO_BRIGHT, HOLD_STILL, BLURRED and GOOD, the first that holds:
 * what is too dark cannot be judged further. */
KioskCameraGuidance kiosk_portrait_eye_look (KioskPortraitEye *self, const KioskColourFrame *frame);
const KioskPortraitMeasure *kiosk_portrait_eye_measure (const KioskPortraitEye *self);
/* The frame last looked at; lives until the next. */
KioskGreyFrame kiosk_portrait_eye_grey (const KioskPortraitEye *self);

/* (transfer full) (nullable): at most @maximum bytes, as good as that allows; nothing beside the
 * picture is in it. */
GBytes *kiosk_portrait_jpeg (const KioskColourFrame *frame, gsize maximum);

G_END_DECLS
