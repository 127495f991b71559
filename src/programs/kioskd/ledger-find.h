/* What a receipt that somebody shows is worth here. Private to kioskd. */
#pragma once

#include "journey/ledger-port.h"
#include "trust/bundle.h"

G_BEGIN_DECLS

/**
 * kiosk_ledger_find:
 * @trust: (nullable): the trust list in force
 * @ours: (nullable): this kiosk's id
 * @receipt: its COSE_Sign1
 * @ret_kiosk: (out) (transfer full): for OTHER_KIOSK, whose it is
 * @error: a %KIOSK_FIND_ERROR
 *
 * Blocks for signatures and the vault.
 *
 * Returns: (transfer full) (nullable): the record as it stands, without its sealed bytes
 */
KioskRecord *kiosk_ledger_find (KioskVault *vault, const KioskBundle *trust, const char *ours,
                                GBytes *receipt, char **ret_kiosk, GError **error);

G_END_DECLS
