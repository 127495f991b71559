/* The JSON inside a gateway's receipt: what parses prints to bytes that parse to the same. */
#include <stddef.h>

#include "sync/sync.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t length);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t length)
{
  g_autoptr (GBytes) json = g_bytes_new (data, length);
  g_autoptr (KioskGatewayReceipt) receipt = kiosk_gateway_receipt_parse (json, NULL);

  if (receipt != NULL)
    {
      g_autoptr (GBytes) printed = kiosk_gateway_receipt_print (receipt);
      g_autoptr (KioskGatewayReceipt) again = kiosk_gateway_receipt_parse (printed, NULL);
      g_autoptr (GBytes) reprinted = again != NULL ? kiosk_gateway_receipt_print (again) : NULL;

      g_assert_true (reprinted != NULL && g_bytes_equal (printed, reprinted));
    }
  return 0;
}
