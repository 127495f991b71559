/* A technician's look through the camera: on for some seconds, off again; what it saw, in numbers.
 */
#pragma once

#include "base/clock.h"
#include "devices/camera/camera-port.h"

G_BEGIN_DECLS

typedef struct
{
  const char *state; /* as kiosk_camera_worker_state() */
  const char *kind;
  const char *guidance; /* the last; "" for none */
  guint64 frames;
  gsize code_bytes; /* of the code that was read; 0: none was */
} KioskTrialResult;

/* What @result points to lives during the call. */
typedef void (*KioskTrialDone) (gpointer data, const KioskTrialResult *result);

typedef struct _KioskTrial KioskTrial;

/* @port: a worker's, off. Ends with the first code, or after @seconds. @changed: its state has. */
KioskTrial *kiosk_trial_new (KioskCameraPort *port, KioskClock *clock, guint seconds,
                             KioskTrialDone done, void (*changed) (gpointer data), gpointer data);
/* The camera is off; an end that has not been told is not told any more. NULL is ignored. */
void kiosk_trial_free (KioskTrial *self);

G_END_DECLS
