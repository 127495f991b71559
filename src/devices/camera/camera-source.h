/* Frames from a camera, or from whatever stands in for one outside of this program: a GStreamer
 * description of a source, "v4l2src device=/dev/video0 ! image/jpeg,width=1280,height=720 !
 * jpegdec". Only elements of a list that is known here can be named. Used by kiosk-scanner alone.
 */
#pragma once

#include "devices/camera/camera-preview.h"
#include "devices/camera/decode.h"

G_BEGIN_DECLS

#define KIOSK_CAMERA_SOURCE_MAX 1024 /* characters of a description */

#define KIOSK_CAMERA_SOURCE_ERROR (kiosk_camera_source_error_quark ())
GQuark kiosk_camera_source_error_quark (void);

typedef enum
{
  KIOSK_CAMERA_SOURCE_ERROR_DESCRIPTION, /* no source, or one that cannot be built: mend settings */
  KIOSK_CAMERA_SOURCE_ERROR_MISSING,     /* no such device now, or it went away: open it again */
} KioskCameraSourceError;

typedef struct _KioskCameraSource KioskCameraSource;

typedef enum
{
  KIOSK_CAMERA_PURPOSE_CODES,    /* the whole frame, grey */
  KIOSK_CAMERA_PURPOSE_PORTRAIT, /* its middle, upright, three to four, in colour */
} KioskCameraPurpose;

#define KIOSK_CAMERA_PORTRAIT_WIDTH  600 /* pixels, at most */
#define KIOSK_CAMERA_PORTRAIT_HEIGHT 800

/* R, G, B. */
typedef struct
{
  const guint8 *pixels;
  guint width, height;
  gsize stride;
} KioskColourFrame;

/* Once, before the first source; @environment of the process must be what a worker gives it. */
void kiosk_camera_source_init (void);

/**
 * kiosk_camera_source_open:
 * @preview: (nullable): must outlive the source; pictures are put there as frames come
 *
 * The device is open when this returns; nothing was read from it, so that the process can be locked
 * before the first byte comes.
 */
KioskCameraSource *kiosk_camera_source_open (const char *description, KioskCameraPurpose purpose,
                                             KioskPreview *preview, GError **error);

/* "v4l2", "libcamera", "pipewire", "files", "test". Static. */
const char *kiosk_camera_source_kind (const KioskCameraSource *self);
/* It opens files while it runs. */
gboolean kiosk_camera_source_reads_files (const KioskCameraSource *self);

gboolean kiosk_camera_source_play (KioskCameraSource *self, GError **error);

/* Lives during the call; black is 0. */
typedef void (*KioskCameraSourceFrame) (gpointer data, const KioskGreyFrame *frame);

/**
 * kiosk_camera_source_take:
 * @timeout_ms: what it may wait for a frame, in milliseconds
 *
 * The newest frame, if there is one; older ones that nobody took are gone. Blocks.
 *
 * Returns: 1: @frame was called; 0: none came; −1: the device has gone away, @error says how
 */
int kiosk_camera_source_take (KioskCameraSource *self, int timeout_ms, KioskCameraSourceFrame frame,
                              gpointer data, GError **error);

/* The same of a source for portraits. */
typedef void (*KioskCameraSourceColour) (gpointer data, const KioskColourFrame *frame);
int kiosk_camera_source_take_colour (KioskCameraSource *self, int timeout_ms,
                                     KioskCameraSourceColour frame, gpointer data, GError **error);

/* Stands in the preview instead of what the camera sees; NULL: no more. Not larger than a portrait.
 */
void kiosk_camera_source_still (KioskCameraSource *self, const KioskColourFrame *frame);

/* Waits for its threads; a device that hangs makes this hang. NULL is ignored. */
void kiosk_camera_source_close (KioskCameraSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCameraSource, kiosk_camera_source_close)

G_END_DECLS
