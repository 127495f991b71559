/* The camera as a journey sees it: a port. The real one is a worker that supervises kiosk-scanner;
 * unit tests give a table-driven one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Digits of the largest QR code (version 40, level L); every other kind of content is shorter. */
#define KIOSK_CAMERA_PAYLOAD_MAX 7089
/* Bytes of a portrait. */
#define KIOSK_CAMERA_PICTURE_MAX (128 * 1024)

/* What a person can do so that a code is read; each is one sentence on the page. */
typedef enum
{
  KIOSK_CAMERA_GUIDANCE_NOTHING, /* no code in sight: show one */
  KIOSK_CAMERA_GUIDANCE_PART,    /* one part of a code in several, or an empty one: show another */
  KIOSK_CAMERA_GUIDANCE_TOO_FAR,
  KIOSK_CAMERA_GUIDANCE_TOO_CLOSE,
  KIOSK_CAMERA_GUIDANCE_GLARE,
  KIOSK_CAMERA_GUIDANCE_HOLD_STILL,
  /* Of a portrait alone; NOTHING and HOLD_STILL are said of both. */
  KIOSK_CAMERA_GUIDANCE_TOO_DARK,
  KIOSK_CAMERA_GUIDANCE_TOO_BRIGHT,
  KIOSK_CAMERA_GUIDANCE_BLURRED,
  KIOSK_CAMERA_GUIDANCE_GOOD, /* a picture can be taken */
} KioskCameraGuidance;
/* "nothing", "hold-still": the name on the wire, in events and in pages. */
const char *kiosk_camera_guidance_name (KioskCameraGuidance guidance);
gboolean kiosk_camera_guidance_from_name (const char *name, KioskCameraGuidance *ret_guidance);

/* Why nothing can be read. All heal by themselves but the last; READY tells that. */
typedef enum
{
  KIOSK_CAMERA_TROUBLE_MISSING, /* none is plugged in, or it was pulled out: staff */
  KIOSK_CAMERA_TROUBLE_STALLED, /* it stopped giving pictures; it is being restarted */
  KIOSK_CAMERA_TROUBLE_COVERED, /* it sees nothing: something lies on it */
  KIOSK_CAMERA_TROUBLE_FAULT,   /* the scanner process died or hung; it is being restarted */
  KIOSK_CAMERA_TROUBLE_SOURCE,  /* the settings' description of it cannot be used: technician */
} KioskCameraTrouble;
/* "missing", "covered": as above. */
const char *kiosk_camera_trouble_name (KioskCameraTrouble trouble);
gboolean kiosk_camera_trouble_from_name (const char *name, KioskCameraTrouble *ret_trouble);

typedef enum
{
  KIOSK_CAMERA_EVENT_READY,    /* pictures come, and they show something */
  KIOSK_CAMERA_EVENT_GUIDANCE, /* @guidance: what would help; told when it changes */
  KIOSK_CAMERA_EVENT_CODE,     /* @payload, @length: a whole code; once while it is being shown */
  KIOSK_CAMERA_EVENT_TROUBLE,  /* @trouble; told when it changes */
  /* The answer to take(): */
  KIOSK_CAMERA_EVENT_PICTURE,    /* @payload, @length: a JPEG, at most KIOSK_CAMERA_PICTURE_MAX */
  KIOSK_CAMERA_EVENT_NO_PICTURE, /* @guidance: why none was good enough */
} KioskCameraEventType;

typedef struct
{
  KioskCameraEventType type;
  KioskCameraGuidance guidance;
  KioskCameraTrouble trouble;
  const guint8
    *payload; /* personal, NULs and all; 1 … KIOSK_CAMERA_PAYLOAD_MAX bytes; wiped after */
  gsize length;
} KioskCameraEvent;

/* Called in the main context of the port's owner. What @event points to lives during the call. */
typedef void (*KioskCameraWatch) (gpointer data, const KioskCameraEvent *event);

typedef struct _KioskCameraPort KioskCameraPort;
struct _KioskCameraPort
{
  /* The camera is on from now on, and @watch is told what it sees; one watch. */
  void (*start) (KioskCameraPort *self, KioskCameraWatch watch, gpointer data);
  /* The camera is off; the last picture is wiped; the watch is not called again. */
  void (*stop) (KioskCameraPort *self);
  /* Pictures of what the camera sees (camera-preview.h), for reading alone: a descriptor for the
   * page, which the caller closes; −1: there are none. The same pictures from the first start on.
   */
  int (*preview) (KioskCameraPort *self);
  void (*free) (KioskCameraPort *self);
  /* For a portrait, instead of start(): upright pictures, three to four; no code is looked for.
   * @watch is told how light and sharp they are. */
  void (*portrait) (KioskCameraPort *self, KioskCameraWatch watch, gpointer data);
  /* Takes one within a second, as soon as one is good; it stands in the preview from then on. */
  void (*take) (KioskCameraPort *self);
  /* It is not wanted: the preview moves again. */
  void (*again) (KioskCameraPort *self);
};

G_END_DECLS
