/* The input is the whole text, the CBOR under it, and the claims inside a signed one. */
#include "formats/base45.h"
#include "formats/binding.h"

#include <string.h>

static void
try_text (const char *text, gsize length)
{
  g_autoptr (KioskBinding) shown = kiosk_binding_parse (text, length, NULL);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) header = NULL;
  g_autofree char *again = NULL;

  if (shown == NULL)
    return;
  header = kiosk_binding_header (shown->key);
  payload = kiosk_binding_payload (shown->audience, shown->issued_ms, shown->nonce, shown->key);
  g_assert_true (g_bytes_equal (header, shown->protected_header));
  g_assert_true (g_bytes_equal (payload, shown->payload));
  again = kiosk_binding_text (header, payload, shown->signature);
  g_assert_cmpuint (strlen (again), ==, length);
  g_assert_cmpint (memcmp (again, text, length), ==, 0);
}

static void
try_claims (const guint8 *data, gsize length)
{
  static const guint8 zeros[64];
  g_autoptr (GBytes) claims = g_bytes_new (data, length);
  g_autoptr (GBytes) key = g_bytes_new_static (zeros, 32);
  g_autoptr (GBytes) header = kiosk_binding_header (key);
  g_autoptr (GBytes) signature = g_bytes_new_static (zeros, sizeof zeros);
  g_autofree char *text = kiosk_binding_text (header, claims, signature);

  try_text (text, strlen (text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *base45 = kiosk_base45_encode (data, length);
  g_autofree char *text = g_strconcat (KIOSK_BINDING_PREFIX, base45, NULL);

  try_text ((const char *)data, length);
  try_text (text, strlen (text));
  try_claims (data, length);
  return 0;
}
