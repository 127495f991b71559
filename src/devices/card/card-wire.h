/* What kioskd and kiosk-reader say to each other over their socket: frames of a 64-bit big-endian
 * length and a GVariant (sv), the payload's type fixed by the name. Bounded both ways. */
#pragma once

#include "base/secret.h"

G_BEGIN_DECLS

#define KIOSK_CARD_WIRE_FD     3 /* of kiosk-reader */
#define KIOSK_CARD_WIRE_HEADER 8 /* a GVariant's alignment */
#define KIOSK_CARD_WIRE_MAX    (320 * 1024)

#define KIOSK_CARD_WIRE_ERROR (kiosk_card_wire_error_quark ())
GQuark kiosk_card_wire_error_quark (void);

typedef enum
{
  KIOSK_CARD_WIRE_ERROR_MALFORMED, /* the other side is not what it should be: end it */
} KioskCardWireError;

typedef enum
{
  /* to the reader */
  KIOSK_CARD_WIRE_CSCA,  /* ay: a country signer, DER; any number, before BEGIN */
  KIOSK_CARD_WIRE_BEGIN, /* (ssxb): device, profiles' folder, wall time in ms, await an empty reader
                          */
  KIOSK_CARD_WIRE_KEY,   /* (bay): TRUE for a CAN, the key */
  /* from it */
  KIOSK_CARD_WIRE_OPENED,    /* (sss): a KioskCardDevice; once, before READY */
  KIOSK_CARD_WIRE_READY,     /* () */
  KIOSK_CARD_WIRE_FOUND,     /* s: profile */
  KIOSK_CARD_WIRE_NEEDS_KEY, /* (sb): profile, TRUE for a CAN */
  KIOSK_CARD_WIRE_PROGRESS,  /* d */
  KIOSK_CARD_WIRE_ALIVE,     /* () */
  KIOSK_CARD_WIRE_EVIDENCE,  /* a{sv} */
  KIOSK_CARD_WIRE_FAILED,    /* (si): name of a KioskCardError, tries left */
  KIOSK_CARD_WIRE_REMOVED,   /* () */
  KIOSK_CARD_WIRE_KINDS,
} KioskCardWireKind;

/* (transfer full): a whole frame. @payload: consumed if floating; NULL for (). Wiped when freed. */
KioskSecret *kiosk_card_wire_pack (KioskCardWireKind kind, GVariant *payload);
/* The length of the body that follows a header. */
gboolean kiosk_card_wire_length (const guint8 header[KIOSK_CARD_WIRE_HEADER], gsize *ret_length,
                                 GError **error);
/* (transfer full): the payload, of the type that @ret_kind has. It borrows from @body, which is
 * wiped when both are gone. */
GVariant *kiosk_card_wire_unpack (KioskSecret *body, KioskCardWireKind *ret_kind, GError **error);

G_END_DECLS
