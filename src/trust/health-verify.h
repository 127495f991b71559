/* A health certificate's signature, by the rules of the EU Digital COVID Certificate. */
#pragma once

#include "formats/health.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/**
 * kiosk_health_verify:
 *
 * As kiosk_cwt_verify() with %KIOSK_CWT_BY_KEY_ID; and a signer whose extended key usage speaks of
 * tests, vaccinations or recoveries may sign those only, else %KIOSK_TRUST_ERROR_SIGNATURE
 * (eHealth Network, Technical Specifications volume 1, 4.4: "Extended key usage identifiers").
 */
gboolean kiosk_health_verify (const KioskHealth *health, GPtrArray *signers, gint64 at_ms,
                              X509 **ret_signer, GError **error);

G_END_DECLS
