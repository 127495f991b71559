/* How the chip proves that it is no copy, from the card's side: chip authentication and active
 * authentication, ICAO Doc 9303-11, 6.1 and 6.2. */
#pragma once

#include "base/random.h"
#include "domain.h"
#include "messaging.h"

G_BEGIN_DECLS

#define KIOSK_EMU_CHIP_AUTH_OID_LENGTH 10
#define KIOSK_EMU_ACTIVE_CHALLENGE     8

/* The value of id-CA-DH-… or id-CA-ECDH-…, as @key is. */
void kiosk_emu_chip_auth_oid (EVP_PKEY *key, KioskEmuCipher cipher,
                              guint8 ret_oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH]);
/* (transfer full) (nullable): the session that takes over once this command is answered, its
 * counter zero; NULL when @public_key is none of the key's domain. */
KioskEmuMessaging *kiosk_emu_chip_auth_agree (EVP_PKEY *key, KioskEmuCipher cipher,
                                              const guint8 *public_key, gsize length);

/* (transfer full): RSA: ISO/IEC 9796-2, scheme 1, SHA-256; elliptic: two plain numbers over
 * SHA-256. */
GByteArray *
kiosk_emu_active_auth_sign (EVP_PKEY *key, const guint8 challenge[KIOSK_EMU_ACTIVE_CHALLENGE],
                            KioskRandom *random);

G_END_DECLS
