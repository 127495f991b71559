#include "trust/cose.h"
#include "edit.h"
#include "fixture.h"

static GPtrArray *anchors;
static GBytes *good;

static void
make (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autoptr (GBytes) payload = g_bytes_new_static ("\xa1\x01\x61k", 4);
  KioskSigner signer = identity_signer (kiosk);

  anchors = identity_certs (kiosk, NULL);
  good = kiosk_cose_sign1 (payload, &signer, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GBytes) altered = NULL;
  g_autoptr (GBytes) payload = NULL;

  if (good == NULL)
    make ();
  altered = fuzz_edit (good, data, length);
  g_assert_null (kiosk_cose_verify1 (raw, anchors, NOW_MS, NULL, NULL));
  payload = kiosk_cose_verify1 (altered, anchors, NOW_MS, NULL, NULL);
  g_assert_true ((payload != NULL) == g_bytes_equal (altered, good));
  return 0;
}
