/* The header, then the body: what is accepted is packed again to the same payload; what is taken
 * for a code or a kind of source keeps its bounds. */
#include <string.h>

#include "devices/camera/camera-wire.h"

static void
check_payload (guint kind, GVariant *payload)
{
  const guint8 *code;
  const char *word;
  gsize length;

  if (kind == KIOSK_CAMERA_WIRE_CODE && kiosk_camera_wire_code (payload, &code, &length))
    g_assert_true (length > 0 && length <= KIOSK_CAMERA_PAYLOAD_MAX);
  if (kind == KIOSK_CAMERA_WIRE_OPENED && kiosk_camera_wire_opened (payload, &word))
    g_assert_true (*word != '\0' && strlen (word) <= 16);
  if (kind == KIOSK_CAMERA_WIRE_TROUBLE)
    {
      KioskCameraTrouble trouble;

      word = g_variant_get_string (payload, NULL);
      if (kiosk_camera_trouble_from_name (word, &trouble))
        g_assert_cmpstr (kiosk_camera_trouble_name (trouble), ==, word);
    }
  if (kind == KIOSK_CAMERA_WIRE_GUIDANCE)
    {
      KioskCameraGuidance guidance;

      word = g_variant_get_string (payload, NULL);
      if (kiosk_camera_guidance_from_name (word, &guidance))
        g_assert_cmpstr (kiosk_camera_guidance_name (guidance), ==, word);
    }
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
  payload = kiosk_worker_frame_unpack (&kiosk_camera_wire, body, &kind, NULL);
  if (payload == NULL)
    return 0;
  frame = kiosk_worker_frame_pack (&kiosk_camera_wire, kind, payload);
  rest = kiosk_secret_new_copy (kiosk_secret_data (frame) + KIOSK_WORKER_FRAME_HEADER,
                                kiosk_secret_length (frame) - KIOSK_WORKER_FRAME_HEADER);
  again = kiosk_worker_frame_unpack (&kiosk_camera_wire, rest, &kind_again, NULL);
  g_assert_nonnull (again);
  g_assert_true (kind == kind_again && g_variant_equal (payload, again));
  check_payload (kind, payload);
  return 0;
}
