/* Inside the room only: what the worker thread owns, and what others may read under the lock. */
#pragma once

#include <libsoup/soup.h>

#include "formats/json.h"
#include "sync/sync.h"

G_BEGIN_DECLS

/* Who this kiosk is to the gateway. Kept until the end even when renewed: a signer was lent out. */
typedef struct
{
  KioskSigner signer;
  char *kiosk;             /* the certificate's common name */
  GTlsCertificate *client; /* the same, for TLS */
  gint64 not_before_ms, not_after_ms;
} KioskIdentity;

/* Where callbacks go; outlives the sync when one is still on its way. */
typedef struct _KioskMailbox KioskMailbox;

/* A way to the gateway; each thread that exchanges has its own. */
typedef struct
{
  KioskSync *sync;
  GMainContext *context; /* run only while an exchange is under way */
  SoupSession *session;
} KioskLink;

struct _KioskSync
{
  char *gateway;
  char *state_folder;
  gint64 retry_first_ms, retry_most_ms, poll_ms;
  KioskBundleCheck check_bundle; /* NULL: any body is good */
  KioskVault *vault;
  KioskClock *clock;
  KioskRandom *random;
  GPtrArray *anchors; /* of bundles */
  GTlsDatabase *authorities;
  KioskMailbox *mailbox;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GCancellable *cancellable; /* cut when the sync is freed */
  int round_queued;          /* atomic: a round is on its way to the worker */
  int nudged;                /* atomic: the next round heeds no back-off */

  GMutex lock;
  KioskSyncStatus status; /* under the lock */
  GPtrArray *identities;  /* KioskIdentity, the last is in force; under the lock */
  gboolean started;       /* under the lock */

  /* The worker's own. */
  KioskLink link;
  KioskBundle *trust; /* NULL until one has come */
  guint timer;
  guint failures;               /* rounds in a row that ended in trouble */
  gint64 not_before_us;         /* our back-off: a nudge ends it */
  gint64 gateway_not_before_us; /* Retry-After: nobody ends it */
  gint64 next_poll_us;
  gint64 held_seq, held_since_ms; /* an outcome that newer trust lists may make good */
};

/* How an exchange, or a row of them, went. */
typedef enum
{
  KIOSK_STEP_DONE,
  KIOSK_STEP_FAILED,  /* this one thing; the next may go well */
  KIOSK_STEP_TROUBLE, /* the link, the gateway or the disk: nothing more this round */
} KioskStep;

/* A function, for MAX() would take both steps twice. */
static inline KioskStep
kiosk_step_worse (KioskStep a, KioskStep b)
{
  return a > b ? a : b;
}

/* exchange.c */
typedef struct
{
  const char *method;
  const char *path; /* behind the gateway's address, escaped */
  GBytes *body;     /* NULL: none */
  const char *content_type;
  const char *header; /* one more, or NULL */
  const char *header_value;
  gsize maximum; /* bytes of an answer's body */
} KioskRequest;

typedef struct
{
  guint status;
  GBytes *body;
  gint64 retry_after_ms; /* −1: not said; at most an hour */
} KioskAnswer;
void kiosk_answer_free (KioskAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAnswer, kiosk_answer_free)

/* On the thread that will use it; lives no longer than @sync. @context: (transfer full). */
void kiosk_link_open (KioskLink *self, KioskSync *sync, GMainContext *context);
/* Lets connections close in order. */
void kiosk_link_close (KioskLink *self);
/* Blocks; the link's thread only. @cancellable: from any thread.
 * %KIOSK_SYNC_ERROR_UNREACHABLE, %KIOSK_SYNC_ERROR_PROTOCOL (too big), %G_IO_ERROR_CANCELLED. */
KioskAnswer *kiosk_link_exchange (KioskLink *self, const KioskRequest *request,
                                  GCancellable *cancellable, GError **error);
/* The same over the worker's link; cut when the sync is freed. */
KioskAnswer *kiosk_sync_exchange (KioskSync *self, const KioskRequest *request, GError **error);
JsonObject *kiosk_answer_json (const KioskAnswer *self, GError **error);
/* (transfer full): the problem's code (RFC 9457), or "http-STATUS". */
char *kiosk_answer_code (const KioskAnswer *self);
/* An answer that is neither what was asked for nor for good: heeds Retry-After. */
KioskStep kiosk_sync_answer_trouble (KioskSync *self, const KioskAnswer *answer);

/* identity.c */
KioskIdentity *kiosk_identity_load (const char *folder, GError **error);
void kiosk_identity_free (gpointer identity);
/* (transfer none) (nullable) */
const KioskIdentity *kiosk_sync_identity (KioskSync *self);
void kiosk_sync_take_identity (KioskSync *self, KioskIdentity *identity);

/* enrolment.c */
gboolean kiosk_sync_enrol (KioskSync *self, const char *code, GError **error);
KioskStep kiosk_sync_renew (KioskSync *self);

/* upload.c, outcomes.c, bundles.c, heartbeat.c: each a part of a round */
KioskStep kiosk_sync_upload (KioskSync *self);
KioskStep kiosk_sync_fetch_outcomes (KioskSync *self);
KioskStep kiosk_sync_fetch_bundles (KioskSync *self);
KioskStep kiosk_sync_beat (KioskSync *self);
/* Loads self->trust from the vault. */
void kiosk_sync_load_trust (KioskSync *self);
/* (transfer full) (nullable): what a signer of @role says in @cms, checked. */
GBytes *kiosk_sync_verify (KioskSync *self, GBytes *cms, const char *role, GError **error);
/* A time that the gateway signed: kept for the next start too. */
void kiosk_sync_saw_time (KioskSync *self, gint64 time_ms);
void kiosk_sync_load_time (KioskSync *self);
/* A gateway that came back from a backup has another epoch: what it may have lost goes again. */
gboolean kiosk_sync_saw_epoch (KioskSync *self, const char *epoch, GError **error);

/* round.c */
void kiosk_sync_queue_round (KioskSync *self);
/* 1 … min(@most_ms, @first_ms × 2^@attempts): full jitter, taken after the cap. */
gint64
kiosk_sync_back_off_ms (KioskRandom *random, gint64 first_ms, gint64 most_ms, guint attempts);

/* sync.c */
void kiosk_sync_tell (KioskSync *self, KioskSyncChange change, const char *what);
/* Adds to one of the status's counters. */
void kiosk_sync_count (KioskSync *self, gsize offset);
#define KIOSK_SYNC_COUNT(self, field)                                                              \
  kiosk_sync_count ((self), G_STRUCT_OFFSET (KioskSyncStatus, field))
void kiosk_sync_set_reachable (KioskSync *self, gboolean reachable);

G_END_DECLS
