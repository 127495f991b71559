/* The header, then the body: what is accepted is packed again to the same payload. */
#include <string.h>

#include "devices/card/card-device.h"
#include "devices/card/card-wire.h"

/* What is taken for a device is said again in the same words. */
static void
check_device (GVariant *payload)
{
  g_autoptr (GVariant) again = NULL;
  KioskCardDevice device;

  if (!kiosk_card_device_from_variant (payload, &device))
    return;
  again = g_variant_ref_sink (kiosk_card_device_to_variant (&device));
  g_assert_true (g_variant_equal (payload, again));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (KioskSecret) body = NULL, frame = NULL, rest = NULL;
  g_autoptr (GVariant) payload = NULL, again = NULL;
  guint kind, kind_again;
  gsize body_length;

  if (length < KIOSK_WORKER_FRAME_HEADER || !kiosk_worker_frame_length (data, &body_length, NULL)
      || body_length > length - KIOSK_WORKER_FRAME_HEADER)
    return 0;
  body = kiosk_secret_new_copy (data + KIOSK_WORKER_FRAME_HEADER, body_length);
  payload = kiosk_worker_frame_unpack (&kiosk_card_wire, body, &kind, NULL);
  if (payload == NULL)
    return 0;
  frame = kiosk_worker_frame_pack (&kiosk_card_wire, kind, payload);
  rest = kiosk_secret_new_copy (kiosk_secret_data (frame) + KIOSK_WORKER_FRAME_HEADER,
                                kiosk_secret_length (frame) - KIOSK_WORKER_FRAME_HEADER);
  again = kiosk_worker_frame_unpack (&kiosk_card_wire, rest, &kind_again, NULL);
  g_assert_nonnull (again);
  g_assert_true (kind == kind_again && g_variant_equal (payload, again));
  if (kind == KIOSK_CARD_WIRE_OPENED)
    check_device (payload);
  return 0;
}
