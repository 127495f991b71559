/* Private to trust; apart for the published vectors. */
#pragma once

#include "trust/openssl-private.h"

G_BEGIN_DECLS

/* RFC 9052, 4.4: Sig_structure of a COSE_Sign1 without external data. */
GBytes *kiosk_cose_to_be_signed (GBytes *protected_header, GBytes *payload);
/* ES256: r ‖ s (RFC 9053, 2.1), 64 bytes. */
GBytes *kiosk_cose_sign (EVP_PKEY *key, GBytes *data, GError **error);
gboolean kiosk_cose_check (EVP_PKEY *key, GBytes *data, GBytes *signature);
/* (transfer full) (nullable): r ‖ s, halves of @raw, as DER. */
GBytes *kiosk_cose_signature_der (GBytes *raw);

G_END_DECLS
