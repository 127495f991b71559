#include "devices/card/card-chip-proof.h"

#include "trust/signed.h"

#define REASON_NO_KEY "no-key"

#define CHIP_MAPPING          "pace-cam"
#define CHIP_AUTHENTICATION   "chip-authentication"
#define ACTIVE_AUTHENTICATION "active-authentication"

typedef struct
{
  KioskProof proof;
  const char *reason;
} Finding;

static const Finding passed = { KIOSK_PROOF_PASSED, NULL };

static Finding
finding (KioskProof proof, KioskCardError code)
{
  return (Finding){ proof, kiosk_card_error_name (code) };
}

/* Altered is not the issuer's; a signer that we know nothing of proves nothing either way. */
static Finding
distrust (const GError *error)
{
  if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN))
    return finding (KIOSK_PROOF_NOT_POSSIBLE, KIOSK_CARD_ERROR_PA_NO_CSCA);
  if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED))
    return finding (KIOSK_PROOF_NOT_POSSIBLE, KIOSK_CARD_ERROR_PA_EXPIRED);
  if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED))
    return finding (KIOSK_PROOF_NOT_POSSIBLE, KIOSK_CARD_ERROR_UNSUPPORTED);
  if (g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED))
    return finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_LDS_MALFORMED);
  return finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_PA_BAD_SIGNATURE);
}

/* The keys of EF.CardSecurity, once its signer is known to be a country's. */
static KioskSecurityInfos *
trusted_infos (const KioskCardChipProof *proof, Finding *ret_finding)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (proof->opening->card_security, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSigned) message
    = kiosk_signed_parse (der, length, KIOSK_SIGNED_CARD_SECURITY, &error);
  g_autoptr (KioskSecurityInfos) infos = NULL;
  g_autoptr (GBytes) content = NULL;

  if (message == NULL || !kiosk_signed_verify_signature (message, &error)
      || !kiosk_signed_verify_chain (message, proof->csca, proof->at_ms, &error))
    {
      *ret_finding = distrust (error);
      return NULL;
    }
  if (kiosk_signed_revocation (message, proof->csca, proof->at_ms) == KIOSK_REVOCATION_REVOKED)
    {
      *ret_finding = finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_PA_REVOKED);
      return NULL;
    }
  der = kiosk_signed_content (message, &length);
  content = g_bytes_new (der, length);
  infos = kiosk_lds_parse_card_access (content, NULL);
  if (infos == NULL)
    *ret_finding = finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_LDS_MALFORMED);
  return g_steal_pointer (&infos);
}

static Finding
check_mapping (const KioskCardChipProof *proof)
{
  g_autoptr (KioskSecurityInfos) infos = NULL;
  g_autoptr (GError) error = NULL;
  Finding found = { KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_KEY };

  if (proof->opening->card_security == NULL)
    return found;
  infos = trusted_infos (proof, &found);
  if (infos == NULL)
    return found;
  if (kiosk_pace_chip_check (proof->opening->chip, infos, &error))
    return passed;
  return g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE)
           ? finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_CLONE)
           : (Finding){ KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_KEY };
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

/* Under other keys than ours a copy's answer is broken messaging. */
static gboolean
authenticate_chip (KioskCardSession *session, const KioskCardChipProof *proof,
                   const KioskSecurityInfos *infos, Finding *ret_finding, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (kiosk_card_chip_authenticate (session, infos, &failure)
      && read_again (session, proof->dg1, &failure))
    *ret_finding = passed;
  else if (is_of_the_link (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED))
    *ret_finding = finding (KIOSK_PROOF_NOT_POSSIBLE, KIOSK_CARD_ERROR_UNSUPPORTED);
  else
    *ret_finding = finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_CLONE);
  return TRUE;
}

static gboolean
authenticate_actively (KioskCardSession *session, const KioskCardChipProof *proof,
                       const KioskSecurityInfos *infos, Finding *ret_finding, GError **error)
{
  KioskLdsDigest digest = infos != NULL ? infos->active_digest : KIOSK_LDS_DIGEST_NONE;
  g_autoptr (GError) failure = NULL;

  if (kiosk_card_active_authenticate (session, proof->dg15, digest, &failure))
    *ret_finding = passed;
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA))
    *ret_finding = finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_CLONE_AA);
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED))
    *ret_finding = finding (KIOSK_PROOF_NOT_POSSIBLE, KIOSK_CARD_ERROR_UNSUPPORTED);
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED))
    *ret_finding = finding (KIOSK_PROOF_FAILED, KIOSK_CARD_ERROR_LDS_MALFORMED);
  else
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}

/* States it; TRUE when nothing more is to be asked of the chip. */
static gboolean
is_settled (KioskEvidence *evidence, const char *method, Finding found)
{
  kiosk_evidence_state (evidence, KIOSK_CLAIM_CHIP, method, 0, found.proof, found.reason);
  return found.proof == KIOSK_PROOF_PASSED || found.proof == KIOSK_PROOF_FAILED;
}

gboolean
kiosk_card_chip_prove (KioskCardSession *session, const KioskCardChipProof *proof,
                       KioskEvidence *evidence, GError **error)
{
  const KioskStatement *passive = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE);
  g_autoptr (KioskSecurityInfos) infos = NULL;
  gboolean offers_chip;
  Finding found = { KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_KEY };

  if (passive->proof != KIOSK_PROOF_PASSED)
    {
      found.reason = passive->reason;
      is_settled (evidence, CHIP_AUTHENTICATION, found);
      return TRUE;
    }
  if (proof->opening->chip != NULL && is_settled (evidence, CHIP_MAPPING, check_mapping (proof)))
    return TRUE;
  infos = proof->dg14 != NULL ? kiosk_lds_parse_dg14 (proof->dg14, NULL) : NULL;
  offers_chip = infos != NULL && infos->keys->len > 0;
  if (offers_chip && !authenticate_chip (session, proof, infos, &found, error))
    return FALSE;
  if (offers_chip && is_settled (evidence, CHIP_AUTHENTICATION, found))
    return TRUE;
  if (proof->dg15 == NULL)
    {
      if (!offers_chip && proof->opening->chip == NULL)
        is_settled (evidence, CHIP_AUTHENTICATION, found);
      return TRUE;
    }
  if (!authenticate_actively (session, proof, infos, &found, error))
    return FALSE;
  is_settled (evidence, ACTIVE_AUTHENTICATION, found);
  return TRUE;
}
