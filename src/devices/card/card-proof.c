#include "devices/card/card-proof.h"

#include "devices/card/card-port.h"

#define REASON_NO_LIST "crl-none"

static void
state_passive (KioskEvidence *evidence, const char *method, KioskProof proof, const char *reason)
{
  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, method, 0, proof, reason);
}

/* What the trust room found, in this room's words. NULL: nothing wrong. */
static void
state_trust (KioskEvidence *evidence, const char *method, const GError *error)
{
  KioskCardError code = KIOSK_CARD_ERROR_PA_BAD_SIGNATURE;
  KioskProof proof = KIOSK_PROOF_FAILED;

  if (error == NULL)
    {
      state_passive (evidence, method, KIOSK_PROOF_PASSED, NULL);
      return;
    }
  if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN))
    code = KIOSK_CARD_ERROR_PA_NO_CSCA;
  else if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED))
    code = KIOSK_CARD_ERROR_PA_EXPIRED;
  else if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED))
    code = KIOSK_CARD_ERROR_LDS_MALFORMED;
  else if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED))
    {
      code = KIOSK_CARD_ERROR_UNSUPPORTED;
      proof = KIOSK_PROOF_NOT_POSSIBLE;
    }
  state_passive (evidence, method, proof, kiosk_card_error_name (code));
}

static void
state_revocation (KioskEvidence *evidence, KioskRevocation found)
{
  static const struct
  {
    KioskProof proof;
    const char *reason;
  } words[] = {
    [KIOSK_REVOCATION_NO_LIST] = { KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_LIST },
    [KIOSK_REVOCATION_GOOD] = { KIOSK_PROOF_PASSED, NULL },
    [KIOSK_REVOCATION_STALE] = { KIOSK_PROOF_NOT_POSSIBLE, "crl-stale" },
    [KIOSK_REVOCATION_REVOKED] = { KIOSK_PROOF_FAILED, "pa-revoked" },
  };

  state_passive (evidence, KIOSK_METHOD_REVOCATION, words[found].proof, words[found].reason);
}

KioskSod *
kiosk_card_passive_begin (GBytes *bytes, const KioskCsca *csca, gint64 at_ms,
                          KioskEvidence *evidence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) chain_error = NULL;
  KioskSod *sod = kiosk_sod_parse (bytes, &error);

  if (sod != NULL)
    kiosk_signed_verify_signature (kiosk_sod_signed (sod), &error);
  state_trust (evidence, KIOSK_METHOD_SIGNATURE, error);
  /* A chain to whoever did not sign this says nothing. */
  if (error != NULL)
    state_passive (evidence, KIOSK_METHOD_CHAIN, KIOSK_PROOF_NOT_TRIED, NULL);
  else
    {
      kiosk_signed_verify_chain (kiosk_sod_signed (sod), csca, at_ms, &chain_error);
      state_trust (evidence, KIOSK_METHOD_CHAIN, chain_error);
      if (chain_error == NULL)
        state_revocation (evidence, kiosk_signed_revocation (kiosk_sod_signed (sod), csca, at_ms));
    }
  return sod;
}

void
kiosk_card_passive_finish (KioskSod *sod, GBytes *const *groups, KioskEvidence *evidence)
{
  for (guint number = 1; sod != NULL && number <= KIOSK_LDS_GROUPS; number++)
    if (groups[number - 1] != NULL)
      {
        gboolean same = kiosk_sod_check (sod, number, groups[number - 1], NULL);

        kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, number,
                              same ? KIOSK_PROOF_PASSED : KIOSK_PROOF_FAILED,
                              same ? NULL : kiosk_card_error_name (KIOSK_CARD_ERROR_PA_HASH));
      }
}
