/* The vault: what the kiosk has promised, and the proof of it. SQLite, one process, one connection,
 * journal_mode=DELETE, synchronous=EXTRA, secure_delete=ON. It holds ciphertext and identifiers of
 * records, never a person's data. All calls may block for a disk flush: any one thread at a time
 * (an internal lock sees to it). */
#pragma once

#include "base/clock.h"
#include "trust/merkle.h"

G_BEGIN_DECLS

#define KIOSK_VAULT_ERROR (kiosk_vault_error_quark ())
GQuark kiosk_vault_error_quark (void);

typedef enum
{
  KIOSK_VAULT_ERROR_BUSY,    /* another process owns it: stop that one */
  KIOSK_VAULT_ERROR_NEWER,   /* written by a newer program: left alone; update this one */
  KIOSK_VAULT_ERROR_DISK,    /* full, or a flush failed: nothing was promised; reopen */
  KIOSK_VAULT_ERROR_FULL,    /* a limit of data/settings: enquiries only until synced */
  KIOSK_VAULT_ERROR_EXISTS,  /* that id is taken by other bytes */
  KIOSK_VAULT_ERROR_UNKNOWN, /* no such record */
  KIOSK_VAULT_ERROR_STATE,   /* the record is past that step */
  KIOSK_VAULT_ERROR_DAMAGED, /* contents contradict each other: report, set aside at next start */
  KIOSK_VAULT_ERROR_SPENT,   /* that code was used before: ask for a new one */
  KIOSK_VAULT_ERROR_CLOCK,   /* the clock stands behind what this vault has seen: set it right */
} KioskVaultError;

/* As a person is shown them; draft is in memory only, and an erased record is gone. */
typedef enum
{
  KIOSK_RECORD_RECEIVED,    /* sealed here */
  KIOSK_RECORD_ACCEPTED,    /* the gateway signed for it */
  KIOSK_RECORD_SETTLED,     /* the department decided */
  KIOSK_RECORD_QUARANTINED, /* refused for good by the gateway: visible, waits for a technician */
} KioskRecordState;
const char *kiosk_record_state_name (KioskRecordState state);

typedef struct
{
  char *txid;
  char *reference;
  char *service;
  guint64 sequence;
  gint64 sealed_ms;
  gint64 fee_cents;
  guint8 digest[32];
  guint8 holder_tag[32]; /* keyed hash: finds a holder's own records, names nobody */
  guint64 leaf;          /* index in the audit log */
  char *receipt;         /* the QR's text */
  GBytes *sealed;        /* NULL in lists; kept until settled plus seven days */
  KioskRecordState state;
  GBytes *gateway_receipt; /* CMS; NULL until accepted */
  GBytes *outcome;         /* CMS; NULL until settled */
  char *outcome_code;      /* "granted", "refused", "visit", "superseded" */
  char *reason;            /* code of a refusal or of quarantine, for the page's sentence */
  guint attempts;
  gint64 next_attempt_ms;
} KioskRecord;
void kiosk_record_free (KioskRecord *self);

typedef struct _KioskVault KioskVault;

/**
 * kiosk_vault_open:
 * @folder: created if absent, mode 0700; holds vault.db and what was set aside
 * @ret_set_aside: (out) (optional) (transfer full): where a damaged vault was moved, read-only, in
 *   favour of a fresh one; NULL when all was well
 *
 * Takes an exclusive lock. Migrates an older vault inside one transaction.
 */
KioskVault *
kiosk_vault_open (const char *folder, KioskClock *clock, char **ret_set_aside, GError **error);
void kiosk_vault_close (KioskVault *self);

/* How much may wait unsynced before only enquiries are served. */
typedef struct
{
  guint records; /* 500 not yet accepted */
  gint64 age_ms; /* 72 hours since the oldest of them was sealed */
  gint64 bytes;  /* 512 MiB: the quota on disk; no new start above 80 % of it */
} KioskVaultLimits;
void kiosk_vault_set_limits (KioskVault *self, const KioskVaultLimits *limits);
/* Asked before a citizen starts. %KIOSK_VAULT_ERROR_FULL: serve enquiries only. Whoever has started
 * may finish: kiosk_vault_seal() keeps a reserve of 32 records and the last fifth of the quota. */
gboolean kiosk_vault_check_room (KioskVault *self, GError **error);

/* The number that the next sealed record carries. */
guint64 kiosk_vault_next_sequence (KioskVault *self);
/* The index that its audit leaf will have: the receipt names it. Another thread's leaf may come
 * between this and kiosk_vault_seal(), which then says STATE: ask again, make the receipt again. */
guint64 kiosk_vault_next_leaf (KioskVault *self);

/**
 * kiosk_vault_seal:
 * @record: txid … holder_tag, receipt and sealed are set; sequence and leaf as just asked
 *
 * One commit stores ciphertext, sequence and audit leaf. Only when this returns TRUE may anyone say
 * "received". After FALSE the record is not there, now or after a restart.
 */
gboolean kiosk_vault_seal (KioskVault *self, const KioskRecord *record, GError **error);

