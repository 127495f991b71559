#include "domain.h"

static KioskEmuDomain *
domain_new (EC_GROUP *curve, KioskEmuModp *modp)
{
  KioskEmuDomain *self;

  if (curve == NULL && modp == NULL)
    return NULL;
  self = g_new0 (KioskEmuDomain, 1);
  self->curve = curve;
  self->modp = modp;
  return self;
}

KioskEmuDomain *
kiosk_emu_domain_standardised (int parameter)
{
  return domain_new (kiosk_emu_curve_standardised (parameter),
                     kiosk_emu_modp_standardised (parameter));
}

KioskEmuDomain *
kiosk_emu_domain_of_key (EVP_PKEY *key)
{
  if (EVP_PKEY_is_a (key, "EC"))
    return domain_new (kiosk_emu_curve_of_key (key), NULL);
  return domain_new (NULL, kiosk_emu_modp_of_key (key));
}

void
kiosk_emu_domain_free (KioskEmuDomain *self)
{
  if (self == NULL)
    return;
  EC_GROUP_free (self->curve);
  kiosk_emu_modp_free (self->modp);
  g_free (self);
}

static KioskEmuElement *
element_new (EC_POINT *point, BIGNUM *number)
{
  KioskEmuElement *self;

  if (point == NULL && number == NULL)
    return NULL;
  self = g_new0 (KioskEmuElement, 1);
  self->point = point;
  self->number = number;
  return self;
}

void
kiosk_emu_element_free (KioskEmuElement *self)
{
  if (self == NULL)
    return;
  EC_POINT_clear_free (self->point);
  BN_clear_free (self->number);
  g_free (self);
}

const BIGNUM *
kiosk_emu_domain_order (const KioskEmuDomain *self)
{
  return self->curve != NULL ? EC_GROUP_get0_order (self->curve) : self->modp->order;
}

KioskEmuElement *
kiosk_emu_domain_multiply (const KioskEmuDomain *self, const KioskEmuElement *element,
                           const BIGNUM *scalar)
{
  if (self->curve != NULL)
    return element_new (
      kiosk_emu_curve_multiply (self->curve, element == NULL ? NULL : element->point, scalar),
      NULL);
  return element_new (
    NULL, kiosk_emu_modp_power (self->modp,
                                element == NULL ? self->modp->generator : element->number, scalar));
}

KioskEmuElement *
kiosk_emu_domain_add (const KioskEmuDomain *self, const KioskEmuElement *a,
                      const KioskEmuElement *b)
{
  g_autoptr (EC_POINT) sum = NULL;
  g_autoptr (BIGNUM) product = NULL;

  if (self->curve == NULL)
    {
      product = kiosk_emu_modp_product (self->modp, a->number, b->number);
      return BN_is_one (product) ? NULL : element_new (NULL, g_steal_pointer (&product));
    }
  sum = EC_POINT_new (self->curve);
  if (sum == NULL || !EC_POINT_add (self->curve, sum, a->point, b->point, NULL))
    g_error ("OpenSSL: EC_POINT_add");
  if (EC_POINT_is_at_infinity (self->curve, sum))
    return NULL;
  return element_new (g_steal_pointer (&sum), NULL);
}

KioskEmuElement *
kiosk_emu_domain_read (const KioskEmuDomain *self, const guint8 *bytes, gsize length)
{
  if (self->curve != NULL)
    return element_new (kiosk_emu_curve_read (self->curve, bytes, length), NULL);
  return element_new (NULL, kiosk_emu_modp_read (self->modp, bytes, length));
}

static GByteArray *
write_number (const BIGNUM *number, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_set_size (bytes, (guint)length);
  if (BN_bn2binpad (number, bytes->data, (int)length) != (int)length)
    g_error ("OpenSSL: BN_bn2binpad");
  return bytes;
}

GByteArray *
kiosk_emu_domain_write (const KioskEmuDomain *self, const KioskEmuElement *element)
{
  if (self->curve != NULL)
    return kiosk_emu_curve_write (self->curve, element->point);
  return write_number (element->number, kiosk_emu_modp_length (self->modp));
}

GByteArray *
kiosk_emu_domain_secret (const KioskEmuDomain *self, const KioskEmuElement *element)
{
  if (self->curve != NULL)
    return kiosk_emu_curve_x (self->curve, element->point);
  return write_number (element->number, kiosk_emu_modp_length (self->modp));
}

gsize
kiosk_emu_domain_prime_bits (const KioskEmuDomain *self)
{
  return self->curve != NULL ? (gsize)EC_GROUP_get_degree (self->curve)
                             : (gsize)BN_num_bits (self->modp->prime);
}

static BIGNUM *
reduce (const KioskEmuDomain *self, const guint8 *bytes, gsize length)
{
  BN_CTX *context = BN_CTX_new ();
  g_autoptr (BIGNUM) prime = BN_new ();
  BIGNUM *number = BN_bin2bn (bytes, (int)length, NULL);

  if (context == NULL || number == NULL
      || (self->curve != NULL ? !EC_GROUP_get_curve (self->curve, prime, NULL, NULL, context)
                              : BN_copy (prime, self->modp->prime) == NULL)
      || !BN_mod (number, number, prime, context))
    g_error ("OpenSSL: BN_mod");
  BN_CTX_free (context);
  return number;
}

KioskEmuElement *
kiosk_emu_domain_map (const KioskEmuDomain *self, const guint8 *bytes, gsize length)
{
  g_autoptr (BIGNUM) number = reduce (self, bytes, length);

  if (self->curve != NULL)
    return element_new (kiosk_emu_curve_map (self->curve, number), NULL);
  return element_new (NULL, kiosk_emu_modp_map (self->modp, number));
}
