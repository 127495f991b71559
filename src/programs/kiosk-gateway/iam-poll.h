/* Long polls that wait on the main thread, at the cost of a socket and some bytes each. */
#pragma once

#include "programs/kiosk-gateway/pipeline.h"

G_BEGIN_DECLS

#define KIOSK_GATEWAY_IAM_POLLS_KIOSK 4 /* the oldest of a kiosk gives way to a fifth */
#define KIOSK_GATEWAY_IAM_POLLS_ALL   1024

/* What a poll's call carries: its "prepared". */
typedef struct
{
  gint64 looked_us; /* monotonic: when the writer last began to look. The writer's */
  gint64 until_us;  /* of the clock: when its patience ends */
  gboolean last;    /* it is to be answered as things are */
} KioskGatewayIamWait;

typedef struct _KioskGatewayIamPolls KioskGatewayIamPolls;

KioskGatewayIamPolls *
kiosk_gateway_iam_polls_new (KioskGatewayContext *context, KioskGatewayPipeline *pipeline);
/* Drops those that wait, as when the line breaks. */
void kiosk_gateway_iam_polls_free (KioskGatewayIamPolls *self);

/* @call: (transfer full): captures[0] is the session, peer_id the kiosk. It goes back to the writer
 * when the session changes (also when it did since the writer looked), when its patience ends, or
 * when another takes its place. It is let go when its caller hangs up. */
void kiosk_gateway_iam_polls_park (KioskGatewayIamPolls *self, KioskGatewayCall *call);
/* @session: NULL: any may have changed. */
void kiosk_gateway_iam_polls_wake (KioskGatewayIamPolls *self, const char *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamPolls, kiosk_gateway_iam_polls_free)

G_END_DECLS
