/* The card as a journey sees it: a port. The real one is a worker that supervises kiosk-reader;
 * unit tests give a table-driven one. */
#pragma once

#include "base/secret.h"
#include "formats/evidence.h"

G_BEGIN_DECLS

#define KIOSK_CARD_ERROR (kiosk_card_error_quark ())
GQuark kiosk_card_error_quark (void);

/* Each code is one sentence to the person and one next step; the pages hold both. */
typedef enum
{
  KIOSK_CARD_ERROR_NO_READER,        /* technician */
  KIOSK_CARD_ERROR_READER_BUSY,      /* another program holds the port: technician */
  KIOSK_CARD_ERROR_READER_FAULT,     /* the reader process died or hung; it is being restarted */
  KIOSK_CARD_ERROR_MANY_CARDS,       /* leave one card on the reader */
  KIOSK_CARD_ERROR_LOST,             /* taken away too soon: place it again */
  KIOSK_CARD_ERROR_RF,               /* radio errors: place it again */
  KIOSK_CARD_ERROR_TIMEOUT,          /* the chip does not answer: place it again */
  KIOSK_CARD_ERROR_CANCELLED,        /* we stopped */
  KIOSK_CARD_ERROR_WRONG_CARD,       /* not a document we read: another document */
  KIOSK_CARD_ERROR_OTHER_DOCUMENT,   /* a document we read, but not the kind asked for */
  KIOSK_CARD_ERROR_OTHER_CARD,       /* changed for another during the reading: place the first */
  KIOSK_CARD_ERROR_UNSUPPORTED,      /* a document, but a protocol we lack: staff */
  KIOSK_CARD_ERROR_ACCESS_DENIED,    /* the number typed is not this card's: type it again */
  KIOSK_CARD_ERROR_ACCESS_PROTOCOL,  /* the chip broke the protocol: staff */
  KIOSK_CARD_ERROR_SM_BROKEN,        /* secure messaging failed: place it again */
  KIOSK_CARD_ERROR_LDS_MALFORMED,    /* data on the chip is damaged: staff */
  KIOSK_CARD_ERROR_LDS_TOO_BIG,      /* likewise */
  KIOSK_CARD_ERROR_PA_NO_CSCA,       /* issued by a country we have no key of: staff */
  KIOSK_CARD_ERROR_PA_BAD_SIGNATURE, /* the security object is altered: staff */
  KIOSK_CARD_ERROR_PA_HASH,          /* a data group is altered: staff */
  KIOSK_CARD_ERROR_PA_EXPIRED,       /* the document signer's time has run out: staff */
  KIOSK_CARD_ERROR_PA_REVOKED,       /* the document signer was called back: staff */
  KIOSK_CARD_ERROR_CRL_STALE,        /* our list of those called back is too old: staff */
  KIOSK_CARD_ERROR_CLONE,            /* chip authentication: not the original chip: staff */
  KIOSK_CARD_ERROR_CLONE_AA,         /* active authentication: likewise */
  KIOSK_CARD_ERROR_INTERNAL,
} KioskCardError;
/* "lost", "access-denied": the code's name on the wire, in events and in pages. */
const char *kiosk_card_error_name (KioskCardError code);
gboolean kiosk_card_error_from_name (const char *name, KioskCardError *ret_code);

typedef enum
{
  KIOSK_CARD_EVENT_READY,     /* the reader waits for a card */
  KIOSK_CARD_EVENT_FOUND,     /* a card lies on the reader; @profile says which kind */
  KIOSK_CARD_EVENT_NEEDS_KEY, /* what the person must type: @key */
  KIOSK_CARD_EVENT_PREVIEW,  /* @name: vouched for, while the rest is still being read; no proof yet
                              */
  KIOSK_CARD_EVENT_PROGRESS, /* @fraction 0 … 1 of the plan's bytes */
  KIOSK_CARD_EVENT_EVIDENCE, /* @evidence: whole and checked; its statements may be failed ones */
  KIOSK_CARD_EVENT_FAILED,  /* @error; with ACCESS_DENIED @tries_left, −1 if the chip won't say */
  KIOSK_CARD_EVENT_REMOVED, /* the reader is empty again */
  KIOSK_CARD_EVENT_STAFF,   /* @certificate: of a staff card, whose key has proved itself */
} KioskCardEventType;

typedef enum
{
  KIOSK_CARD_KEY_CAN, /* card access number, 6 digits */
  KIOSK_CARD_KEY_MRZ, /* document number, birth date, expiry date */
} KioskCardKey;

typedef struct
{
  KioskCardEventType type;
  const char *profile;
  KioskCardKey key;
  const char *name;
  double fraction;
  const KioskEvidence *evidence;
  GBytes *certificate; /* DER; who issued it is not judged yet */
  KioskCardError error;
  int tries_left;
} KioskCardEvent;

/* Called in the main context of the port's owner. What @event points to lives during the call. */
typedef void (*KioskCardWatch) (gpointer data, const KioskCardEvent *event);

typedef struct _KioskCardPort KioskCardPort;
struct _KioskCardPort
{
  /* From now on @watch is told what the reader sees; one watch. */
  void (*start) (KioskCardPort *self, KioskCardWatch watch, gpointer data);
  /* Answers NEEDS_KEY, or FAILED with ACCESS_DENIED. @key: the CAN, or "DOCNO,YYMMDD,YYMMDD". Never
   * repeated by the port. Given while the card is lifted, it opens the next one placed. */
  void (*give_key) (KioskCardPort *self, KioskCardKey kind, KioskSecret *key);
  /* Ends the reading and forgets the card and its key; the watch is not called again. */
  void (*stop) (KioskCardPort *self);
  void (*free) (KioskCardPort *self);
  /* As start(), but staff cards are wanted and nothing else will do: FOUND, then STAFF or FAILED.
   * The card may stay; REMOVED tells when it goes. */
  void (*start_staff) (KioskCardPort *self, KioskCardWatch watch, gpointer data);
};

G_END_DECLS
