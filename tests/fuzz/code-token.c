/* The input is a COSE message, which is packed as a code: else hardly one would be unpacked. */
#include "../unit/formats/token-maker.h"
#include "formats/code.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *text = token_pack (data, length, "");
  g_autoptr (cbor_item_t) claims = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCwt) token = kiosk_cwt_read (text, strlen (text), &claims, &error);

  g_assert_true ((token == NULL) == (error != NULL));
  g_assert_true ((token == NULL) == (claims == NULL));
  if (token != NULL)
    g_assert_true (token->payload != NULL && token->signature != NULL
                   && token->protected_header != NULL && token->expires_ms >= -1);
  return 0;
}
