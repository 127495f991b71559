/* The list of staff: whom staff cards that the emulator made belong to. */
#pragma once

#include "base/random.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * kiosk_sandbox_staff_body:
 * @files: (nullable): card.ini of staff cards, [staff]: id, name, role, revoked, pin. The
 * certificate lies beside it: 9E.der, or 9A.der
 *
 * Of a PIN, only its slow hash goes into the list. Returns: (transfer full): the bundle's body
 */
JsonObject *kiosk_sandbox_staff_body (const char *const *files, KioskRandom *random, gint64 now_ms,
                                      GError **error);

G_END_DECLS