/* (element-type KioskRecord): not yet accepted, due by now, oldest first, sealed bytes included. */
GPtrArray *kiosk_vault_due (KioskVault *self, guint limit, GError **error);
/* Unix milliseconds when the next is due; G_MAXINT64 when nothing waits. */
gint64 kiosk_vault_next_due_ms (KioskVault *self);
/* Counts an attempt. At most a day ahead, so that a clock once wrong cannot hold a record back. */
gboolean kiosk_vault_postpone (KioskVault *self, const char *txid, gint64 until_ms, GError **error);
/* Everything that waits is due now. */
gboolean kiosk_vault_hurry (KioskVault *self, GError **error);
/* Idempotent for the same receipt. */
gboolean
kiosk_vault_accept (KioskVault *self, const char *txid, GBytes *gateway_receipt, GError **error);
/* A gateway restored from a backup may have forgotten: whatever is accepted and not settled is
 * received again, due now, its old receipt kept until the next. */
gboolean kiosk_vault_resend (KioskVault *self, guint *ret_records, GError **error);
/* Idempotent for the same outcome. A record not yet accepted may be settled: the receipt was lost
 * on the way. Of a settled one, "visit" gives way to any later outcome, and any to "superseded". */
gboolean kiosk_vault_settle (KioskVault *self, const char *txid, const char *outcome_code,
                             const char *reason, GBytes *outcome, GError **error);
gboolean
kiosk_vault_quarantine (KioskVault *self, const char *txid, const char *reason, GError **error);

KioskRecord *kiosk_vault_find (KioskVault *self, const char *txid, GError **error);
/* (element-type KioskRecord): newest first, without sealed bytes. */
GPtrArray *kiosk_vault_of_holder (KioskVault *self, const guint8 tag[32], GError **error);
/* (element-type KioskRecord): not settled yet, newest first, without sealed bytes. */
GPtrArray *kiosk_vault_unsettled (KioskVault *self, guint limit, GError **error);
/* (element-type KioskRecord): with that reference, newest first, without sealed bytes; as a rule
 * one or none. */
GPtrArray *kiosk_vault_of_reference (KioskVault *self, const char *reference, GError **error);
/* Erases records settled longer than @age_ms ago, sealed bytes and all; their audit leaves stay. */
gboolean kiosk_vault_purge (KioskVault *self, gint64 age_ms, guint *ret_purged, GError **error);

typedef struct
{
  guint64 received, accepted, settled, quarantined;
  gint64 oldest_unsynced_ms; /* 0: none */
  guint64 bytes;
} KioskVaultCounts;
gboolean kiosk_vault_counts (KioskVault *self, KioskVaultCounts *ret_counts, GError **error);

/* Keyed bytes that must change together with records: enrolment, cursors, bundles, floor. */
GBytes *kiosk_vault_get (KioskVault *self, const char *key);
gboolean kiosk_vault_put (KioskVault *self, const char *key, GBytes *value, GError **error);

/**
 * kiosk_vault_spend_code:
 * @digest: what names a code that is good once; of it, the vault keeps nothing else
 * @expires_ms: when nobody takes that code any more, Unix milliseconds; good through that moment
 * @error: %KIOSK_VAULT_ERROR_SPENT: used before; %KIOSK_VAULT_ERROR_CLOCK: by the latest time that
 *   the vault has seen, the code has expired, so the clock was set back since, or ahead before;
 *   %KIOSK_VAULT_ERROR_FULL: 4,096 codes are remembered, and none may be forgotten yet
 *
 * TRUE once for each code, across restarts and whatever the clock says. Only when this has returned
 * TRUE may anyone act on the code. One commit remembers it and the time, and forgets those that
 * expired more than two hours before the latest time seen.
 */
gboolean kiosk_vault_spend_code (KioskVault *self, const guint8 digest[32], gint64 expires_ms,
                                 GError **error);

/* Audit log. A leaf is JSON of an event that names no person: {"kind","at_ms",…}. */
gboolean
kiosk_vault_audit (KioskVault *self, const char *kind, const char *detail_json, GError **error);
guint64 kiosk_vault_audit_size (KioskVault *self);
/* Signs and stores a checkpoint if the log has grown since the last. */
gboolean kiosk_vault_checkpoint (KioskVault *self, const char *origin, const KioskSigner *signer,
                                 GError **error);
/* (transfer full) (nullable): the newest signed note; NULL before the first. */
char *kiosk_vault_last_checkpoint (KioskVault *self);

typedef struct
{
  guint64 leaves;
  guint64 checkpoints;
  gboolean verified; /* every leaf hashes to every checkpoint's root, each signed; every record's
                        leaf is there and names its digest */
  char *problem;     /* NULL when verified */
} KioskAuditReport;
/* FALSE only when the log could not be read; whether it holds is in the report.
 * @signer: (nullable): NULL before enrolment, when there can be no checkpoint. */
gboolean kiosk_vault_audit_verify (KioskVault *self, X509 *signer, KioskAuditReport *ret_report,
                                   GError **error);
void kiosk_audit_report_clear (KioskAuditReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskRecord, kiosk_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskVault, kiosk_vault_close)

G_END_DECLS
