/* What the paper says about a record, in the person's language. Private to the room. */
#pragma once

#include "devices/printer/printer-port.h"
#include "services/catalogue.h"
#include "store/vault.h"

G_BEGIN_DECLS

/* Lays the sheet out on a thread of its own. @title: the service's. @sees: this kiosk has
 * a camera, to which the paper can be shown. */
void kiosk_receipt_sheet_async (const KioskRecord *record, const char *title, const char *language,
                                gboolean sees, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
/* What is consented to, point by point, likewise; it ends with kiosk_receipt_sheet_finish(). */
void
kiosk_consent_sheet_async (const KioskService *service, const char *language,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* (transfer full): the PDF. */
GBytes *kiosk_receipt_sheet_finish (GAsyncResult *result, GError **error);

G_END_DECLS
