/* What a staff card answers: a first byte chooses which of the two. What is taken is inside what
 * came, and within its bound. */
#include <string.h>

#include "devices/card/piv.h"

static void
check (GBytes *taken, const guint8 *answer, gsize length, gsize maximum)
{
  gsize size;
  const guint8 *bytes;

  if (taken == NULL)
    return;
  bytes = g_bytes_get_data (taken, &size);
  g_assert_true (size > 0 && size <= maximum && size <= length);
  g_assert_nonnull (memmem (answer, length, bytes, size));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static const guint8 challenge[KIOSK_PIV_CHALLENGE];
  g_autoptr (GBytes) taken = NULL;
  g_autoptr (KioskPivProof) proof = NULL;

  if (length == 0)
    return 0;
  if (data[0] % 2 != 0)
    {
      taken = kiosk_piv_parse_signature (data + 1, length - 1, NULL);
      check (taken, data + 1, length - 1, KIOSK_PIV_SIGNATURE_MAX);
      return 0;
    }
  taken = kiosk_piv_parse_certificate (data + 1, length - 1, NULL);
  check (taken, data + 1, length - 1, KIOSK_PIV_CERTIFICATE_MAX);
  if (taken == NULL)
    return 0;
  proof = g_new0 (KioskPivProof, 1);
  proof->certificate = g_bytes_ref (taken);
  proof->signature = g_bytes_new_static ("0", 1);
  g_assert_false (kiosk_piv_proof_check (proof, challenge, NULL));
  return 0;
}
