#include "devices/card/card-pace.h"

#include <string.h>

#include "devices/card/card-crypto.h"

#define CONSTANT_MAX 32 /* the longest l */
#define EXCESS_BITS  64

/* c0 and c1 of 4.4.3.3.2 for l = 128 and for l = 256. */
static const guint8 c0_128[] = { 0xa6, 0x68, 0x89, 0x2a, 0x7c, 0x41, 0xe3, 0xca,
                                 0x73, 0x9f, 0x40, 0xb0, 0x57, 0xd8, 0x59, 0x04 };
static const guint8 c1_128[] = { 0xa4, 0xe1, 0x36, 0xac, 0x72, 0x5f, 0x73, 0x8b,
                                 0x01, 0xc1, 0xf6, 0x02, 0x17, 0xc1, 0x88, 0xad };
static const guint8 c0_256[] = { 0xd4, 0x63, 0xd6, 0x52, 0x34, 0x12, 0x4e, 0xf7, 0x89, 0x70, 0x54,
                                 0x98, 0x6d, 0xca, 0x0a, 0x17, 0x4e, 0x28, 0xdf, 0x75, 0x8c, 0xba,
                                 0xa0, 0x3f, 0x24, 0x06, 0x16, 0x41, 0x4d, 0x5a, 0x16, 0x76 };
static const guint8 c1_256[] = { 0x54, 0xbd, 0x72, 0x55, 0xf0, 0xaa, 0xf8, 0x31, 0xbe, 0xc3, 0x42,
                                 0x3f, 0xcf, 0x39, 0xd6, 0x9b, 0x6c, 0xbf, 0x06, 0x66, 0x77, 0xd0,
                                 0xfa, 0xae, 0x5a, 0xad, 0xd9, 0x9d, 0xf8, 0xe5, 0x35, 0x17 };

/* The smallest multiple of the block that holds a key; 3DES counts as 128 bits. */
gsize
kiosk_pace_integrated_nonce_bytes (KioskCipher cipher)
{
  return kiosk_cipher_key_bytes (cipher) > 16 ? 32 : 16;
}

gsize
kiosk_pace_integrated_terminal_bytes (KioskCipher cipher)
{
  return kiosk_cipher_key_bytes (cipher);
}

/* x1 … xn, of which each is c1 under a key of the chain that begins with s under t. */
BIGNUM *
kiosk_pace_pseudo_random (KioskCipher cipher, const guint8 *s, const guint8 *t,
                          const BIGNUM *modulus)
{
  gsize length = kiosk_pace_integrated_nonce_bytes (cipher);
  gsize bits = (gsize)BN_num_bits (modulus) + EXCESS_BITS;
  gsize n = (bits + 8 * length - 1) / (8 * length);
  const guint8 *c0 = length == sizeof c0_128 ? c0_128 : c0_256;
  const guint8 *c1 = length == sizeof c0_128 ? c1_128 : c1_256;
  guint8 key[CONSTANT_MAX], next[CONSTANT_MAX];
  g_autoptr (KioskSecret) output = kiosk_secret_new (n * length);
  g_autoptr (BN_CTX) context = BN_CTX_secure_new ();
  g_autoptr (BIGNUM) number = BN_secure_new ();

  kiosk_card_must (context != NULL && number != NULL);
  kiosk_card_encrypt (cipher, t, NULL, s, length, key);
  for (gsize i = 0; i < n; i++)
    {
      kiosk_card_encrypt (cipher, key, NULL, c1, length, kiosk_secret_data (output) + i * length);
      kiosk_card_encrypt (cipher, key, NULL, c0, length, next);
      memcpy (key, next, length);
    }
  explicit_bzero (key, sizeof key);
  explicit_bzero (next, sizeof next);
  kiosk_card_must (BN_bin2bn (kiosk_secret_data (output), (int)(n * length), number) != NULL
                   && BN_nnmod (number, number, modulus, context));
  return g_steal_pointer (&number);
}

KioskCardElement *
kiosk_pace_map_generic (const KioskCardGroup *group, const BIGNUM *nonce,
                        const KioskCardElement *shared)
{
  g_autoptr (KioskCardElement) multiple = kiosk_card_group_multiply (group, NULL, nonce);

  return multiple == NULL ? NULL : kiosk_card_group_add (group, multiple, shared);
}

/* A curve y² = x³ + ax + b over p, p = 3 mod 4, and room to reckon in. */
typedef struct
{
  const BIGNUM *p;
  BIGNUM *a, *b;
  BN_CTX *context;
} Curve;

/* x³ + ax + b */
static gboolean
right_side (const Curve *curve, const BIGNUM *x, BIGNUM *ret)
{
  return BN_mod_sqr (ret, x, curve->p, curve->context)
         && BN_mod_add (ret, ret, curve->a, curve->p, curve->context)
         && BN_mod_mul (ret, ret, x, curve->p, curve->context)
         && BN_mod_add (ret, ret, curve->b, curve->p, curve->context);
}

