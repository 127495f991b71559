/* The bundles a department goes by: fetched, checked, kept. A record is computed with the catalogue
 * that was in force when it was sealed, so older catalogues are kept too. */
#pragma once

#include "programs/kiosk-sandbox/client.h"
#include "services/catalogue.h"

G_BEGIN_DECLS

typedef struct _KioskSandboxBundles KioskSandboxBundles;

/* @anchors_file: PEM: who may sign bundles. @state_folder: where they are kept. */
KioskSandboxBundles *kiosk_sandbox_bundles_new (const char *anchors_file, const char *state_folder,
                                                gint64 now_ms, GError **error);
void kiosk_sandbox_bundles_free (KioskSandboxBundles *self);

/* Asks the gateway for newer ones. FALSE: no answer, or a bundle that is not good; what was there
 * before still is. */
gboolean kiosk_sandbox_bundles_refresh (KioskSandboxBundles *self, KioskSandboxClient *client,
                                        gint64 now_ms, GCancellable *cancellable, GError **error);

/* (element-type X509) (transfer none): whose certificates are kiosks; NULL before the first. */
GPtrArray *kiosk_sandbox_bundles_kiosk_anchors (const KioskSandboxBundles *self);
/* (transfer none) (nullable): the catalogue of that serial, or the newest when it is not here: the
 * form's own version says whether it will do. */
KioskCatalogue *kiosk_sandbox_bundles_catalogue (const KioskSandboxBundles *self, gint64 serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSandboxBundles, kiosk_sandbox_bundles_free)

G_END_DECLS
