/* What kioskd and kiosk-reader say to each other: kinds of frames (devices/worker). */
#pragma once

#include "devices/worker/worker-frame.h"

G_BEGIN_DECLS

typedef enum
{
  /* to the reader */
  KIOSK_CARD_WIRE_CSCA,  /* ay: a country signer, DER; any number, before BEGIN */
  KIOSK_CARD_WIRE_CRL,   /* ay: whom a country signer has called back, DER; likewise */
  KIOSK_CARD_WIRE_BEGIN, /* (sssxbb): device, profiles' folder, the profile asked for or "", wall
                          * time in ms, read details, await an empty reader
                          */
  KIOSK_CARD_WIRE_KEY,   /* (bay): TRUE for a CAN, the key */
  /* from it */
  KIOSK_CARD_WIRE_OPENED,    /* (sss): a KioskCardDevice; once, before READY */
  KIOSK_CARD_WIRE_READY,     /* () */
  KIOSK_CARD_WIRE_FOUND,     /* s: profile */
  KIOSK_CARD_WIRE_NEEDS_KEY, /* (sb): profile, TRUE for a CAN */
  KIOSK_CARD_WIRE_PREVIEW,   /* s: the name in the zone */
  KIOSK_CARD_WIRE_PROGRESS,  /* d */
  KIOSK_CARD_WIRE_ALIVE,     /* () */
  KIOSK_CARD_WIRE_EVIDENCE,  /* a{sv} */
  KIOSK_CARD_WIRE_FAILED,    /* (si): name of a KioskCardError, tries left */
  KIOSK_CARD_WIRE_REMOVED,   /* () */
  /* of staff cards: to the reader, and from it */
  KIOSK_CARD_WIRE_CHALLENGE, /* ay: 32 bytes for a staff card to sign. Before BEGIN: staff cards are
                              * wanted; after each STAFF, the next one's */
  KIOSK_CARD_WIRE_STAFF,     /* (ayay): certificate, signature over the challenge */
  KIOSK_CARD_WIRE_KINDS,
} KioskCardWireKind;

extern const KioskWorkerDialect kiosk_card_wire;

G_END_DECLS
