/* A chip's public key as its issuer signed it, and the group it is of. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "devices/card/card-crypto.h"
#include "devices/card/card-group.h"
#include "devices/card/card-port.h"
#include "formats/tlv.h"
#include "trust/pki.h"

#define TAG_INTEGER    0x02
#define TAG_BIT_STRING 0x03
#define TAG_OID        0x06
#define TAG_SEQUENCE   0x30
#define POINT_MAX      133
#define CURVE_BITS_MIN 192
#define CURVE_BITS_MAX 521
#define FIELD_BITS_MIN 1024
#define FIELD_BITS_MAX 4096
#define NO_UNUSED_BITS 0

static gboolean
unsupported (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED, "a chip key: %s", what);
  return FALSE;
}

/* Explicit parameters, which 9303-12 asks for, pass when they are those of a known curve. */
static gboolean
open_curve (const EVP_PKEY *pkey, KioskCardGroup *group, KioskCardElement **ret_key, GError **error)
{
  OSSL_PARAM *params = NULL;
  guint8 bytes[POINT_MAX];
  gsize n = 0;

  if (!EVP_PKEY_todata (pkey, EVP_PKEY_PUBLIC_KEY, &params))
    return unsupported (error, "its curve cannot be told");
  group->curve = EC_GROUP_new_from_params (params, NULL, NULL);
  OSSL_PARAM_free (params);
  if (group->curve == NULL || EC_GROUP_check_named_curve (group->curve, 0, NULL) == NID_undef
      || EC_GROUP_get_field_type (group->curve) != NID_X9_62_prime_field
      || !BN_is_one (EC_GROUP_get0_cofactor (group->curve))
      || EC_GROUP_get_degree (group->curve) < CURVE_BITS_MIN
      || EC_GROUP_get_degree (group->curve) > CURVE_BITS_MAX)
    return unsupported (error, "an unknown curve");
  if (EVP_PKEY_get_octet_string_param (pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, bytes,
                                       sizeof bytes, &n))
    *ret_key = kiosk_card_group_decode (group, bytes, n);
  return *ret_key != NULL || unsupported (error, "no point of its curve");
}

/* PKCS #3 tells no order of the subgroup; where the field is a standardised one, it is known. */
static void
find_order (KioskCardGroup *group)
{
  for (gint64 id = 0; id <= 2 && group->q == NULL; id++)
    {
      g_autoptr (KioskCardGroup) standard = kiosk_card_group_new_standard (id);

      if (kiosk_card_group_equal (group, standard))
        group->q = g_steal_pointer (&standard->q);
    }
}

static gboolean
open_field (const EVP_PKEY *pkey, KioskCardGroup *group, KioskCardElement **ret_key, GError **error)
{
  g_autoptr (BIGNUM) y = NULL;
  g_autofree guint8 *bytes = NULL;

  if (!EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_FFC_P, &group->p)
      || !EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_FFC_G, &group->g)
      || !EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_PUB_KEY, &y))
    return unsupported (error, "its field cannot be told");
  if (BN_num_bits (group->p) < FIELD_BITS_MIN || BN_num_bits (group->p) > FIELD_BITS_MAX
      || !BN_is_odd (group->p) || BN_num_bytes (y) > BN_num_bytes (group->p))
    return unsupported (error, "a field of that size");
  EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_FFC_Q, &group->q);
  find_order (group);
  bytes = g_malloc ((gsize)BN_num_bytes (group->p));
  *ret_key = kiosk_card_group_decode (group, bytes, (gsize)BN_bn2bin (y, bytes));
  return *ret_key != NULL || unsupported (error, "outside its subgroup");
}

/* BSI's short form: AlgorithmIdentifier { standardizedDomainParameters, number }, then the key.
 * FALSE without an error when it is not of this form. */
static gboolean
open_standardised (GBytes *spki, KioskCardGroup **ret_group, KioskCardElement **ret_key)
{
  static const guint8 oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x02 };
  KioskTlvCursor cursor;
  KioskTlv outer, algorithm, name, number, key;

  cursor.data = g_bytes_get_data (spki, &cursor.length);
  if (!kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &outer, NULL))
    return FALSE;
  cursor = kiosk_tlv_inside (&outer);
  if (!kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &algorithm, NULL)
      || !kiosk_tlv_expect (&cursor, TAG_BIT_STRING, &key, NULL) || key.length < 2
      || key.value[0] != NO_UNUSED_BITS)
    return FALSE;
  cursor = kiosk_tlv_inside (&algorithm);
  if (!kiosk_tlv_expect (&cursor, TAG_OID, &name, NULL) || name.length != sizeof oid
      || memcmp (name.value, oid, sizeof oid) != 0
      || !kiosk_tlv_expect (&cursor, TAG_INTEGER, &number, NULL) || number.length != 1)
    return FALSE;
  *ret_group = kiosk_card_group_new_standard (number.value[0]);
  if (*ret_group != NULL && (*ret_group)->curve != NULL)
    *ret_key = kiosk_card_group_decode (*ret_group, key.value + 1, key.length - 1);
  return TRUE;
}

gboolean
kiosk_card_group_open_key (GBytes *spki, KioskCardGroup **ret_group, KioskCardElement **ret_key,
                           GError **error)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (spki, &length);
  g_autoptr (EVP_PKEY) pkey = NULL;
  g_autoptr (KioskCardGroup) group = NULL;
  g_autoptr (KioskCardElement) key = NULL;
  gboolean opened;

  if (open_standardised (spki, &group, &key))
    opened = key != NULL || unsupported (error, "no key of standardised domain parameters");
  else
    {
      pkey = d2i_PUBKEY (NULL, &der, (long)length);
      group = g_new0 (KioskCardGroup, 1);
      if (pkey != NULL && EVP_PKEY_is_a (pkey, "EC"))
        opened = open_curve (pkey, group, &key, error);
      else if (pkey != NULL && (EVP_PKEY_is_a (pkey, "DHX") || EVP_PKEY_is_a (pkey, "DH")))
        opened = open_field (pkey, group, &key, error);
      else
        opened = unsupported (error, "of no kind that agrees on keys");
    }
  if (!opened)
    return FALSE;
  *ret_group = g_steal_pointer (&group);
  *ret_key = g_steal_pointer (&key);
  return TRUE;
}
