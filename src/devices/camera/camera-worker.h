/* The camera port of kioskd: a kiosk-scanner process for as long as the camera is wanted,
 * supervised. Everything happens in the main context that created the port. */
#pragma once

#include "base/clock.h"
#include "devices/camera/camera-port.h"

G_BEGIN_DECLS

/**
 * kiosk_camera_worker_new:
 * @scanner_program: path of kiosk-scanner
 * @source: a GStreamer description of a source: camera-source.h
 */
KioskCameraPort *
kiosk_camera_worker_new (const char *scanner_program, const char *source, KioskClock *clock);

/* "off", "starting", "ready", or the name of the trouble that stands. Static. */
const char *kiosk_camera_worker_state (KioskCameraPort *port);
/* "v4l2", "libcamera", "pipewire", "files", "test" as the process says; "none" before one opened.
 */
const char *kiosk_camera_worker_kind (KioskCameraPort *port);
/* Frames that the process of now has looked at, as of its last sign of life. */
guint64 kiosk_camera_worker_frames (KioskCameraPort *port);

G_END_DECLS
