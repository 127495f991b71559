/* A receipt's signature: whether a kiosk that is trusted made it. */
#pragma once

#include "formats/receipt.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/**
 * kiosk_receipt_verify:
 * @cose: what kiosk_receipt_untext() gave
 * @anchors: (element-type X509): who vouches for kiosks
 *
 * Signed by a kiosk that was one when it signed, and the same that the receipt names. Its
 * certificate may have run out since: an old receipt stays true.
 *
 * Returns: (transfer full) (nullable): the claims
 */
KioskReceipt *kiosk_receipt_verify (GBytes *cose, GPtrArray *anchors, GError **error);

G_END_DECLS
