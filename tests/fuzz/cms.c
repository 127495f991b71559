#include "trust/cms.h"
#include "fixture.h"

/* Anybody's signed or encrypted message; the seal and bundle targets alter good ones. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static Identity *reader;
  static GPtrArray *anchors;
  g_autoptr (GBytes) cms = g_bytes_new (data, length);

  if (reader == NULL)
    {
      reader = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);
      anchors = identity_certs (reader, NULL);
    }
  g_assert_null (kiosk_cms_verify (cms, NULL, anchors, NOW_MS, 1, NULL, NULL));
  g_assert_null (kiosk_cms_decrypt (cms, reader->cert, reader->key, NULL));
  return 0;
}
