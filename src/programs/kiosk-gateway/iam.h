/* The hub: this gateway as the relying party of iAM Smart. Kiosks hold none of its secrets and see
 * their own sessions only.
 *
 * A call that has to ask the core leaves the writer, goes through a worker of the hub's and comes
 * back to the writer; a long poll waits on the main thread. Neither holds a thread of the pipeline
 * meanwhile. */
#pragma once

#include "identity/iamsmart-envelope.h"
#include "programs/kiosk-gateway/gateway.h"
#include "programs/kiosk-gateway/iam-settings.h"
#include "programs/kiosk-gateway/pipeline.h"

G_BEGIN_DECLS

typedef struct _KioskGatewayIam KioskGatewayIam;

/* @port: ours, for the public base where none was given. In the server's thread. */
KioskGatewayIam *
kiosk_gateway_iam_new (const KioskGatewayConfig *config, KioskGatewayContext *context,
                       KioskGatewayPipeline *pipeline, guint16 port, GError **error);
/* Before the pipeline is freed: ends workers and polls. The settings stay for the writer. */
void kiosk_gateway_iam_stop (KioskGatewayIam *self);
void kiosk_gateway_iam_free (KioskGatewayIam *self);

/* Any thread. */
const KioskGatewayIamSettings *kiosk_gateway_iam_settings (const KioskGatewayIam *self);

/* What a call may do after its execution: its "after". */

/* Its prepared errand goes to a worker. */
void kiosk_gateway_iam_after_errand (KioskGatewayCall *call, KioskGatewayContext *context);
/* It waits until the session it names changes, its patience ends, or its caller goes. */
void kiosk_gateway_iam_after_park (KioskGatewayCall *call, KioskGatewayContext *context);
/* @call: (transfer full): to the writer once more. Main thread. */
void kiosk_gateway_iam_again (KioskGatewayIam *self, KioskGatewayCall *call);

/**
 * kiosk_gateway_iam_open_callback:
 * @answer: what came
 * @error: as of kiosk_iamsmart_callback_open(): its code is the caller's to judge
 *
 * Any thread. Returns: (transfer full) (nullable): the content
 */
KioskSecret *kiosk_gateway_iam_open_callback (KioskGatewayIam *self,
                                              const KioskIamsmartAnswer *answer, GError **error);

#define KIOSK_GATEWAY_IAM_HOLD_MS 25000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIam, kiosk_gateway_iam_free)

G_END_DECLS
