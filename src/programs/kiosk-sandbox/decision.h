/* What the department says about one sealed record. */
#pragma once

#include "base/clock.h"
#include "programs/kiosk-sandbox/bundles.h"
#include "trust/cms.h"

G_BEGIN_DECLS

typedef struct
{
  const char *outcome; /* "granted", "refused", "visit" */
  const char *reason; /* (nullable): a code of the service's catalogue; a literal or the office's */
} KioskSandboxDecision;

typedef struct
{
  KioskSigner recipient;  /* opens records */
  const char *department; /* "td" */
  const char *refuse;     /* (nullable): the reason of a day on which nothing is granted */
  const char *issuer; /* (nullable): folder of who signs credentials for enrolments granted … */
  const char *issued; /* … and where they are left */
  KioskClock *clock;
} KioskSandboxOffice;

/**
 * kiosk_sandbox_decide:
 * @bundles: refreshed at least once
 * @kiosk, @txid: what the gateway says it is
 *
 * Opens, verifies, computes again. A record that cannot be opened or understood is not the
 * citizen's fault and holds up nobody behind it: "visit".
 */
KioskSandboxDecision
kiosk_sandbox_decide (const KioskSandboxOffice *office, const KioskSandboxBundles *bundles,
                      GBytes *sealed, const char *kiosk, const char *txid);

G_END_DECLS
