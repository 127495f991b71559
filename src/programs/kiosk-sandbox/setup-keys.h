/* Keys and certificates of a setup. Private to the setup. */
#pragma once

#include "trust/cms.h"

G_BEGIN_DECLS

typedef struct
{
  KioskSigner gateway_ca;
  KioskSigner server;
  KioskSigner kiosk_ca;
  KioskSigner receipt;
  KioskSigner department;
  KioskSigner recipient;
  KioskSigner registry;  /* of digital identities: it decides on enrolments … */
  KioskSigner registrar; /* … and opens their records */
  KioskSigner recovery;
  KioskSigner issuer; /* of credentials, for phones */
  KioskSigner first;  /* the two who sign bundles */
  KioskSigner second;
  KioskSigner iam_ca; /* of TLS: who may be the simulated core of iAM Smart */
  KioskSigner iam;
  KioskSigner signing_ca; /* issues the certificates that citizens sign with */
} KioskSandboxKeys;

/* Makes all of them, valid from a little before @now_ms. */
KioskSandboxKeys *kiosk_sandbox_keys_new (gint64 now_ms, GError **error);
void kiosk_sandbox_keys_free (KioskSandboxKeys *self);
/* Writes each where its program looks for it, keys readable by their owner alone. */
gboolean kiosk_sandbox_keys_save (const KioskSandboxKeys *self, const char *folder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSandboxKeys, kiosk_sandbox_keys_free)

G_END_DECLS
