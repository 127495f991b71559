#include "devices/card/card-proof.h"

#include "devices/card/card-access.h"

#define REASON_NO_KEY "no-key"

static void
conclude (KioskStatement *statement, KioskProof proof, const char *reason)
{
  statement->proof = proof;
  g_free (statement->reason);
  statement->reason = g_strdup (reason);
}

/* What the trust room found, in this room's words. */
static void
conclude_trust (KioskStatement *statement, const GError *error)
{
  KioskCardError code = KIOSK_CARD_ERROR_PA_BAD_SIGNATURE;
  KioskProof proof = KIOSK_PROOF_FAILED;

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
  conclude (statement, proof, kiosk_card_error_name (code));
}

KioskSod *
kiosk_card_passive_begin (GBytes *bytes, GPtrArray *csca, gint64 at_ms, KioskStatement *statement)
{
  g_autoptr (GError) error = NULL;
  KioskSod *sod = kiosk_sod_parse (bytes, &error);

  statement->method = g_strdup ("csca");
  if (sod == NULL || !kiosk_sod_verify (sod, csca, at_ms, &error))
    conclude_trust (statement, error);
  return sod;
}

void
kiosk_card_passive_finish (KioskSod *sod, GBytes *const *groups, KioskStatement *statement)
{
  if (statement->proof != KIOSK_PROOF_NOT_TRIED)
    return;
  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if (groups[number - 1] != NULL && !kiosk_sod_check (sod, number, groups[number - 1], NULL))
      {
        conclude (statement, KIOSK_PROOF_FAILED, kiosk_card_error_name (KIOSK_CARD_ERROR_PA_HASH));
        return;
      }
  conclude (statement, KIOSK_PROOF_PASSED, NULL);
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

gboolean
kiosk_card_chip_prove (KioskCardSession *session, GBytes *dg14, GBytes *dg1,
                       const KioskStatement *passive, KioskStatement *statement, GError **error)
{
  g_autoptr (KioskSecurityInfos) infos = NULL;
  g_autoptr (GError) failure = NULL;

  statement->method = g_strdup ("chip-authentication");
  if (passive->proof != KIOSK_PROOF_PASSED)
    {
      conclude (statement, KIOSK_PROOF_NOT_POSSIBLE, passive->reason);
      return TRUE;
    }
  infos = dg14 != NULL ? kiosk_lds_parse_dg14 (dg14, NULL) : NULL;
  if (infos == NULL || infos->keys->len == 0)
    conclude (statement, KIOSK_PROOF_NOT_POSSIBLE, REASON_NO_KEY);
  else if (kiosk_card_chip_authenticate (session, infos, &failure)
           && read_again (session, dg1, &failure))
    conclude (statement, KIOSK_PROOF_PASSED, NULL);
  else if (is_of_the_link (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  else if (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED))
    conclude (statement, KIOSK_PROOF_NOT_POSSIBLE,
              kiosk_card_error_name (KIOSK_CARD_ERROR_UNSUPPORTED));
  else
    conclude (statement, KIOSK_PROOF_FAILED, kiosk_card_error_name (KIOSK_CARD_ERROR_CLONE));
  return TRUE;
}