/* −b/a × (1 + 1/(α + α²)); FALSE where a denominator is zero: t is 0, 1 or −1. */
static gboolean
first_abscissa (const Curve *curve, const BIGNUM *alpha, BIGNUM *ret)
{
  BIGNUM *scratch = BN_CTX_get (curve->context);

  return scratch != NULL && BN_mod_sqr (ret, alpha, curve->p, curve->context)
         && BN_mod_add (ret, ret, alpha, curve->p, curve->context) && !BN_is_zero (ret)
         && BN_mod_inverse (ret, ret, curve->p, curve->context) != NULL && BN_add_word (ret, 1)
         && BN_mod_mul (ret, ret, curve->b, curve->p, curve->context)
         && BN_mod_inverse (scratch, curve->a, curve->p, curve->context) != NULL
         && BN_mod_mul (ret, ret, scratch, curve->p, curve->context) && BN_sub (ret, curve->p, ret)
         && BN_nnmod (ret, ret, curve->p, curve->context);
}

/* Appendix B of 9303-11: one of two abscissae has a square right side h2, and A = 1/√h2 (or what
 * would be it) gives the ordinate of either. */
static gboolean
encode_point (const Curve *curve, const BIGNUM *t, BIGNUM *ret_x, BIGNUM *ret_y)
{
  const BIGNUM *p = curve->p;
  BN_CTX *context = curve->context;
  BIGNUM *alpha = BN_CTX_get (context), *h2 = BN_CTX_get (context), *root = BN_CTX_get (context);
  BIGNUM *check = BN_CTX_get (context), *exponent = BN_CTX_get (context);

  if (exponent == NULL || !BN_mod_sqr (alpha, t, p, context) || !BN_sub (alpha, p, alpha)
      || !BN_nnmod (alpha, alpha, p, context) || !first_abscissa (curve, alpha, ret_x)
      || !right_side (curve, ret_x, h2))
    return FALSE;
  /* exponent: p − 1 − (p + 1)/4 */
  if (!BN_copy (exponent, p) || !BN_add_word (exponent, 1) || !BN_rshift (exponent, exponent, 2)
      || !BN_sub (exponent, p, exponent) || !BN_sub_word (exponent, 1))
    return FALSE;
  BN_set_flags (exponent, BN_FLG_CONSTTIME);
  if (!BN_mod_exp (root, h2, exponent, p, context) || !BN_mod_sqr (check, root, p, context)
      || !BN_mod_mul (check, check, h2, p, context) || !BN_mod_mul (ret_y, root, h2, p, context))
    return FALSE;
  if (BN_is_one (check))
    return TRUE;
  /* (α × X2, A × t³ × h2) */
  return BN_mod_mul (ret_x, ret_x, alpha, p, context) && BN_mod_mul (ret_y, ret_y, t, p, context)
         && BN_mod_sqr (check, t, p, context) && BN_mod_mul (ret_y, ret_y, check, p, context);
}

/* Every curve of ours has cofactor 1. */
static KioskCardElement *
map_to_curve (const KioskCardGroup *group, const BIGNUM *p, BIGNUM *a, BIGNUM *b, const BIGNUM *t,
              BN_CTX *context)
{
  const Curve curve = { p, a, b, context };
  g_autoptr (KioskCardElement) element = kiosk_card_element_new_point (group);
  g_autoptr (BIGNUM) x = BN_secure_new ();
  g_autoptr (BIGNUM) y = BN_secure_new ();
  gboolean mapped;

  BN_CTX_start (context);
  mapped = BN_is_bit_set (p, 1)
           && encode_point (&curve, t, x, y)
           /* which checks that it is on the curve */
           && EC_POINT_set_affine_coordinates (group->curve, element->point, x, y, context);
  BN_CTX_end (context);
  return mapped ? g_steal_pointer (&element) : NULL;
}

/* The power (p − 1)/q leads into the subgroup. */
static KioskCardElement *
map_to_subgroup (const KioskCardGroup *group, const BIGNUM *t)
{
  g_autoptr (BIGNUM) cofactor = BN_dup (group->p);
  g_autoptr (BN_CTX) context = BN_CTX_new ();
  KioskCardElement base = { .number = (BIGNUM *)t };

  kiosk_card_must (cofactor != NULL && context != NULL && BN_sub_word (cofactor, 1)
                   && BN_div (cofactor, NULL, cofactor, group->q, context));
  return kiosk_card_group_multiply (group, &base, cofactor);
}

KioskCardElement *
kiosk_pace_map_integrated (const KioskCardGroup *group, KioskCipher cipher, const guint8 *s,
                           const guint8 *t)
{
  g_autoptr (BIGNUM) p = BN_new ();
  g_autoptr (BIGNUM) a = BN_new ();
  g_autoptr (BIGNUM) b = BN_new ();
  g_autoptr (BIGNUM) number = NULL;
  g_autoptr (BN_CTX) context = BN_CTX_secure_new ();

  if (group->curve == NULL)
    {
      number = kiosk_pace_pseudo_random (cipher, s, t, group->p);
      return BN_is_zero (number) ? NULL : map_to_subgroup (group, number);
    }
  kiosk_card_must (context != NULL && EC_GROUP_get_curve (group->curve, p, a, b, NULL));
  number = kiosk_pace_pseudo_random (cipher, s, t, p);
  return map_to_curve (group, p, a, b, number, context);
}
