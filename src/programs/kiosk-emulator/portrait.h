/* A drawn face: no photograph of anyone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_PORTRAIT_WIDTH  240
#define KIOSK_EMU_PORTRAIT_HEIGHT 320

/* (transfer full): a JPEG; @variety chooses hair, clothes and complexion. */
GBytes *kiosk_emu_portrait_draw (guint variety);

G_END_DECLS
