/* What a journey may ask of the vault and what feeds it, as a port: promise, list, and whether the
 * gateway answers. kioskd implements it off the main thread; unit tests give a table-driven one. */
#pragma once

#include "formats/code.h"
#include "identity/holder.h"
#include "services/catalogue.h"
#include "store/vault.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* What is about to be promised. Wiped when freed. */
typedef struct
{
  KioskCatalogue *catalogue; /* the one that the form came from; holds @service */
  const KioskService *service;
  GBytes *submission; /* the exact bytes to seal */
  gint64 fee_cents;
  guint8 holder_tag[32];
} KioskDraft;

void kiosk_draft_free (KioskDraft *self);

/* What a receipt that somebody shows is worth here. */
#define KIOSK_FIND_ERROR (kiosk_find_error_quark ())
GQuark kiosk_find_error_quark (void);

typedef enum
{
  KIOSK_FIND_ERROR_NOT_GENUINE, /* not signed by any kiosk that is trusted */
  KIOSK_FIND_ERROR_OTHER_KIOSK, /* made at another kiosk, which keeps the record: ask there */
  KIOSK_FIND_ERROR_UNKNOWN,     /* made here; the record is no longer kept */
  KIOSK_FIND_ERROR_FAULT,       /* the store could not be asked: try again */
} KioskFindError;
/* "not-genuine", "other-kiosk": as the page "scan" names it. */
const char *kiosk_find_error_name (KioskFindError code);

/* Records or the connection changed; in the main context of the port's owner. */
typedef void (*KioskLedgerWatch) (gpointer data);

typedef struct _KioskLedgerPort KioskLedgerPort;
struct _KioskLedgerPort
{
  /* One watch; NULL ends it. */
  void (*watch) (KioskLedgerPort *self, KioskLedgerWatch watch, gpointer data);
  /* The last exchange with the gateway got an answer. Never blocks. */
  gboolean (*is_online) (KioskLedgerPort *self);
  /* Why nothing can be promised for that service today: "stale", "full", "keys"; NULL: it can.
   * Never blocks. */
  const char *(*closed) (KioskLedgerPort *self, const KioskService *service);
  void (*tag) (KioskLedgerPort *self, const KioskHolder *holder, guint8 ret_tag[32]);
  /* @draft: (transfer full). A promise under way cannot be cancelled: it is made whole or not at
   * all. */
  void (*seal_async) (KioskLedgerPort *self, KioskDraft *draft, GAsyncReadyCallback callback,
                      gpointer data);
  /* (transfer full): the record as committed. %KIOSK_VAULT_ERROR_FULL: nothing more is taken until
   * this kiosk has reached the gateway; anything else: nothing was promised, try again. */
  KioskRecord *(*seal_finish) (KioskLedgerPort *self, GAsyncResult *result, GError **error);
  void (*list_async) (KioskLedgerPort *self, const guint8 tag[32], GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data);
  /* (element-type KioskRecord) (transfer full): newest first. */
  GPtrArray *(*list_finish) (KioskLedgerPort *self, GAsyncResult *result, GError **error);
  /* The record that a receipt is about; whoever holds the receipt may ask. @receipt: its
   * COSE_Sign1, unjudged; wiped by whoever holds it last. */
  void (*find_async) (KioskLedgerPort *self, GBytes *receipt, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data);
  /* (transfer full): the record as it stands. Fails with a %KIOSK_FIND_ERROR; for OTHER_KIOSK
   * *@ret_kiosk is that kiosk's id: (out) (transfer full). */
  KioskRecord *(*find_finish) (KioskLedgerPort *self, GAsyncResult *result, char **ret_kiosk,
                               GError **error);
  /* This kiosk's id, the audience of personal codes. Never blocks. (transfer full) (nullable): it
   * is not enrolled. */
  char *(*kiosk) (KioskLedgerPort *self);
  /* Judges a code that a phone showed just now, and spends it: a good one is good once, whether or
   * not anybody waits for the answer. @code: (transfer full). */
  void (*identify_async) (KioskLedgerPort *self, KioskCode *code, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
  /* (transfer full): whoever shows it. Fails with a %KIOSK_PERSONAL_CODE_ERROR. */
  KioskHolder *(*identify_finish) (KioskLedgerPort *self, GAsyncResult *result, GError **error);
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDraft, kiosk_draft_free)

G_END_DECLS
