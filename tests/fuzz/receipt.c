#include "formats/receipt.h"

#include <string.h>

static void
try_claims (GBytes *cbor)
{
  g_autoptr (KioskReceipt) receipt = kiosk_receipt_from_cbor (cbor, NULL);
  g_autoptr (GBytes) again = NULL;

  if (receipt == NULL)
    return;
  again = kiosk_receipt_to_cbor (receipt);
  g_assert_true (g_bytes_equal (again, cbor));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GBytes) cose = kiosk_receipt_untext ((const char *)data, (gssize)length, NULL);

  try_claims (raw);
  if (cose != NULL)
    {
      g_autofree char *text = kiosk_receipt_text (cose);

      g_assert_true (strlen (text) == length && memcmp (text, data, length) == 0);
      try_claims (cose);
    }
  return 0;
}
