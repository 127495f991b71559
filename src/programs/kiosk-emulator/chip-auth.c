#include "chip-auth.h"

#include <openssl/core_names.h>

const guint8 kiosk_emu_chip_auth_oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH]
  = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x02 };

KioskEmuMessaging *
kiosk_emu_chip_auth_agree (EVP_PKEY *key, const guint8 *point, gsize length)
{
  g_autoptr (EC_GROUP) curve = kiosk_emu_curve_of_key (key);
  g_autoptr (EC_POINT) reader = NULL;
  g_autoptr (EC_POINT) shared = NULL;
  g_autoptr (GByteArray) secret = NULL;
  g_autoptr (BIGNUM) scalar = NULL;
  BIGNUM *taken = NULL;

  if (curve == NULL || !EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_PRIV_KEY, &taken))
    return NULL;
  scalar = taken;
  reader = kiosk_emu_curve_read (curve, point, length);
  if (reader == NULL)
    return NULL;
  shared = kiosk_emu_curve_multiply (curve, reader, scalar);
  secret = kiosk_emu_curve_x (curve, shared);
  return kiosk_emu_messaging_new (KIOSK_EMU_CIPHER_AES, secret->data, secret->len, NULL);
}
