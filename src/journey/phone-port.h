/* A citizen's phone as a journey sees it, reached through the network: a port. The real one is
 * sync's client of the hub, in kioskd; unit tests give a table-driven one. */
#pragma once

#include "formats/phone-answer.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_PHONE_WAITING, /* @code is to be shown */
  KIOSK_PHONE_OPENED,  /* a phone has read it */
  KIOSK_PHONE_KNOWN,   /* @profile: whose it is; the session is over */
  KIOSK_PHONE_FAILED,  /* @reason; the session is over */
} KioskPhoneEventType;

/* Lives during the call. */
typedef struct
{
  KioskPhoneEventType type;
  const char *code;           /* text of the QR code; WAITING, OPENED */
  const char *identification; /* digits that both screens show; "" for none */
  gint64 expires_ms;          /* Unix milliseconds */
  const KioskPhoneProfile *profile;
  const char *reason; /* static: a name of the page "phone" (data/dbus/README.md) */
} KioskPhoneEvent;

/* Called in the main context of the port's owner. */
typedef void (*KioskPhoneWatch) (gpointer data, const KioskPhoneEvent *event);

typedef struct _KioskPhonePort KioskPhonePort;
struct _KioskPhonePort
{
  /* This way is there at all; whether the network is, is the ledger's to say. Never blocks. */
  gboolean (*is_offered) (KioskPhonePort *self);
  /* Begins a session; one watch. Never calls it at once. */
  void (*start) (KioskPhonePort *self, const char *language, KioskPhoneWatch watch, gpointer data);
  /* The watch is not called again, and no session stays open behind it. */
  void (*stop) (KioskPhonePort *self);
  void (*free) (KioskPhonePort *self);
};

G_END_DECLS
