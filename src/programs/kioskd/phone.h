/* The journey's phone over sync's client of the hub. */
#pragma once

#include "journey/phone-port.h"
#include "sync/iam.h"

G_BEGIN_DECLS

/* @sync must outlive it. */
KioskPhonePort *kiosk_phone_new (KioskSync *sync);

G_END_DECLS
