/* TryCamera of the control socket: one technician's look at a time. Private to kioskd. */
#pragma once

#include "bus-control1.h"
#include "programs/kioskd/trial.h"

G_BEGIN_DECLS

typedef struct _KioskControlCamera KioskControlCamera;

/* @camera: (nullable): a worker's. @changed: the camera's state has. */
KioskControlCamera *kiosk_control_camera_new (KioskCameraPort *camera, KioskClock *clock,
                                              void (*changed) (gpointer data), gpointer data);
void kiosk_control_camera_free (KioskControlCamera *self);

/* Answers @invocation, at once or when the look is over. */
void kiosk_control_camera_try (KioskControlCamera *self, KioskBusControl1 *skeleton,
                               GDBusMethodInvocation *invocation, guint seconds);
/* A look under way ends now, and is answered with @why; the camera is off. */
void kiosk_control_camera_give_up (KioskControlCamera *self, const char *why);
/* Nobody is there any more to be answered. */
void kiosk_control_camera_left (KioskControlCamera *self, GDBusConnection *connection);

G_END_DECLS
