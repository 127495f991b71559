/* What the gateway's database holds, read beside the gateway. */
#pragma once

#include "stage.h"

G_BEGIN_DECLS

/* (transfer full) (element-type utf8): the ids of all accepted transactions, oldest first. Fails
 * the test when an id or a digest is there twice. */
GPtrArray *gateway_transactions (Stage *stage);
/* (transfer full): the receipt that it gave for @txid. Fails the test when there is none. */
GBytes *gateway_receipt (Stage *stage, const char *txid);
guint gateway_count_transactions (Stage *stage, const char *txid);
guint gateway_count_outcomes (Stage *stage, const char *txid);

G_END_DECLS
