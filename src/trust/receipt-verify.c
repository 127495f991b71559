#include "trust/receipt-verify.h"

#include "trust/cose.h"

KioskReceipt *
kiosk_receipt_verify (GBytes *cose, GPtrArray *anchors, GError **error)
{
  g_autoptr (X509) signer = NULL;
  g_autoptr (GBytes) claims = kiosk_cose_verify1 (cose, anchors, -1, &signer, error);
  g_autoptr (GBytes) in_time = NULL;
  g_autoptr (KioskReceipt) receipt = NULL;
  g_autofree char *name = NULL;

  if (claims == NULL)
    return NULL;
  receipt = kiosk_receipt_from_cbor (claims, error);
  if (receipt == NULL)
    return NULL;
  in_time = kiosk_cose_verify1 (cose, anchors, receipt->sealed_ms, NULL, error);
  if (in_time == NULL)
    return NULL;
  name = kiosk_pki_cert_common_name (signer);
  if (g_strcmp0 (name, receipt->kiosk) != 0)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                           "it names another kiosk than the one that signed it");
      return NULL;
    }
  return g_steal_pointer (&receipt);
}
