/* A phone is bound to the person who stands at the kiosk, without a network: the kiosk shows a
 * ticket, good for minutes and once; the phone answers with its public key, signed by that key over
 * the ticket's secret. A ticket lives in memory only: a restart forgets it, and nothing that was
 * made for it is good any more. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "formats/code.h"

G_BEGIN_DECLS

#define KIOSK_PHONE_TICKET_PURPOSE "bind-phone"
#define KIOSK_PHONE_TICKET_AGE_MS  (5 * 60 * G_GINT64_CONSTANT (1000))
/* How far a phone's clock may be off. A phone that is further off could be bound, but none of its
 * personal codes, each good for a minute, would be taken afterwards. */
#define KIOSK_PHONE_CLOCK_SKEW_MS (60 * G_GINT64_CONSTANT (1000))

#define KIOSK_BINDING_ERROR (kiosk_binding_error_quark ())
GQuark kiosk_binding_error_quark (void);

/* Each code means one next action. In the order in which they are judged. */
typedef enum
{
  KIOSK_BINDING_ERROR_FORGED,      /* not signed by the key that it shows: show it on the phone that
                                    * holds the key */
  KIOSK_BINDING_ERROR_OTHER_KIOSK, /* made for another kiosk: read this one's ticket */
  KIOSK_BINDING_ERROR_USED,        /* its ticket has been used: read the one that stands now */
  KIOSK_BINDING_ERROR_OTHER_TICKET, /* made for none that stands: read the one that stands now */
  KIOSK_BINDING_ERROR_EXPIRED,      /* the ticket has run out: take a new one */
  KIOSK_BINDING_ERROR_CLOCK,        /* the phone's clock is off: let the network set it */
} KioskBindingError;
/* "forged", "other-ticket": as a page names it. */
const char *kiosk_binding_error_name (KioskBindingError code);

/* (transfer full): a new one, from now on. */
KioskTicket *kiosk_phone_ticket_new (const char *kiosk, KioskClock *clock, KioskRandom *random);

typedef struct
{
  const char *kiosk;                         /* this kiosk's id */
  const KioskTicket *ticket;                 /* the one that stands */
  const guint8 (*used)[KIOSK_TICKET_SECRET]; /* nullable: secrets of this person's earlier ones */
  gsize n_used;
  KioskClock *clock;
} KioskBindingJudge;

/**
 * kiosk_binding_judge:
 * @code: of the kind %KIOSK_CODE_BINDING
 * @error: a %KIOSK_BINDING_ERROR, or %KIOSK_CODE_ERROR_OTHER_KIND
 *
 * The caller strikes the ticket out when it is TRUE.
 */
gboolean kiosk_binding_judge (const KioskBindingJudge *self, const KioskCode *code, GError **error);

G_END_DECLS
