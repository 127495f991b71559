/* How something is held before the camera, in the words of the control socket: KEY=VALUE. */
#pragma once

#include "phone.h"
#include "view.h"

G_BEGIN_DECLS

typedef struct
{
  double module;     /* pixels of the frame for a module of its code; 0: as @width says */
  double width;      /* pixels of the frame for the whole width; 0: as @module says */
  double tilt, turn; /* degrees: its top away from the camera; clockwise */
  double blur;       /* pixels: deviation of what defocus makes of a point */
  double dim;        /* percent of its light that are missing */
  double dark;       /* 1: a phone in dark mode */
  double noise;      /* shades: deviation of the sensor's */
  double glare;      /* percent: a lamp mirrored in it */
  double moire;      /* percent: a screen's grid in the camera's */
  double hand;       /* pixels that it trembles */
  double seed;       /* of noise, glare and trembling */
} KioskEmuPose;

/* @words: NULL at the end; a bare word is a key of value 1. %KIOSK_EMU_ERROR_COMMAND names the
 * keys. */
gboolean kiosk_emu_pose_parse (char **words, KioskEmuPose *ret_pose, GError **error);

/* (transfer full): @sheet held so; @white: the shade of what is white on it, in full light. */
KioskEmuScene *kiosk_emu_pose_scene (const KioskEmuPose *self, const KioskEmuSheet *sheet,
                                     double white, GError **error);

G_END_DECLS
