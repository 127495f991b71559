/* A sensor's noise, made once: frame after frame another part of it. */
#pragma once

#include "raster.h"

G_BEGIN_DECLS

typedef struct _KioskEmuGrain KioskEmuGrain;

/* For pictures up to so many pixels; @deviation: in shades. */
KioskEmuGrain *kiosk_emu_grain_new (gsize pixels, double deviation, guint32 seed);
void kiosk_emu_grain_free (KioskEmuGrain *self);

/* @in with the noise of frame @number, as video has it: brightness from 16 to 235. */
void kiosk_emu_grain_develop (const KioskEmuGrain *self, guint64 number, const KioskEmuRaster *in,
                              KioskEmuRaster *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuGrain, kiosk_emu_grain_free)

G_END_DECLS
