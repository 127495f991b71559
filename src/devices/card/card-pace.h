/* The mappings of PACE, ICAO Doc 9303-11, 4.4.3.3 (private). */
#pragma once

#include "devices/card/card-group.h"
#include "formats/lds.h"

G_BEGIN_DECLS

/* Bytes of the chip's nonce and of the terminal's that the integrated mapping wants. */
gsize kiosk_pace_integrated_nonce_bytes (KioskCipher cipher);
gsize kiosk_pace_integrated_terminal_bytes (KioskCipher cipher);

/* (transfer full): R(s, t) mod @modulus. @s, @t: as long as the two above say. */
BIGNUM *kiosk_pace_pseudo_random (KioskCipher cipher, const guint8 *s, const guint8 *t,
                                  const BIGNUM *modulus);

/* nonce × G + @shared; NULL when that is the neutral element. */
KioskCardElement *kiosk_pace_map_generic (const KioskCardGroup *group, const BIGNUM *nonce,
                                          const KioskCardElement *shared);
/* NULL when the mapping ends at the neutral element, or the curve's prime is not 3 mod 4 (P-224).
 */
KioskCardElement *kiosk_pace_map_integrated (const KioskCardGroup *group, KioskCipher cipher,
                                             const guint8 *s, const guint8 *t);

G_END_DECLS
