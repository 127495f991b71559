#include "programs/kioskd/trial.h"

#include "devices/camera/camera-worker.h"

struct _KioskTrial
{
  KioskCameraPort *port;
  KioskClock *clock;
  guint timer;
  KioskTrialResult result;
  KioskTrialDone done;
  void (*changed) (gpointer data);
  gpointer data;
};

static void
end (gpointer data)
{
  KioskTrial *self = data;

  self->timer = 0;
  self->result.state = kiosk_camera_worker_state (self->port);
  self->result.kind = kiosk_camera_worker_kind (self->port);
  self->result.frames = kiosk_camera_worker_frames (self->port);
  self->port->stop (self->port);
  self->done (self->data, &self->result);
}

/* The content of a code is nobody's business here. Told from the main loop: @done may free this. */
static void
hear (gpointer data, const KioskCameraEvent *event)
{
  KioskTrial *self = data;

  if (event->type == KIOSK_CAMERA_EVENT_READY || event->type == KIOSK_CAMERA_EVENT_TROUBLE)
    self->changed (self->data);
  if (event->type == KIOSK_CAMERA_EVENT_GUIDANCE)
    self->result.guidance = kiosk_camera_guidance_name (event->guidance);
  if (event->type != KIOSK_CAMERA_EVENT_CODE || self->result.code_bytes != 0)
    return;
  self->result.code_bytes = event->length;
  kiosk_clock_cancel (self->clock, self->timer);
  self->timer = kiosk_clock_add_timeout (self->clock, 0, end, self);
}

KioskTrial *
kiosk_trial_new (KioskCameraPort *port, KioskClock *clock, guint seconds, KioskTrialDone done,
                 void (*changed) (gpointer data), gpointer data)
{
  KioskTrial *self = g_new0 (KioskTrial, 1);

  self->port = port;
  self->clock = kiosk_clock_ref (clock);
  self->result.guidance = "";
  self->done = done;
  self->changed = changed;
  self->data = data;
  self->timer = kiosk_clock_add_timeout (clock, (gint64)seconds * 1000, end, self);
  port->start (port, hear, self);
  return self;
}

void
kiosk_trial_free (KioskTrial *self)
{
  if (self == NULL)
    return;
  kiosk_clock_cancel (self->clock, self->timer);
  self->port->stop (self->port);
  kiosk_clock_unref (self->clock);
  g_free (self);
}
