/* A code in a picture, as a phone finds one: by plain ZBar, nothing of the terminal's. */
#pragma once

#include "raster.h"

G_BEGIN_DECLS

typedef struct
{
  GBytes *payload;
  double x, y; /* its middle, in pixels of the picture */
  double
    module_px; /* of a module, where the code is upright and undistorted; 0: it cannot be told */
} KioskEmuCode;

/* The code nearest to the middle of @picture; FALSE: no whole one is read. */
gboolean kiosk_emu_code_find (const KioskEmuRaster *picture, KioskEmuCode *ret_code);
void kiosk_emu_code_clear (KioskEmuCode *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskEmuCode, kiosk_emu_code_clear)

G_END_DECLS
