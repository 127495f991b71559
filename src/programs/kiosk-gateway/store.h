/* What the gateway remembers, as its writer sees it. The requests know nothing of SQL; what other
 * parts keep beside it goes by the same connection and transactions.
 *
 * One thread owns a store. Changes happen between begin and commit; a request that fails inside a
 * group is undone to its mark and takes nobody with it. After a failed commit nothing of the group
 * is there: reopen, and let the kiosks send again. */
#pragma once

#include "base/random.h"
#include "programs/kiosk-gateway/database.h"

G_BEGIN_DECLS

#define KIOSK_GATEWAY_SALT 16

typedef struct _KioskGatewayStore KioskGatewayStore;

/* @uri: see kiosk_gateway_database_open(). Creates the database and its epoch if there is none;
 * migrates an older one inside one transaction; leaves a newer or damaged one alone. */
KioskGatewayStore *kiosk_gateway_store_open (const char *uri, KioskRandom *random, GError **error);
/* The same database for looking only: it must exist, nothing in it changes. */
KioskGatewayStore *kiosk_gateway_store_open_reader (const char *uri, GError **error);
void kiosk_gateway_store_close (KioskGatewayStore *self);
/* Throws the connection away and takes a new one: a failed flush is never tried again. */
gboolean kiosk_gateway_store_reopen (KioskGatewayStore *self, GError **error);

/* The store's own connection: its transaction is the one between begin and commit. */
KioskGatewayDatabase *kiosk_gateway_store_database (KioskGatewayStore *self);

/* A random id made with the database: kiosks see by it that an older copy was restored. */
const char *kiosk_gateway_store_epoch (const KioskGatewayStore *self);
gboolean
kiosk_gateway_store_renew_epoch (KioskGatewayStore *self, KioskRandom *random, GError **error);
const guint8 *kiosk_gateway_store_salt (const KioskGatewayStore *self);

/* Whether the database can be read now. */
gboolean kiosk_gateway_store_answers (KioskGatewayStore *self, GError **error);

gboolean kiosk_gateway_store_begin (KioskGatewayStore *self, GError **error);
gboolean kiosk_gateway_store_commit (KioskGatewayStore *self, GError **error);
void kiosk_gateway_store_rollback (KioskGatewayStore *self);
gboolean kiosk_gateway_store_mark (KioskGatewayStore *self, GError **error);
gboolean kiosk_gateway_store_keep (KioskGatewayStore *self, GError **error);
gboolean kiosk_gateway_store_undo (KioskGatewayStore *self, GError **error);

/* Finders return TRUE with *ret_found FALSE when there is no such row. Strings and bytes of a
 * found row are the caller's: clear it. */

typedef struct
{
  gint64 expires_ms;
  gboolean used;
  GBytes *public_key; /* whose; NULL until used */
  char *certificate;  /* what it earned; NULL until used */
} KioskGatewayCode;
void kiosk_gateway_code_clear (KioskGatewayCode *row);
gboolean kiosk_gateway_store_add_code (KioskGatewayStore *self, GBytes *hash, gint64 expires_ms,
                                       GError **error);
gboolean kiosk_gateway_store_find_code (KioskGatewayStore *self, GBytes *hash, gboolean *ret_found,
                                        KioskGatewayCode *ret_code, GError **error);

/* Uses the code up and adds the kiosk with its first certificate. */
gboolean kiosk_gateway_store_enrol (KioskGatewayStore *self, GBytes *code_hash, GBytes *public_key,
                                    const char *kiosk, const char *certificate, gint64 at_ms,
                                    GError **error);
gboolean
kiosk_gateway_store_add_certificate (KioskGatewayStore *self, const char *kiosk,
                                     const char *certificate, gint64 at_ms, GError **error);
gboolean kiosk_gateway_store_revoke (KioskGatewayStore *self, const char *kiosk, gint64 at_ms,
                                     gboolean *ret_found, GError **error);
