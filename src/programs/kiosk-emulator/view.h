/* What the camera sees now: the hall, and perhaps something that is held before it. */
#pragma once

#include "lens.h"

G_BEGIN_DECLS

#define KIOSK_EMU_VIEW_WIDTH  1280
#define KIOSK_EMU_VIEW_HEIGHT 720
#define KIOSK_EMU_VIEW_RATE   15 /* frames a second */
#define KIOSK_EMU_VIEW_FOCAL  1100.0

/* Something held before the camera. Never changed once it is made: threads share it. */
typedef struct
{
  KioskEmuLens lens;
  KioskEmuRaster *picture; /* (nullable): nothing is held there */
  double noise;            /* deviation of the sensor's, in shades */
} KioskEmuScene;

/* @picture: (nullable) (transfer full) */
KioskEmuScene *
kiosk_emu_scene_new (KioskEmuRaster *picture, const KioskEmuLens *lens, double noise);
/* Nothing but the hall. */
KioskEmuScene *kiosk_emu_scene_new_hall (void);
KioskEmuScene *kiosk_emu_scene_ref (KioskEmuScene *self);
void kiosk_emu_scene_unref (KioskEmuScene *self);

typedef struct _KioskEmuView KioskEmuView;

KioskEmuView *kiosk_emu_view_new (void);
void kiosk_emu_view_free (KioskEmuView *self);

/**
 * kiosk_emu_view_frame:
 * @number: of the frame since @scene is there
 * @is_covered: a hand lies on the lens
 *
 * The same scene and number make the same frame. What does not move is drawn once.
 *
 * Returns: (transfer none): a video frame, until the next call
 */
const KioskEmuRaster *kiosk_emu_view_frame (KioskEmuView *self, KioskEmuScene *scene,
                                            guint64 number, gboolean is_covered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuScene, kiosk_emu_scene_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuView, kiosk_emu_view_free)

G_END_DECLS
