/* Numbers modulo a prime, in a subgroup of prime order: Diffie-Hellman's domain parameters in PACE
 * and chip authentication, ICAO Doc 9303-11, 9.5.1 and RFC 5114. */
#pragma once

#include "curve.h"

G_BEGIN_DECLS

typedef struct
{
  BIGNUM *prime;
  BIGNUM *order; /* of the subgroup */
  BIGNUM *generator;
} KioskEmuModp;

/* (nullable): by the number of the standardised domain parameters: 0, 1, 2. */
KioskEmuModp *kiosk_emu_modp_standardised (int parameter);
/* (nullable): those of a key of type DHX. */
KioskEmuModp *kiosk_emu_modp_of_key (EVP_PKEY *key);
/* (transfer full): a key pair of type DHX. */
EVP_PKEY *kiosk_emu_modp_key_new (int parameter);
void kiosk_emu_modp_free (KioskEmuModp *self);
gsize kiosk_emu_modp_length (const KioskEmuModp *self); /* bytes of a number */
/* @base raised to @exponent. */
BIGNUM *kiosk_emu_modp_power (const KioskEmuModp *self, const BIGNUM *base, const BIGNUM *exponent);
BIGNUM *kiosk_emu_modp_product (const KioskEmuModp *self, const BIGNUM *a, const BIGNUM *b);
/* (nullable): NULL unless @bytes are a number of the subgroup other than 1. */
BIGNUM *kiosk_emu_modp_read (const KioskEmuModp *self, const guint8 *bytes, gsize length);
/* 9303-11, 4.4.3.3.2: raised to the cofactor. (nullable): NULL when that is 1. */
BIGNUM *kiosk_emu_modp_map (const KioskEmuModp *self, const BIGNUM *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuModp, kiosk_emu_modp_free)

G_END_DECLS
