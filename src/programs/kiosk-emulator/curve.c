#include "curve.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

/* With a curve that this file made, OpenSSL fails only without memory, and then GLib would end the
 * program as well. */
#define MUST(call)                                                                                 \
  do                                                                                               \
    if (!(call))                                                                                   \
      g_error ("OpenSSL: %s", #call);                                                              \
  while (0)

#define FIRST_CURVE   8
#define SCALAR_EXCESS 8 /* bytes beyond the order: reduction then favours no value to speak of */

EC_GROUP *
kiosk_emu_curve_standardised (int parameter)
{
  static const int names[] = {
    NID_X9_62_prime192v1, NID_brainpoolP192r1, NID_secp224r1,       NID_brainpoolP224r1,
    NID_X9_62_prime256v1, NID_brainpoolP256r1, NID_brainpoolP320r1, NID_secp384r1,
    NID_brainpoolP384r1,  NID_brainpoolP512r1, NID_secp521r1,
  };

  if (parameter < FIRST_CURVE || parameter >= FIRST_CURVE + (int)G_N_ELEMENTS (names))
    return NULL;
  return EC_GROUP_new_by_curve_name (names[parameter - FIRST_CURVE]);
}

EC_GROUP *
kiosk_emu_curve_of_key (EVP_PKEY *key)
{
  char name[80];

  if (!EVP_PKEY_get_utf8_string_param (key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, NULL))
    return NULL;
  return EC_GROUP_new_by_curve_name (OBJ_txt2nid (name));
}

BIGNUM *
kiosk_emu_curve_scalar (const BIGNUM *order, KioskRandom *random)
{
  guint8 bytes[66 + SCALAR_EXCESS];
  gsize length = (gsize)BN_num_bits (order) / 8 + SCALAR_EXCESS;
  BN_CTX *context = BN_CTX_new ();
  g_autoptr (BIGNUM) below = BN_dup (order);
  g_autoptr (BIGNUM) scalar = NULL;

  MUST (context != NULL && below != NULL && BN_sub_word (below, 1));
  kiosk_random_fill (random, bytes, length);
  scalar = BN_bin2bn (bytes, (int)length, NULL);
  MUST (scalar != NULL && BN_mod (scalar, scalar, below, context) && BN_add_word (scalar, 1));
  explicit_bzero (bytes, sizeof bytes);
  BN_CTX_free (context);
  return g_steal_pointer (&scalar);
}

EC_POINT *
kiosk_emu_curve_multiply (const EC_GROUP *curve, const EC_POINT *point, const BIGNUM *scalar)
{
  EC_POINT *product = EC_POINT_new (curve);

  MUST (product != NULL);
  if (point == NULL)
    MUST (EC_POINT_mul (curve, product, scalar, NULL, NULL, NULL));
  else
    MUST (EC_POINT_mul (curve, product, NULL, point, scalar, NULL));
  return product;
}

EC_POINT *
kiosk_emu_curve_read (const EC_GROUP *curve, const guint8 *bytes, gsize length)
{
  g_autoptr (EC_POINT) point = EC_POINT_new (curve);

  MUST (point != NULL);
  if (length == 0 || bytes[0] != POINT_CONVERSION_UNCOMPRESSED)
    return NULL;
  if (!EC_POINT_oct2point (curve, point, bytes, length, NULL))
    return NULL;
  return g_steal_pointer (&point);
}

GByteArray *
kiosk_emu_curve_write (const EC_GROUP *curve, const EC_POINT *point)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize length = EC_POINT_point2oct (curve, point, POINT_CONVERSION_UNCOMPRESSED, NULL, 0, NULL);

  g_byte_array_set_size (bytes, (guint)length);
  MUST (EC_POINT_point2oct (curve, point, POINT_CONVERSION_UNCOMPRESSED, bytes->data, length, NULL)
        == length);
  return bytes;
}

GByteArray *
kiosk_emu_curve_x (const EC_GROUP *curve, const EC_POINT *point)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (BIGNUM) x = BN_new ();
  int length = (EC_GROUP_get_degree (curve) + 7) / 8;

  MUST (x != NULL && EC_POINT_get_affine_coordinates (curve, point, x, NULL, NULL));
  g_byte_array_set_size (bytes, (guint)length);
  MUST (BN_bn2binpad (x, bytes->data, length) == length);
  return bytes;
}

