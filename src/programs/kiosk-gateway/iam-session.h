/* One session of iAM Smart, as it is stored. Nothing in it is a person's in the clear: the answer
 * is sealed to the kiosk that asked, what the hub needs later to a key of its own; of what the core
 * sends back to find it again only hashes are kept. */
#pragma once

#include "programs/kiosk-gateway/database.h"
#include "programs/kiosk-gateway/iam-flow.h"
#include "trust/pki.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define KIOSK_GATEWAY_IAM_LIFE_MS    (18 * 60 * 1000) /* of a ticket, and so of a session */
#define KIOSK_GATEWAY_IAM_FETCHED_MS (60 * 1000)      /* of an answer once it was fetched */
#define KIOSK_GATEWAY_IAM_OPEN_MAX   4                /* sessions of one kiosk */
#define KIOSK_GATEWAY_IAM_ALL_MAX    20000            /* rows of all kiosks */

typedef struct
{
  char *id;
  char *kiosk;
  gboolean sign; /* or login */
  KioskGatewayIamStage stage;
  gint64 version; /* grows by one with every change that a kiosk is told of */
  char *reason;   /* of FAILED; else NULL */
  guint8 state_hash[32];
  guint8 business_hash[32];
  gint64 expires_ms;
  gint64 due_ms;       /* when the stage's time is over */
  gint64 seen_ms;      /* when the kiosk last asked */
  GBytes *certificate; /* DER, of the kiosk: what the answer is sealed to */
  char *held;          /* sealed to the hub; see iam-seal.h */
  GBytes *sealed;      /* of DONE: CMS for the kiosk; else NULL */
} KioskGatewayIamSession;

void kiosk_gateway_iam_session_clear (KioskGatewayIamSession *self);
void kiosk_gateway_iam_session_hash (const char *text, guint8 ret_hash[32]);

/* Moves on, or not: FALSE when the table lists no such row. @due_ms: of the next stage. */
gboolean kiosk_gateway_iam_session_move (KioskGatewayIamSession *self, KioskGatewayIamEvent event,
                                         const char *reason, gint64 due_ms);
/* (transfer full): what its kiosk sees of it. */
JsonObject *kiosk_gateway_iam_session_print (const KioskGatewayIamSession *self);

/* store-iam.c: inside the writer's transactions. */
gboolean kiosk_gateway_iam_session_add (KioskGatewayDatabase *database,
                                        const KioskGatewayIamSession *row, GError **error);
/* @kiosk: whose it must be. As of kiosk_gateway_store_find_transaction(). */
gboolean kiosk_gateway_iam_session_find (KioskGatewayDatabase *database, const char *id,
                                         const char *kiosk, gboolean *ret_found,
                                         KioskGatewayIamSession *ret_row, GError **error);
gboolean kiosk_gateway_iam_session_find_id (KioskGatewayDatabase *database, const char *id,
                                            gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                            GError **error);
gboolean kiosk_gateway_iam_session_find_state (KioskGatewayDatabase *database, const char *state,
                                               gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                               GError **error);
gboolean kiosk_gateway_iam_session_find_business (KioskGatewayDatabase *database,
                                                  const char *business, gboolean *ret_found,
                                                  KioskGatewayIamSession *ret_row, GError **error);
/* The oldest whose time is over. */
gboolean kiosk_gateway_iam_session_find_due (KioskGatewayDatabase *database, gint64 now_ms,
                                             gboolean *ret_found, KioskGatewayIamSession *ret_row,
                                             GError **error);
/* Writes what may have changed, or deletes what is GONE; tells the polls of every process. */
gboolean kiosk_gateway_iam_session_save (KioskGatewayDatabase *database,
                                         const KioskGatewayIamSession *row, GError **error);
gboolean kiosk_gateway_iam_session_seen (KioskGatewayDatabase *database, const char *id,
                                         gint64 now_ms, GError **error);
/* Open ones of a kiosk, and rows of all. */
gboolean kiosk_gateway_iam_session_count (KioskGatewayDatabase *database, const char *kiosk,
                                          gint64 *ret_open, gint64 *ret_all, GError **error);
/* Deletes the kiosk's open session that it has asked for least lately, if before @seen_ms. */
gboolean kiosk_gateway_iam_session_forget (KioskGatewayDatabase *database, const char *kiosk,
                                           gint64 seen_ms, GError **error);

#define KIOSK_GATEWAY_IAM_CHANNEL "kiosk_iam"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskGatewayIamSession, kiosk_gateway_iam_session_clear)

G_END_DECLS
