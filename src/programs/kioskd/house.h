/* Everything kioskd is made of, wired: vault, sync, devices, the journey, and the two sockets.
 * Lives in the main context that opened it. */
#pragma once

#include "base/settings.h"
#include "devices/camera/camera-port.h"
#include "journey/turns.h"
#include "programs/kioskd/errands.h"
#include "programs/kioskd/rules.h"

G_BEGIN_DECLS

typedef struct _KioskFront KioskFront;
typedef struct _KioskControl KioskControl;

typedef struct
{
  KioskSettings *settings;
  KioskClock *clock;
  KioskRandom *random;
  char *boot; /* random id of this start */
  KioskErrands *errands;
  KioskSecret *pepper;
  KioskVault *vault; /* NULL: it could not be opened; nobody is served */
  KioskSync *sync;   /* NULL likewise */
  KioskRules *rules;
  KioskCardPort *card;
  KioskCameraPort *camera;      /* NULL: none is set */
  KioskCameraPort *camera_turn; /* a citizen's look through it; NULL likewise */
  KioskPhonePort *phone;        /* NULL: nobody is asked by phone */
  KioskPrinterPort *printer;    /* NULL: none is set */
  KioskLedgerPort *ledger;
  KioskJourney *journey;
  KioskDoorPort *door;
  KioskStaffJourney *staff;
  KioskTurns *turns; /* of the two journeys, at the front */
  KioskFront *front;
  KioskControl *control;
  gboolean closed;      /* by staff; kept in the vault */
  const char *withheld; /* static: why the doors are closed */
  guint checkpoint_timer;
} KioskHouse;

/* @error: one line: which file, where, what to do. A trouble that the program can live with is told
 * on standard error instead, and keeps the doors closed. */
KioskHouse *kiosk_house_open (const char *settings_path, GError **error);
void kiosk_house_close (KioskHouse *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHouse, kiosk_house_close)

G_END_DECLS
