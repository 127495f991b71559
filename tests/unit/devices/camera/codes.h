/* Frames with codes in them, as a camera would see them; libqrencode draws the codes. */
#pragma once

#include <glib.h>

#include "devices/camera/decode.h"

G_BEGIN_DECLS

#define CODES_WIDTH  480
#define CODES_HEIGHT 360

typedef struct
{
  guint8 pixels[CODES_WIDTH * CODES_HEIGHT];
} Frame;

typedef struct
{
  double x, y;      /* middle of the code */
  double module_px; /* 0: 5 */
  double turn;      /* radians */
  double lean;      /* share by which the far side is smaller than the near one */
  double bend;      /* modules by which the ends of a row lie below its middle */
  double light, dark;
} Pose;

/* A wall of middling grey. */
void frame_clear (Frame *frame);
/* Draws @text, as bytes, at level L in the smallest version. */
void frame_draw (Frame *frame, const char *text, gsize length, const Pose *pose);
/* The first of two parts of @text. */
void frame_draw_part (Frame *frame, const char *text, const Pose *pose);
/* A code that holds nothing. */
void frame_draw_empty (Frame *frame, const Pose *pose);
/* A reflection: everything within @radius_px is white. */
void frame_shine (Frame *frame, double x, double y, double radius_px);
void frame_blur (Frame *frame, guint times);
/* Finder patterns all over, each module @module_px wide. */
void frame_fill_with_finders (Frame *frame, guint module_px);
void frame_fill_with_noise (Frame *frame, guint32 seed);

KioskGreyFrame frame_grey (const Frame *frame);

G_END_DECLS
