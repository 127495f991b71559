/* What the simulated core of iAM Smart, the hub that relies on it and the phones each begin with.
 * Made in memory first: what may be refused is refused before anything is written. */
#pragma once

#include "base/random.h"
#include "trust/cms.h"

G_BEGIN_DECLS

typedef struct _KioskSandboxIam KioskSandboxIam;

/**
 * kiosk_sandbox_iam_new:
 * @identity: the folder of iamsmart.ini and iamsmart-codes.ini: both sides get a copy, to which the
 *   official specification can be put
 * @users: (nullable): "FILE:TYPE": a card.ini of the emulator, its [person]; "basic" or "sign"
 * @signing_ca: issues the certificates that those of type "sign" sign with
 *
 * Account names are those of the files' folders. Keys are made on the spot: RSA of 2,048 bits.
 *
 * Returns: (transfer full) (nullable)
 */
KioskSandboxIam *kiosk_sandbox_iam_new (const char *identity, const char *const *users,
                                        const KioskSigner *signing_ca, KioskRandom *random,
                                        gint64 now_ms, GError **error);
void kiosk_sandbox_iam_free (KioskSandboxIam *self);

/* Writes into the folders iamsmart/, gateway/iamsmart/ and phone/ of @folder. */
gboolean kiosk_sandbox_iam_save (const KioskSandboxIam *self, const char *folder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSandboxIam, kiosk_sandbox_iam_free)

G_END_DECLS
