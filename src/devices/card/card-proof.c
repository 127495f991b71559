#include "devices/card/card-proof.h"

#include "devices/card/card-access.h"

#define REASON_NO_KEY       "no-key"
#define REASON_NO_LIST      "crl-none"
#define CHIP_AUTHENTICATION "chip-authentication"

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

/* The first answer under the new keys, and it must be what was read before. */
static gboolean
read_again (KioskCardSession *session, GBytes *dg1, GError **error)
{
  g_autoptr (GBytes) again = NULL;

  if (!kiosk_card_session_read_file (session, KIOSK_LDS_EF_DG (1), g_bytes_get_size (dg1), NULL,
                                     NULL, &again, error))
    return FALSE;
  if (again != NULL && g_bytes_equal (again, dg1))
    return TRUE;
  g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE,
                       "DG1 differs after chip authentication");
  return FALSE;
}

/* Whether the link failed rather than the chip. */
static gboolean
is_of_the_link (const GError *error)
{
  return g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_RF)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_TIMEOUT)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_NO_READER);
}

static void
state_chip (KioskEvidence *evidence, const char *method, KioskProof proof, const char *reason)
{
  kiosk_evidence_state (evidence, KIOSK_CLAIM_CHIP, method, 0, proof, reason);
}

gboolean
kiosk_card_chip_prove (KioskCardSession *session, GBytes *dg14, GBytes *dg1,
                       KioskEvidence *evidence, GError **error)
{
  const KioskStatement *passive = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE);
  g_autoptr (KioskSecurityInfos) infos = NULL;
  g_autoptr (GError) failure = NULL;

  if (passive->proof != KIOSK_PROOF_PASSED)
    {
      state_chip (evidence, CHIP_AUTHENTICATION, KIOSK_PROOF_NOT_POSSIBLE, passive->reason);
      return TRUE;
    }
  infos = dg14 != NULL ? kiosk_lds_parse_dg14 (dg14, NULL) : NULL;
  if (infos == NULL || infos->keys->len == 0)
    state_chip (evidence, CHIP_AUTHENTICATION, KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_KEY);
  else if (kiosk_card_chip_authenticate (session, infos, &failure)
           && read_again (session, dg1, &failure))
    state_chip (evidence, CHIP_AUTHENTICATION, KIOSK_PROOF_PASSED, NULL);
  else if (is_of_the_link (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED))
    state_chip (evidence, CHIP_AUTHENTICATION, KIOSK_PROOF_NOT_POSSIBLE,
                kiosk_card_error_name (KIOSK_CARD_ERROR_UNSUPPORTED));
  else
    state_chip (evidence, CHIP_AUTHENTICATION, KIOSK_PROOF_FAILED,
                kiosk_card_error_name (KIOSK_CARD_ERROR_CLONE));
  return TRUE;
}
