/* What the gateway counts, as Prometheus reads it. Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_GATEWAY_COUNT_ACCEPTED,
  KIOSK_GATEWAY_COUNT_RESENT,
  KIOSK_GATEWAY_COUNT_QUARANTINED,
  KIOSK_GATEWAY_COUNT_OUTCOMES,
  KIOSK_GATEWAY_COUNT_ENROLLED,
  KIOSK_GATEWAY_COUNT_COMMITS,
  KIOSK_GATEWAY_COUNT_STORE_FAILURES,
  KIOSK_GATEWAY_COUNT_AUDIT_SHRUNK,
  KIOSK_GATEWAY_COUNT_IAM_STARTED,
  KIOSK_GATEWAY_COUNT_IAM_DONE,
  KIOSK_GATEWAY_COUNT_IAM_FAILED,
  KIOSK_GATEWAY_COUNT_IAM_DROPPED,
  KIOSK_GATEWAY_COUNT_IAM_TURNS,
  KIOSK_GATEWAY_COUNT_IAM_WAITED_US,
  KIOSK_GATEWAY_COUNT_IAM_HELD_US,
  KIOSK_GATEWAY_N_COUNTS
} KioskGatewayCount;

typedef struct _KioskGatewayMetrics KioskGatewayMetrics;

KioskGatewayMetrics *kiosk_gateway_metrics_new (void);
void kiosk_gateway_metrics_free (KioskGatewayMetrics *self);

void kiosk_gateway_metrics_add (KioskGatewayMetrics *self, KioskGatewayCount count);
void
kiosk_gateway_metrics_add_many (KioskGatewayMetrics *self, KioskGatewayCount count, guint64 more);
/* @route: a literal: "PUT /v1/…", never what a caller sent. */
void kiosk_gateway_metrics_request (KioskGatewayMetrics *self, const char *method,
                                    const char *route, guint status);
/* (transfer full): text format 0.0.4. @in_hand: requests being worked on; @waiting: those of them
 * that wait for a session of iAM Smart. */
char *kiosk_gateway_metrics_text (KioskGatewayMetrics *self, guint in_hand, guint waiting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayMetrics, kiosk_gateway_metrics_free)

G_END_DECLS
