/* What a receipt or a personal code that somebody shows is worth here. Private to kioskd. */
#pragma once

#include "identity/personal-code.h"
#include "journey/ledger-port.h"

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

/**
 * kiosk_ledger_identify:
 * @trust: (nullable): the trust list in force
 * @ours: (nullable): this kiosk's id
 * @error: a %KIOSK_PERSONAL_CODE_ERROR, or %KIOSK_CODE_ERROR_OTHER_KIND
 *
 * Blocks for signatures and a flush of the vault, where a good code is spent.
 *
 * Returns: (transfer full) (nullable): whoever shows it
 */
KioskHolder *kiosk_ledger_identify (KioskVault *vault, KioskClock *clock, const KioskBundle *trust,
                                    const char *ours, const KioskCode *code, GError **error);

G_END_DECLS
