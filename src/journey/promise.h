/* The moment of promise: exact bytes are signed and encrypted, their receipt is signed, and one
 * commit stores both. Blocks for signatures and a disk flush: never on a main loop. */
#pragma once

#include "base/random.h"
#include "journey/ledger-port.h"

G_BEGIN_DECLS

typedef struct
{
  KioskVault *vault;
  KioskClock *clock;
  KioskRandom *random;
  const char *boot;  /* random id of this start of the program */
  const char *kiosk; /* common name of the signer's certificate */
  const KioskSigner *signer;
} KioskPromiser;

/**
 * kiosk_promise_seal:
 * @recipients: (element-type X509): the department's key, the recovery key
 * @error: %KIOSK_VAULT_ERROR_FULL, %KIOSK_VAULT_ERROR_DISK, or why signing or encrypting failed;
 *   nothing was promised
 *
 * Returns: (transfer full) (nullable): the record as committed, without its sealed bytes
 */
KioskRecord *kiosk_promise_seal (const KioskPromiser *self, const KioskDraft *draft,
                                 GPtrArray *recipients, GError **error);

/* (transfer full): what a person reads out, 40 random bits: "7QK4-M2XD". */
char *kiosk_reference_new (KioskRandom *random);

G_END_DECLS
