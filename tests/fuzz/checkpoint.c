#include "fixture.h"
#include "trust/merkle.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static Identity *kiosk;
  g_autofree char *note = g_strndup (length > 0 ? (const char *)data : "", length);
  guint8 root[KIOSK_MERKLE_HASH];
  guint64 size = 0;

  if (kiosk == NULL)
    kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_assert_false (kiosk_checkpoint_verify (note, "k-0042", kiosk->cert, &size, root, NULL));
  return 0;
}
