#include "devices/card/card-group.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include "devices/card/card-crypto.h"
#include "trust/pki.h"

#define POINT_MAX 133 /* uncompressed, 521 bits */

void
kiosk_card_group_free (KioskCardGroup *self)
{
  if (self == NULL)
    return;
  EC_GROUP_free (self->curve);
  BN_free (self->p);
  BN_free (self->q);
  BN_free (self->g);
  g_free (self);
}

void
kiosk_card_element_free (KioskCardElement *self)
{
  if (self == NULL)
    return;
  EC_POINT_clear_free (self->point);
  BN_clear_free (self->number);
  g_free (self);
}

KioskCardElement *
kiosk_card_element_new_point (const KioskCardGroup *group)
{
  KioskCardElement *self = g_new0 (KioskCardElement, 1);

  self->point = EC_POINT_new (group->curve);
  kiosk_card_must (self->point != NULL);
  return self;
}

static KioskCardElement *
element_new_number (void)
{
  KioskCardElement *self = g_new0 (KioskCardElement, 1);

  self->number = BN_secure_new ();
  kiosk_card_must (self->number != NULL);
  return self;
}

static KioskCardGroup *
group_new_field (const char *name)
{
  g_autoptr (KioskCardGroup) self = g_new0 (KioskCardGroup, 1);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "DHX", NULL);
  g_autoptr (EVP_PKEY) parameters = NULL;
  OSSL_PARAM wanted[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)name, 0),
    OSSL_PARAM_END,
  };

  kiosk_card_must (context != NULL && EVP_PKEY_fromdata_init (context) == 1
                   && EVP_PKEY_fromdata (context, &parameters, EVP_PKEY_KEY_PARAMETERS, wanted) == 1
                   && EVP_PKEY_get_bn_param (parameters, OSSL_PKEY_PARAM_FFC_P, &self->p)
                   && EVP_PKEY_get_bn_param (parameters, OSSL_PKEY_PARAM_FFC_Q, &self->q)
                   && EVP_PKEY_get_bn_param (parameters, OSSL_PKEY_PARAM_FFC_G, &self->g));
  EVP_PKEY_CTX_free (context);
  return g_steal_pointer (&self);
}

KioskCardGroup *
kiosk_card_group_new_standard (gint64 id)
{
  static const char *const fields[] = { "dh_1024_160", "dh_2048_224", "dh_2048_256" };
  static const int curves[] = {
    [8] = NID_X9_62_prime192v1, [9] = NID_brainpoolP192r1,   [10] = NID_secp224r1,
    [11] = NID_brainpoolP224r1, [12] = NID_X9_62_prime256v1, [13] = NID_brainpoolP256r1,
    [14] = NID_brainpoolP320r1, [15] = NID_secp384r1,        [16] = NID_brainpoolP384r1,
    [17] = NID_brainpoolP512r1, [18] = NID_secp521r1,
  };
  KioskCardGroup *self;

  if (id >= 0 && id < (gint64)G_N_ELEMENTS (fields))
    return group_new_field (fields[id]);
  if (id < 0 || id >= (gint64)G_N_ELEMENTS (curves) || curves[id] == 0)
    return NULL;
  self = g_new0 (KioskCardGroup, 1);
  self->curve = EC_GROUP_new_by_curve_name (curves[id]);
  kiosk_card_must (self->curve != NULL);
  return self;
}

gboolean
kiosk_card_group_equal (const KioskCardGroup *a, const KioskCardGroup *b)
{
  if (a->curve != NULL && b->curve != NULL)
    return EC_GROUP_cmp (a->curve, b->curve, NULL) == 0;
  return a->curve == NULL && b->curve == NULL && BN_cmp (a->p, b->p) == 0
         && BN_cmp (a->g, b->g) == 0;
}

static gsize
field_bytes (const KioskCardGroup *self)
{
  return self->curve != NULL ? (gsize)(EC_GROUP_get_degree (self->curve) + 7) / 8
                             : (gsize)BN_num_bytes (self->p);
}

gsize
kiosk_card_group_element_bytes (const KioskCardGroup *self)
{
  return self->curve != NULL ? 1 + 2 * field_bytes (self) : field_bytes (self);
}

/* Where the subgroup's order is not told, exponents are taken from the whole field's. */
BIGNUM *
kiosk_card_group_scalar (const KioskCardGroup *self, KioskRandom *random)
{
  const BIGNUM *order = self->curve != NULL ? EC_GROUP_get0_order (self->curve)
                        : self->q != NULL   ? self->q
                                            : self->p;
  int bits = BN_num_bits (order);
  g_autoptr (KioskSecret) bytes = kiosk_secret_new ((gsize)(bits + 7) / 8);
  BIGNUM *scalar = BN_secure_new ();
  int length = (int)kiosk_secret_length (bytes);

  kiosk_card_must (scalar != NULL && length > 0);
  BN_set_flags (scalar, BN_FLG_CONSTTIME);
  do
    {
      kiosk_random_fill (random, kiosk_secret_data (bytes), (gsize)length);
      kiosk_secret_data (bytes)[0] &= (guint8)(0xff >> (8 * length - bits));
      kiosk_card_must (BN_bin2bn (kiosk_secret_data (bytes), length, scalar) != NULL);
    }
  while (BN_is_zero (scalar) || BN_cmp (scalar, order) >= 0);
  return scalar;
}

