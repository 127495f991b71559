/* The simulated core of iAM Smart, as its parts see it. One thread: the main loop's. */
#pragma once

#include "base/clock.h"
#include "identity/iamsmart-envelope.h"
#include "identity/iamsmart-headers.h"
#include "programs/kiosk-sandbox/iam-accounts.h"
#include "programs/kiosk-sandbox/iam-client.h"
#include "programs/kiosk-sandbox/iam-faults.h"
#include "programs/kiosk-sandbox/iam-post.h"

G_BEGIN_DECLS

/* Numbers of answer codes, without the letter: data/identity says what each asks for. Those that
 * are not in public are of the family that fits. */
enum
{
  KIOSK_IAM_OK = 0,
  KIOSK_IAM_MISSING = 20001,
  KIOSK_IAM_WRONG = 20002,
  KIOSK_IAM_CLOCK = 20005,
  KIOSK_IAM_SIGNATURE = 20006,
  KIOSK_IAM_REPLAY = 20007,
  KIOSK_IAM_ADDRESS = 20008,
  KIOSK_IAM_BUSY = 20010, /* as many tickets, codes or tokens as are kept */
  KIOSK_IAM_USED_BEFORE = 20011,
  KIOSK_IAM_SCOPE = 20015,
  KIOSK_IAM_KEY_OVER = 30002,
  KIOSK_IAM_KEY_OTHER = 30004,
  KIOSK_IAM_CANCELLED = 40000,
  KIOSK_IAM_REFUSED = 40001,
  KIOSK_IAM_NO_ANSWER = 40003,
  KIOSK_IAM_CODE_OVER = 40004,
  KIOSK_IAM_TOKEN = 50001,       /* an access token that is over, or another's */
  KIOSK_IAM_FORM_FAILED = 60001, /* a field that no account has */
  KIOSK_IAM_MAY_NOT_SIGN = 70004,
  KIOSK_IAM_OTHER_CARD = 70005,
  KIOSK_IAM_STEP_UP_REFUSED = 80001,
  KIOSK_IAM_STEP_UP_CANCELLED = 80002,
  KIOSK_IAM_STEP_UP_NO_ANSWER = 80003,
};

#define KIOSK_IAM_ID_MAX   36
#define KIOSK_IAM_OPEN_MAX 16384 /* tickets, codes, tokens: more are not kept at once */

/* What a person is asked on the phone: 18 minutes. */
typedef struct
{
  char *id;
  KioskIamKind kind;
  gboolean anonymous;
  KioskIamAccount *bound; /* (nullable): whose request it is; anybody's when anonymous */
  char *business_id;      /* none of a login */
  char *state;            /* nullable */
  char *redirect_uri;
  char **scopes; /* of a login */
  char **fields; /* (nullable): of a form */
  char *service; /* (nullable) */
  char *document;
  char *digest_text; /* as it came: Base64 */
  GBytes *digest;
  char *hkic_hash;
  char *identification;
  gint64 expires_ms;
  guint timeout;
  gboolean opened;
  gboolean decided;
  guint code; /* once decided */
  JsonObject *result;
  gboolean acknowledged;
} KioskIamTicket;

/* An authorisation code (30 seconds, once) or an access token. */
typedef struct
{
  KioskIamAccount *account;
  char **scopes;
  char *redirect_uri;
  gint64 expires_ms;
} KioskIamGrant;

typedef struct _KioskIamCore
{
  KioskClock *clock;
  gint64 offset_ms; /* the core's own clock is so far ahead */
  KioskRandom *random;
  KioskIamsmartProfile *profile;
  KioskIamClient client;
  KioskIamsmartGuard *guard;
  GHashTable *accounts;
  KioskIamFaults faults;
  KioskIamPost *post;
  KioskIamsmartKey *keys[2]; /* the one that getKey gives out, and the one before it */
  GHashTable *tickets;       /* by id */
  GHashTable *businesses;    /* (element-type utf8 utf8): business number → ticket */
  GHashTable *codes;         /* of KioskIamGrant */
  GHashTable *tokens;        /* of KioskIamGrant */
  KioskSigner stranger;      /* whom nobody recognised certified; made when it is needed */
  char *base;                /* "https://localhost:PORT" */
  gint64 key_ms;             /* a content key's life */
  guint64 requests;
  guint64 replays; /* requests out of order, or seen before; not those of a fault */
  guint64 acknowledged;
  gboolean text_turn; /* every other callback's key is wrapped as text */
} KioskIamCore;

gint64 kiosk_iam_now (const KioskIamCore *core);
/* (transfer full): "D40001". */
char *kiosk_iam_code (const KioskIamCore *core, guint number);

/* Members of a request: MISSING or WRONG, or 0. @ret_value is NULL where it may be missing. */
guint kiosk_iam_take (JsonObject *content, const char *member, gsize maximum, gboolean needed,
                      const char **ret_value);
/* 1 … 36 of letters, digits, _ and -. */
gboolean kiosk_iam_is_id (const char *text);

/* Tickets. @ret_ticket (transfer none): its common members are taken from @content. */
guint kiosk_iam_ticket_open (KioskIamCore *core, KioskIamKind kind, gboolean anonymous,
                             JsonObject *content, KioskIamTicket **ret_ticket);
/* Puts it under a fresh id, to end in 18 minutes. */
void kiosk_iam_ticket_keep (KioskIamCore *core, KioskIamTicket *ticket);
void kiosk_iam_ticket_free (gpointer ticket);
/* (transfer full): the text of the QR code. */
char *kiosk_iam_ticket_link (const KioskIamCore *core, const KioskIamTicket *ticket);
/* Decided: the callback goes out. @content: (transfer full) (nullable): of a success. */
void kiosk_iam_ticket_settle (KioskIamCore *core, KioskIamTicket *ticket, guint code,
                              JsonObject *content);
/* (transfer none) (nullable): of the request that @content names. */
KioskIamTicket *kiosk_iam_ticket_of (KioskIamCore *core, JsonObject *content);
/* Ends what is over. @everything: as if its time had come. */
void kiosk_iam_sweep (KioskIamCore *core, gboolean everything);

void kiosk_iam_grant_free (gpointer grant);
/* (transfer none) (nullable): the grant of the access token in @content, if @scope is in it.
 * @ret_code: why not. */
KioskIamGrant *
kiosk_iam_token_check (KioskIamCore *core, JsonObject *content, const char *scope, guint *ret_code);

/* One request each: @content was sealed; 0, and the answer's content, or the number of a code. */
typedef guint (*KioskIamHandler) (KioskIamCore *core, JsonObject *content,
                                  JsonObject **ret_content);
guint kiosk_iam_get_token (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_profile (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_form (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_form_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_step_up (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_sign (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_sign_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_pdf (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_pdf_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_acknowledge (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);
guint kiosk_iam_result (KioskIamCore *core, JsonObject *content, JsonObject **ret_content);

/* What the person's yes means: the code and content of the callback. */
guint
kiosk_iam_login_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account);
guint kiosk_iam_form_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account);
guint kiosk_iam_sign_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account);

/* A callback's envelope: its own key, wrapped to the client's. (transfer full) (nullable) */
GBytes *
kiosk_iam_callback_print (KioskIamCore *core, guint code, JsonObject *content, GError **error);

G_END_DECLS
