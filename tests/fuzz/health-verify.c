/* A signed certificate, altered as edit.h says before it is packed. */
#include "trust/health-verify.h"

#include "../unit/formats/token-maker.h"
#include "edit.h"
#include "fixture.h"
#include "trust/cose.h"
#include "trust/cwt-verify.h"

static GPtrArray *signers;
static GBytes *good;

static const guint8 claims[] = "\xa2\x01\x62HK\x06\x1a\x60\x94\x2d\x60";

static void
make (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autoptr (GBytes) payload = g_bytes_new_static (claims, sizeof claims - 1);
  KioskSigner signer = identity_signer (kiosk);

  signers = identity_certs (kiosk, NULL);
  good = kiosk_cose_sign1 (payload, &signer, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) altered = NULL;
  g_autofree char *text = NULL;
  g_autoptr (cbor_item_t) map = NULL;
  g_autoptr (KioskCwt) token = NULL;

  if (good == NULL)
    make ();
  altered = fuzz_edit (good, data, length);
  text = token_pack (g_bytes_get_data (altered, NULL), g_bytes_get_size (altered), "");
  token = kiosk_cwt_read (text, strlen (text), &map, NULL);
  if (token == NULL)
    return 0;
  g_assert_false (kiosk_cwt_verify (token, signers, KIOSK_CWT_BY_KEY_ID, NOW_MS, NULL, NULL));
  if (kiosk_cwt_verify (token, signers, KIOSK_CWT_ANY_SIGNER, -1, NULL, NULL))
    {
      gsize size = 0;
      const guint8 *payload = g_bytes_get_data (token->payload, &size);

      g_assert_true (size == sizeof claims - 1 && memcmp (payload, claims, size) == 0);
    }
  else
    g_assert_false (g_bytes_equal (altered, good));
  return 0;
}