static KioskCardElement *
multiply_point (const KioskCardGroup *self, const KioskCardElement *base, const BIGNUM *scalar)
{
  g_autoptr (KioskCardElement) product = kiosk_card_element_new_point (self);

  /* One scalar at a time: OpenSSL's ladder is constant-time then. */
  if (base == NULL)
    kiosk_card_must (EC_POINT_mul (self->curve, product->point, scalar, NULL, NULL, NULL));
  else
    kiosk_card_must (EC_POINT_mul (self->curve, product->point, NULL, base->point, scalar, NULL));
  return EC_POINT_is_at_infinity (self->curve, product->point) ? NULL : g_steal_pointer (&product);
}

KioskCardElement *
kiosk_card_group_multiply (const KioskCardGroup *self, const KioskCardElement *base,
                           const BIGNUM *scalar)
{
  g_autoptr (KioskCardElement) product = NULL;
  g_autoptr (BIGNUM) exponent = NULL;
  g_autoptr (BN_CTX) context = NULL;

  if (self->curve != NULL)
    return multiply_point (self, base, scalar);
  product = element_new_number ();
  exponent = BN_dup (scalar);
  context = BN_CTX_secure_new ();
  kiosk_card_must (context != NULL && exponent != NULL);
  BN_set_flags (exponent, BN_FLG_CONSTTIME);
  kiosk_card_must (BN_mod_exp (product->number, base != NULL ? base->number : self->g, exponent,
                               self->p, context));
  return BN_is_zero (product->number) || BN_is_one (product->number) ? NULL
                                                                     : g_steal_pointer (&product);
}

KioskCardElement *
kiosk_card_group_add (const KioskCardGroup *self, const KioskCardElement *a,
                      const KioskCardElement *b)
{
  g_autoptr (KioskCardElement) sum = NULL;
  g_autoptr (BN_CTX) context = BN_CTX_secure_new ();

  kiosk_card_must (context != NULL);
  if (self->curve != NULL)
    {
      sum = kiosk_card_element_new_point (self);
      kiosk_card_must (EC_POINT_add (self->curve, sum->point, a->point, b->point, context));
      return EC_POINT_is_at_infinity (self->curve, sum->point) ? NULL : g_steal_pointer (&sum);
    }
  sum = element_new_number ();
  kiosk_card_must (BN_mod_mul (sum->number, a->number, b->number, self->p, context));
  return BN_is_zero (sum->number) || BN_is_one (sum->number) ? NULL : g_steal_pointer (&sum);
}

GBytes *
kiosk_card_group_encode (const KioskCardGroup *self, const KioskCardElement *element)
{
  guint8 bytes[POINT_MAX];
  g_autofree guint8 *number = NULL;
  gsize length;

  if (self->curve == NULL)
    {
      length = (gsize)BN_num_bytes (element->number);
      number = g_malloc (length);
      BN_bn2bin (element->number, number);
      return g_bytes_new_take (g_steal_pointer (&number), length);
    }
  length = EC_POINT_point2oct (self->curve, element->point, POINT_CONVERSION_UNCOMPRESSED, bytes,
                               sizeof bytes, NULL);
  kiosk_card_must (length > 0);
  return g_bytes_new (bytes, length);
}

/* Every curve of ours has cofactor 1: a point of the curve is one of the group. */
static KioskCardElement *
decode_point (const KioskCardGroup *self, const guint8 *data, gsize length)
{
  g_autoptr (KioskCardElement) element = kiosk_card_element_new_point (self);

  if (length != kiosk_card_group_element_bytes (self) || data[0] != POINT_CONVERSION_UNCOMPRESSED
      || !EC_POINT_oct2point (self->curve, element->point, data, length, NULL)
      || EC_POINT_is_at_infinity (self->curve, element->point)
      || EC_POINT_is_on_curve (self->curve, element->point, NULL) != 1)
    return NULL;
  return g_steal_pointer (&element);
}

/* RFC 2631, 2.1.5: 2 … p − 2, and its q-th power is 1. */
KioskCardElement *
kiosk_card_group_decode (const KioskCardGroup *self, const guint8 *data, gsize length)
{
  g_autoptr (KioskCardElement) element = NULL;
  g_autoptr (BIGNUM) check = NULL;
  g_autoptr (BN_CTX) context = NULL;

  if (self->curve != NULL)
    return decode_point (self, data, length);
  if (length == 0 || length > field_bytes (self))
    return NULL;
  element = element_new_number ();
  check = BN_dup (self->p);
  context = BN_CTX_new ();
  kiosk_card_must (check != NULL && context != NULL && BN_sub_word (check, 1)
                   && BN_bin2bn (data, (int)length, element->number) != NULL);
  if (BN_is_zero (element->number) || BN_is_one (element->number)
      || BN_cmp (element->number, check) >= 0)
    return NULL;
  if (self->q != NULL)
    {
      kiosk_card_must (BN_mod_exp (check, element->number, self->q, self->p, context));
      if (!BN_is_one (check))
        return NULL;
    }
  return g_steal_pointer (&element);
}

KioskSecret *
kiosk_card_group_agree (const KioskCardGroup *self, const BIGNUM *scalar,
                        const KioskCardElement *theirs)
{
  g_autoptr (KioskCardElement) shared = kiosk_card_group_multiply (self, theirs, scalar);
  g_autoptr (BIGNUM) x = BN_secure_new ();
  g_autoptr (KioskSecret) secret = NULL;
  int length = (int)field_bytes (self);

  if (shared == NULL)
    return NULL;
  if (self->curve != NULL)
    kiosk_card_must (EC_POINT_get_affine_coordinates (self->curve, shared->point, x, NULL, NULL));
  secret = kiosk_secret_new ((gsize)length);
  kiosk_card_must (
    BN_bn2binpad (self->curve != NULL ? x : shared->number, kiosk_secret_data (secret), length)
    == length);
  return g_steal_pointer (&secret);
}
