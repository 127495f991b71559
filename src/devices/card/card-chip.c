/* Chip authentication with ECDH: the chip proves that it holds the private key of DG14. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "devices/card/card-access.h"
#include "trust/pki.h"

#define TAG_DYNAMIC 0x7c

static gboolean
unsupported (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED, "chip authentication: %s",
               what);
  return FALSE;
}

/* Explicit parameters, which 9303-12 asks for, pass when they are those of a known curve. */
static gboolean
open_key (const KioskChipKey *key, EC_GROUP **ret_group, EC_POINT **ret_point, GError **error)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (key->spki, &length);
  g_autoptr (EVP_PKEY) pkey = d2i_PUBKEY (NULL, &der, (long)length);
  OSSL_PARAM *params = NULL;
  g_autoptr (EC_GROUP) group = NULL;
  g_autoptr (EC_POINT) point = NULL;
  guint8 bytes[KIOSK_CARD_POINT_MAX];
  gsize n = 0;

  if (pkey == NULL || !EVP_PKEY_is_a (pkey, "EC")
      || !EVP_PKEY_todata (pkey, EVP_PKEY_PUBLIC_KEY, &params))
    return unsupported (error, "a key that is not of an elliptic curve");
  group = EC_GROUP_new_from_params (params, NULL, NULL);
  OSSL_PARAM_free (params);
  if (group == NULL || EC_GROUP_check_named_curve (group, 0, NULL) == NID_undef)
    return unsupported (error, "an unknown curve");
  if (EVP_PKEY_get_octet_string_param (pkey, "encoded-pub-key", bytes, sizeof bytes, &n))
    point = kiosk_card_point_decode (group, bytes, n);
  if (point == NULL)
    return unsupported (error, "a key that is no point of its curve");
  *ret_group = g_steal_pointer (&group);
  *ret_point = g_steal_pointer (&point);
  return TRUE;
}

static const KioskChipKey *
key_for (const KioskSecurityInfos *infos, const KioskSecurityInfo *info)
{
  for (guint i = 0; i < infos->keys->len; i++)
    {
      const KioskChipKey *key = g_ptr_array_index (infos->keys, i);

      if (key->is_ecdh && (key->id == info->id || infos->keys->len == 1))
        return key;
    }
  return NULL;
}

gboolean
kiosk_card_chip_choose (const KioskSecurityInfos *infos, KioskSecurityInfo *ret_info,
                        const KioskChipKey **ret_key, EC_GROUP **ret_group, EC_POINT **ret_point,
                        GError **error)
{
  /* Early documents give a key and no protocol: 3DES is meant (9303-11, 6.2.1). */
  KioskSecurityInfo chosen = { .supported = TRUE, .cipher = KIOSK_CIPHER_3DES, .id = -1 };
  const KioskChipKey *key = NULL;

  for (guint i = 0; i < infos->chip->len && key == NULL; i++)
    {
      const KioskSecurityInfo *info = &g_array_index (infos->chip, KioskSecurityInfo, i);

      if (info->supported)
        {
          chosen = *info;
          key = key_for (infos, info);
        }
    }
  if (infos->chip->len == 0)
    key = key_for (infos, &chosen);
  if (key == NULL)
    return unsupported (error, "no protocol of ours, or no key for it");
  if (!open_key (key, ret_group, ret_point, error))
    return FALSE;
  *ret_info = chosen;
  *ret_key = key;
  return TRUE;
}

/* Big-endian, without leading zeros. */
static void
append_id (GByteArray *body, gint64 id)
{
  guint64 wire = GUINT64_TO_BE ((guint64)id);
  const guint8 *bytes = (const guint8 *)&wire;
  gsize skip = 0;

  if (id < 0)
    return;
  while (skip < sizeof wire - 1 && bytes[skip] == 0)
    skip++;
  kiosk_tlv_append (body, 0x84, bytes + skip, sizeof wire - skip);
}

