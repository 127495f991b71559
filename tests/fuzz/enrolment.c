/* What is accepted is written again as the same bytes, and its portrait is looked at. */
#include "services/enrolment.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (KioskEnrolment) what = kiosk_enrolment_parse (bytes, NULL);
  g_autoptr (GBytes) again = NULL;

  kiosk_enrolment_check_portrait (bytes, NULL);
  if (what == NULL)
    return 0;
  kiosk_enrolment_check_portrait (what->portrait, NULL);
  again = kiosk_enrolment_encode (what, NULL);
  g_assert_nonnull (again);
  g_assert_true (g_bytes_equal (what->form, what->form));
  return 0;
}
