#include "modp.h"

#include <openssl/core_names.h>

/* With numbers that this file made, OpenSSL fails only without memory, and then GLib would end the
 * program as well. */
#define MUST(call)                                                                                 \
  do                                                                                               \
    if (!(call))                                                                                   \
      g_error ("OpenSSL: %s", #call);                                                              \
  while (0)

static const char *
group_name (int parameter)
{
  static const char *const names[] = { "dh_1024_160", "dh_2048_224", "dh_2048_256" };

  return parameter >= 0 && parameter < (int)G_N_ELEMENTS (names) ? names[parameter] : NULL;
}

EVP_PKEY *
kiosk_emu_modp_key_new (int parameter)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "DHX", NULL);
  const char *name = group_name (parameter);
  const OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)name, 0),
    OSSL_PARAM_END,
  };
  EVP_PKEY *key = NULL;

  MUST (context != NULL && EVP_PKEY_keygen_init (context) > 0);
  MUST (EVP_PKEY_CTX_set_params (context, parameters) > 0);
  MUST (EVP_PKEY_generate (context, &key) > 0);
  EVP_PKEY_CTX_free (context);
  return key;
}

KioskEmuModp *
kiosk_emu_modp_of_key (EVP_PKEY *key)
{
  g_autoptr (KioskEmuModp) self = g_new0 (KioskEmuModp, 1);

  if (!EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_FFC_P, &self->prime)
      || !EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_FFC_Q, &self->order)
      || !EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_FFC_G, &self->generator))
    return NULL;
  return g_steal_pointer (&self);
}

KioskEmuModp *
kiosk_emu_modp_standardised (int parameter)
{
  KioskEmuModp *self;
  EVP_PKEY *key;

  if (group_name (parameter) == NULL)
    return NULL;
  key = kiosk_emu_modp_key_new (parameter);
  self = kiosk_emu_modp_of_key (key);
  EVP_PKEY_free (key);
  return self;
}

void
kiosk_emu_modp_free (KioskEmuModp *self)
{
  if (self == NULL)
    return;
  BN_free (self->prime);
  BN_free (self->order);
  BN_free (self->generator);
  g_free (self);
}

gsize
kiosk_emu_modp_length (const KioskEmuModp *self)
{
  return (gsize)BN_num_bytes (self->prime);
}

BIGNUM *
kiosk_emu_modp_power (const KioskEmuModp *self, const BIGNUM *base, const BIGNUM *exponent)
{
  BN_CTX *context = BN_CTX_new ();
  BIGNUM *power = BN_new ();

  MUST (context != NULL && power != NULL);
  MUST (BN_mod_exp (power, base, exponent, self->prime, context));
  BN_CTX_free (context);
  return power;
}

BIGNUM *
kiosk_emu_modp_product (const KioskEmuModp *self, const BIGNUM *a, const BIGNUM *b)
{
  BN_CTX *context = BN_CTX_new ();
  BIGNUM *product = BN_new ();

  MUST (context != NULL && product != NULL);
  MUST (BN_mod_mul (product, a, b, self->prime, context));
  BN_CTX_free (context);
  return product;
}

BIGNUM *
kiosk_emu_modp_read (const KioskEmuModp *self, const guint8 *bytes, gsize length)
{
  g_autoptr (BIGNUM) number = NULL;
  g_autoptr (BIGNUM) one = NULL;

  if (length == 0 || length > kiosk_emu_modp_length (self))
    return NULL;
  number = BN_bin2bn (bytes, (int)length, NULL);
  if (BN_is_zero (number) || BN_is_one (number) || BN_cmp (number, self->prime) >= 0)
    return NULL;
  one = kiosk_emu_modp_power (self, number, self->order);
  return BN_is_one (one) ? g_steal_pointer (&number) : NULL;
}

BIGNUM *
kiosk_emu_modp_map (const KioskEmuModp *self, const BIGNUM *number)
{
  BN_CTX *context = BN_CTX_new ();
  g_autoptr (BIGNUM) cofactor = BN_dup (self->prime);
  g_autoptr (BIGNUM) mapped = NULL;

  MUST (context != NULL && cofactor != NULL && BN_sub_word (cofactor, 1));
  MUST (BN_div (cofactor, NULL, cofactor, self->order, context));
  BN_CTX_free (context);
  mapped = kiosk_emu_modp_power (self, number, cofactor);
  return BN_is_one (mapped) || BN_is_zero (mapped) ? NULL : g_steal_pointer (&mapped);
}
