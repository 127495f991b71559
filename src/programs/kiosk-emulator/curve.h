/* Points on the curves of PACE and chip authentication: ICAO Doc 9303-11, 9.5 and 9.6. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

#include "base/random.h"
#include "trust/cleanup.h"

G_BEGIN_DECLS

/* (nullable): by the number of the standardised domain parameters, 8 … 18. */
EC_GROUP *kiosk_emu_curve_standardised (int parameter);
EC_GROUP *kiosk_emu_curve_of_key (EVP_PKEY *key);
/* 1 … @order − 1, uniform to one part in 2^64. */
BIGNUM *kiosk_emu_curve_scalar (const BIGNUM *order, KioskRandom *random);
/* scalar × @point, or × the curve's generator when @point is NULL. */
EC_POINT *
kiosk_emu_curve_multiply (const EC_GROUP *curve, const EC_POINT *point, const BIGNUM *scalar);
/* (nullable): NULL unless @bytes are an uncompressed point on the curve, not at infinity. */
EC_POINT *kiosk_emu_curve_read (const EC_GROUP *curve, const guint8 *bytes, gsize length);
/* (transfer full): uncompressed. */
GByteArray *kiosk_emu_curve_write (const EC_GROUP *curve, const EC_POINT *point);
/* (transfer full): the shared secret that key agreement takes from a point. */
GByteArray *kiosk_emu_curve_x (const EC_GROUP *curve, const EC_POINT *point);
/* 9303-11, appendix B: the point that integrated mapping makes of a number. (nullable): NULL when
 * it is at infinity, or when the curve's prime leaves no remainder of 3 by 4. */
EC_POINT *kiosk_emu_curve_map (const EC_GROUP *curve, const BIGNUM *number);

G_END_DECLS
