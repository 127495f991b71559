#include "devices/card/card-port.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_card_error, kiosk_card_error)

static const char *const names[] = {
  [KIOSK_CARD_ERROR_NO_READER] = "no-reader",
  [KIOSK_CARD_ERROR_READER_BUSY] = "reader-busy",
  [KIOSK_CARD_ERROR_READER_FAULT] = "reader-fault",
  [KIOSK_CARD_ERROR_MANY_CARDS] = "many-cards",
  [KIOSK_CARD_ERROR_LOST] = "lost",
  [KIOSK_CARD_ERROR_RF] = "rf",
  [KIOSK_CARD_ERROR_TIMEOUT] = "timeout",
  [KIOSK_CARD_ERROR_CANCELLED] = "cancelled",
  [KIOSK_CARD_ERROR_WRONG_CARD] = "wrong-card",
  [KIOSK_CARD_ERROR_OTHER_DOCUMENT] = "other-document",
  [KIOSK_CARD_ERROR_OTHER_CARD] = "other-card",
  [KIOSK_CARD_ERROR_UNSUPPORTED] = "unsupported",
  [KIOSK_CARD_ERROR_ACCESS_DENIED] = "access-denied",
  [KIOSK_CARD_ERROR_ACCESS_PROTOCOL] = "access-protocol",
  [KIOSK_CARD_ERROR_SM_BROKEN] = "sm-broken",
  [KIOSK_CARD_ERROR_LDS_MALFORMED] = "lds-malformed",
  [KIOSK_CARD_ERROR_LDS_TOO_BIG] = "lds-too-big",
  [KIOSK_CARD_ERROR_PA_NO_CSCA] = "pa-no-csca",
  [KIOSK_CARD_ERROR_PA_BAD_SIGNATURE] = "pa-bad-signature",
  [KIOSK_CARD_ERROR_PA_HASH] = "pa-hash",
  [KIOSK_CARD_ERROR_PA_EXPIRED] = "pa-expired",
  [KIOSK_CARD_ERROR_PA_REVOKED] = "pa-revoked",
  [KIOSK_CARD_ERROR_CRL_STALE] = "crl-stale",
  [KIOSK_CARD_ERROR_CLONE] = "clone",
  [KIOSK_CARD_ERROR_CLONE_AA] = "clone-aa",
  [KIOSK_CARD_ERROR_INTERNAL] = "internal",
};

const char *
kiosk_card_error_name (KioskCardError code)
{
  return code < G_N_ELEMENTS (names) ? names[code] : "internal";
}

gboolean
kiosk_card_error_from_name (const char *name, KioskCardError *ret_code)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *ret_code = (KioskCardError)i;
        return TRUE;
      }
  return FALSE;
}
