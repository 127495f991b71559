/* Mutations by a seed, for whoever wants to know what a reader's program makes of them. One seed is
 * one way to be bad: which of the three layers are hit, and how often. */
#pragma once

#include "base/random.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_FUZZ_FRAMES,   /* what the reader says to its host */
  KIOSK_EMU_FUZZ_ANSWERS,  /* what the chip says: secure messaging will not bear it */
  KIOSK_EMU_FUZZ_CONTENTS, /* what secure messaging wraps: a chip that lies under a good checksum */
  KIOSK_EMU_N_FUZZ_LAYERS,
} KioskEmuFuzzLayer;

typedef struct _KioskEmuFuzz KioskEmuFuzz;

KioskEmuFuzz *kiosk_emu_fuzz_new (guint64 seed);
/* Only @layer, one in @one_in. */
KioskEmuFuzz *kiosk_emu_fuzz_new_layer (guint64 seed, KioskEmuFuzzLayer layer, guint one_in);
void kiosk_emu_fuzz_free (KioskEmuFuzz *self);
/* Now and then changes, cuts or lengthens @bytes, to @maximum at most. @self may be NULL. */
void kiosk_emu_fuzz_mutate (KioskEmuFuzz *self, KioskEmuFuzzLayer layer, GByteArray *bytes,
                            gsize maximum);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuFuzz, kiosk_emu_fuzz_free)

G_END_DECLS
