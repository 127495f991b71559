/* The control socket: what a technician's tool may see and do. */
#pragma once

#include "programs/kioskd/house.h"

G_BEGIN_DECLS

KioskControl *kiosk_control_new (KioskHouse *house, const char *folder, gint64 uid, GError **error);
void kiosk_control_free (KioskControl *self);
const char *kiosk_control_path (const KioskControl *self);

/* NULL is ignored: things happen before the socket is open. */
void kiosk_control_tell_record (KioskControl *self, const char *txid);
void kiosk_control_tell_status (KioskControl *self);
/* A technician's look through the camera ends: a citizen goes first. NULL as above. */
void kiosk_control_leave_camera (KioskControl *self);

G_END_DECLS
