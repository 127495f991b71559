#include "devices/camera/camera-wire.h"

#include <string.h>

#define KIND_MAX 16

static const KioskWorkerKind kinds[] = {
  [KIOSK_CAMERA_WIRE_BEGIN] = { "begin", "s" },
  [KIOSK_CAMERA_WIRE_OPENED] = { "opened", "s" },
  [KIOSK_CAMERA_WIRE_READY] = { "ready", "()" },
  [KIOSK_CAMERA_WIRE_ALIVE] = { "alive", "t" },
  [KIOSK_CAMERA_WIRE_GUIDANCE] = { "guidance", "s" },
  [KIOSK_CAMERA_WIRE_CODE] = { "code", "ay" },
  [KIOSK_CAMERA_WIRE_TROUBLE] = { "trouble", "s" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == KIOSK_CAMERA_WIRE_KINDS);

const KioskWorkerDialect kiosk_camera_wire = { kinds, G_N_ELEMENTS (kinds) };

gboolean
kiosk_camera_wire_code (GVariant *payload, const guint8 **ret_code, gsize *ret_length)
{
  gsize length;
  const guint8 *code = g_variant_get_fixed_array (payload, &length, 1);

  if (length == 0 || length > KIOSK_CAMERA_PAYLOAD_MAX)
    return FALSE;
  *ret_code = code;
  *ret_length = length;
  return TRUE;
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
