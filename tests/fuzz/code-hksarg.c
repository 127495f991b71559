#include "formats/hksarg.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (KioskHksarg) record = kiosk_hksarg_parse ((const char *)data, length, NULL);

  if (record == NULL)
    return 0;
  g_assert_cmpuint (record->signed_length, <, length);
  g_assert_true (data[record->signed_length - 1] == '|');
  g_assert_true (record->masked_id != NULL && record->masked_name != NULL);
  g_assert_true (!record->exemption || record->valid_until != NULL);
  return 0;
}
