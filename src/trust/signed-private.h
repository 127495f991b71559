/* Signers, for the other files of this room. Private to trust. */
#pragma once

#include "trust/openssl-private.h"
#include "trust/signed.h"

G_BEGIN_DECLS

guint kiosk_signed_n_signers (const KioskSigned *self);
/* (transfer none): NULL when the message carries no certificate of signer @index. */
X509 *kiosk_signed_signer (KioskSigned *self, guint index);

G_END_DECLS
