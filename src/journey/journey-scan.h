/* What the files behind the page "scan" share. Private to the room. */
#pragma once

#include "journey/journey-private.h"

G_BEGIN_DECLS

/* A question to the ledger about the code that was shown. One at a time: whatever was asked before
 * is not wanted any more; the session's "looking" ends it. */
typedef struct
{
  KioskJourney *journey;
  guint epoch;
  guint look;
} KioskAsking;

KioskAsking *kiosk_asking_new (KioskJourney *self);
void kiosk_asking_free (KioskAsking *asking);
/* Whether nobody waits for the answer any more. */
gboolean kiosk_asking_is_over (const KioskAsking *asking);
void kiosk_journey_stop_asking (KioskJourney *self);

/* The code is what was wanted. */
void kiosk_journey_take_code (KioskJourney *self);
/* @mistake: static. @kind: name of what it is, when it is of another kind; else "". @text:
 * (nullable): untrusted. */
void kiosk_journey_tell_mistake (KioskJourney *self, const char *mistake, const char *kind,
                                 const char *text);
/* journey-present.c. @code: (transfer full) */
void kiosk_journey_judge_presentation (KioskJourney *self, KioskCode *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAsking, kiosk_asking_free)

G_END_DECLS
