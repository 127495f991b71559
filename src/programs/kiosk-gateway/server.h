/* HTTP over TLS: takes requests in, bounded, and hands answers out. */
#pragma once

#include "programs/kiosk-gateway/gateway.h"
#include "programs/kiosk-gateway/pipeline.h"

G_BEGIN_DECLS

typedef struct _KioskGatewayServer KioskGatewayServer;

KioskGatewayServer *
kiosk_gateway_server_new (const KioskGatewayConfig *config, KioskGatewayContext *context,
                          KioskGatewayPipeline *pipeline, GError **error);
void kiosk_gateway_server_free (KioskGatewayServer *self);
guint16 kiosk_gateway_server_port (const KioskGatewayServer *self);
/* @call: (transfer full): sends its answer. */
void kiosk_gateway_server_answer (KioskGatewayCall *call, KioskGatewayContext *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayServer, kiosk_gateway_server_free)

G_END_DECLS
