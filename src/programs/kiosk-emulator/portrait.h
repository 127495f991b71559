/* A drawn face and a drawn signature: no photograph and no hand of anyone. */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_PORTRAIT_WIDTH  240
#define KIOSK_EMU_PORTRAIT_HEIGHT 320

/* (transfer full): as it is drawn, @scale times its size: what a camera sees of that face. */
cairo_surface_t *kiosk_emu_portrait_surface (guint variety, double scale);
/* (transfer full): a JPEG, or a JPEG 2000; @variety chooses hair, clothes and complexion. */
GBytes *kiosk_emu_portrait_draw (guint variety, gboolean jpeg2000);
/* (transfer full): a JPEG. */
GBytes *kiosk_emu_portrait_sign (void);

G_END_DECLS
