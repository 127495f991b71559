/* Private to trust. */
#pragma once

#include "trust/merkle.h"

G_BEGIN_DECLS

/* SHA-256(0x01 ‖ left ‖ right); the result may be written over either. */
void kiosk_merkle_node (const guint8 left[KIOSK_MERKLE_HASH], const guint8 right[KIOSK_MERKLE_HASH],
                        guint8 ret_hash[KIOSK_MERKLE_HASH]);

G_END_DECLS
