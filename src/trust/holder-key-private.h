/* What a phone signs with its own key: one rule for everything that it shows. Private to trust. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @bytes: (nullable): 65, a point of P-256, or 32, Ed25519. @algorithm: of COSE: −7, else EdDSA.
 * %KIOSK_TRUST_ERROR_UNSUPPORTED: no key of these kinds; %KIOSK_TRUST_ERROR_SIGNATURE */
gboolean kiosk_holder_key_check (GBytes *bytes, gint64 algorithm, GBytes *protected_header,
                                 GBytes *payload, GBytes *signature, GError **error);

G_END_DECLS
