/* The card port of kioskd: a kiosk-reader process per session, supervised. It is spawned by
 * start(), asked to end by stop() (and killed if it does not), and replaced when it dies, hangs, or
 * gives up because no reader is there. Everything happens in the main context that created the
 * port. */
#pragma once

#include "base/clock.h"
#include "devices/card/card-device.h"
#include "devices/card/card-port.h"

G_BEGIN_DECLS

/**
 * kiosk_card_worker_new:
 * @reader_program: path of kiosk-reader
 * @device: a libnfc connection string, "pn532_uart:/dev/ttyUSB0"
 * @profiles_folder: card profiles, read by each reader process for itself
 * @csca: (element-type GBytes) (nullable): country signers, DER
 */
KioskCardPort *
kiosk_card_worker_new (const char *reader_program, const char *device, const char *profiles_folder,
                       KioskClock *clock, GPtrArray *csca);
/* All hold from the next start() on. The one profile that will do, NULL: any. */
void kiosk_card_worker_set_profile (KioskCardPort *port, const char *profile);
/* Whether the groups are read that a profile has for those who look closer. */
void kiosk_card_worker_set_details (KioskCardPort *port, gboolean details);
void kiosk_card_worker_set_csca (KioskCardPort *port, GPtrArray *csca);
/* (element-type GBytes) (nullable): lists of document signers called back, DER; likewise. */
void kiosk_card_worker_set_crls (KioskCardPort *port, GPtrArray *crls);
/* What the reader process says that it has opened; NULL while none stands open. */
const KioskCardDevice *kiosk_card_worker_device (KioskCardPort *port);

G_END_DECLS
