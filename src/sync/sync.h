/* Carries what was promised to the gateway, once, and brings outcomes and bundles back. Works on a
 * thread of its own; every callback comes in the main context of the caller of kiosk_sync_new(). */
#pragma once

#include "base/random.h"
#include "store/vault.h"
#include "trust/bundle.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define KIOSK_SYNC_ERROR (kiosk_sync_error_quark ())
GQuark kiosk_sync_error_quark (void);

typedef enum
{
  KIOSK_SYNC_ERROR_UNREACHABLE, /* no answer: comes back by itself */
  KIOSK_SYNC_ERROR_REFUSED,     /* the gateway said no for good: see the reason */
  KIOSK_SYNC_ERROR_PROTOCOL,    /* an answer that is not what the contract says */
  KIOSK_SYNC_ERROR_CODE,        /* the one-time enrolment code is wrong, used or old */
} KioskSyncError;

/* Whether the body of a bundle that is signed as it should be is one that can be worked with.
 * Called on any thread. */
typedef gboolean (*KioskBundleCheck) (const KioskBundle *bundle, GError **error);

typedef struct
{
  const char *gateway;           /* "https://localhost:8443" */
  const char *gateway_ca;        /* PEM file: who may be the gateway */
  const char *state_folder;      /* kiosk.key, kiosk.pem live here */
  const char *bundle_anchors;    /* PEM file: who may sign bundles */
  gint64 retry_first_ms;         /* 5,000; full jitter up to here … */
  gint64 retry_most_ms;          /* … doubling up to 900,000 */
  gint64 poll_ms;                /* outcomes and bundles while the link is up: 60,000 */
  KioskBundleCheck check_bundle; /* NULL: any body is good */
} KioskSyncConfig;

typedef struct
{
  gboolean enrolled;
  gboolean reachable;     /* the last exchange got an answer of the gateway */
  gint64 last_contact_ms; /* 0: never */
  guint64 uploads, duplicates, outcomes, refusals; /* since start */
} KioskSyncStatus;

typedef struct _KioskSync KioskSync;

typedef enum
{
  KIOSK_SYNC_CHANGED_STATUS,
  KIOSK_SYNC_CHANGED_RECORD, /* @what: txid */
  KIOSK_SYNC_CHANGED_BUNDLE, /* @what: name */
} KioskSyncChange;
typedef void (*KioskSyncWatch) (gpointer data, KioskSyncChange change, const char *what);

/* @vault, @clock, @random must outlive it. Nothing is sent before kiosk_sync_start(). */
KioskSync *
kiosk_sync_new (const KioskSyncConfig *config, KioskVault *vault, KioskClock *clock,
                KioskRandom *random, KioskSyncWatch watch, gpointer data, GError **error);
/* Joins the thread; an exchange under way is cut. */
void kiosk_sync_free (KioskSync *self);

/* The kiosk's own signer, or NULL until enrolled. */
const KioskSigner *kiosk_sync_signer (KioskSync *self);
char *kiosk_sync_kiosk_id (KioskSync *self);

/* One-time code → key made here, CSR, certificate. */
void kiosk_sync_enrol_async (KioskSync *self, const char *code, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
gboolean kiosk_sync_enrol_finish (KioskSync *self, GAsyncResult *result, GError **error);

void kiosk_sync_start (KioskSync *self);
/* Something new to send, or someone asks: try now, whatever the back-off says. */
void kiosk_sync_nudge (KioskSync *self);
void kiosk_sync_status (KioskSync *self, KioskSyncStatus *ret_status);

/* The newest good bundle of that name, from the vault; NULL if none. */
KioskBundle *kiosk_sync_bundle (KioskSync *self, const char *name, GError **error);
/* Puts a bundle from a file (installation) through the same checks. */
gboolean kiosk_sync_install_bundle (KioskSync *self, const char *name, GBytes *cms, GError **error);

/* What a gateway receipt says; shared by both ends of the wire. */
typedef struct
{
  char *kiosk;
  char *txid;
  guint8 digest[32];
  guint64 index; /* the gateway's log */
  gint64 accepted_ms;
  char *epoch; /* changes when a gateway is restored from a backup */
} KioskGatewayReceipt;
void kiosk_gateway_receipt_free (KioskGatewayReceipt *self);
/* (transfer full): the JSON that the gateway signs, members in the order above. */
GBytes *kiosk_gateway_receipt_print (const KioskGatewayReceipt *self);
/* %KIOSK_SYNC_ERROR_PROTOCOL: not a receipt. */
KioskGatewayReceipt *kiosk_gateway_receipt_parse (GBytes *json, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSync, kiosk_sync_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayReceipt, kiosk_gateway_receipt_free)

G_END_DECLS