static gboolean
send_expecting_ok (KioskCardSession *session, KioskApdu apdu, const GByteArray *body,
                   GError **error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  apdu.data = body->data;
  apdu.length = body->len;
  if (!kiosk_card_session_send (session, &apdu, answer, &sw, error))
    return FALSE;
  if (sw == KIOSK_SW_OK)
    return TRUE;
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE,
               "the chip refuses chip authentication: SW %04X", sw);
  return FALSE;
}

/* MSE:Set AT names the protocol and the key. */
static gboolean
set_protocol (KioskCardSession *session, const KioskSecurityInfo *info, const KioskChipKey *key,
              GError **error)
{
  const KioskApdu set = { 0x00, 0x22, 0x41, 0xa4, NULL, 0, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (body, 0x80, info->oid, info->oid_length);
  append_id (body, key->id);
  return send_expecting_ok (session, set, body, error);
}

/* GENERAL AUTHENTICATE then carries the point. */
static gboolean
send_point (KioskCardSession *session, const guint8 *point, gsize length, GError **error)
{
  const KioskApdu general = { 0x00, 0x86, 0x00, 0x00, NULL, 0, 256 };
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (inner, 0x80, point, length);
  kiosk_tlv_append (body, TAG_DYNAMIC, inner->data, inner->len);
  return send_expecting_ok (session, general, body, error);
}

/* MSE:Set KAT carries the point itself; 3DES only, and all that chips of the first edition know. */
static gboolean
send_point_at_once (KioskCardSession *session, const KioskChipKey *key, const guint8 *point,
                    gsize length, GError **error)
{
  const KioskApdu set = { 0x00, 0x22, 0x41, 0xa6, NULL, 0, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (body, 0x91, point, length);
  append_id (body, key->id);
  return send_expecting_ok (session, set, body, error);
}

static gboolean
give_point (KioskCardSession *session, const KioskSecurityInfo *info, const KioskChipKey *key,
            const guint8 *point, gsize length, GError **error)
{
  g_autoptr (GError) refusal = NULL;

  if (info->oid_length == 0)
    return send_point_at_once (session, key, point, length, error);
  if (set_protocol (session, info, key, &refusal))
    return send_point (session, point, length, error);
  if (info->cipher == KIOSK_CIPHER_3DES
      && g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE))
    return send_point_at_once (session, key, point, length, error);
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

gboolean
kiosk_card_chip_authenticate_with_key (KioskCardSession *session, const KioskSecurityInfo *info,
                                       const KioskChipKey *key, const EC_GROUP *group,
                                       const EC_POINT *chip_point, const BIGNUM *ephemeral_key,
                                       GError **error)
{
  g_autoptr (EC_POINT) own = EC_POINT_new (group);
  g_autoptr (KioskSecret) shared = kiosk_card_agree (group, ephemeral_key, chip_point);
  guint8 point[KIOSK_CARD_POINT_MAX];
  gsize length;

  if (shared == NULL || !EC_POINT_mul (group, own, ephemeral_key, NULL, NULL, NULL))
    return unsupported (error, "the agreement ends at infinity");
  length = kiosk_card_point_encode (group, own, point);
  if (!give_point (session, info, key, point, length, error))
    return FALSE;
  kiosk_card_session_secure (session, kiosk_card_sm_new (info->cipher, kiosk_secret_data (shared),
                                                         kiosk_secret_length (shared)));
  return TRUE;
}

gboolean
kiosk_card_chip_authenticate (KioskCardSession *session, const KioskSecurityInfos *infos,
                              GError **error)
{
  KioskSecurityInfo info;
  const KioskChipKey *key;
  g_autoptr (EC_GROUP) group = NULL;
  g_autoptr (EC_POINT) chip_point = NULL;
  g_autoptr (BIGNUM) ephemeral_key = NULL;

  if (!kiosk_card_chip_choose (infos, &info, &key, &group, &chip_point, error))
    return FALSE;
  ephemeral_key = kiosk_card_scalar (group, session->random);
  return kiosk_card_chip_authenticate_with_key (session, &info, key, group, chip_point,
                                                ephemeral_key, error);
}
