/* The header as JSON, the same bytes inside and outside a sealed record. Private to trust. */
#pragma once

#include "trust/seal.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer full): members in a fixed order. */
GBytes *kiosk_seal_header_to_json (const KioskSealHeader *self);
/* Untrusted input: every member checked for type, length and alphabet. */
KioskSealHeader *kiosk_seal_header_from_json (JsonObject *object, GError **error);

G_END_DECLS