/* Numbers of one calculation modulo the curve's prime; all freed together. */
typedef struct
{
  BN_CTX *context;
  const EC_GROUP *curve;
  BIGNUM *p, *a, *b;
} Field;

static BIGNUM *
times (const Field *f, const BIGNUM *left, const BIGNUM *right)
{
  BIGNUM *product = BN_CTX_get (f->context);

  MUST (BN_mod_mul (product, left, right, f->p, f->context));
  return product;
}

/* x³ + ax + b */
static BIGNUM *
right_side (const Field *f, const BIGNUM *x)
{
  BIGNUM *sum = times (f, times (f, x, x), x);

  MUST (BN_mod_add (sum, sum, times (f, f->a, x), f->p, f->context));
  MUST (BN_mod_add (sum, sum, f->b, f->p, f->context));
  return sum;
}

/* −b/a · (1 + 1/(α + α²)) */
static BIGNUM *
first_x (const Field *f, const BIGNUM *alpha)
{
  BIGNUM *sum = BN_CTX_get (f->context);
  BIGNUM *x = BN_CTX_get (f->context);

  MUST (BN_mod_add (sum, alpha, times (f, alpha, alpha), f->p, f->context));
  if (BN_is_zero (sum))
    return NULL;
  MUST (BN_mod_inverse (sum, sum, f->p, f->context));
  MUST (BN_mod_add (sum, sum, BN_value_one (), f->p, f->context));
  MUST (BN_mod_inverse (x, f->a, f->p, f->context));
  MUST (BN_mod_sub (x, f->p, times (f, f->b, x), f->p, f->context));
  return times (f, x, sum);
}

/* h to the power of p − 1 − (p + 1)/4: where h is a square, the inverse of its root. */
static BIGNUM *
inverse_root (const Field *f, const BIGNUM *h)
{
  BIGNUM *quarter = BN_CTX_get (f->context);
  BIGNUM *exponent = BN_CTX_get (f->context);

  MUST (BN_copy (quarter, f->p) && BN_add_word (quarter, 1) && BN_rshift (quarter, quarter, 2));
  MUST (BN_sub (exponent, f->p, quarter) && BN_sub_word (exponent, 1));
  MUST (BN_mod_exp (quarter, h, exponent, f->p, f->context));
  return quarter;
}

/* Of the two candidates the one that lies on the curve. */
static void
choose_point (const Field *f, const BIGNUM *number, const BIGNUM *alpha, const BIGNUM *first,
              EC_POINT *ret_point)
{
  BIGNUM *h = right_side (f, first);
  BIGNUM *root = inverse_root (f, h);
  BIGNUM *cube = times (f, times (f, number, number), number);

  if (BN_is_one (times (f, times (f, root, root), h)))
    MUST (
      EC_POINT_set_affine_coordinates (f->curve, ret_point, first, times (f, root, h), f->context));
  else
    MUST (EC_POINT_set_affine_coordinates (f->curve, ret_point, times (f, alpha, first),
                                           times (f, root, times (f, cube, h)), f->context));
}

static EC_POINT *
map_number (const Field *f, const BIGNUM *number)
{
  g_autoptr (EC_POINT) point = EC_POINT_new (f->curve);
  BIGNUM *alpha = BN_CTX_get (f->context);
  BIGNUM *first;

  MUST (EC_GROUP_get_curve (f->curve, f->p, f->a, f->b, f->context));
  if (!BN_is_bit_set (f->p, 0) || !BN_is_bit_set (f->p, 1))
    return NULL;
  MUST (BN_mod_sub (alpha, f->p, times (f, number, number), f->p, f->context));
  first = first_x (f, alpha);
  if (first == NULL)
    return NULL;
  choose_point (f, number, alpha, first, point);
  MUST (EC_POINT_mul (f->curve, point, NULL, point, EC_GROUP_get0_cofactor (f->curve), f->context));
  return EC_POINT_is_at_infinity (f->curve, point) ? NULL : g_steal_pointer (&point);
}

EC_POINT *
kiosk_emu_curve_map (const EC_GROUP *curve, const BIGNUM *number)
{
  BN_CTX *context = BN_CTX_new ();
  EC_POINT *point;
  Field field;

  MUST (context != NULL);
  BN_CTX_start (context);
  field
    = (Field){ context, curve, BN_CTX_get (context), BN_CTX_get (context), BN_CTX_get (context) };
  point = map_number (&field, number);
  BN_CTX_end (context);
  BN_CTX_free (context);
  return point;
}
