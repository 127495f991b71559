/* Whose turn it is at the one camera: a citizen goes before a technician. */
#pragma once

#include "devices/camera/camera-port.h"

G_BEGIN_DECLS

/* @give_way: called each time before a citizen's look begins; the camera is off when it returns. */
typedef void (*KioskCameraGiveWay) (gpointer data);

/* The camera as a citizen's journey sees it. @camera must outlive it; its owner frees both. */
KioskCameraPort *
kiosk_camera_turn_new (KioskCameraPort *camera, KioskCameraGiveWay give_way, gpointer data);

G_END_DECLS
