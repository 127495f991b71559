/* What kioskd and kiosk-scanner say to each other: kinds of frames (devices/worker). What it is
 * lent is the memory of the preview. */
#pragma once

#include "devices/camera/camera-port.h"
#include "devices/worker/worker-frame.h"

G_BEGIN_DECLS

typedef enum
{
  /* to the scanner */
  KIOSK_CAMERA_WIRE_PORTRAIT, /* (): before BEGIN: for a portrait, not for codes */
  KIOSK_CAMERA_WIRE_BEGIN,    /* s: a source, as camera-source.h describes */
  KIOSK_CAMERA_WIRE_TAKE,     /* (): a portrait, as soon as one is good */
  KIOSK_CAMERA_WIRE_AGAIN,    /* (): it is not wanted */
  /* from it */
  KIOSK_CAMERA_WIRE_OPENED,     /* s: what kind of source; each time that one was opened */
  KIOSK_CAMERA_WIRE_READY,      /* () */
  KIOSK_CAMERA_WIRE_ALIVE,      /* t: frames seen by this process */
  KIOSK_CAMERA_WIRE_GUIDANCE,   /* s: name of a KioskCameraGuidance */
  KIOSK_CAMERA_WIRE_CODE,       /* ay */
  KIOSK_CAMERA_WIRE_TROUBLE,    /* s: name of a KioskCameraTrouble */
  KIOSK_CAMERA_WIRE_PICTURE,    /* ay: a JPEG */
  KIOSK_CAMERA_WIRE_NO_PICTURE, /* s: name of a KioskCameraGuidance */
  KIOSK_CAMERA_WIRE_KINDS,
} KioskCameraWireKind;

extern const KioskWorkerDialect kiosk_camera_wire;

/* FALSE: not a code, for it is empty or longer than any. What is returned lives with @payload. */
gboolean kiosk_camera_wire_code (GVariant *payload, const guint8 **ret_code, gsize *ret_length);
/* FALSE: not a portrait, for it is empty or too big. As above. */
gboolean kiosk_camera_wire_picture (GVariant *payload, const guint8 **ret_jpeg, gsize *ret_length);
/* FALSE: no short printable word. @ret_kind lives with @payload. */
gboolean kiosk_camera_wire_opened (GVariant *payload, const char **ret_kind);

G_END_DECLS
