/* The journey's inside, shared by the files of this room. */
#pragma once

#include "journey/idle.h"
#include "journey/journey.h"
#include "journey/session.h"

G_BEGIN_DECLS

#define KIOSK_JOURNEY_WRONG_KEYS 3 /* then another way is needed */

typedef enum
{
  STATE_UNAVAILABLE,
  STATE_HOME,
  STATE_IDENTIFY,
  STATE_SCAN,
  STATE_PHONE,
  STATE_ACCESS_KEY,
  STATE_READING,
  STATE_CARD_PROBLEM,
  STATE_HELP,
  STATE_SERVICES,
  STATE_ELIGIBILITY,
  STATE_CONSENT,
  STATE_PORTRAIT,
  STATE_BIND,
  STATE_QUESTION,
  STATE_REVIEW,
  STATE_DECLARATION,
  STATE_SEALING,
  STATE_RECEIPT,
  STATE_TRANSACTIONS,
  STATE_ENDED,
  N_STATES,
} KioskJourneyState;

typedef enum
{
  /* what a person does: the names are the actions of data/dbus/README.md */
  EVENT_START,
  EVENT_SCAN,
  EVENT_PHONE,
  EVENT_HELP,
  EVENT_SUBMIT,
  EVENT_NO_NUMBER,
  EVENT_RETRY,
  EVENT_CHOOSE,
  EVENT_ANSWER,
  EVENT_CHANGE,
  EVENT_CONTINUE,
  EVENT_ACCEPT,
  EVENT_AGREE,
  EVENT_TAKE,
  EVENT_USE,
  EVENT_AGAIN,
  EVENT_RENEW,
  EVENT_PRINT,
  EVENT_TRANSACTIONS,
  EVENT_SHOW,
  EVENT_BACK,
  EVENT_FINISH,
  EVENT_HOME,
  N_ACTIONS,
  /* what happens */
  EVENT_OPENED = N_ACTIONS, /* the doors */
  EVENT_WITHHELD,
  EVENT_READER, /* became ready, or has a trouble of its own */
  EVENT_FOUND,
  EVENT_NEEDS_KEY,
  EVENT_PROGRESS,
  EVENT_DENIED, /* the key typed is not this card's */
  EVENT_FAILED,
  EVENT_REMOVED,
  EVENT_KNOWN,    /* the evidence names a holder */
  EVENT_REJECTED, /* it does not */
  EVENT_CAMERA,   /* ready, a trouble of its own, an advice, or quiet again */
  EVENT_MISTAKEN, /* the code shown is not what is wanted */
  EVENT_TAKEN,    /* it is */
  EVENT_MARKED,   /* … and the person has seen that */
  EVENT_PICTURE,  /* taken, or not */
  EVENT_BOUND,    /* the phone has answered the ticket */
  EVENT_TICKET_OVER,
  EVENT_TOLD, /* the phone: something new, or time has gone by */
  EVENT_ANSWERED,
  EVENT_COMPLETE,
  EVENT_INCOMPLETE,
  EVENT_SEALED,
  EVENT_NOT_SEALED,
  EVENT_NEWS, /* records, connection, printer */
  EVENT_IDLE,
  EVENT_FRONT_GONE,
  N_EVENTS,
} KioskJourneyEvent;

struct _KioskJourney
{
  gatomicrefcount references; /* callbacks under way hold one */
  gboolean closed;
  KioskJourneyPorts ports;
  KioskJourneyFace face;
  gpointer face_data;

  KioskFlow *flow;
  KioskIdle *idle;
  KioskSession *session; /* NULL between two persons */
  guint epoch;           /* grows with each session: late answers know theirs is over */
  const char *language;  /* static */
  const char *withheld;  /* static; NULL: the doors are open */
  const char *reader;    /* static */
  KioskReadingNote reading;
  gboolean has_reading;
  gboolean card_left; /* on the reader after the session */
  const char *ended_why;
  guint ended_timer;
  guint scan_timer; /* until the mark has been seen, or a mistake is forgotten */
  guint ticket_timer;
  guint phone_timer; /* until the time left is looked at again */
  guint looks;       /* grows with each receipt looked up: late answers know theirs is over */

  guint serial;
  char *subject; /* page and what it is about: when it changes, so does the serial */
  GVariant *model;
  const char *actions[N_ACTIONS + 1];
};

KioskJourney *kiosk_journey_ref (KioskJourney *self);
void kiosk_journey_unref (KioskJourney *self);
static inline KioskJourneyState
kiosk_journey_state (const KioskJourney *self)
{
  return (KioskJourneyState)kiosk_flow_state (self->flow);
}
/* Feeds what the world did: a pair that the flow does not list is nobody's mistake. */
void kiosk_journey_world (KioskJourney *self, KioskJourneyEvent event, gconstpointer detail);
/* Page of the present state: model, actions, and the face is told. */
void kiosk_journey_render (KioskJourney *self, gboolean fresh);
const char *kiosk_journey_page (KioskJourneyState state);

/* journey-card.c */
void kiosk_journey_watch_card (KioskJourney *self);
/* journey-scan.c */
/* The camera is on exactly as long as the page "scan" stands. */
void kiosk_journey_begin_scan (KioskJourney *self);
void kiosk_journey_end_scan (KioskJourney *self);
/* The record of the receipt that was shown, as it stands now. */
void kiosk_journey_follow_found (KioskJourney *self);
/* journey-enrol.c */
/* The camera is on while "portrait" or "bind" stands, as with "scan". */
void kiosk_journey_begin_portrait (KioskJourney *self);
void kiosk_journey_begin_bind (KioskJourney *self);
void kiosk_journey_end_capture (KioskJourney *self);
/* (transfer full) (nullable): what is sealed for a service that enrols. */
GBytes *kiosk_journey_enrolment (KioskJourney *self);
/* journey-phone.c */
/* A session with a phone is open exactly as long as the page "phone" stands. */
void kiosk_journey_begin_phone (KioskJourney *self);
void kiosk_journey_end_phone (KioskJourney *self);
guint kiosk_journey_phone_seconds (const KioskJourney *self);
/* journey-records.c */
void kiosk_journey_list_records (KioskJourney *self);
const char *kiosk_journey_print_state (const KioskJourney *self);
/* Of a service in the catalogue of the session; its id when it has gone from there. */
const char *kiosk_journey_service_title (const KioskJourney *self, const char *id);
/* journey-service.c: no check of the service is unmet, and its form is there. */
gboolean kiosk_journey_is_eligible (const KioskJourney *self);
/* journey-service.c: the form of the service, as facts are now; what was in it is gone. */
void kiosk_journey_make_form (KioskJourney *self);
/* journey-service.c: sentences that were made in another language. */
void kiosk_journey_retell (KioskJourney *self);

G_END_DECLS
