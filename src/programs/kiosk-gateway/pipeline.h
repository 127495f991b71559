/* Requests from the server's thread through two that check and one that writes, and back.
 *
 * The writer takes whatever waits, executes it inside one database transaction and commits once:
 * the flush is paid by the group, and no answer leaves before it. Requests that only look run after
 * the commit, so that nobody is shown what might be rolled back. */
#pragma once

#include "programs/kiosk-gateway/call.h"

G_BEGIN_DECLS

typedef struct _KioskGatewayPipeline KioskGatewayPipeline;

/* @done: (transfer full call): called in the thread-default main context of the caller. */
typedef void (*KioskGatewayDone) (KioskGatewayCall *call, gpointer data);

KioskGatewayPipeline *
kiosk_gateway_pipeline_new (KioskGatewayContext *context, KioskGatewayDone done, gpointer data);
/* Executes what was pushed, joins the threads; what was not yet handed to @done is dropped, as when
 * the line breaks: its caller asks again and gets the same answer. */
void kiosk_gateway_pipeline_free (KioskGatewayPipeline *self);
/* @call: (transfer full). */
void kiosk_gateway_pipeline_push (KioskGatewayPipeline *self, KioskGatewayCall *call);
/* @call: (transfer full): one that was checked, or the gateway's own, to the writer (again). Any
 * thread, until the pipeline is freed. */
void kiosk_gateway_pipeline_again (KioskGatewayPipeline *self, KioskGatewayCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayPipeline, kiosk_gateway_pipeline_free)

G_END_DECLS
