/* The wire, a row a route: data/gateway/openapi.yaml is the contract. */
#pragma once

#include "programs/kiosk-gateway/call.h"

G_BEGIN_DECLS

extern const KioskGatewayRoute kiosk_gateway_routes[];
extern const gsize kiosk_gateway_n_routes;

/**
 * kiosk_gateway_route_find:
 * @ret_captures: (out caller-allocates): what stands in the pattern's braces; the caller frees them
 * @ret_allow: (out) (nullable) (transfer full): with no route, the methods that the path does know
 */
const KioskGatewayRoute *
kiosk_gateway_route_find (const char *method, const char *path,
                          char *ret_captures[KIOSK_GATEWAY_CAPTURES], char **ret_allow);

/* Salted and slow: a stolen database does not give away codes that are still open.
 * (transfer full) (nullable): NULL when @text is no code at all. */
GBytes *kiosk_gateway_code_hash (const char *text, const guint8 salt[KIOSK_GATEWAY_SALT]);
/* (transfer full): "7QK4-M2XD", 40 random bits. */
char *kiosk_gateway_code_new (KioskRandom *random);

gboolean kiosk_gateway_enrol_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_enrol_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
gboolean kiosk_gateway_renew_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_renew_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
gboolean
kiosk_gateway_transaction_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_transaction_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                            GError **error);
gboolean kiosk_gateway_outcomes_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                         GError **error);
gboolean kiosk_gateway_bundle_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_bundle_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
gboolean
kiosk_gateway_heartbeat_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_heartbeat_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                          GError **error);
gboolean kiosk_gateway_inbox_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_inbox_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
gboolean
kiosk_gateway_decision_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_decision_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                         GError **error);

/* iAM Smart: kiosks' sessions, and the core's callbacks. */
/* FALSE: answered: this gateway does not speak to it. */
gboolean kiosk_gateway_iam_is_on (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_iam_begin_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_iam_begin_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                          GError **error);
gboolean
kiosk_gateway_iam_wait_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_iam_wait_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                         GError **error);
gboolean
kiosk_gateway_iam_leave_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_iam_leave_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                          GError **error);
gboolean
kiosk_gateway_iam_redirect_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_iam_redirect_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                             GError **error);
gboolean
kiosk_gateway_iam_profile_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean
kiosk_gateway_iam_signing_prepare (KioskGatewayCall *call, const KioskGatewayContext *context);
gboolean kiosk_gateway_iam_result_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                           GError **error);

G_END_DECLS
