#include "devices/camera/camera-port.h"

#include <string.h>

static const char *const guidances[] = {
  [KIOSK_CAMERA_GUIDANCE_NOTHING] = "nothing",   [KIOSK_CAMERA_GUIDANCE_PART] = "part",
  [KIOSK_CAMERA_GUIDANCE_TOO_FAR] = "too-far",   [KIOSK_CAMERA_GUIDANCE_TOO_CLOSE] = "too-close",
  [KIOSK_CAMERA_GUIDANCE_GLARE] = "glare",       [KIOSK_CAMERA_GUIDANCE_HOLD_STILL] = "hold-still",
  [KIOSK_CAMERA_GUIDANCE_TOO_DARK] = "too-dark", [KIOSK_CAMERA_GUIDANCE_TOO_BRIGHT] = "too-bright",
  [KIOSK_CAMERA_GUIDANCE_BLURRED] = "blurred",   [KIOSK_CAMERA_GUIDANCE_GOOD] = "good",
};

static const char *const troubles[] = {
  [KIOSK_CAMERA_TROUBLE_MISSING] = "missing", [KIOSK_CAMERA_TROUBLE_STALLED] = "stalled",
  [KIOSK_CAMERA_TROUBLE_COVERED] = "covered", [KIOSK_CAMERA_TROUBLE_FAULT] = "fault",
  [KIOSK_CAMERA_TROUBLE_SOURCE] = "source",
};

static gboolean
find (const char *const *names, guint n, const char *name, guint *ret_index)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

const char *
kiosk_camera_guidance_name (KioskCameraGuidance guidance)
{
  return guidances[guidance];
}

gboolean
kiosk_camera_guidance_from_name (const char *name, KioskCameraGuidance *ret_guidance)
{
  guint index;

  if (!find (guidances, G_N_ELEMENTS (guidances), name, &index))
    return FALSE;
  *ret_guidance = (KioskCameraGuidance)index;
  return TRUE;
}

const char *
kiosk_camera_trouble_name (KioskCameraTrouble trouble)
{
  return troubles[trouble];
}

gboolean
kiosk_camera_trouble_from_name (const char *name, KioskCameraTrouble *ret_trouble)
{
  guint index;

  if (!find (troubles, G_N_ELEMENTS (troubles), name, &index))
    return FALSE;
  *ret_trouble = (KioskCameraTrouble)index;
  return TRUE;
}
