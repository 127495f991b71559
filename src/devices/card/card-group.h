/* The groups that keys are agreed in, elliptic curves and finite fields alike (private). Written as
 * a curve's: a "product" of a finite field is a power of it. */
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "trust/cleanup.h"

G_BEGIN_DECLS

typedef struct
{
  EC_GROUP *curve;   /* NULL: a finite field */
  BIGNUM *p, *q, *g; /* a field's modulus, order of the subgroup, generator; q NULL: not told */
} KioskCardGroup;

typedef struct
{
  EC_POINT *point;
  BIGNUM *number;
} KioskCardElement;

/* Standardised domain parameters, 9303-11, 9.5.1: 0 … 2 RFC 5114's fields, 8 … 18 curves. NULL: not
 * one of them. */
KioskCardGroup *kiosk_card_group_new_standard (gint64 id);
void kiosk_card_group_free (KioskCardGroup *self);
gboolean kiosk_card_group_equal (const KioskCardGroup *a, const KioskCardGroup *b);

/**
 * kiosk_card_group_open_key:
 * @spki: DER SubjectPublicKeyInfo: id-ecPublicKey (named, or explicit parameters that are a known
 *   curve's), dhpublicnumber, PKCS #3, or BSI's standardizedDomainParameters
 *
 * %KIOSK_CARD_ERROR_UNSUPPORTED: none of these, or a key outside its group.
 */
gboolean kiosk_card_group_open_key (GBytes *spki, KioskCardGroup **ret_group,
                                    KioskCardElement **ret_key, GError **error);

/* Uniform in 1 … order − 1; constant-time from there on. */
BIGNUM *kiosk_card_group_scalar (const KioskCardGroup *self, KioskRandom *random);
/* The longest encoding of an element in bytes. */
gsize kiosk_card_group_element_bytes (const KioskCardGroup *self);

/* @base NULL: the group's generator. NULL when the product is the neutral element. */
KioskCardElement *kiosk_card_group_multiply (const KioskCardGroup *self,
                                             const KioskCardElement *base, const BIGNUM *scalar);
/* NULL when the sum is the neutral element. */
KioskCardElement *kiosk_card_group_add (const KioskCardGroup *self, const KioskCardElement *a,
                                        const KioskCardElement *b);
/* (transfer full): an uncompressed point, or an unsigned integer without leading zeros. */
GBytes *kiosk_card_group_encode (const KioskCardGroup *self, const KioskCardElement *element);
/* NULL unless it is an element of the (sub)group and not the neutral one. */
KioskCardElement *
kiosk_card_group_decode (const KioskCardGroup *self, const guint8 *data, gsize length);
/* (transfer full): what both sides derive keys from: the x coordinate, or the number itself, in as
 * many bytes as the field's modulus has. NULL when they agree on the neutral element. */
KioskSecret *kiosk_card_group_agree (const KioskCardGroup *self, const BIGNUM *scalar,
                                     const KioskCardElement *theirs);

KioskCardElement *kiosk_card_element_new_point (const KioskCardGroup *group);
void kiosk_card_element_free (KioskCardElement *self); /* wipes */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardGroup, kiosk_card_group_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardElement, kiosk_card_element_free)

G_END_DECLS
