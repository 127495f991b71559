/* Without the keys nothing is accepted; the first byte chooses the cipher. The keys are fixed, so a
 * fuzzer that got past the MAC would have found a forgery. The one good answer of the corpus is
 * that of ICAO Doc 9303-11, D.4. */
#include <string.h>

#include "devices/card/card-sm.h"

static const guint8 encryption_key[] = { 0x97, 0x9e, 0xc1, 0x3b, 0x1c, 0xbf, 0xe9, 0xdc,
                                         0xd0, 0x1a, 0xb0, 0xfe, 0xd3, 0x07, 0xea, 0xe5 };
static const guint8 mac_key[] = { 0xf1, 0xcb, 0x1f, 0x1f, 0xb5, 0xad, 0xf2, 0x08,
                                  0x80, 0x6b, 0x89, 0xdc, 0x57, 0x9d, 0xc1, 0xf8 };
static const guint8 counter[] = { 0x88, 0x70, 0x22, 0x12, 0x0c, 0x06, 0xc2, 0x29 };
static const guint8 plain[] = { 0x60, 0x14, 0x5f, 0x01 };

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (KioskCardSm) sm = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint16 sw;

  if (length == 0)
    return 0;
  sm = kiosk_card_sm_new ((KioskCipher)(data[0] % 4), (const guint8 *)"", 0);
  memcpy (sm->encryption_key, encryption_key, sizeof encryption_key);
  memcpy (sm->mac_key, mac_key, sizeof mac_key);
  memcpy (sm->counter, counter, sizeof counter);
  if (kiosk_card_sm_unwrap (sm, data + 1, length - 1, out, &sw, NULL))
    g_assert_cmpmem (out->data, (int)out->len, plain, sizeof plain);
  return 0;
}
