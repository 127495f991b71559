#include "trust/bundle.h"
#include "edit.h"
#include "fixture.h"

static GPtrArray *anchors;
static GBytes *good;

static void
make (void)
{
  g_autoptr (Identity) first = identity_new (KIOSK_CERT_SIGNER, "First", NULL);
  g_autoptr (Identity) second = identity_new (KIOSK_CERT_SIGNER, "Second", NULL);
  KioskSigner signers[] = { identity_signer (first), identity_signer (second) };
  g_autoptr (JsonObject) body = json_object_new ();

  anchors = identity_certs (first, second, NULL);
  good = kiosk_bundle_sign ("trust", 1, NOW_MS, NOW_MS + DAY_MS, body, signers, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GBytes) altered = NULL;
  g_autoptr (KioskBundle) bundle = NULL;

  if (good == NULL)
    make ();
  altered = fuzz_edit (good, data, length);
  g_assert_null (kiosk_bundle_open (raw, "trust", anchors, NOW_MS, 0, NULL));
  bundle = kiosk_bundle_open (altered, "trust", anchors, NOW_MS, 0, NULL);
  g_assert_true ((bundle != NULL) == g_bytes_equal (altered, good));
  return 0;
}
