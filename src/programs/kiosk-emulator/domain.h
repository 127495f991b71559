/* Domain parameters of PACE and chip authentication, elliptic or modular, behind one face: ICAO Doc
 * 9303-11, 9.5. */
#pragma once

#include "curve.h"
#include "modp.h"

G_BEGIN_DECLS

typedef struct
{
  EC_GROUP *curve;    /* (nullable) */
  KioskEmuModp *modp; /* (nullable) */
} KioskEmuDomain;

typedef struct
{
  EC_POINT *point;
  BIGNUM *number;
} KioskEmuElement;

/* (nullable): 0 … 2 modular, 8 … 18 elliptic. */
KioskEmuDomain *kiosk_emu_domain_standardised (int parameter);
/* (nullable): that of a private or public key. */
KioskEmuDomain *kiosk_emu_domain_of_key (EVP_PKEY *key);
void kiosk_emu_domain_free (KioskEmuDomain *self);
const BIGNUM *kiosk_emu_domain_order (const KioskEmuDomain *self);
/* scalar × @element, or × the generator when @element is NULL. */
KioskEmuElement *kiosk_emu_domain_multiply (const KioskEmuDomain *self,
                                            const KioskEmuElement *element, const BIGNUM *scalar);
/* (nullable): NULL when the sum is the neutral element. */
KioskEmuElement *kiosk_emu_domain_add (const KioskEmuDomain *self, const KioskEmuElement *a,
                                       const KioskEmuElement *b);
/* (nullable): NULL unless @bytes are a public key of this domain. */
KioskEmuElement *
kiosk_emu_domain_read (const KioskEmuDomain *self, const guint8 *bytes, gsize length);
/* (transfer full): the public key as it is sent: an uncompressed point, a number as long as the
 * prime. */
GByteArray *kiosk_emu_domain_write (const KioskEmuDomain *self, const KioskEmuElement *element);
/* (transfer full): the shared secret that key agreement takes from an element. */
GByteArray *kiosk_emu_domain_secret (const KioskEmuDomain *self, const KioskEmuElement *element);
/* Integrated mapping of a random number of @length bytes. (nullable) */
KioskEmuElement *
kiosk_emu_domain_map (const KioskEmuDomain *self, const guint8 *bytes, gsize length);
/* Bits of the prime, which says how much randomness integrated mapping takes. */
gsize kiosk_emu_domain_prime_bits (const KioskEmuDomain *self);
void kiosk_emu_element_free (KioskEmuElement *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuDomain, kiosk_emu_domain_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuElement, kiosk_emu_element_free)

G_END_DECLS
