/* How a session ends, inside the writer's transaction. */
#pragma once

#include "programs/kiosk-gateway/call.h"
#include "programs/kiosk-gateway/iam-seal.h"

G_BEGIN_DECLS

/* @content: of the core's answer or callback: sealed to the session's kiosk. Nothing happens when
 * the session has ended; one that lacks what it must hold ends the session with "fault". */
gboolean
kiosk_gateway_iam_finish (KioskGatewayCall *call, KioskGatewayContext *context,
                          KioskGatewayIamSession *session, JsonObject *content, GError **error);
gboolean
kiosk_gateway_iam_fail (KioskGatewayCall *call, KioskGatewayContext *context,
                        KioskGatewayIamSession *session, const char *reason, GError **error);

G_END_DECLS
