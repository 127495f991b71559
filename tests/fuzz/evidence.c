/* What is accepted is written again, and accepted as the same. */
#include "formats/evidence.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GVariant) wire
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (KioskEvidence) evidence = NULL;
  g_autoptr (KioskEvidence) again = NULL;
  g_autoptr (GVariant) first = NULL, second = NULL;

  if (!g_variant_is_normal_form (wire))
    return 0;
  evidence = kiosk_evidence_from_variant (wire, NULL);
  if (evidence == NULL)
    return 0;
  first = kiosk_evidence_to_variant (evidence);
  again = kiosk_evidence_from_variant (first, NULL);
  g_assert_nonnull (again);
  second = kiosk_evidence_to_variant (again);
  g_assert_true (g_variant_equal (first, second));
  return 0;
}