/* FALSE in *ret_active when it never enrolled here or was revoked. */
gboolean kiosk_gateway_store_is_active (KioskGatewayStore *self, const char *kiosk,
                                        gboolean *ret_active, GError **error);

typedef struct
{
  guint64 index; /* grows by one a transaction, from 1 */
  char *kiosk;
  char *txid;
  char *department;
  guint8 digest[32];
  gint64 accepted_ms;
  GBytes *sealed;  /* not read by find */
  GBytes *receipt; /* not read by inbox */
} KioskGatewayTransaction;
void kiosk_gateway_transaction_clear (KioskGatewayTransaction *row);
void kiosk_gateway_transaction_free (KioskGatewayTransaction *row);
/* Counts one up, in the transaction under way. */
gboolean
kiosk_gateway_store_next_index (KioskGatewayStore *self, guint64 *ret_index, GError **error);
gboolean kiosk_gateway_store_add_transaction (KioskGatewayStore *self,
                                              const KioskGatewayTransaction *row, GError **error);
gboolean kiosk_gateway_store_find_transaction (KioskGatewayStore *self, const char *kiosk,
                                               const char *txid, gboolean *ret_found,
                                               KioskGatewayTransaction *ret_row, GError **error);
gboolean kiosk_gateway_store_count_resend (KioskGatewayStore *self, guint64 index, GError **error);
/* Keeps the other bytes that came under a taken id, once each, up to a number a kiosk. */
gboolean kiosk_gateway_store_quarantine (KioskGatewayStore *self,
                                         const KioskGatewayTransaction *row, GError **error);

/* (element-type KioskGatewayTransaction): oldest first, at most @limit and about @bytes of sealed
 * records, always one if there is one. */
GPtrArray *kiosk_gateway_store_inbox (KioskGatewayStore *self, const char *department,
                                      guint64 after, guint limit, gsize bytes, GError **error);

typedef struct
{
  guint64 seq;
  char *kiosk;
  char *txid;
  char *department;
  char *outcome;
  char *reason; /* nullable */
  gint64 received_ms;
  GBytes *cms;
} KioskGatewayOutcome;
void kiosk_gateway_outcome_clear (KioskGatewayOutcome *row);
void kiosk_gateway_outcome_free (KioskGatewayOutcome *row);
gboolean kiosk_gateway_store_add_outcome (KioskGatewayStore *self, const KioskGatewayOutcome *row,
                                          GError **error);
/* The latest: what was "visit" may be followed by another. */
gboolean kiosk_gateway_store_find_outcome (KioskGatewayStore *self, const char *kiosk,
                                           const char *txid, gboolean *ret_found,
                                           KioskGatewayOutcome *ret_row, GError **error);
/* (element-type KioskGatewayOutcome): oldest first. */
GPtrArray *kiosk_gateway_store_outcomes (KioskGatewayStore *self, const char *kiosk, guint64 after,
                                         guint limit, GError **error);

/* Keeps the last one of a kiosk. *ret_shrunk: its audit log is shorter than it said before. */
gboolean kiosk_gateway_store_heartbeat (KioskGatewayStore *self, const char *kiosk, gint64 at_ms,
                                        guint64 audit_size, GBytes *body, gboolean *ret_shrunk,
                                        GError **error);

typedef struct
{
  guint64 kiosks, transactions, accepted, duplicates, resends, quarantined, codes_open;
  guint64 granted, refused, visit, superseded;
} KioskGatewayCounts;
gboolean kiosk_gateway_store_counts (KioskGatewayStore *self, gint64 now_ms,
                                     KioskGatewayCounts *ret_counts, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayStore, kiosk_gateway_store_close)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskGatewayCode, kiosk_gateway_code_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskGatewayTransaction, kiosk_gateway_transaction_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskGatewayOutcome, kiosk_gateway_outcome_clear)

G_END_DECLS
