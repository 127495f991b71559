/* The one place where requests to iAM Smart are put in order, however many gateway processes there
 * are: the core refuses a timestamp below an earlier one. Whoever asks holds the turn from the
 * stamp to the answer, so that what is stamped earlier also arrives earlier.
 *
 * PostgreSQL: an advisory lock of a connection of its own, taken with a limit; the server ends a
 * holder that says nothing for longer than any request may take. SQLite: one process, one thread,
 * no lock. The last stamp is written before it is used: a crash takes none back. */
#pragma once

#include <glib.h>

#include "base/clock.h"
#include "programs/kiosk-gateway/metrics.h"

G_BEGIN_DECLS

typedef struct _KioskGatewayIamSequence KioskGatewayIamSequence;

/* @uri: the gateway's database. Connects at the first turn, and anew after a failure. One thread.
 * @metrics outlives it: hears what the order costs. */
KioskGatewayIamSequence *
kiosk_gateway_iam_sequence_new (const char *uri, KioskClock *clock, KioskGatewayMetrics *metrics);
void kiosk_gateway_iam_sequence_free (KioskGatewayIamSequence *self);

/* Waits for the turn, at most some seconds. FALSE: there is none, nothing is held. */
gboolean kiosk_gateway_iam_sequence_enter (KioskGatewayIamSequence *self, GError **error);
void kiosk_gateway_iam_sequence_leave (KioskGatewayIamSequence *self);

/* Inside a turn. *ret_stamp_ms: our time, or an earlier request's if that was later. *ret_serial:
 * counts the content keys that were kept; 0 for none. */
gboolean kiosk_gateway_iam_sequence_stamp (KioskGatewayIamSequence *self, gint64 *ret_stamp_ms,
                                           gint64 *ret_serial, GError **error);
/* (transfer full): the content key as the core sent it, still wrapped to our KEK: JSON. */
char *kiosk_gateway_iam_sequence_get_key (KioskGatewayIamSequence *self, GError **error);
gboolean kiosk_gateway_iam_sequence_put_key (KioskGatewayIamSequence *self, const char *wrapped,
                                             gint64 *ret_serial, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamSequence, kiosk_gateway_iam_sequence_free)

G_END_DECLS
