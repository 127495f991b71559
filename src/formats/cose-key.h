/* A public key as COSE_Key (RFC 9052, 7; RFC 9053, 7), in the two kinds that phones have here. A
 * key is bytes: 65, a point of P-256 as 04 ‖ x ‖ y, or 32, Ed25519. */
#pragma once

#include <cbor.h>
#include <glib.h>

G_BEGIN_DECLS

/* @key: (nullable). Returns: (transfer full) (nullable): NULL for any other kind, and for one whose
 * private half stands beside it: given away, it proves nothing about who holds it. */
GBytes *kiosk_cose_key_read (const cbor_item_t *key);
/* (transfer full): in deterministic order, with no other members. */
cbor_item_t *kiosk_cose_key_new (GBytes *bytes);

G_END_DECLS
