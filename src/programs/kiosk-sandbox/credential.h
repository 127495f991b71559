/* The simulated issuer of credentials: a person's data, signed, with the key of the phone that they
 * are given to inside (MOSIP Claim 169, formats/personal.h). */
#pragma once

#include "base/clock.h"
#include "formats/evidence.h"
#include "trust/pki.h"

G_BEGIN_DECLS

#define KIOSK_SANDBOX_CREDENTIAL_DAYS 365

typedef struct
{
  const char *issuer; /* folder: SETUP/issuer */
  const char *person; /* file: [person] name, name-chinese, number, birth, and sex if known */
  const char *key;    /* file, PEM: the phone's public key, P-256 */
  int days;           /* until it ends; 0: it ends in the moment in which it is made */
} KioskSandboxCredential;

/* (transfer full): the credential's code, text. %KIOSK_SANDBOX_ERROR_PERSON: the person has no
 * valid HKID number, or the key is not one of P-256. */
char *kiosk_sandbox_credential_new (const KioskSandboxCredential *what, KioskClock *clock,
                                    GError **error);

/* The same for what an enrolment proved. @evidence: of an identity card; @key: a point of P-256. */
char *kiosk_sandbox_credential_for (const char *issuer, const KioskEvidence *evidence, GBytes *key,
                                    int days, KioskClock *clock, GError **error);

/* The verb: words from "credential" on. Returns: the exit code */
int kiosk_sandbox_credential_main (int argc, char **argv);

G_END_DECLS
