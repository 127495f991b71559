/* The staff journey's inside, shared by its files. Private to the room. */
#pragma once

#include "journey/idle.h"
#include "journey/staff-journey.h"

G_BEGIN_DECLS

typedef enum
{
  STAFF_OFF,
  STAFF_CARD,
  STAFF_PIN,
  STAFF_TRYING,
  STAFF_DESK,
  STAFF_ENDED,
  N_STAFF_STATES,
} KioskStaffState;

typedef enum
{
  /* what a person does */
  STAFF_SUBMIT,
  STAFF_CLOSE,
  STAFF_OPEN,
  STAFF_BACK,
  STAFF_FINISH,
  STAFF_HOME,
  N_STAFF_ACTIONS,
  /* what happens */
  STAFF_BEGIN = N_STAFF_ACTIONS,
  STAFF_READER,
  STAFF_FOUND,
  STAFF_PROVED,
  STAFF_FAILED,
  STAFF_REMOVED,
  STAFF_LOOKED,
  STAFF_TICK,
  STAFF_ADMITTED,
  STAFF_REFUSED,
  STAFF_FAULT,
  STAFF_IDLE,
  STAFF_FRONT_GONE,
  N_STAFF_EVENTS,
} KioskStaffEvent;

/* Everything of the one who is there, wiped by one call. */
typedef struct
{
  GCancellable *cancellable;
  /* who is signed in; NULL id: nobody yet */
  char *id, *name;
  KioskRoleSet roles;
  gint64 since_ms;
  gboolean own_card; /* theirs lies on the reader, as it has since they came in */

  /* the card and the PIN being asked for */
  gboolean second; /* another one's, to confirm @deed */
  KioskDeed deed;
  char *why;
  gboolean card_present, reading;
  const char *problem; /* of the page "staff-card"; "" for none */
  GBytes *certificate;
  KioskDoorAnswer *answer; /* the last; never NULL on the page "staff-pin" */
  gint64 wait_until_us;
  const char *error; /* of the page "staff-pin"; "" for none */
  guint attempt;
} KioskStaffSession;

struct _KioskStaffJourney
{
  gatomicrefcount references; /* callbacks under way hold one */
  gboolean closed;
  KioskStaffPorts ports;
  KioskStaffFace face;
  gpointer face_data;
  KioskFlow *flow;
  KioskIdle *idle;
  KioskStaffSession *session; /* NULL: off */
  const char *language;       /* static */
  const char *reader;         /* static */
  const char *ended_why;
  gboolean card_left;
  guint timer; /* of a wait that counts down, or of the last page */
  guint serial;
  int shown; /* the state whose page was told last */
  GVariant *model;
  const char *actions[N_STAFF_ACTIONS + 1];
};

static inline KioskStaffState
kiosk_staff_state (const KioskStaffJourney *self)
{
  return (KioskStaffState)kiosk_flow_state (self->flow);
}

KioskStaffJourney *kiosk_staff_journey_ref (KioskStaffJourney *self);
void kiosk_staff_journey_unref (KioskStaffJourney *self);
void kiosk_staff_world (KioskStaffJourney *self, KioskStaffEvent event, gconstpointer detail);

/* staff-session.c */
KioskStaffSession *kiosk_staff_session_new (void);
void kiosk_staff_session_free (KioskStaffSession *self);
/* The card being asked for, its PIN and what was answered. */
void kiosk_staff_session_forget_card (KioskStaffSession *self);

/* staff-card.c */
void kiosk_staff_watch_card (KioskStaffJourney *self);
gint64 kiosk_staff_wait_ms (const KioskStaffJourney *self);

/* staff-pages.c */
void kiosk_staff_render (KioskStaffJourney *self, gboolean fresh);
const char *kiosk_staff_page (KioskStaffState state);

/* Guards and actions of the table. */
#define GUARD(name)  gboolean kiosk_staff_if_##name (gpointer context, gconstpointer detail)
#define ACTION(name) void kiosk_staff_do_##name (gpointer context, gconstpointer detail)

/* staff-journey.c */
GUARD (in_session);
GUARD (signed_in);
ACTION (begin);
ACTION (leave);
ACTION (finish);
ACTION (give_up_idle);
ACTION (give_up_front);
ACTION (card_gone);
ACTION (note_card_taken);

/* staff-card.c */
GUARD (second);
GUARD (own_card);
ACTION (greet);
ACTION (look);
ACTION (explain);
ACTION (card_taken);
ACTION (ask_pin);
ACTION (lay_again);
ACTION (drop_second);

/* staff-pin.c */
GUARD (malformed);
GUARD (must_wait);
GUARD (same_person);
GUARD (card_went);
GUARD (may_not_confirm);
ACTION (mark_format);
ACTION (try);
ACTION (refused);
ACTION (fault);
ACTION (sign_in);
ACTION (say_same);
ACTION (say_role);
ACTION (confirm);

/* staff-desk.c */
GUARD (two_needed);
GUARD (reasoned);
ACTION (ask_second);
ACTION (perform_close);
ACTION (perform_open);

#undef GUARD
#undef ACTION

void
kiosk_staff_perform (KioskStaffJourney *self, KioskDeed deed, const char *why, const char *second);

G_END_DECLS
