#include "programs/kioskd/control-camera.h"

#include <string.h>

#include "devices/camera/camera-worker.h"
#include "programs/kioskd/control-models.h"

#define SECONDS_MAX 20

struct _KioskControlCamera
{
  KioskCameraPort *camera;
  KioskClock *clock;
  void (*changed) (gpointer data);
  gpointer data;
  KioskTrial *trial; /* NULL: nobody looks */
  KioskBusControl1 *skeleton;
  GDBusMethodInvocation *invocation;
};

KioskControlCamera *
kiosk_control_camera_new (KioskCameraPort *camera, KioskClock *clock,
                          void (*changed) (gpointer data), gpointer data)
{
  KioskControlCamera *self = g_new0 (KioskControlCamera, 1);

  self->camera = camera;
  self->clock = kiosk_clock_ref (clock);
  self->changed = changed;
  self->data = data;
  return self;
}

void
kiosk_control_camera_free (KioskControlCamera *self)
{
  if (self == NULL)
    return;
  kiosk_control_camera_give_up (self, "kioskd ends");
  kiosk_clock_unref (self->clock);
  g_free (self);
}

static void
refuse (GDBusMethodInvocation *invocation, const char *why)
{
  g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Failed", why);
}

static void
tried (gpointer data, const KioskTrialResult *result)
{
  KioskControlCamera *self = data;

  kiosk_bus_control1_complete_try_camera (self->skeleton, g_steal_pointer (&self->invocation),
                                          kiosk_control_seen (result));
  g_clear_pointer (&self->trial, kiosk_trial_free);
  self->changed (self->data);
}

static void
trial_changed (gpointer data)
{
  KioskControlCamera *self = data;

  self->changed (self->data);
}

void
kiosk_control_camera_try (KioskControlCamera *self, KioskBusControl1 *skeleton,
                          GDBusMethodInvocation *invocation, guint seconds)
{
  if (self->camera == NULL)
    refuse (invocation, "no camera is set: [camera] source in the settings of kioskd");
  else if (strcmp (kiosk_camera_worker_state (self->camera), "off") != 0)
    refuse (invocation, "the camera is in use; try again");
  else
    {
      self->skeleton = skeleton;
      self->invocation = invocation;
      self->trial = kiosk_trial_new (self->camera, self->clock, CLAMP (seconds, 1, SECONDS_MAX),
                                     tried, trial_changed, self);
      self->changed (self->data);
    }
}

void
kiosk_control_camera_give_up (KioskControlCamera *self, const char *why)
{
  g_clear_pointer (&self->trial, kiosk_trial_free);
  if (self->invocation != NULL)
    refuse (g_steal_pointer (&self->invocation), why);
}

void
kiosk_control_camera_left (KioskControlCamera *self, GDBusConnection *connection)
{
  if (self->invocation != NULL
      && g_dbus_method_invocation_get_connection (self->invocation) == connection)
    kiosk_control_camera_give_up (self, "nobody waits for the answer");
}
