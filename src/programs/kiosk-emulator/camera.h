/* A camera on a named pipe: raw I420 frames (view.h), as many a second as it says, for as long as
 * someone reads them.
 *
 * Each reader has a pipe of its own: once one has opened the name, another pipe takes it, so that
 * whoever reads next begins with a whole frame, wherever the last one was killed. A slow reader
 * slows the camera; each frame is drawn when it is written. */
#pragma once

#include "view.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_CAMERA_COVER, /* a hand on the lens: black */
  KIOSK_EMU_CAMERA_UNCOVER,
  KIOSK_EMU_CAMERA_STALL, /* open, but no frame comes any more */
  KIOSK_EMU_CAMERA_RESUME,
  KIOSK_EMU_CAMERA_UNPLUG, /* the reader is at the end, and the name is gone */
  KIOSK_EMU_CAMERA_PLUG,
} KioskEmuCameraDeed;

typedef struct _KioskEmuCamera KioskEmuCamera;

/* Makes the pipe, mode 0600, in the place of one that is there, and begins to wait for a reader.
 * %KIOSK_EMU_ERROR_DEVICE: there cannot be one at @path. */
KioskEmuCamera *kiosk_emu_camera_new (const char *path, GError **error);
/* Takes the pipe away. */
void kiosk_emu_camera_free (KioskEmuCamera *self);

/* From the next frame on. */
void kiosk_emu_camera_show (KioskEmuCamera *self, KioskEmuScene *scene);
/* The same; unplugged and plugged when this returns. */
gboolean kiosk_emu_camera_do (KioskEmuCamera *self, KioskEmuCameraDeed deed, GError **error);
/* "plugged", "covered", "stalled" or "unplugged". */
const char *kiosk_emu_camera_state (KioskEmuCamera *self);
/* Whole frames that readers have taken. */
guint64 kiosk_emu_camera_frames (KioskEmuCamera *self);
const char *kiosk_emu_camera_path (const KioskEmuCamera *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuCamera, kiosk_emu_camera_free)

G_END_DECLS
