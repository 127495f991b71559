/* A drawn face and a drawn signature: no photograph and no hand of anyone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_PORTRAIT_WIDTH  240
#define KIOSK_EMU_PORTRAIT_HEIGHT 320

/* (transfer full): a JPEG, or a JPEG 2000; @variety chooses hair, clothes and complexion. */
GBytes *kiosk_emu_portrait_draw (guint variety, gboolean jpeg2000);
/* (transfer full): a JPEG. */
GBytes *kiosk_emu_portrait_sign (void);

G_END_DECLS
