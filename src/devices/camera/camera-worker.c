#include "devices/camera/camera-worker.h"

#include <unistd.h>

#include "devices/camera/camera-preview.h"
#include "devices/camera/camera-wire.h"
#include "devices/worker/worker-keeper.h"

/* A scanner says four times a second that it is alive; a frame takes it 0.4 s at the worst. */
#define SILENCE_MS 2500
/* It holds nothing that needs a goodbye. */
#define GOODBYE_MS   300
#define RETRY_MS     200
#define RETRY_MAX_MS 1000
#define KIND_SIZE    17

typedef struct
{
  KioskCameraPort port;
  char *program, *source;
  KioskWorkerKeeper *keeper;
  KioskCameraWatch watch; /* NULL: off */
  gpointer watch_data;
  int preview; /* −1: none could be had */
  char kind[KIND_SIZE];
  guint64 frames;
  gboolean is_open; /* the process has opened a source */
  gboolean is_ready;
  int trouble;           /* the KioskCameraTrouble that stands, or −1 */
  gboolean has_said_why; /* the process, and will end */
  gboolean is_portrait;
} Worker;

static void
tell (Worker *self, const KioskCameraEvent *event)
{
  if (self->watch != NULL)
    self->watch (self->watch_data, event);
}

/* One that stays is told once, not at each attempt. */
static void
tell_trouble (Worker *self, KioskCameraTrouble trouble)
{
  self->is_ready = FALSE;
  if (self->trouble == (int)trouble)
    return;
  self->trouble = (int)trouble;
  tell (self, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_TROUBLE, .trouble = trouble });
}

static gboolean
hear_trouble (Worker *self, GVariant *payload)
{
  KioskCameraTrouble trouble;

  if (!kiosk_camera_trouble_from_name (g_variant_get_string (payload, NULL), &trouble))
    return FALSE;
  self->has_said_why = trouble != KIOSK_CAMERA_TROUBLE_COVERED;
  tell_trouble (self, trouble);
  return TRUE;
}

static gboolean
hear_guidance (Worker *self, KioskCameraEventType type, GVariant *payload)
{
  KioskCameraEvent event = { .type = type };

  if (!kiosk_camera_guidance_from_name (g_variant_get_string (payload, NULL), &event.guidance))
    return FALSE;
  tell (self, &event);
  return TRUE;
}

static gboolean
hear_code (Worker *self, GVariant *payload)
{
  KioskCameraEvent event = { .type = KIOSK_CAMERA_EVENT_CODE };

  if (!kiosk_camera_wire_code (payload, &event.payload, &event.length))
    return FALSE;
  tell (self, &event);
  return TRUE;
}

static gboolean
hear_picture (Worker *self, GVariant *payload)
{
  KioskCameraEvent event = { .type = KIOSK_CAMERA_EVENT_PICTURE };

  if (!kiosk_camera_wire_picture (payload, &event.payload, &event.length))
    return FALSE;
  tell (self, &event);
  return TRUE;
}

static gboolean
hear_opened (Worker *self, GVariant *payload)
{
  const char *kind;

  if (!kiosk_camera_wire_opened (payload, &kind))
    return FALSE;
  g_strlcpy (self->kind, kind, sizeof self->kind);
  self->is_open = TRUE;
  self->has_said_why = FALSE;
  return TRUE;
}

static gboolean
hear_ready (Worker *self)
{
  if (!self->is_open)
    return FALSE;
  self->is_ready = TRUE;
  self->trouble = -1;
  kiosk_worker_keeper_works (self->keeper);
  tell (self, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_READY });
  return TRUE;
}

static gboolean
hear (gpointer data, guint kind, GVariant *payload)
{
  Worker *self = data;

  switch ((KioskCameraWireKind)kind)
    {
    case KIOSK_CAMERA_WIRE_ALIVE:
      self->frames = g_variant_get_uint64 (payload);
      return TRUE;
    case KIOSK_CAMERA_WIRE_OPENED:
      return hear_opened (self, payload);
    case KIOSK_CAMERA_WIRE_READY:
      return hear_ready (self);
    case KIOSK_CAMERA_WIRE_TROUBLE:
      return hear_trouble (self, payload);
    case KIOSK_CAMERA_WIRE_GUIDANCE:
      return self->is_open && hear_guidance (self, KIOSK_CAMERA_EVENT_GUIDANCE, payload);
    case KIOSK_CAMERA_WIRE_CODE:
      return self->is_open && !self->is_portrait && hear_code (self, payload);
    case KIOSK_CAMERA_WIRE_PICTURE:
      return self->is_open && self->is_portrait && hear_picture (self, payload);
    case KIOSK_CAMERA_WIRE_NO_PICTURE:
      return self->is_open && self->is_portrait
             && hear_guidance (self, KIOSK_CAMERA_EVENT_NO_PICTURE, payload);
    default:
      return FALSE; /* not for a scanner to say */
    }
}

