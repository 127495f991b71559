/* What a journey may ask of the vault and what feeds it, as a port: promise, list, and whether the
 * gateway answers. kioskd implements it off the main thread; unit tests give a table-driven one. */
#pragma once

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
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDraft, kiosk_draft_free)

G_END_DECLS
