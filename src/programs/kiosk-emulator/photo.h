/* A phone's camera before the terminal's screen: a person holds it at arm's length, a little askew,
 * and points it about until it reads. */
#pragma once

#include "code.h"

G_BEGIN_DECLS

/* @screen: the terminal's, pixel for pixel. %KIOSK_EMU_ERROR_COMMAND: no code is read from anywhere
 * before it. */
gboolean kiosk_emu_photo_read (cairo_surface_t *screen, KioskEmuCode *ret_code, GError **error);

G_END_DECLS
