/* The input is a payment code without its sum, which is added: else hardly one would be read on. */
#include "formats/emv-tlv.h"
#include "formats/hkqr.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GString) text = g_string_new_len ((const char *)data, (gssize)length);
  g_autoptr (KioskHkqr) code = NULL;
  g_autoptr (KioskHkqr) back = NULL;
  g_autofree char *again = NULL;

  g_string_append (text, "6304");
  g_string_append_printf (text, "%04X", kiosk_emv_crc (text->str, text->len));
  code = kiosk_hkqr_parse (text->str, text->len, NULL);
  if (code == NULL)
    return 0;
  g_assert_true (code->amount_cents == -1 || code->amount_cents > 0);
  again = kiosk_hkqr_text (code);
  if (again == NULL)
    return 0;
  back = kiosk_hkqr_parse (again, strlen (again), NULL);
  g_assert_nonnull (back);
  g_assert_cmpint (back->amount_cents, ==, code->amount_cents);
  g_assert_cmpstr (back->merchant, ==, code->merchant);
  g_assert_cmpstr (back->bill, ==, code->bill);
  return 0;
}
