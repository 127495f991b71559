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

#define SCALAR_EXCESS 8 /* bytes beyond the order: reduction then favours no value to speak of */

EC_GROUP *
kiosk_emu_curve_standardised (int parameter)
{
  switch (parameter)
    {
    case 12:
      return EC_GROUP_new_by_curve_name (NID_X9_62_prime256v1);
    case 13:
      return EC_GROUP_new_by_curve_name (NID_brainpoolP256r1);
    default:
      return NULL;
    }
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
kiosk_emu_curve_scalar (const EC_GROUP *curve, KioskRandom *random)
{
  guint8 bytes[66 + SCALAR_EXCESS];
  gsize length = (gsize)EC_GROUP_order_bits (curve) / 8 + SCALAR_EXCESS;
  BN_CTX *context = BN_CTX_new ();
  g_autoptr (BIGNUM) below = BN_dup (EC_GROUP_get0_order (curve));
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
