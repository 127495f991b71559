#include "journey/spend-code.h"

static KioskPersonalCodeError
meaning (const GError *problem)
{
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_SPENT))
    return KIOSK_PERSONAL_CODE_ERROR_USED;
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_CLOCK))
    return KIOSK_PERSONAL_CODE_ERROR_CLOCK;
  return KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT;
}

gboolean
kiosk_spend_code_in_vault (gpointer vault, const guint8 digest[32], gint64 expires_ms,
                           GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (kiosk_vault_spend_code (vault, digest, expires_ms, &problem))
    return TRUE;
  g_set_error (error, KIOSK_PERSONAL_CODE_ERROR, (int)meaning (problem), "personal code: %s",
               problem->message);
  return FALSE;
}
