/* The input is the whole text, the CBOR under it, and the claims of the credential inside. */
#include "../unit/formats/token-maker.h"
#include "formats/presentation.h"

static void
try_text (const char *text, gsize length)
{
  g_autoptr (KioskPresentation) shown = kiosk_presentation_parse (text, length, NULL);
  g_autofree char *again = NULL;

  if (shown == NULL)
    return;
  g_assert_nonnull (shown->credential);
  g_assert_cmpint (shown->issued_ms % 1000, ==, 0);
  again = kiosk_presentation_text (shown->protected_header, shown->payload, shown->signature);
  g_assert_cmpuint (strlen (again), ==, length);
  g_assert_cmpint (memcmp (again, text, length), ==, 0);
}

static void
try_claims (const guint8 *data, gsize length)
{
  static const guint8 nonce[KIOSK_PRESENTATION_NONCE];
  static const guint8 zeros[64];
  g_autoptr (GBytes) claims = g_bytes_new (data, length);
  g_autofree char *credential = token_wrap (claims, "");
  g_autoptr (GBytes) packed = kiosk_base45_decode (credential, strlen (credential), 65536);
  g_autoptr (GBytes) header = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, packed);
  g_autoptr (GBytes) payload = kiosk_presentation_payload ("k-0042", 0, nonce);
  g_autoptr (GBytes) signature = g_bytes_new_static (zeros, sizeof zeros);
  g_autofree char *text = kiosk_presentation_text (header, payload, signature);

  try_text (text, strlen (text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *base45 = kiosk_base45_encode (data, length);
  g_autofree char *text = g_strconcat (KIOSK_PRESENTATION_PREFIX, base45, NULL);

  try_text ((const char *)data, length);
  try_text (text, strlen (text));
  try_claims (data, length);
  return 0;
}
