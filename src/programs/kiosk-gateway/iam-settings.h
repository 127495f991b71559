/* What makes this gateway a relying party of iAM Smart: client id, secret, the key that content
 * keys are wrapped to, and who may be the core. Read once at the start. */
#pragma once

#include "base/secret.h"
#include "identity/iamsmart-profile.h"
#include "trust/pki.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *core;        /* "https://HOST:PORT", no path */
  char *public_base; /* likewise: where the core calls us back; may be set later */
  char *client;
  KioskSecret *secret;
  KioskSecret *store_key; /* 32 bytes, from the secret: what only the hub may read later */
  EVP_PKEY *kek;
  GTlsDatabase *authorities;
  KioskIamsmartProfile *profile;
} KioskGatewayIamSettings;

/**
 * kiosk_gateway_iam_settings_load:
 * @folder: holds iam.ini ([iamsmart] client=ID), secret, kek.key, ca.pem, and what is known of the
 *   wire: iamsmart.ini, iamsmart-codes.ini
 * @core: an https address without a path
 * @error: one line that says which file, where in it, and what to do
 */
KioskGatewayIamSettings *
kiosk_gateway_iam_settings_load (const char *folder, const char *core, GError **error);
void kiosk_gateway_iam_settings_free (KioskGatewayIamSettings *self);
/* Whether @address is "https://HOST[:PORT]" and nothing more. */
gboolean kiosk_gateway_iam_address_is_good (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamSettings, kiosk_gateway_iam_settings_free)

G_END_DECLS
