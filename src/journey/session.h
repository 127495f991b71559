/* One person's session: everything about them that the journey holds, in one place, so that one
 * call wipes it. Private to the room. */
#pragma once

#include "devices/card/card-port.h"
#include "formats/code.h"
#include "identity/holder.h"
#include "services/form.h"
#include "store/vault.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* What is typed to open a document, in the order asked. */
typedef enum
{
  KEY_CAN,
  KEY_DOCUMENT_NUMBER,
  KEY_BIRTH_DATE,
  KEY_EXPIRY_DATE,
  N_KEY_FIELDS,
} KeyField;

typedef enum
{
  KEY_ERROR_NONE,
  KEY_ERROR_WRONG,
  KEY_ERROR_FORMAT,
} KeyError;

typedef enum
{
  PRINT_IDLE,
  PRINT_RUNNING,
  PRINT_DONE,
  PRINT_FAILED,
  PRINT_PAPER,
} PrintState;

/* Which way the record on the receipt page came there. */
typedef enum
{
  SHOWN_NEW,
  SHOWN_LISTED,
  SHOWN_FOUND,
} ShownFrom;

#define KIOSK_PORTRAIT_TRIES 6
#define KIOSK_USED_TICKETS   8 /* more phones than that nobody tries */

/* What a person who enrols by oneself has given so far. */
typedef struct
{
  gint64 consent_version;       /* 0: not agreed */
  const char *consent_language; /* static */
  GBytes *portrait;             /* a JPEG; NULL: none, or none that stands */
  gint64 portrait_ms;
  guint tries;                  /* pictures asked for */
  gboolean is_taking, is_used;  /* one is being taken; it was looked at and kept */
  const char *portrait_problem; /* why the last try gave none; "" for none */
  KioskTicket *ticket;          /* the one that stands on the screen; NULL: none */
  guint8 used[KIOSK_USED_TICKETS][KIOSK_TICKET_SECRET];
  gsize n_used;
  char *binding;      /* "KB1:…" of the phone; NULL: none yet */
  char *phone_digits; /* of its key, as the form shows them */
} KioskEnrolling;

typedef struct
{
  KioskCatalogue *catalogue;

  /* The document */
  char *profile;
  gboolean card_present;
  KeyField key_first; /* where this document's questions begin; N_KEY_FIELDS: none asked yet */
  KeyField key_field;
  char *key_values[N_KEY_FIELDS];
  KeyError key_error;
  gboolean key_pending; /* given, without asking again, when the card is back */
  gboolean key_proved;  /* it opened the card */
  guint wrong_keys;
  int tries_left; /* as the chip says; −1 unknown */
  double fraction;
  char *reading_name;  /* of whom, once it is vouched for; NULL */
  const char *problem; /* code of "card-problem" */
  int help_from;       /* state that "help" goes back to */
  const char *help_why;

  /* The person */
  KioskHolder *holder;
  guint8 tag[32];

  /* The service */
  const KioskService *service;
  GHashTable *forms;  /* service id → KioskForm */
  GHashTable *drafts; /* service id and question ref → text that the form has not taken */
  GPtrArray *checks;  /* KioskCheck of the service */
  char *today;        /* the day that facts were made for */
  guint question;
  char *question_error;
  gboolean changing; /* came from the review: goes back there */
  const char *seal_problem;

  /* Enrolment by oneself: what was captured, in memory alone */
  KioskEnrolling enrolling;

  /* The codes shown to the camera */
  KioskCodeKind wanted;
  const char *camera;   /* "starting", "ready", or the trouble that stands */
  const char *guidance; /* "" for none */
  const char *mistake;  /* why the last code was not taken; "" for none */
  const char *mistaken; /* name of its kind, when it is of another; "" for none */
  char *code_text;      /* what the page says of it: a link, another kiosk's id; NULL */
  guint seen;           /* codes judged since the page came */
  gboolean taken;
  GBytes *code;           /* the receipt last shown, as its kiosk signed it; NULL */
  KioskRecord *found;     /* the record that it is about, once that is there; NULL */
  GCancellable *looking;  /* ends looking it up, or judging it; NULL: nobody does */
  char *audience;         /* what this kiosk's own code says to phones; NULL: there is none */
  KioskHolder *presented; /* whose personal code was taken, until that was seen; NULL */

  /* The phone that is asked through the network */
  const char *phone; /* "starting", "waiting", "opened", "failed" */
  char *phone_code, *phone_digits;
  gint64 phone_expires_ms;
  const char *phone_reason; /* why it failed; "" */

  /* The records */
  GCancellable *cancellable; /* ends listings and prints with the session */
  GPtrArray *records;        /* KioskRecord, newest first */
  char *shown_txid;          /* of those */
  ShownFrom shown_from;
  PrintState print;
} KioskSession;

KioskSession *kiosk_session_new (void);
/* Wipes and frees; work under way is cancelled. NULL is ignored. */
void kiosk_session_free (KioskSession *self);

KioskForm *kiosk_session_form (KioskSession *self);
/* (nullable): what stood in a question's field and is not the form's answer. */
const char *kiosk_session_draft (KioskSession *self, const char *ref);
/* NULL: none any more. */
void kiosk_session_set_draft (KioskSession *self, const char *ref, const char *value);
/* (nullable): the record on the receipt page. */
const KioskRecord *kiosk_session_shown (KioskSession *self);
const KioskRecord *kiosk_session_record (KioskSession *self, const char *txid);

/* @record: (transfer full) (nullable). What the receipt before said is wiped. */
void kiosk_session_set_found (KioskSession *self, KioskRecord *record);
/* Nothing is left of any code that was shown. */
void kiosk_session_forget_codes (KioskSession *self);

/* Nothing is left of what was captured. */
void kiosk_session_forget_enrolling (KioskSession *self);
void kiosk_session_forget_keys (KioskSession *self);
gboolean kiosk_session_key_is_formed (KeyField field, const char *value);
/* (transfer full): as the card port wants it. */
KioskSecret *kiosk_session_key (KioskSession *self, KioskCardKey *ret_kind);

/* (transfer full): "YYYY-MM-DD" in Hong Kong at @wall_ms. */
char *kiosk_session_day (gint64 wall_ms);
/* (transfer full): what services and forms may know of the person and the day. */
KioskFacts *kiosk_session_facts (const KioskSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSession, kiosk_session_free)

G_END_DECLS
