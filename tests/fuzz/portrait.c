/* What is shown is a JPEG that decodes again, to the same size. */
#include "devices/card/card-portrait.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) encoded = g_bytes_new (data, length);
  g_autoptr (GBytes) shown = kiosk_card_portrait_make (encoded, NULL);
  g_auto (KioskCardPicture) picture = { 0, 0, NULL };

  if (shown == NULL)
    return 0;
  g_assert_true (kiosk_card_portrait_decode_jpeg (g_bytes_get_data (shown, NULL),
                                                  g_bytes_get_size (shown), &picture, NULL));
  g_assert_cmpuint (picture.width, <=, KIOSK_CARD_PORTRAIT_WIDTH);
  g_assert_cmpuint (picture.height, <=, KIOSK_CARD_PORTRAIT_HEIGHT);
  return 0;
}
