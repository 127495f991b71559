#include "devices/camera/camera-wire.h"

#include <string.h>

#define KIND_MAX 16

static const KioskWorkerKind kinds[] = {
  [KIOSK_CAMERA_WIRE_PORTRAIT] = { "portrait", "()" },
  [KIOSK_CAMERA_WIRE_BEGIN] = { "begin", "s" },
  [KIOSK_CAMERA_WIRE_TAKE] = { "take", "()" },
  [KIOSK_CAMERA_WIRE_AGAIN] = { "again", "()" },
  [KIOSK_CAMERA_WIRE_OPENED] = { "opened", "s" },
  [KIOSK_CAMERA_WIRE_READY] = { "ready", "()" },
  [KIOSK_CAMERA_WIRE_ALIVE] = { "alive", "t" },
  [KIOSK_CAMERA_WIRE_GUIDANCE] = { "guidance", "s" },
  [KIOSK_CAMERA_WIRE_CODE] = { "code", "ay" },
  [KIOSK_CAMERA_WIRE_TROUBLE] = { "trouble", "s" },
  [KIOSK_CAMERA_WIRE_PICTURE] = { "picture", "ay" },
  [KIOSK_CAMERA_WIRE_NO_PICTURE] = { "no-picture", "s" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == KIOSK_CAMERA_WIRE_KINDS);

const KioskWorkerDialect kiosk_camera_wire = { kinds, G_N_ELEMENTS (kinds) };

static gboolean
get_bytes (GVariant *payload, gsize maximum, const guint8 **ret_bytes, gsize *ret_length)
{
  gsize length;
  const guint8 *bytes = g_variant_get_fixed_array (payload, &length, 1);

  if (length == 0 || length > maximum)
    return FALSE;
  *ret_bytes = bytes;
  *ret_length = length;
  return TRUE;
}

gboolean
kiosk_camera_wire_code (GVariant *payload, const guint8 **ret_code, gsize *ret_length)
{
  return get_bytes (payload, KIOSK_CAMERA_PAYLOAD_MAX, ret_code, ret_length);
}

gboolean
kiosk_camera_wire_picture (GVariant *payload, const guint8 **ret_jpeg, gsize *ret_length)
{
  return get_bytes (payload, KIOSK_CAMERA_PICTURE_MAX, ret_jpeg, ret_length);
}

gboolean
kiosk_camera_wire_opened (GVariant *payload, const char **ret_kind)
{
  const char *kind = g_variant_get_string (payload, NULL);
  gsize length = strlen (kind);

  if (length == 0 || length > KIND_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (kind[i]))
      return FALSE;
  *ret_kind = kind;
  return TRUE;
}
