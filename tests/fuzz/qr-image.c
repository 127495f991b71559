/* A frame of any size and any pixels: first bytes say its shape, the rest are its pixels, over and
 * over. Whatever is seen, the sighting is whole. */
#include "devices/camera/decode.h"

#define MAX_SIDE 200

static gint64
stand_still (gpointer nothing)
{
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static KioskDecoder *decoder;
  g_autofree guint8 *pixels = NULL;
  KioskGreyFrame frame = { 0 };
  g_auto (KioskSighting) sighting = { 0 };
  KioskSeen seen;

  if (decoder == NULL)
    decoder = kiosk_decoder_new (KIOSK_DECODER_BUDGET_US, stand_still, NULL);
  if (length < 4)
    return 0;
  frame.width = data[0] % MAX_SIDE;
  frame.height = data[1] % MAX_SIDE;
  frame.stride = frame.width + data[2] % 8;
  pixels = g_malloc (frame.stride * frame.height + 1);
  for (gsize i = 0; i < frame.stride * frame.height; i++)
    pixels[i] = data[3 + i % (length - 3)];
  frame.pixels = pixels;
  if (data[2] & 0x80)
    kiosk_decoder_forget (decoder);
  seen = kiosk_decoder_see (decoder, &frame, &sighting);
  g_assert_true ((seen == KIOSK_SEEN_CODE) == (sighting.payload != NULL));
  g_assert_true (seen != KIOSK_SEEN_CODE || g_bytes_get_size (sighting.payload) > 0);
  g_assert_true (sighting.glare >= 0 && sighting.glare <= 1 && sighting.finders <= 3);
  return 0;
}
