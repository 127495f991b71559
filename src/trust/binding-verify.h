/* Whether the phone that shows a public key holds the other half of it. Whether it was made for the
 * ticket that stands is identity's to judge. */
#pragma once

#include "formats/binding.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/* %KIOSK_TRUST_ERROR_UNSUPPORTED: not a point of its curve; %KIOSK_TRUST_ERROR_SIGNATURE: signed by
 * another key, or altered. */
gboolean kiosk_binding_check (const KioskBinding *self, GError **error);

G_END_DECLS
