#include "camera-lines.h"

#include "text.h"

#define STAFF N_ ("Please use another terminal, or ask our staff.")

static const KioskCameraLine troubles[] = {
  { "starting", N_ ("The camera is starting."), N_ ("One moment, please."),
    "kiosk-person-symbolic" },
  { "missing", N_ ("The camera is not connected."), STAFF, "kiosk-notice-symbolic" },
  { "stalled", N_ ("The camera has stopped."), N_ ("It is starting again. Please wait a moment."),
    "kiosk-notice-symbolic" },
  { "covered", N_ ("The camera is covered."), N_ ("Take away whatever is right in front of it."),
    "kiosk-notice-symbolic" },
  { "fault", N_ ("The camera does not work properly."),
    N_ ("It is starting again. Please wait a moment."), "kiosk-notice-symbolic" },
  { "source", N_ ("The camera is not set up."), STAFF, "kiosk-notice-symbolic" },
};

const KioskCameraLine *
kiosk_camera_line_find (const KioskCameraLine *lines, guint n, const char *code)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (lines[i].code, code))
      return &lines[i];
  return NULL;
}

const KioskCameraLine *
kiosk_camera_line_trouble (const char *camera)
{
  return kiosk_camera_line_find (troubles, G_N_ELEMENTS (troubles), camera);
}

void
kiosk_camera_line_say (const KioskCameraLine *line, KioskStrip *strip, const char *style)
{
  kiosk_strip_say (strip, kiosk_text (line->sentence), kiosk_text (line->next), line->icon, style);
}
