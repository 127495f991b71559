/* What pages with a camera say of it: one sentence, and what to do. */
#pragma once

#include "widgets.h"

G_BEGIN_DECLS

typedef struct
{
  const char *code;
  const char *sentence;
  const char *next;
  const char *icon;
} KioskCameraLine;

/* (nullable): of @lines the one with @code. */
const KioskCameraLine *
kiosk_camera_line_find (const KioskCameraLine *lines, guint n, const char *code);
/* (nullable): why the camera sees nothing; NULL when it is ready. */
const KioskCameraLine *kiosk_camera_line_trouble (const char *camera);
void kiosk_camera_line_say (const KioskCameraLine *line, KioskStrip *strip, const char *style);

G_END_DECLS
