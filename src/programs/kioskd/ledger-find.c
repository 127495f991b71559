#include "programs/kioskd/ledger-find.h"

#include "journey/spend-code.h"
#include "trust/receipt-verify.h"

#include <string.h>

static KioskReceipt *
judge (const KioskBundle *trust, GBytes *cose, GError **error)
{
  g_autoptr (GPtrArray) anchors
    = trust == NULL ? NULL : kiosk_bundle_certs (trust, "kiosk-ca", NULL);
  g_autoptr (GError) problem = NULL;
  KioskReceipt *receipt;

  if (anchors == NULL)
    {
      g_set_error_literal (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_FAULT,
                           "no trust list says who vouches for kiosks");
      return NULL;
    }
  receipt = kiosk_receipt_verify (cose, anchors, &problem);
  if (receipt == NULL)
    g_set_error_literal (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_NOT_GENUINE, problem->message);
  return receipt;
}

/* Whose it is matters only when it is not here: a kiosk that was enrolled anew has another id, and
 * the records of before. */
static void
explain_absence (const KioskReceipt *receipt, const char *ours, char **ret_kiosk, GError **error)
{
  if (g_strcmp0 (ours, receipt->kiosk) == 0)
    {
      g_set_error_literal (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_UNKNOWN,
                           "the record is no longer kept");
      return;
    }
  *ret_kiosk = g_strdup (receipt->kiosk);
  g_set_error_literal (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_OTHER_KIOSK,
                       "another kiosk keeps the record");
}

KioskRecord *
kiosk_ledger_find (KioskVault *vault, const KioskBundle *trust, const char *ours, GBytes *receipt,
                   char **ret_kiosk, GError **error)
{
  g_autoptr (KioskReceipt) claims = judge (trust, receipt, error);
  g_autoptr (KioskRecord) record = NULL;
  g_autoptr (GError) problem = NULL;

  if (claims == NULL)
    return NULL;
  record = kiosk_vault_find (vault, claims->txid, &problem);
  if (record != NULL && memcmp (record->digest, claims->digest, sizeof record->digest) == 0)
    {
      g_clear_pointer (&record->sealed, g_bytes_unref);
      return g_steal_pointer (&record);
    }
  if (record != NULL || g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN))
    explain_absence (claims, ours, ret_kiosk, error);
  else
    g_set_error_literal (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_FAULT, problem->message);
  return NULL;
}

KioskHolder *
kiosk_ledger_identify (KioskVault *vault, KioskClock *clock, const KioskBundle *trust,
                       const char *ours, const KioskCode *code, GError **error)
{
  const KioskPersonalCodeJudge judge = { .kiosk = ours,
                                         .trust = trust,
                                         .clock = clock,
                                         .spend = kiosk_spend_code_in_vault,
                                         .spend_data = vault };

  if (trust != NULL && ours != NULL)
    return kiosk_personal_code_judge (&judge, code, error);
  g_set_error_literal (error, KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_ISSUER,
                       "no trust list says who issues credentials");
  return NULL;
}
