/* The input is the claims of a certificate, which are wrapped and packed. */
#include "../unit/formats/token-maker.h"
#include "formats/code.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, length);
  g_autofree char *text = token_wrap (payload, KIOSK_HEALTH_PREFIX);
  g_autoptr (KioskHealth) health = kiosk_health_parse (text, strlen (text), NULL);

  if (health == NULL)
    return 0;
  g_assert_true (g_bytes_equal (health->token->payload, payload));
  g_assert_cmpuint (health->entries->len, >=, 1);
  g_assert_cmpuint (health->entries->len, <=, KIOSK_HEALTH_MAX);
  kiosk_health_is_plausible (health);
  return 0;
}
