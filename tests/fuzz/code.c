/* Whatever the camera may give, as it comes. */
#include "formats/code.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse (data, length, &error);
  guint held = 0;

  g_assert_true ((code == NULL) == (error != NULL));
  if (code == NULL)
    {
      g_assert_true (error->domain == KIOSK_CODE_ERROR);
      return 0;
    }
  held = (code->receipt != NULL) + (code->link != NULL) + (code->ticket != NULL)
         + (code->binding != NULL) + (code->personal != NULL) + (code->health != NULL)
         + (code->hksarg != NULL) + (code->hkqr != NULL) + (code->presentation != NULL);
  g_assert_cmpuint (held, ==, 1);
  g_assert_cmpstr (kiosk_code_kind_name (code->kind), !=, "unknown");
  return 0;
}