static void
born (gpointer data)
{
  Worker *self = data;

  if (self->is_portrait)
    kiosk_worker_keeper_send (self->keeper, KIOSK_CAMERA_WIRE_PORTRAIT, NULL);
  kiosk_worker_keeper_send (self->keeper, KIOSK_CAMERA_WIRE_BEGIN,
                            g_variant_new_string (self->source));
}

static gint64
gone (gpointer data, gint64 retry_ms)
{
  Worker *self = data;

  if (!self->has_said_why)
    tell_trouble (self, KIOSK_CAMERA_TROUBLE_FAULT);
  self->has_said_why = self->is_open = FALSE;
  return retry_ms;
}

/* Only now does nobody write there any more. */
static void
wipe_preview (gpointer data)
{
  Worker *self = data;

  if (self->preview >= 0)
    kiosk_preview_memory_wipe (self->preview);
}

static void
worker_stop (KioskCameraPort *port)
{
  Worker *self = (Worker *)port;

  self->watch = NULL;
  self->is_open = self->is_ready = self->has_said_why = FALSE;
  self->trouble = -1;
  kiosk_worker_keeper_stop (self->keeper);
}

static void
begin (KioskCameraPort *port, gboolean is_portrait, KioskCameraWatch watch, gpointer data)
{
  Worker *self = (Worker *)port;

  worker_stop (port);
  self->is_portrait = is_portrait;
  self->watch = watch;
  self->watch_data = data;
  kiosk_worker_keeper_start (self->keeper);
}

static void
worker_start (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  begin (port, FALSE, watch, data);
}

static void
worker_portrait (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  begin (port, TRUE, watch, data);
}

/* To codes nobody says this: the scanner would end, for it is out of form. */
static void
say_in_portrait (KioskCameraPort *port, KioskCameraWireKind kind)
{
  Worker *self = (Worker *)port;

  if (self->is_portrait && self->is_open)
    kiosk_worker_keeper_send (self->keeper, kind, NULL);
}

static void
worker_take (KioskCameraPort *port)
{
  say_in_portrait (port, KIOSK_CAMERA_WIRE_TAKE);
}

static void
worker_again (KioskCameraPort *port)
{
  say_in_portrait (port, KIOSK_CAMERA_WIRE_AGAIN);
}

static int
worker_preview (KioskCameraPort *port)
{
  Worker *self = (Worker *)port;

  return self->preview < 0 ? -1 : kiosk_preview_memory_share (self->preview, NULL);
}

static void
worker_free (KioskCameraPort *port)
{
  Worker *self = (Worker *)port;

  worker_stop (port);
  kiosk_worker_keeper_free (self->keeper);
  if (self->preview >= 0)
    close (self->preview);
  g_free (self->program);
  g_free (self->source);
  g_free (self);
}

const char *
kiosk_camera_worker_state (KioskCameraPort *port)
{
  Worker *self = (Worker *)port;

  if (self->watch == NULL)
    return "off";
  if (self->trouble >= 0)
    return kiosk_camera_trouble_name ((KioskCameraTrouble)self->trouble);
  return self->is_ready ? "ready" : "starting";
}

const char *
kiosk_camera_worker_kind (KioskCameraPort *port)
{
  Worker *self = (Worker *)port;

  return *self->kind == '\0' ? "none" : self->kind;
}

guint64
kiosk_camera_worker_frames (KioskCameraPort *port)
{
  return ((Worker *)port)->frames;
}

KioskCameraPort *
kiosk_camera_worker_new (const char *scanner_program, const char *source, KioskClock *clock)
{
  /* No scan of what is installed, no code written at run time: the lock allows neither. */
  static const char *const environment[] = {
    "GST_REGISTRY_DISABLE=yes",
    "GST_PLUGIN_SYSTEM_PATH_1_0=",
    "ORC_CODE=backup",
    NULL,
  };
  Worker *self = g_new0 (Worker, 1);
  KioskWorkerCare care = {
    .spec = { NULL, environment, &kiosk_camera_wire, -1 },
    .silence_ms = SILENCE_MS,
    .goodbye_ms = GOODBYE_MS,
    .retry_ms = RETRY_MS,
    .retry_max_ms = RETRY_MAX_MS,
    .born = born,
    .said = hear,
    .gone = gone,
    .left = wipe_preview,
  };

  self->port = (KioskCameraPort){ worker_start,    worker_stop, worker_preview, worker_free,
                                  worker_portrait, worker_take, worker_again };
  self->program = g_strdup (scanner_program);
  self->source = g_strdup (source);
  self->trouble = -1;
  self->preview = kiosk_preview_memory_new (NULL);
  care.spec.program = self->program;
  care.spec.lent_fd = self->preview;
  self->keeper = kiosk_worker_keeper_new (&care, clock, self);
  return &self->port;
}
