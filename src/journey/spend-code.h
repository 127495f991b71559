/* The vault remembers which personal codes were used: identity's port to it, since neither room
 * sees the other. */
#pragma once

#include "identity/personal-code.h"
#include "store/vault.h"

G_BEGIN_DECLS

/* A KioskSpendCode; @vault: a KioskVault. Blocks for a flush of the disk. */
gboolean kiosk_spend_code_in_vault (gpointer vault, const guint8 digest[32], gint64 expires_ms,
                                    GError **error);

G_END_DECLS
