/* A person without a window: sees kioskd's pages as their models and acts on them. */
#pragma once

#include "stage.h"

G_BEGIN_DECLS

typedef struct _Citizen Citizen;

/* Comes to the kioskd that runs now; works in the default main context. */
Citizen *citizen_new (Stage *stage, GError **error);
/* Goes away without a word, as a front end that died. NULL is ignored. */
void citizen_free (Citizen *self);

/* Does page by page what leads a person with the card "good" to @page ("services", "transactions",
 * "receipt" …), renewing a licence where there is a choice. The error names the page where the way
 * ended, or on which kioskd went away. */
gboolean citizen_go (Citizen *self, const char *page, GError **error);
/* From home to the receipt. (transfer full): what it promised. */
gboolean citizen_renew (Citizen *self, char **ret_txid, char **ret_reference, GError **error);
/* Ends the session, takes the card away, and leaves the terminal at home. */
gboolean citizen_finish (Citizen *self, GError **error);

/* On the page "identify": waits until the card reader is in that state, "ready", "missing". */
gboolean citizen_await_reader (Citizen *self, const char *state, GError **error);

/* Whether the declaration was accepted: from then on a record may be sealed. */
gboolean citizen_has_declared (Citizen *self);
/* On the page "transactions", as it stands now: (transfer full) (nullable): "state" or "outcome" of
 * one of them. */
char *citizen_transaction (Citizen *self, const char *txid, const char *key);
/* Waits until that is so, by the page's own news. */
gboolean citizen_await_transaction (Citizen *self, const char *txid, const char *key,
                                    const char *value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Citizen, citizen_free)

G_END_DECLS
